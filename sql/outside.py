"""Open statistics from elsewhere, shown beside our own figures: nyckeltal per kommun and year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, func, select

from sql.store import Store
from sql.tables import OutsideMeasureRow, OutsideValueRow


@dataclass(frozen=True)
class Measure:
    """A nyckeltal: its id and its title there."""

    kpi: str
    title: str


@dataclass(frozen=True)
class Value:
    """A kommun's value of a year; None where there is none, and `status` is the source's word for why."""

    kpi: str
    kommun: str
    year: int
    value: float | None
    status: str


def replace(store: Store, measures: Sequence[Measure], values: Iterable[Value], now: datetime) -> None:
    """Keep these measures and values instead of those that are kept; all or nothing."""
    with store.writing() as session:
        session.execute(delete(OutsideValueRow))
        session.execute(delete(OutsideMeasureRow))
        session.add_all(OutsideMeasureRow(kpi=m.kpi, title=m.title, fetched_at=now) for m in measures)
        session.flush()
        session.add_all(OutsideValueRow(**value.__dict__) for value in values)


def measures(store: Store) -> tuple[Measure, ...]:
    """The measures that are kept, by id."""
    with store.reading() as session:
        return tuple(Measure(row.kpi, row.title) for row in session.exec(select(OutsideMeasureRow).order_by(OutsideMeasureRow.kpi)))


def values(store: Store) -> tuple[Value, ...]:
    """Every kommun's values, by measure, kommun and year."""
    row = OutsideValueRow
    with store.reading() as session:
        found = session.exec(select(row).order_by(col(row.kpi), col(row.kommun), col(row.year)))
        return tuple(Value(**each.model_dump()) for each in found)


def fetched_at(store: Store) -> datetime | None:
    """When they were fetched; None where none are kept."""
    with store.reading() as session:
        return session.exec(select(func.max(OutsideMeasureRow.fetched_at))).one()
