"""What a worked case is: words for a reader, the same thing as rows for the engine, and what must come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal

import periods

Row = Mapping[str, Any]
Status = Literal["met", "missed", "no_goal", "incomplete", "missing"]

INVENTED: Final = "Talen i exemplen är påhittade."
"""To be shown with the cases: the kommuner are real, the numbers are not."""

_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The figure that must come out; `value` None where there is none."""

    value: float | None
    status: Status
    numerator: float | None
    denominator: float | None = None
    preliminary: bool = False
    has_interval: bool = False


@dataclass(frozen=True, kw_only=True)
class Case:
    """`title`, `given`, `calculation` and `result` are shown on the indicator's page as they are; the rest is for the test.

    `covered` names kommun and base period per dataset. `amounts` (kronor by year) and `agreements` (first and last day by id)
    are set in the case's own settings; what is not named stays as in config.yaml.
    """

    indicator: str
    title: str
    given: str
    calculation: str
    result: str
    area: str
    period: str
    expected: Expected
    rows: Mapping[str, Sequence[Row]] = field(default_factory=lambda: _NONE)
    covered: Mapping[str, Iterable[tuple[str, str]]] = field(default_factory=lambda: _NONE)
    amounts: Mapping[int, int] | None = None
    agreements: Mapping[str, tuple[date, date]] = field(default_factory=lambda: _NONE)


def covering(kommuner: Iterable[str], *wanted: str) -> tuple[tuple[str, str], ...]:
    """Each kommun in each of the base periods; a year or a quarter stands for its months."""
    months = [month for period in wanted for month in periods.months(period)]
    return tuple((kommun, month) for kommun in kommuner for month in months)


def discharge(kommun: str, out: date, days: int, **other: Any) -> Row:
    """A discharge `days` after utskrivningsklar for which every condition is met, but for what `other` says."""
    ready = out - timedelta(days=days)
    met = (
        "inskrivningsmeddelande",
        "utskrivningsklar_meddelad",
        "fast_vardkontakt",
        "sip_behov",
        "sip_erbjuden",
        "oppenvard_planering",
        "oppenvard_insatser",
        "it_stod",
    )
    return {
        "kommun": kommun,
        "enhet": "Sjukhuset",
        "inskriven": ready,
        "utskrivningsklar": ready,
        "utskriven": out,
        **dict.fromkeys(met, True),
        "tvangsvard": False,
        "vardplan": None,
        "sip_kallelse": ready,
        "information_overford": out,
        **other,
    }


def discharges(kommun: str, out: date, days: Iterable[int], **other: Any) -> tuple[Row, ...]:
    """One `discharge` for each number of days."""
    return tuple(discharge(kommun, out, number, **other) for number in days)
