"""What can be read of one dataset in one year (of a stock: on one day), as sums over cells.

A **cell** is a kommun in a base period, a **place** an area in a period, whose rows sum its cells. Kommuner and places are
numbered, and sets of them are whole numbers used as bit sets: the search asks millions of times whether two sets meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import isclose

import polars as pl

import periods
from config import Settings
from metrics.disclosure import shown
from metrics.disclosure.worlds import Family, family
from metrics.indicators import INDICATORS

Form = tuple[tuple[str, int], ...]
"""A number that is shown, or follows at once from what is shown: parts with their signs."""


@dataclass(frozen=True)
class Edition:
    """Figures that somebody can read: a run, or an earlier publication of the same year.

    `small` marks the rows that must not be shown by themselves, `hidden` those that are not shown; both in the figures' order.
    """

    figures: pl.DataFrame
    small: pl.Series
    hidden: pl.Series


@dataclass(slots=True, eq=False)
class Row:
    """A row of figures: the parts that it shows, whether it does, and what the reader loses when it is hidden."""

    edition: int
    line: int
    indicator: str
    area: str
    period: str
    parts: tuple[str, ...]
    values: dict[str, float]
    small: bool
    hidden: bool
    cost: float

    @property
    def forms(self) -> tuple[Form, ...]:
        """The numbers that the row gives away: each part, and what is left of a share."""
        parts: tuple[Form, ...] = tuple(((part, 1),) for part in self.parts)
        if len(self.parts) < 2 or not shown.is_share(self.indicator):
            return parts
        above, below = self.parts
        return (*parts, ((below, 1), (above, -1)))


@dataclass(frozen=True, slots=True)
class Cell:
    """A kommun in a base period. Editions that say the same of it share the cell."""

    kommun: int
    base: str
    editions: tuple[int, ...]
    state: dict[str, float]


@dataclass(frozen=True, slots=True)
class Place:
    """An area in a period, as some of its rows sum it: over `cells`, which belong to `kommuner` (a set).

    Rows of several editions, where these say the same of every cell.
    """

    rows: list[Row]
    kommuner: int
    cells: list[int]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that share cells and no cell with any other block. `odd` rows do not add up and can only be hidden."""

    kommuner: tuple[str, ...]
    cells: tuple[Cell, ...]
    places: tuple[Place, ...]
    odd: tuple[Row, ...]
    family: Family

    def total(self, place: int, form: Form) -> float:
        """The form's value in the place."""
        return sum(sign * self.cells[cell].state.get(part, 0) for cell in self.places[place].cells for part, sign in form)

    def by_kommun(self, place: int, form: Form) -> dict[int, float]:
        """Each kommun's share of the form's value in the place."""
        shares: defaultdict[int, float] = defaultdict(float)
        for number in self.places[place].cells:
            cell = self.cells[number]
            shares[cell.kommun] += sum(sign * cell.state.get(part, 0) for part, sign in form)
        return shares


# ---- Rows ---------------------------------------------------------------------------------------------------------------------

_PERIOD_COST = {"month": 1.0, "quarter": 1.3, "year": 2.0}
_AREA_COST = {"kommun": 1.0, "delregion": 1.5, "lan": 3.0}


@cache
def _scope(indicator: str, period: str) -> tuple[str, str]:
    """Dataset and year, or for a stock the month that its period ends with."""
    declared = INDICATORS.get(indicator)
    if declared is None:
        return indicator, period[:4]
    return declared.dataset, period[:4] if declared.kind == "flow" else f"{periods.last_day(period):%Y-%m}"


def _rows(number: int, edition: Edition) -> Iterator[Row]:
    """Rows that carry numbers; those without say nothing. Figures for county years alone are protected apart from these."""
    columns = ("indicator", "area_kind", "area", "period_kind", "period", "numerator", "denominator")
    lines = edition.figures.select(*columns, edition.small.alias("small"), edition.hidden.alias("hidden")).iter_rows()
    for line, (indicator, area_kind, area, period_kind, period, above, below, small, hidden) in enumerate(lines):
        if above is not None and not shown.is_for_county_years(indicator):
            sides = {shown.numerator(indicator): above} | ({shown.denominator(indicator): below} if below is not None else {})
            values = {part: value for part, value in sides.items() if part is not None and shown.is_personal(part)}
            parts = tuple(shown.PRICED.get(part, part) for part in values)
            values = {part: value for part, value in values.items() if part not in shown.PRICED}
            cost = _PERIOD_COST[period_kind] * _AREA_COST[area_kind]
            yield Row(number, line, indicator, area, period, parts, values, small, hidden, cost)


def blocks(settings: Settings, editions: Sequence[Edition]) -> Iterator[Block]:
    """The blocks that hold something to protect; only rows of the last edition can still be hidden."""
    grouped: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for number, edition in enumerate(editions):
        for row in _rows(number, edition):
            grouped[_scope(row.indicator, row.period)].append(row)
    for (dataset, _), rows in sorted(grouped.items()):
        if any(row.small for row in rows):
            yield _Builder(settings, rows).block(dataset)


# ---- From rows to cells and places --------------------------------------------------------------------------------------------


@cache
def _within(inner: str, outer: str) -> bool:
    return set(periods.months(inner)) <= set(periods.months(outer))


class _Builder:
    """Gathers one block's rows into cells and places."""

    def __init__(self, settings: Settings, rows: Sequence[Row]) -> None:
        self.settings = settings
        self.at: defaultdict[tuple[int, str, str], dict[str, Row]] = defaultdict(dict)
        for row in rows:
            self.at[row.edition, row.area, row.period][row.indicator] = row
        self.kommuner = tuple(code for code in settings.kommuner if any(area == code for _, area, _ in self.at))
        self.periods = sorted({period for _, _, period in self.at})
        self.cells: list[Cell] = []
        self.cells_in: defaultdict[tuple[int, str, str], list[int]] = defaultdict(list)
        self.odd: list[Row] = []

    def block(self, dataset: str) -> Block:
        for number, code in enumerate(self.kommuner):
            for (base, editions), state in self._accounts(code).items():
                self._add(Cell(number, base, editions, state))
        places: dict[tuple[int, ...], Place] = {}
        for place in (place for key in self.at for place in self._places(*key)):
            places.setdefault(tuple(place.cells), Place([], place.kommuner, place.cells)).rows.extend(place.rows)
        known = family(self.settings, dataset, [(cell.base, cell.state) for cell in self.cells])
        return Block(self.kommuner, tuple(self.cells), tuple(places.values()), tuple(self.odd), known)

    def _accounts(self, code: str) -> dict[tuple[str, tuple[int, ...]], dict[str, float]]:
        """What the editions say of each of the kommun's base periods: base period and editions that agree -> numbers."""
        told: defaultdict[str, dict[int, dict[str, float]]] = defaultdict(dict)
        for edition in sorted({edition for edition, area, _ in self.at if area == code}):
            mine = [period for period in self.periods if (edition, code, period) in self.at]
            for base in mine:
                if not any(other != base and _within(other, base) for other in mine):
                    rows = self.at[edition, code, base].values()
                    told[base][edition] = {part: value for row in rows for part, value in row.values.items()}
        return {
            (base, tuple(e for e, other in by_edition.items() if other == state)): state
            for base, by_edition in told.items()
            for state in by_edition.values()
        }

    def _add(self, cell: Cell) -> None:
        for edition in cell.editions:
            for period in self.periods:
                if _within(cell.base, period):
                    self.cells_in[edition, self.kommuner[cell.kommun], period].append(len(self.cells))
        self.cells.append(cell)

    def _places(self, edition: int, area: str, period: str) -> Iterator[Place]:
        """One place, or several where some rows leave out kommuner that others count (no population, no rule)."""
        members = _members(self.settings, area, period)
        by_members: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in self.at[edition, area, period].values():
            counted = tuple(code for code in members if row.indicator in self.at.get((edition, code, period), {}))
            by_members[counted].append(row)
        for counted, rows in by_members.items():
            if counted:
                cells = [cell for code in counted for cell in self.cells_in[edition, code, period]]
                kommuner = sum(1 << self.kommuner.index(code) for code in counted)
                yield Place(self._adding_up(rows, cells), kommuner, cells)

    def _adding_up(self, rows: Iterable[Row], cells: Sequence[int]) -> list[Row]:
        """The rows that are the sum of their cells; the others are put aside."""
        sound: list[Row] = []
        for row in rows:
            totals = {part: sum(self.cells[cell].state.get(part, 0) for cell in cells) for part in row.values}
            adds_up = all(isclose(totals[part], value) for part, value in row.values.items())
            (sound if adds_up else self.odd).append(row)
        return sound


def _members(settings: Settings, area: str, period: str) -> tuple[str, ...]:
    """Kommunkoder that the area sums in the period: its members on the last day."""
    if area in settings.kommuner:
        return (area,)
    if area == settings.county.id:
        return tuple(settings.kommuner)
    division = next(d for d in settings.divisions if any(a.id == area for a in d.areas))
    return division.members_on(area, periods.last_day(period))
