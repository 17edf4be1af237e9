"""The figures of an edition as a report asks for them: one area in focus, those beside it, and any figure by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import polars as pl

import periods
from config import Settings
from metrics.indicators import INDICATORS, Indicator
from reports.edition import Edition
from swedish import in_order

AreaKind = Literal["kommun", "delregion", "lan"]
PLAIN = frozenset({"met", "missed", "no_goal"})
_FIELDS = ("numerator", "denominator", "value", "lower", "upper", "goal", "status", "complete", "preliminary", "agreement")


class Figure(NamedTuple):
    """One figure. A value is shown as it is only when `is_plain`; else the status says what it is worth."""

    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    goal: float | None
    status: str
    complete: bool
    preliminary: bool
    agreement: str | None

    @property
    def is_plain(self) -> bool:
        """Whether it is complete, shown and has a value."""
        return self.status in PLAIN


NOTHING = Figure(None, None, None, None, None, None, "missing", complete=False, preliminary=False, agreement=None)


@dataclass(frozen=True)
class Area:
    """An area that figures are told of."""

    id: str
    kind: AreaKind
    name: str


@dataclass(frozen=True)
class Scope:
    """The area in focus, `kommuner` to rank with it, and the areas to show side by side, itself included for a kommun."""

    area: Area
    county: Area
    kommuner: tuple[Area, ...]
    beside: tuple[Area, ...]

    @property
    def of_area(self) -> str:
        """The area as the subject of a sentence: `Länet`, `Sjuhärad`, `Ale`."""
        return "Länet" if self.area.kind == "lan" else self.area.name


class UnknownAreaError(ValueError):
    """There is no such area; the message is a Swedish sentence."""


def scope_of(settings: Settings, area_id: str, year: int) -> Scope:
    """The scope of a report on the area, with the members of the year's last day. Raises UnknownAreaError."""
    day = periods.last_day(str(year))
    county = Area(settings.county.id, "lan", settings.county.name)
    division = settings.divisions[0]
    named = {area.id: (each, area) for each in settings.divisions for area in each.areas}
    if area_id == county.id:
        beside = tuple(Area(area.id, "delregion", area.name) for area in division.areas)
        return Scope(county, county, _kommuner(settings, tuple(settings.kommuner)), beside)
    if area_id in named:
        own_division, delregion = named[area_id]
        members = _kommuner(settings, own_division.members_on(area_id, day))
        return Scope(Area(area_id, "delregion", delregion.name), county, members, members)
    if area_id not in settings.kommuner:
        raise UnknownAreaError(f"Området {area_id} finns inte. Ange {county.id}, en delregion eller en kommunkod ur config.yaml.")
    kommun = Area(area_id, "kommun", settings.kommuner[area_id])
    home = next((area for area in division.areas if area_id in division.members_on(area.id, day)), None)
    if home is None:
        return Scope(kommun, county, _kommuner(settings, tuple(settings.kommuner)), (kommun, county))
    neighbours = _kommuner(settings, division.members_on(home.id, day))
    return Scope(kommun, county, neighbours, (kommun, Area(home.id, "delregion", home.name), county))


def _kommuner(settings: Settings, codes: Sequence[str]) -> tuple[Area, ...]:
    found = (Area(code, "kommun", settings.kommuner[code]) for code in codes)
    return tuple(sorted(found, key=lambda area: in_order(area.name)))


@dataclass(frozen=True)
class Book:
    """An edition opened at one area."""

    settings: Settings
    edition: Edition
    scope: Scope
    rows: Mapping[tuple[str, str, str], Figure]

    @property
    def year(self) -> str:
        """The year, as a period."""
        return str(self.edition.year)

    @property
    def year_before(self) -> str:
        """The year before, as a period."""
        return str(self.edition.year - 1)

    def figure(self, indicator: str, area: Area | None = None, period: str | None = None) -> Figure:
        """The figure of the area in focus and the year, or of another area or period; `NOTHING` where there is none."""
        return self.rows.get((indicator, (area or self.scope.area).id, period or self.year), NOTHING)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Those that have figures for the year: a condition of an agreement that was not in force has none."""
        return tuple(each for each in INDICATORS.values() if (each.id, self.scope.county.id, self.year) in self.rows)

    def members(self, wider: Area) -> tuple[Area, ...]:
        """The kommuner of a delregion or the county on the year's last day."""
        if wider.kind == "lan":
            return _kommuner(self.settings, tuple(self.settings.kommuner))
        day = periods.last_day(self.year)
        division = next(each for each in self.settings.divisions if any(area.id == wider.id for area in each.areas))
        return _kommuner(self.settings, division.members_on(wider.id, day))

    def months(self, years: int) -> list[str]:
        """The months of the year and of so many years in all, oldest first."""
        return [month for year in self._years(years) for month in periods.months(year)]

    def quarters(self, years: int) -> list[str]:
        """The quarters, like `months`."""
        return [quarter for year in self._years(years) for quarter in periods.quarters(year)]

    def _years(self, years: int) -> list[str]:
        return [str(self.edition.year - back) for back in reversed(range(years))]

    def has_history(self, indicator: str, wanted: Sequence[str]) -> bool:
        """Whether any of the periods has a value for the area in focus."""
        return any(self.figure(indicator, period=period).value is not None for period in wanted)


def open_at(settings: Settings, edition: Edition, area_id: str) -> Book:
    """The edition opened at the area. Raises UnknownAreaError."""
    scope = scope_of(settings, area_id, edition.year)
    areas = {area.id for area in (scope.area, scope.county, *scope.kommuner, *scope.beside)}
    wanted = edition.every_period().filter(
        pl.col("area").is_in(sorted(areas)) | (pl.col("period_kind") == "year"),
        pl.col("indicator").is_in(list(INDICATORS)),
        pl.col("period").str.slice(0, 4).cast(pl.Int32) > edition.year - 3,
    )
    keys = wanted.select("indicator", "area", "period").iter_rows()
    values = wanted.select(_FIELDS).iter_rows()
    return Book(settings, edition, scope, {key: Figure(*value) for key, value in zip(keys, values, strict=True)})
