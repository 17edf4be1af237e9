"""What has come in and what has not: coverage against what is due, as plain values for the deliveries page.

A period is due when it has ended. Nothing is asked for from before a dataset's first delivery, and a period that nobody has
delivered for yet, after the last one, is waited for and not missing. Source: contract, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal, TypeAlias

import periods
from config import PeriodKind, Settings
from metrics.indicators import INDICATORS
from sql import catalogue, coverage, refusals, runs
from sql.catalogue import Delivery
from sql.refusals import Refusal
from sql.runs import Run
from sql.store import Store
from swedish import in_order

State = Literal["full", "partial", "none", "before", "waiting", "later"]
Covered: TypeAlias = Mapping[str, Mapping[str, bool]]
"""Period -> kommun -> whether all its rows were accepted."""


@dataclass(frozen=True)
class Dataset:
    """A dataset as the page speaks of it. `expected`: every kommun is to deliver it for every period; else it is what some have.

    What is not `timed` is of no period, and has no place in a table of them.
    """

    id: str
    name: str
    base: PeriodKind
    expected: bool = True
    timed: bool = True


DATASETS = (
    Dataset("ntandvard", "N-tandvård", "quarter"),
    Dataset("utskrivning", "Utskrivningar", "month"),
    Dataset("pagaende", "Kvar på sjukhus", "month", expected=False),
    Dataset("avvikelser", "Avvikelser", "month"),
    Dataset("befolkning", "Befolkning", "year"),
    Dataset("utbildning", "Utbildning i munhälsovård", "month", expected=False),
    Dataset("enheter", "Enheter", "month", expected=False),
    Dataset("fast_lakarkontakt", "Fast läkarkontakt", "quarter", expected=False),
    Dataset("naromradesplaner", "Närområdesplaner", "year", expected=False),
    Dataset("placeringar", "Placeringar", "month", expected=False),
    Dataset("halsosamtal", "Hälsosamtal", "year", expected=False),
    Dataset("avtalsbeslut", "Beslut om avtalet", "year", expected=False, timed=False),
    Dataset("namndplan", "Nämndplaner", "year", expected=False),
    Dataset("matt", "Nämndplanernas mått", "year", expected=False),
)
EXPECTED = tuple(dataset for dataset in DATASETS if dataset.expected)
_IN_FIGURES = {"befolkning", *(indicator.dataset for indicator in INDICATORS.values())}


@dataclass(frozen=True)
class Cell:
    """A dataset × period: how many kommuner have delivered, and by name who has not and who has only in part."""

    dataset: Dataset
    period: str
    state: State
    delivered: int
    missing: tuple[str, ...]
    incomplete: tuple[str, ...]

    @property
    def has_gap(self) -> bool:
        """Whether something that is due has not come in whole."""
        return self.state in ("partial", "none")


@dataclass(frozen=True)
class Gap:
    """The same kommuner missing or incomplete for an unbroken row of periods, first to last."""

    dataset: Dataset
    first: str
    last: str
    missing: tuple[str, ...]
    incomplete: tuple[str, ...]


@dataclass(frozen=True)
class Received:
    """Everything that has come in, at one moment. `counting` are the deliveries that the figures are to be made from."""

    settings: Settings
    today: date
    covered: Mapping[str, Covered]
    counting: frozenset[int]
    deliveries: tuple[Delivery, ...]
    refusals: tuple[Refusal, ...]
    run: Run | None

    @property
    def years(self) -> list[str]:
        """The years that anything has been delivered for, and the present one, oldest first."""
        found = {period[:4] for covered in self.covered.values() for period in covered}
        return sorted(found | {str(self.today.year)})

    @property
    def newest(self) -> Delivery | None:
        """The delivery that was taken in last."""
        return max(self.deliveries, key=lambda delivery: delivery.id, default=None)

    @property
    def outdated(self) -> bool:
        """Whether deliveries have come, or been withdrawn, since the figures were computed."""
        return self.counting != set(self.run.deliveries if self.run else ())

    @property
    def quarter(self) -> str | None:
        """The latest quarter that has ended and that somebody has delivered something for."""
        ends = [periods.last_day(max(self.covered[d.id])) for d in EXPECTED if d.base != "year" and self.covered[d.id]]
        found = periods.quarter_of(max(ends)) if ends else None
        return periods.previous(found) if found and periods.last_day(found) >= self.today else found

    def row(self, dataset: Dataset, year: str) -> list[Cell]:
        """The dataset's periods of the year, in order."""
        return [self._cell(dataset, period) for period in _periods_of(year, dataset.base)]

    def gaps(self, year: str) -> list[Gap]:
        """What is due in the year and has not come in, dataset by dataset."""
        return [gap for dataset in EXPECTED for gap in _gaps(self.row(dataset, year))]

    def gaps_in(self, quarter: str) -> list[Gap]:
        """The same for a quarter; of what comes once a year, the newest year that somebody has delivered."""
        return [gap for dataset in EXPECTED for gap in _gaps([self._cell(dataset, each) for each in self._within(dataset, quarter)])]

    def _within(self, dataset: Dataset, quarter: str) -> Sequence[str]:
        if dataset.base == "month":
            return periods.months(quarter)
        known = [period for period in self.covered[dataset.id] if period <= quarter]
        return [quarter] if dataset.base == "quarter" else [max(known)] if known else []

    def _cell(self, dataset: Dataset, period: str) -> Cell:
        covered = self.covered[dataset.id]
        there = covered.get(period, {})
        partly = [kommun for kommun, complete in there.items() if not complete]
        missing = self.settings.kommuner.keys() - there.keys() if dataset.expected else set()
        state = self._state(period, covered, has_gap=bool(missing or partly))
        return Cell(dataset, period, state, len(there), self._names(missing), self._names(partly))

    def _state(self, period: str, covered: Covered, *, has_gap: bool) -> State:
        if period in covered:
            return "partial" if has_gap else "full"
        if periods.last_day(period) >= self.today:
            return "later"
        if not covered or period < min(covered):
            return "before"
        return "waiting" if period > max(covered) else "none"

    def _names(self, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted((self.settings.kommuner.get(code, code) for code in codes), key=in_order))


def read(settings: Settings, store: Store, today: date) -> Received:
    """Ask the catalogue. Raises StoreError when the database does not answer."""
    frames = {dataset.id: coverage.in_force(store, dataset.id) for dataset in DATASETS}
    cells = {name: frame.select("kommun", "period", "complete").iter_rows() for name, frame in frames.items()}
    return Received(
        settings=settings,
        today=today,
        covered={dataset.id: _covered(cells[dataset.id], dataset) for dataset in DATASETS if dataset.timed},
        counting=frozenset(delivery for name in _IN_FIGURES for delivery in frames[name]["delivery"]),
        deliveries=catalogue.listing(store),
        refusals=refusals.refusals(store),
        run=runs.current(store),
    )


def _covered(rows: Iterable[tuple[str, str, bool]], dataset: Dataset) -> Covered:
    """Measures come for any kind of period and are shown in its year."""
    found: dict[str, dict[str, bool]] = {}
    for kommun, period, complete in rows:
        there = found.setdefault(period[:4] if dataset.base == "year" else period, {})
        there[kommun] = complete and there.get(kommun, True)
    return found


def _periods_of(year: str, base: PeriodKind) -> Sequence[str]:
    if base == "month":
        return periods.months(year)
    return periods.quarters(year) if base == "quarter" else (year,)


def _gaps(row: Sequence[Cell]) -> list[Gap]:
    alike = groupby(row, key=lambda cell: (cell.has_gap, cell.missing, cell.incomplete))
    found = [(list(cells), key) for key, cells in alike if key[0]]
    return [Gap(cells[0].dataset, cells[0].period, cells[-1].period, missing, partly) for cells, (_, missing, partly) in found]
