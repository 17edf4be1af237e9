"""What has come in and what has not: coverage against what is due, as plain values for the deliveries page.

An event dataset's month is due when it has ended, a quarter or a year likewise; nothing is asked for from before a
dataset's first delivery. Source: contract, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

import polars as pl

import periods
from config import PeriodKind, Settings
from dashboard.areas import in_order
from sql import catalogue, coverage, refusals, runs
from sql.catalogue import Delivery
from sql.refusals import Refusal
from sql.runs import Run
from sql.store import Store

State = Literal["full", "partial", "none", "before", "later"]


@dataclass(frozen=True)
class Dataset:
    """A dataset as the page speaks of it. `expected`: every kommun is to deliver it for every period; else it is what some have."""

    id: str
    name: str
    base: PeriodKind
    expected: bool = True


DATASETS = (
    Dataset("ntandvard", "N-tandvård", "quarter"),
    Dataset("utskrivning", "Utskrivningar", "month"),
    Dataset("avvikelser", "Avvikelser", "month"),
    Dataset("befolkning", "Befolkning", "year"),
    Dataset("namndplan", "Nämndplaner", "year", expected=False),
    Dataset("matt", "Nämndplanernas mått", "year", expected=False),
)


@dataclass(frozen=True)
class Cell:
    """A dataset × period: how many kommuner have delivered, and by name who has not and who has only in part."""

    dataset: Dataset
    period: str
    state: State
    delivered: int
    missing: tuple[str, ...]
    incomplete: tuple[str, ...]


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
    """Everything that has come in, at one moment."""

    settings: Settings
    today: date
    coverage: dict[str, pl.DataFrame]
    deliveries: tuple[Delivery, ...]
    refusals: tuple[Refusal, ...]
    run: Run | None

    @property
    def years(self) -> list[str]:
        """The years that anything has been delivered for, and the present one, oldest first."""
        found = {period[:4] for frame in self.coverage.values() for period in frame["period"].unique()}
        return sorted(found | {str(self.today.year)})

    @property
    def newest(self) -> Delivery | None:
        """The delivery that was taken in last."""
        return max(self.deliveries, key=lambda delivery: delivery.id, default=None)

    @property
    def outdated(self) -> bool:
        """Whether deliveries have come, or been withdrawn, since the figures were computed."""
        frames = [self.coverage[dataset.id] for dataset in DATASETS if dataset.expected]
        counting = {delivery for frame in frames for delivery in frame["delivery"].unique()}
        return counting != set(self.run.deliveries if self.run else ())

    def row(self, dataset: Dataset, year: str) -> list[Cell]:
        """The dataset's periods of the year, in order."""
        frame = _by_period(self.coverage[dataset.id], dataset)
        first = str(frame["period"].min()) if frame.height else None
        return [self._cell(dataset, period, frame, first) for period in _periods_of(year, dataset.base)]

    def gaps(self, year: str) -> list[Gap]:
        """What is due in the year and has not come in, dataset by dataset."""
        rows = (self.row(dataset, year) for dataset in DATASETS if dataset.expected)
        return [gap for row in rows for gap in _gaps(row)]

    def latest(self) -> list[Cell]:
        """For each expected dataset that has begun, the newest period that is due."""
        found = []
        for dataset in (each for each in DATASETS if each.expected):
            due = [cell for year in self.years for cell in self.row(dataset, year) if cell.state in ("full", "partial", "none")]
            found += due[-1:]
        return found

    def _cell(self, dataset: Dataset, period: str, frame: pl.DataFrame, first: str | None) -> Cell:
        there = frame.filter(pl.col("period") == period)
        delivered = set(there["kommun"])
        partly = set(there.filter(~pl.col("complete"))["kommun"])
        missing = set(self.settings.kommuner) - delivered if dataset.expected else set()
        state = self._state(period, first, bool(delivered), bool(missing or partly))
        return Cell(dataset, period, state, len(delivered), self._names(missing), self._names(partly))

    def _state(self, period: str, first: str | None, any_delivered: bool, gaps: bool) -> State:
        if any_delivered:
            return "partial" if gaps else "full"
        if periods.last_day(period) >= self.today:
            return "later"
        return "before" if first is None or period < first else "none"

    def _names(self, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted((self.settings.kommuner.get(code, code) for code in codes), key=in_order))


def read(settings: Settings, store: Store, today: date) -> Received:
    """Ask the catalogue. Raises StoreError when the database does not answer."""
    return Received(
        settings=settings,
        today=today,
        coverage={dataset.id: coverage.in_force(store, dataset.id) for dataset in DATASETS},
        deliveries=catalogue.listing(store),
        refusals=refusals.refusals(store),
        run=runs.current(store),
    )


def _by_period(frame: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """One row per kommun × base period. Measures come for any kind of period and are shown in its year."""
    when = pl.col("period").str.head(4) if dataset.base == "year" else pl.col("period")
    return frame.group_by("kommun", when.alias("period")).agg(pl.col("complete").all())


def _periods_of(year: str, base: PeriodKind) -> Sequence[str]:
    if base == "month":
        return periods.months(year)
    return periods.quarters(year) if base == "quarter" else (year,)


def _gaps(row: Sequence[Cell]) -> list[Gap]:
    alike = groupby(row, key=lambda cell: (cell.state in ("partial", "none"), cell.missing, cell.incomplete))
    found = [(list(cells), key) for key, cells in alike if key[0]]
    return [Gap(cells[0].dataset, cells[0].period, cells[-1].period, missing, partly) for cells, (_, missing, partly) in found]
