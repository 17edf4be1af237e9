"""The rows that count, read lazily from the deliveries' Parquet files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlmodel import Session, col, select

from sql import files
from sql.coverage import CELL, in_force
from sql.shapes import Shape, shape_of
from sql.store import Store
from sql.tables import DeliveryRow, SharedIdRow


def rows(store: Store, dataset: str, as_of: datetime | None = None) -> pl.LazyFrame:
    """The dataset's rows that count, in no order; the columns are `Shape.schema`.

    A row counts when its kommun × period is in force from its own delivery. Where two of them hold the same id, the newest
    delivery's counts alone. Optional columns that a delivery lacked are null there and `lacks_<column>` is true.
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
        kept = _kept(session, store, dataset, covered, mine)
    parts = [
        _scan(shape, [d for d in kept if d.is_whole and not d.shares]),
        _counting(shape, _scan(shape, [d for d in kept if not d.is_whole and not d.shares]), mine),
        _one_per_id(shape, _counting(shape, _scan(shape, [d for d in kept if d.shares]), covered)),
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


def _kept(session: Session, store: Store, dataset: str, covered: pl.DataFrame, mine: pl.DataFrame) -> list[_Kept]:
    """The deliveries of the cells in `mine`, and those that share ids with them and count anywhere."""
    counting = set(covered["delivery"].unique())
    counts = dict(mine.group_by("delivery").len().iter_rows())
    pairs = session.exec(select(SharedIdRow.older, SharedIdRow.newer)).all()
    both_count = (pair for pair in pairs if counting.issuperset(pair) and not counts.keys().isdisjoint(pair))
    sharing = {delivery for pair in both_count for delivery in pair}
    found = session.exec(select(DeliveryRow).where(DeliveryRow.dataset == dataset).order_by(col(DeliveryRow.id)))
    return [
        _Kept(
            delivery=row.id,
            path=files.require(store.folder, dataset, row.parquet, row.id),
            columns=frozenset(row.columns),
            is_whole=counts.get(row.id) == row.cells,
            shares=row.id in sharing,
        )
        for row in found
        if row.id is not None and (row.id in counts or row.id in sharing)
    ]


def _scan(shape: Shape, kept: list[_Kept]) -> pl.LazyFrame:
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
