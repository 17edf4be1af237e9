"""From a figure to what it was made of: kommuner and months, deliveries, rows, and the same figure computed again.

Everything is of the run that the figure is from: the deliveries are the run's own, whatever has been delivered since.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Final

import polars as pl
import polars.selectors as cs

from config import Settings
from dashboard.lookup import Figure
from metrics import lineage
from metrics.completeness import POPULATION
from metrics.indicators import INDICATORS
from sql import catalogue, coverage, facts, publications, runs
from sql.catalogue import Delivery
from sql.files import readable
from sql.publications import INTERNAL
from sql.runs import Run
from sql.shapes import shape_of
from sql.store import Store

_KEPT: Final = 200
_ALWAYS: Final = (POPULATION, "ntandvard", "utskrivning", "avvikelser")  # what the engine is always given, if only empty


@dataclass(frozen=True)
class Used:
    """A delivery that the figure rests on, and for how many kommun × period of it."""

    delivery: Delivery
    cells: int


@dataclass(frozen=True)
class Again:
    """The figure computed again: whether it is the same, what differs (names of its parts), and why it may."""

    equal: bool
    differs: tuple[str, ...]
    settings_changed: bool
    erased: bool


class Trace:
    """One figure of a run and all that it was made from. Nothing here is protected: whoever shows it asks who may see it."""

    def __init__(self, settings: Settings, store: Store, run: Run, which: tuple[str, str, str]) -> None:
        self._settings, self._store, self.run = settings, store, run
        self._known: dict[str, pl.DataFrame] = {}
        self.indicator, self.area, self.period = which
        declared = INDICATORS[self.indicator]
        self.kommuner = lineage.members(settings, self.area, self.period)
        self.bases = lineage.bases(declared, self.period)
        self.dataset = declared.dataset
        self.datasets = lineage.datasets(declared)

    @cached_property
    def cells(self) -> pl.DataFrame:
        """The covered kommun × period that the figure sums: `kommun`, `period`, `delivery`, `complete`."""
        mine = pl.col("kommun").is_in(self.kommuner) & pl.col("period").is_in(self.bases)
        return self._covered(self.dataset).filter(mine)

    def _covered(self, dataset: str) -> pl.DataFrame:
        if dataset not in self._known:
            self._known[dataset] = coverage.of_run(self._store, dataset, self.run.deliveries)
        return self._known[dataset]

    @cached_property
    def _population(self) -> pl.DataFrame:
        """The population's cells up to the period's year: the latest of them counts for each kommun."""
        found = self._covered(POPULATION).filter(pl.col("kommun").is_in(self.kommuner), pl.col("period") <= self.period[:4])
        return found.sort("period").group_by("kommun", maintain_order=True).last()

    @cached_property
    def _beside(self) -> pl.DataFrame:
        """The cells of the other dataset that the figure is computed from; none where there is no other."""
        others = [each for each in self.datasets[1:] if each != POPULATION]
        frames = [self._covered(each) for each in others]
        found = [each.filter(pl.col("kommun").is_in(self.kommuner), pl.col("period").is_in(self.bases)) for each in frames]
        return pl.concat([*found, *([self._population] if POPULATION in self.datasets else []), self.cells.clear()])

    def used(self) -> list[Used]:
        """The deliveries, by number."""
        counted = dict(pl.concat([self.cells, self._beside]).group_by("delivery").len().iter_rows())
        return [Used(each, counted[each.id]) for each in catalogue.listing(self._store) if each.id in counted]

    @cached_property
    def gallrade(self) -> list[Delivery]:
        """Deliveries that the figure is computed from and whose rows are gone by gallring: it can no longer be computed again."""
        frames = (self._covered(each).filter(self._within(each, pl.col("period"))) for each in self.datasets)
        needed = {id_ for each in frames for id_ in each.filter(pl.col("kommun").is_in(self.kommuner))["delivery"].unique()}
        return [each for each in catalogue.listing(self._store) if each.id in needed and each.gallrad_at is not None]

    # ---- Rows -----------------------------------------------------------------------------------------------------------------

    def _within(self, dataset: str, period: pl.Expr) -> pl.Expr:
        """The periods of a dataset's rows and cells that the figure is computed from."""
        if dataset == POPULATION:
            return period <= self.period[:4]
        return period <= self.bases[-1] if lineage.looks_back(INDICATORS[self.indicator]) else period.is_in(self.bases)

    def _rows(self, dataset: str) -> pl.LazyFrame:
        """The rows that counted in the run for the figure's kommuner and that it is computed from."""
        kommun, period, _ = shape_of(dataset).cell()
        counting = facts.rows_of(self._store, dataset, self._covered(dataset))
        return counting.filter(kommun.is_in(self.kommuner), self._within(dataset, period))

    def _counting(self, dataset: str) -> pl.LazyFrame:
        """Those of them that the figure was made from: each kommun's population is that of one year."""
        if dataset == self.dataset:
            return lineage.counted(INDICATORS[self.indicator], self.period, self._rows(dataset))
        if dataset != POPULATION:
            return self._rows(dataset)
        latest = self._population.lazy().select("kommun", ar=pl.col("period").cast(pl.Int64))
        return self._rows(dataset).join(latest, on=("kommun", "ar"), how="semi")

    def row_counts(self, dataset: str) -> dict[int, int]:
        """How many rows of each delivery."""
        with readable():
            return dict(self._counting(dataset).group_by("delivery").len().collect().iter_rows())

    def rows(self, dataset: str, offset: int, most: int) -> pl.DataFrame:
        """Some of the rows in the order of delivery and of the sender's file, with what the rules make of each."""
        with readable():
            ordered = self._counting(dataset).sort("delivery", "row").slice(offset, most).collect()
        return lineage.judged_rows(self._settings, dataset, ordered).drop(cs.starts_with("lacks_"))

    # ---- Again ----------------------------------------------------------------------------------------------------------------

    def again(self, figure: Figure | None) -> Again:
        """Compute the figure from the run's deliveries and hold it against `figure`, which must not be protected."""
        covered = {name: self._covered(name) for name in (*_ALWAYS, *self.datasets)}
        rows = {name: facts.rows_of(self._store, name, covered[name].clear()) for name in covered}
        for name in self.datasets:
            rows[name] = self._rows(name)
        needed = {name: self._needed(name, frame) for name, frame in covered.items()}
        with readable():
            made = lineage.again(self._settings, (self.indicator, self.area, self.period), rows, needed)
        then = figure._asdict() if figure else None
        return Again(
            equal=_same(then, made) == (),
            differs=_same(then, made),
            settings_changed=self.run.settings_sha256 != runs.fingerprint(self._settings),
            erased=self._is_erased(),
        )

    def _needed(self, dataset: str, covered: pl.DataFrame) -> pl.DataFrame:
        return covered.filter(self._within(dataset, pl.col("period"))) if dataset in self.datasets else covered.clear()

    def _is_erased(self) -> bool:
        gone = {each.id for each in catalogue.listing(self._store) if each.status == "raderad"}
        return bool(gone & set(self.run.deliveries))


def _same(then: dict[str, Any] | None, made: dict[str, Any] | None) -> tuple[str, ...]:
    """What differs; a figure that is not there is one that is missing."""
    if then is None or made is None:
        return () if then is made else ("status",)
    return tuple(name for name in lineage.COMPARED if then[name] != made[name])


class Traces:
    """Traces figures, and keeps the answers to the latest computations: they cost half a second and never change."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._kept: OrderedDict[tuple[str, ...], Again] = OrderedDict()
        self._lock = Lock()

    def trace(self, run_id: str, which: tuple[str, str, str]) -> Trace | None:
        """The figure (indicator, area, period) of the run; None when the run is no longer kept."""
        run = runs.get(self._store, run_id)
        return Trace(self._settings, self._store, run, which) if run else None

    def again(self, trace: Trace, publication: str) -> Again:
        """The figure of the publication, or of the run, computed again; once for each."""
        key = (trace.run.id, publication, trace.indicator, trace.area, trace.period)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
            which = (trace.indicator, trace.area, trace.period)
            made = trace.again(as_computed(self._store, trace.run.id, publication, which))
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


def as_computed(store: Store, run: str, publication: str, which: tuple[str, str, str]) -> Figure | None:
    """The figure as it was computed, for comparison alone: of the publication where one is named, else of the run."""
    frame = publications.frame(store, publication, INTERNAL) if publication else runs.frame(store, run, "figures")
    indicator, area, period = which
    found = frame.filter(indicator=indicator, area=area, period=period).with_columns(run=pl.lit(run))
    return Figure._make(found.select(Figure._fields).row(0)) if found.height else None
