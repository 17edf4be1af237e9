"""Making a run of pieces: what the current run has of the same inputs is used again, the rest is counted and computed.

Two kinds of pieces, both for a bucket of periods (a quarter and its months, or a year): counts of one dataset, made from its rows, and
rows of the run's frames, made from counts (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Final, TypeAlias

import polars as pl

import periods
from config import Settings
from flows import counting, engines, fingerprints
from metrics import engine
from metrics.counting import bucket, months_back, reaches
from sql import facts, gallring, runs
from sql import pieces as kept
from sql.pieces import Piece
from sql.store import Store

Known: TypeAlias = Mapping[tuple[str, str], Piece]
"""Pieces by name and bucket."""


RULED: Final = "ruled:"
"""Before the names of what gallring keeps besides counts: what the rules had made of discharges (`metrics.engine.ruled`)."""


class LostPieceError(Exception):
    """A piece that the run is known to have is not there, or not what it was."""


@dataclass(frozen=True)
class Making:
    """A run in the making from what is in force (`covered`, by dataset), with `known` to use again where its inputs are the same.

    Of the `gallrade` deliveries there are no rows: what is kept of them takes their place.
    """

    settings: Settings
    store: Store
    covered: Mapping[str, pl.DataFrame]
    known: Known
    gallrade: Collection[int] = ()

    @classmethod
    def beside_current(cls, settings: Settings, store: Store, covered: Mapping[str, pl.DataFrame]) -> Making:
        """With the current run's pieces to use again."""
        current = runs.current(store)
        return cls(settings, store, covered, kept.of_run(store, current.id) if current else {}, gallring.gallrade(store))

    def from_rows(self) -> Making:
        """The same run with nothing to use again."""
        return replace(self, known={})

    def pieces(self) -> list[Piece]:
        """Every piece of the run. Raises LostPieceError."""
        return [*self._old_counts.values(), *self._new_counts.values(), *self._old_figures, *self._new_figures()]

    # ---- Counts -----------------------------------------------------------------------------------------------------------------

    @cached_property
    def _inputs_of_counts(self) -> dict[tuple[str, str], str]:
        return fingerprints.of_counts(self.settings, self.covered, facts.sharing(self.store), self.gallrade)

    def _is_the_same(self, name: str, held: str, inputs: str | None) -> bool:
        found = self.known.get((name, held))
        return found is not None and found.inputs == inputs

    @cached_property
    def _old_counts(self) -> dict[tuple[str, str], Piece]:
        inputs = self._inputs_of_counts
        counts = {(name, held): piece for (name, held), piece in self.known.items() if name not in engine.SCHEMAS}
        place = {key: (key[0].split(".")[0], key[1]) for key in counts}
        other = {place[key] for key, piece in counts.items() if piece.inputs != inputs.get(place[key])}  # all of a dataset, or nothing
        return {key: piece for key, piece in counts.items() if place[key] not in other}

    @cached_property
    def _counted(self) -> dict[tuple[str, str], pl.DataFrame]:
        """The counts that are made anew, by name and bucket."""
        changed = {key for key in self._inputs_of_counts if key not in self._old_counts}
        wanted = {
            dataset: [period for period in cells["period"].unique().sort() if (dataset, bucket(period)) in changed]
            for dataset, cells in self.covered.items()
        }
        wanted = {dataset: periods for dataset, periods in wanted.items() if periods}
        found = {}
        for task, counted in engines.counted(self.settings, self.store, self.covered, wanted) if wanted else ():
            buckets = {bucket(period) for period in task.periods}
            for name, frame in counted.items():
                found.update({(name, held): rows for held, rows in apart(frame, "base", buckets).items()})
        for name, kept_rows in self._kept({held for _, held in found}).items():
            for held, rows in apart(kept_rows, "base", kept_rows["base"].map_elements(bucket, pl.String).unique()).items():
                if (name, held) in found:
                    found[name, held] = pl.concat([found[name, held], _fitted(rows, found[name, held].schema)])
        return found

    def _kept(self, buckets: Collection[str]) -> dict[str, pl.DataFrame]:
        """What is kept of rows that are gone, where the delivery that it is of is in force."""
        if not self.gallrade:
            return {}
        found = {}
        for name, rows in gallring.kept(self.store, buckets).items():
            cells = self.covered["utskrivning" if name.startswith(RULED) else name.split(".")[0]]
            in_force = cells.select("delivery", "kommun", base="period")
            found[name] = rows.join(in_force, on=("delivery", "kommun", "base"), how="semi", maintain_order="left").drop("delivery")
        return found

    @cached_property
    def _new_counts(self) -> dict[tuple[str, str], Piece]:
        return {
            (name, held): kept.made(name, held, self._inputs_of_counts[name.split(".")[0], held], rows)
            for (name, held), rows in self._counted.items()
        }

    # ---- Figures ----------------------------------------------------------------------------------------------------------------

    @cached_property
    def _inputs_of_figures(self) -> dict[str, str]:
        return fingerprints.of_figures(self.settings, self._inputs_of_counts)

    @cached_property
    def _changed(self) -> list[str]:
        """The buckets whose figures are to be made."""
        asked = self._inputs_of_figures.items()
        return [held for held, inputs in asked if not all(self._is_the_same(name, held, inputs) for name in engine.SCHEMAS)]

    @property
    def _old_figures(self) -> list[Piece]:
        same = self._inputs_of_figures.keys() - set(self._changed)
        return [self.known[name, held] for held in sorted(same) for name in engine.SCHEMAS]

    def _new_figures(self) -> Iterator[Piece]:
        """A year at a time: the memory that it takes is a year's, however many there are."""
        for _, some in groupby(sorted(self._changed), lambda held: held[:4]):
            yield from self._new_figures_of(list(some))

    def _new_figures_of(self, changed: Sequence[str]) -> Iterator[Piece]:
        kept_parts = {name.removeprefix(RULED): rows for name, rows in self._kept(self._based(changed)).items() if name.startswith(RULED)}
        made = engine.of_counts(self.settings, self.counts_for(changed), self.covered, changed, kept_parts)
        for name, frame in made.items():
            for held, rows in apart(frame, "period", changed).items():
                yield kept.made(name, held, self._inputs_of_figures[held], rows)

    @staticmethod
    def _based(figures: Collection[str]) -> set[str]:
        """The buckets whose periods those figures sum."""
        return {*figures, *(quarter for each in figures for quarter in periods.quarters(each))}

    def counts_for(self, figures: Collection[str]) -> dict[str, pl.DataFrame]:
        """The counts that the figures of those buckets need, old and new."""
        back = months_back(self.settings)

        def wanted(name: str, held: str) -> bool:
            return any(reaches(held, figure, back.get(name, 0)) for figure in figures)

        needed = {key: piece for key, piece in self._old_counts.items() if wanted(*key)}
        read = kept.read(self.store, {piece.sha256 for piece in needed.values()})
        if any(piece.sha256 not in read for piece in needed.values()):
            raise LostPieceError
        found = {key: rows for key, rows in self._counted.items() if wanted(*key)} | {key: read[p.sha256] for key, p in needed.items()}
        by_bucket = ({name: rows} for (name, _), rows in sorted(found.items(), key=lambda each: each[0]))
        return counting.put_together(self.settings, by_bucket)


def apart(frame: pl.DataFrame, period: str, buckets: Iterable[str]) -> dict[str, pl.DataFrame]:
    """The rows of each of the buckets; one without rows has the columns."""
    names = frame[period].unique().to_list()
    place = pl.DataFrame({period: names, "_bucket": [bucket(name) for name in names]}, schema={period: pl.String, "_bucket": pl.String})
    placed = frame.join(place, on=period, how="left", maintain_order="left")
    found = placed.partition_by("_bucket", as_dict=True, include_key=False)
    return {held: found.get((held,), frame.clear()) for held in buckets}


def _fitted(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """The rows in those columns; what they do not say is null."""
    lacking = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in rows.columns]
    return rows.with_columns(lacking).select(pl.col(name).cast(kind) for name, kind in schema.items())
