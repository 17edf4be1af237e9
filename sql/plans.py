"""The nämndplaner that count, every version of one, and what has been delivered about their measures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl
from sqlalchemy import func
from sqlmodel import Session, col, select

from namndplan import Plan, from_json
from sql import facts
from sql.alone import Alone
from sql.coverage import SCHEMA, in_force
from sql.files import readable
from sql.store import Store
from sql.tables import CoverageRow, DeliveryRow

_DATASETS: Final = ("namndplan", "matt")
_EDITORS: Final = Alone(7_305_809, "planer.lock")  # another number than the writers' (sql.store) and the jobs' (sql.leader)


@dataclass(frozen=True)
class Source:
    """A delivery: its id, who brought it and when, and the file's name."""

    delivery: int
    by: str
    at: datetime
    file_name: str


@dataclass(frozen=True)
class StoredPlan:
    """A version of a plan, and the delivery that it came with."""

    plan: Plan
    source: Source


@dataclass(frozen=True)
class Delivered:
    """An outcome from a file."""

    kommun: str
    measure: str
    period: str
    value: float
    goal: float | None
    comment: str | None
    source: Source


def stamp(store: Store) -> tuple[int, int]:
    """Changes whenever a plan or an outcome is delivered, withdrawn or erased."""
    living = select(func.max(col(DeliveryRow.id)), func.count()).where(
        col(DeliveryRow.dataset).in_(_DATASETS), col(DeliveryRow.withdrawn_at).is_(None)
    )
    with store.reading() as session:
        newest, count = session.exec(living).one()
    return newest or 0, count


def plans(store: Store) -> list[StoredPlan]:
    """The plan that counts of every kommun and year that has one. Raises StoreError."""
    return _read(store, in_force(store, "namndplan"))


def versions(store: Store, kommun: str, year: int) -> list[StoredPlan]:
    """Every version of the plan that has not been withdrawn, the newest (the one that counts) first. Raises StoreError."""
    query = (
        select(CoverageRow.delivery_id)
        .join(DeliveryRow, col(DeliveryRow.id) == col(CoverageRow.delivery_id))
        .where(
            col(DeliveryRow.dataset) == "namndplan",
            col(DeliveryRow.withdrawn_at).is_(None),
            col(CoverageRow.kommun) == kommun,
            col(CoverageRow.period) == str(year),
        )
    )
    with store.reading() as session:
        found = [(kommun, str(year), "", delivery, True) for delivery in session.exec(query)]
    return sorted(_read(store, pl.DataFrame(found, schema=SCHEMA, orient="row")), key=lambda stored: -stored.source.delivery)


def delivered(store: Store) -> list[Delivered]:
    """Every outcome that counts among the files. Raises StoreError."""
    covered = in_force(store, "matt")
    if covered.is_empty():
        return []
    wanted = ("kommun", "matt", "period", "utfall", "mal", "kommentar", "delivery")
    with readable():
        rows = facts.rows_of(store, "matt", covered).select(wanted).collect()
    known = _deliveries(store)
    return [
        Delivered(kommun, measure, period, value, goal, comment, _source(known[delivery]))
        for kommun, measure, period, value, goal, comment, delivery in rows.iter_rows()
    ]


def editing(store: Store) -> AbstractContextManager[None]:
    """One editor at a time reads a plan, changes it and delivers the new version: none is built on one that has passed.

    Raises StoreError.
    """
    return _EDITORS.in_(store)


def _read(store: Store, covered: pl.DataFrame) -> list[StoredPlan]:
    if covered.is_empty():
        return []
    known = _deliveries(store)
    with readable():
        rows = facts.rows_of(store, "namndplan", covered).select("plan", "delivery").collect()
    return [StoredPlan(from_json(kept), _source(known[delivery])) for kept, delivery in rows.iter_rows()]


def _source(row: DeliveryRow) -> Source:
    return Source(row.id or 0, row.loaded_by, row.loaded_at, row.file_name)


def _deliveries(store: Store) -> dict[int, DeliveryRow]:
    with store.reading() as session:
        return dict(_rows(session))


def _rows(session: Session) -> Iterator[tuple[int, DeliveryRow]]:
    for row in session.exec(select(DeliveryRow).where(col(DeliveryRow.dataset).in_(_DATASETS))):
        session.expunge(row)
        yield row.id or 0, row
