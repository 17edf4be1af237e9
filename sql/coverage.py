"""Which delivery counts for each kommun × period, now or as of a time: one query over coverage (contract, section 2)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import polars as pl
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import Session, col
from sqlmodel import select as select_one

from sql.store import Store
from sql.tables import CoverageRow, DeliveryRow

SCHEMA = {"kommun": pl.String, "period": pl.String, "key": pl.String, "delivery": pl.Int64, "complete": pl.Boolean}
CELL = ("kommun", "period", "key")


def in_force(store: Store, dataset: str, as_of: datetime | None = None) -> pl.DataFrame:
    """What is covered: one row per kommun × period × key, sorted by them.

    `delivery` is the newest accepted one that is not withdrawn, `complete` false where rows were rejected. `as_of` (with
    zone) asks what counted then; what an erased delivery spoke for then is nobody's, since its rows are gone, and so is what gallring
    kept nothing of.
    """
    with store.reading() as session:
        return in_force_now(session, dataset, as_of)


def all_in_force(store: Store, datasets: Collection[str], as_of: datetime | None = None) -> dict[str, pl.DataFrame]:
    """`in_force` of several datasets, all at the same moment."""
    with store.reading() as session:
        found = _newest(session, None, _alive(as_of))
    apart = found.partition_by("dataset", as_dict=True, include_key=False)
    return {dataset: apart.get((dataset,), found.clear().drop("dataset")) for dataset in datasets}


def in_force_now(session: Session, dataset: str, as_of: datetime | None = None) -> pl.DataFrame:
    """`in_force` inside a session."""
    return _newest(session, dataset, _alive(as_of)).drop("dataset")


def of_run(store: Store, dataset: str, deliveries: Collection[int]) -> pl.DataFrame:
    """What a run covered: `in_force` when exactly those deliveries counted, which are the run's own (`sql.runs.Run.deliveries`).

    Whatever counted for a cell is among them, and nothing newer is. What has been erased since is nobody's.
    """
    with store.reading() as session:
        return _newest(session, dataset, col(DeliveryRow.id).in_(deliveries), with_gone=True).drop("dataset")


def matrix(store: Store, as_of: datetime | None = None) -> pl.DataFrame:
    """Dataset × period with the number of `kommuner` covered, and of those that are `complete` (Int64), sorted."""
    with store.reading() as session:
        cells = _newest(session, None, _alive(as_of))
    per_kommun = cells.group_by("dataset", "period", "kommun").agg(pl.col("complete").all())
    counted = per_kommun.group_by("dataset", "period").agg(
        pl.len().cast(pl.Int64).alias("kommuner"), pl.col("complete").sum().cast(pl.Int64)
    )
    return counted.sort("dataset", "period")


def of_deliveries(store: Store, ids: Collection[int]) -> pl.DataFrame:
    """What the deliveries speak for, in force or not: `delivery`, `dataset`, `kommun`, `period`, sorted."""
    query = (
        select(col(CoverageRow.delivery_id), col(DeliveryRow.dataset), col(CoverageRow.kommun), col(CoverageRow.period))
        .join(DeliveryRow, col(DeliveryRow.id) == col(CoverageRow.delivery_id))
        .where(col(CoverageRow.delivery_id).in_(ids))
    )
    schema = {"delivery": pl.Int64, "dataset": pl.String, "kommun": pl.String, "period": pl.String}
    with store.reading() as session:
        found = pl.DataFrame([tuple(row) for row in session.execute(query)], schema=schema, orient="row")
    return found.unique().sort("delivery", "kommun", "period")


def _alive(as_of: datetime | None) -> ColumnElement[bool]:
    withdrawn = col(DeliveryRow.withdrawn_at)
    if as_of is None:
        return withdrawn.is_(None)
    return and_(col(DeliveryRow.loaded_at) <= as_of, or_(withdrawn.is_(None), withdrawn > as_of))


def _newest(session: Session, dataset: str | None, among: ColumnElement[bool], *, with_gone: bool = False) -> pl.DataFrame:
    """The newest delivery of each cell, asked for once: in one number with what its coverage says, so that the greatest is the newest's."""
    cell = (col(DeliveryRow.dataset), col(CoverageRow.kommun), col(CoverageRow.period), col(CoverageRow.key))
    said = case((col(CoverageRow.complete), 1), else_=0) + case((col(CoverageRow.gone), 2), else_=0)
    newest = select(*cell, func.max(col(CoverageRow.delivery_id) * 4 + said)).join(
        DeliveryRow, col(DeliveryRow.id) == col(CoverageRow.delivery_id)
    )
    if dataset is not None:
        newest = newest.where(col(DeliveryRow.dataset) == dataset)
    columns = zip(*session.connection().execute(newest.where(among).group_by(*cell)), strict=True)
    names = {"dataset": pl.String, "kommun": pl.String, "period": pl.String, "key": pl.String, "said": pl.Int64}
    found = pl.DataFrame(dict(zip(names, columns, strict=False)), schema=names).with_columns(
        delivery=pl.col("said") // 4, complete=pl.col("said") % 2 == 1, gone=pl.col("said") // 2 % 2 == 1
    )
    erased = list(session.exec(select_one(DeliveryRow.id).where(col(DeliveryRow.erased_at).is_not(None))))
    there = found.filter(~pl.col("delivery").is_in(erased), pl.lit(with_gone) | ~pl.col("gone"))
    return there.select("dataset", *SCHEMA).sort("dataset", *CELL)
