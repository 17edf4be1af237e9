"""The rows that count, read lazily from the deliveries' Parquet files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlmodel import Session, col, select

from sql.coverage import CELL, in_force
from sql.shapes import Shape, shape_of
from sql.store import Store
from sql.tables import DeliveryRow, SharedIdRow


def rows(store: Store, dataset: str, as_of: datetime | None = None) -> pl.LazyFrame:
    """The dataset's rows that count, in no order; the columns are `Shape.schema`.

    A row counts when its kommun × period is in force from its own delivery. Where two of them hold the same id, the newest
    delivery's counts alone. What has been gallrad has no rows, though it is in force. Optional columns that a delivery lacked are null
    there and `lacks_<column>` is true.
    Raises StoreError when a delivery's file is gone.
    """
    return rows_of(store, dataset, in_force(store, dataset, as_of))


def rows_of(store: Store, dataset: str, covered: pl.DataFrame, periods: Collection[str] | None = None) -> pl.LazyFrame:
    """`rows` for a coverage that `sql.coverage.in_force` gave: the two agree also when a delivery arrives in between.

    With `periods`, the rows of those (as the coverage names them) alone; only the files that can say anything of them are read.
    """
    shape = shape_of(dataset)
    mine = covered if periods is None else covered.filter(pl.col("period").is_in(list(periods)))
    with store.reading() as session:
        found, sharing = _of_those_that_count(session, dataset, covered, mine)
    # Asked when the database has been left: an object store may be slow.
    paths = store.files.paths(dataset, {number: row.parquet for number, row in found.items()})
    cells = dict(mine.group_by("delivery").len().iter_rows())
    kept = [
        _Kept(number, paths[number], frozenset(row.columns), cells.get(number) == row.cells, number in sharing)
        for number, row in found.items()
    ]
    scanning = store.files.scanning
    parts = [
        _scan(shape, [d for d in kept if d.is_whole and not d.shares], scanning),
        _counting(shape, _scan(shape, [d for d in kept if not d.is_whole and not d.shares], scanning), mine),
        _one_per_id(shape, _counting(shape, _scan(shape, [d for d in kept if d.shares], scanning), covered)),
    ]
    if periods is not None:
        parts[-1] = _counting(shape, parts[-1], mine)
    return pl.concat(parts)


def sharing(store: Store) -> pl.DataFrame:
    """Pairs of deliveries that hold the same id, so that what counts of the `older` depends on what counts of the `newer`."""
    with store.reading() as session:
        pairs = session.exec(select(SharedIdRow.older, SharedIdRow.newer)).all()
    return pl.DataFrame([tuple(pair) for pair in pairs], schema={"older": pl.Int64, "newer": pl.Int64}, orient="row")


@dataclass(frozen=True)
class _Kept:
    """A delivery that counts. `is_whole`: for all that it covers. `shares`: ids with another one that counts."""

    delivery: int
    path: str
    columns: frozenset[str]
    is_whole: bool
    shares: bool


def _of_those_that_count(
    session: Session, dataset: str, covered: pl.DataFrame, mine: pl.DataFrame
) -> tuple[dict[int, DeliveryRow], set[int]]:
    """The catalogue's rows, oldest first, of the deliveries of the cells in `mine` and of those that share ids with them and count
    anywhere; and the ids of those that share."""
    counting = set(covered["delivery"].unique())
    counts = set(mine["delivery"].unique())
    pairs = session.exec(select(SharedIdRow.older, SharedIdRow.newer)).all()
    both_count = (pair for pair in pairs if counting.issuperset(pair) and not counts.isdisjoint(pair))
    sharing = {delivery for pair in both_count for delivery in pair}
    there = select(DeliveryRow).where(DeliveryRow.dataset == dataset, col(DeliveryRow.gallrad_at).is_(None))
    found = session.exec(there.order_by(col(DeliveryRow.id)))
    return {row.id: row for row in found if row.id is not None and (row.id in counts or row.id in sharing)}, sharing


def _scan(shape: Shape, kept: list[_Kept], scanning: Mapping[str, Any]) -> pl.LazyFrame:
    """The deliveries' rows in one scan; which delivery a row is of, and what that lacks, follows from the file's path."""
    if not kept:
        return pl.LazyFrame(schema=shape.schema)
    about = pl.LazyFrame(
        {
            "_path": [d.path for d in kept],
            "delivery": [d.delivery for d in kept],
            **{f"lacks_{column}": [column not in d.columns for d in kept] for column in shape.optional},
        },
        schema_overrides={"delivery": pl.Int64},
    )
    scanned = pl.scan_parquet(
        [d.path for d in kept],
        schema=shape.stored,
        missing_columns="insert",
        include_file_paths="_path",
        glob=False,
        hive_partitioning=False,
        **scanning,
    )
    return scanned.join(about, on="_path", how="inner").select(list(shape.schema))


def _counting(shape: Shape, scanned: pl.LazyFrame, covered: pl.DataFrame) -> pl.LazyFrame:
    """Only rows whose kommun × period counts from their own delivery."""
    cell = [expression.alias(f"_{name}") for name, expression in zip(CELL, shape.cell(), strict=True)]
    placed = scanned.with_columns(cell)
    mine = covered.lazy().select("delivery", *(pl.col(name).alias(f"_{name}") for name in CELL))
    return placed.join(mine, on=["delivery", *(f"_{name}" for name in CELL)], how="semi").select(list(shape.schema))


def _one_per_id(shape: Shape, counting: pl.LazyFrame) -> pl.LazyFrame:
    """The newest delivery's row of each id."""
    if shape.id is None:
        return counting
    newest = counting.group_by(shape.id).agg(pl.col("delivery").max())
    return counting.join(newest, on=[shape.id, "delivery"], how="semi")
