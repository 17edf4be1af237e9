"""What a reader has chosen, as it stands in the address: every choice is a query parameter, so a view can be mailed."""

from __future__ import annotations

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
}


@dataclass(frozen=True)
class Choices:
    """The path of a page and the choices made on it; empty means the page's own default.

    `area`: chosen area; `period`: as the contract writes it; `division`: way of dividing into delregioner; `indicator`: what map
    and comparison show; `view`: how a list is grouped; `sort` and `order`: of a table; `only`: a delregion or state that a table is
    narrowed to; `query`: words to look for; `edition`: of a published year; `publication`: whose figures are asked for; `page`: of a
    long table; `year`: of a page that tells of one;
    `again`: whether a figure is to be computed again.
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

    def but(self, **changes: Any) -> Choices:
        """The same view with some choices changed."""
        return replace(self, **changes)

    def at(self, path: str, *keep: str, **changes: Any) -> Choices:
        """Another page that keeps the named choices."""
        return Choices(path, **{name: getattr(self, name) for name in keep}, **changes)

    @property
    def address(self) -> str:
        """The address that leads here."""
        query = "&".join(f"{parameter}={quote_plus(value)}" for name, parameter in _PARAMETERS.items() if (value := getattr(self, name)))
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
    return Choices(path.rstrip("/") or "/", **chosen)


def parameter(name: str) -> str:
    """What a choice is called in the address."""
    return _PARAMETERS[name]
