"""What a reader has chosen, as it stands in the address: every choice is a query parameter, so a view can be mailed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus

import periods

_PARAMETERS: Final = {
    "area": "omrade",
    "period": "period",
    "division": "indelning",
    "indicator": "indikator",
    "view": "visa",
    "sort": "sortera",
    "order": "ordning",
    "only": "bara",
    "query": "q",
    "edition": "utgava",
    "publication": "publikation",
    "page": "sida",
    "year": "ar",
    "again": "rakna",
    "longer": "langre",
    "patients": "patienter",
    "days": "dagar",
}
_CASES: Final = re.compile(r"d(\d{1,2})")


@dataclass(frozen=True)
class Choices:
    """The path of a page and the choices made on it; empty means the page's own default.

    `area`: chosen area; `period`: as the contract writes it; `division`: way of dividing into delregioner; `indicator`: what map
    and comparison show; `view`: how a list is grouped; `sort` and `order`: of a table; `only`: a delregion or state that a table is
    narrowed to; `query`: words to look for; `edition`: of a published year; `publication`: whose figures are asked for; `page`: of a
    long table; `year`: of a page that tells of one;
    `again`: whether a figure is to be computed again. Of the calculator: `cases` are numbers of days and how many patients had them, as
    written; `longer` the days of those who had more; `patients` and `days` their sums instead.
    """

    path: str
    area: str = ""
    period: str = ""
    division: str = ""
    indicator: str = ""
    view: str = ""
    sort: str = ""
    order: str = ""
    only: str = ""
    query: str = ""
    edition: str = ""
    publication: str = ""
    page: str = ""
    year: str = ""
    again: str = ""
    longer: str = ""
    patients: str = ""
    days: str = ""
    cases: tuple[tuple[int, str], ...] = ()

    def but(self, **changes: Any) -> Choices:
        """The same view with some choices changed."""
        return replace(self, **changes)

    def at(self, path: str, *keep: str, **changes: Any) -> Choices:
        """Another page that keeps the named choices."""
        return Choices(path, **{name: getattr(self, name) for name in keep}, **changes)

    @property
    def address(self) -> str:
        """The address that leads here."""
        named = [(parameter, value) for name, parameter in _PARAMETERS.items() if (value := getattr(self, name))]
        named += [(f"d{days}", patients) for days, patients in self.cases]
        query = "&".join(f"{name}={quote_plus(value)}" for name, value in named)
        return self.path + (f"?{query}" if query else "")


def figure_address(indicator: str, area: str, period: str, publication: str = "") -> str:
    """Where one figure is opened: what it is made of."""
    return Choices("/siffra", indicator=indicator, area=area, period=period, publication=publication).address


def read(address: str) -> Choices:
    """The choices in an address (path and query). A period that cannot be read counts as not chosen."""
    path, _, query = address.partition("?")
    given = dict(parse_qsl(query))
    chosen = {name: given[parameter] for name, parameter in _PARAMETERS.items() if parameter in given}
    if "period" in chosen:
        chosen["period"] = periods.parse(chosen["period"]) or ""
    cases = tuple(sorted((int(found[1]), given[name]) for name in given if (found := _CASES.fullmatch(name))))
    return Choices(path.rstrip("/") or "/", **chosen, cases=cases)


def parameter(name: str) -> str:
    """What a choice is called in the address."""
    return _PARAMETERS[name]
