"""Which delivery counts for each kommun × period, now or as of a time: one query over coverage (contract, section 2)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import polars as pl
from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlmodel import Session, col

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
    cell = (col(DeliveryRow.dataset), col(CoverageRow.kommun), col(CoverageRow.period), col(CoverageRow.key))
    candidates = select(*cell, func.max(col(CoverageRow.delivery_id)).label("delivery")).join(
        DeliveryRow, col(DeliveryRow.id) == col(CoverageRow.delivery_id)
    )
    if dataset is not None:
        candidates = candidates.where(col(DeliveryRow.dataset) == dataset)
    newest = candidates.where(among).group_by(*cell).subquery()
    same_cell = and_(col(CoverageRow.delivery_id) == newest.c.delivery, *(col(getattr(CoverageRow, n)) == newest.c[n] for n in CELL))
    winners = (
        select(newest.c.dataset, *(newest.c[name] for name in CELL), newest.c.delivery, col(CoverageRow.complete))
        .join(CoverageRow, same_cell)
        .join(DeliveryRow, col(DeliveryRow.id) == newest.c.delivery)
        .where(col(DeliveryRow.erased_at).is_(None), true() if with_gone else col(CoverageRow.gone).is_(False))
    )
    rows = [tuple(row) for row in session.execute(winners)]
    return pl.DataFrame(rows, schema={"dataset": pl.String, **SCHEMA}, orient="row").sort("dataset", *CELL)
