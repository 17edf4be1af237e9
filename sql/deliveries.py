"""Accepting deliveries and ending them. A delivery counts from the commit of its catalogue row (contract, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl
from sqlalchemy import delete, insert, or_
from sqlmodel import Session, col, select

from policy import Person, as_person
from sql import files, shared
from sql.audit import Event, What, record
from sql.catalogue import Delivery, Span, listing
from sql.coverage import CELL, in_force_now
from sql.errors import StoreError
from sql.gallring import forget
from sql.refusals import Refused, RefusedProblem, refuse
from sql.shapes import Shape, shape_of
from sql.shared import SharedIds
from sql.store import Store, mark, mark_of
from sql.tables import CoverageRow, DeliveryRow, PendingFileRow, SharedIdRow

__all__ = [
    "Delivery",
    "NewDelivery",
    "Receipt",
    "Refused",
    "RefusedProblem",
    "SharedIds",
    "Span",
    "accept",
    "erase",
    "listing",
    "refuse",
    "same",
    "withdraw",
]

LONGEST_LOAD = timedelta(hours=1)  # a file that has waited longer for its delivery is what a crash left
_COVERAGE = {"kommun": pl.String, "period": pl.String, "key": pl.String, "complete": pl.Boolean}


@dataclass(frozen=True, kw_only=True)
class NewDelivery:
    """What is to be known of a delivery besides its rows.

    `coverage` has one row per kommun × period it speaks for: `kommun`, `period`, `complete` (Boolean) and, for matt, `key`
    (the measure's name). `loaded_at` has a zone; `sha256` is that of the sender's bytes.
    """

    dataset: str
    file_name: str
    sha256: str
    loaded_by: Person | str
    loaded_at: datetime
    coverage: pl.DataFrame


@dataclass(frozen=True)
class Receipt:
    """The delivery's id. `already`: the same bytes with the same coverage count since before and nothing has changed."""

    id: int
    already: bool = False
    shared: tuple[SharedIds, ...] = ()


def accept(store: Store, new: NewDelivery, rows: pl.DataFrame) -> Receipt:
    """Keep the rows as a delivery that counts from now on.

    `rows` has the dataset's required columns, those of the optional ones that the sender's file had, and `row`.
    All or nothing: raises StoreError and leaves no trace when the disk or the database fails.
    """
    shape = shape_of(new.dataset)
    _hold_against(shape, rows)
    coverage = _whole(new.coverage)
    with store.reading() as session:
        if (known := _same(session, new.dataset, new.sha256, coverage)) is not None:
            return Receipt(known, already=True)
        others = _others(session, new.dataset)
    pending, left_behind = _announce(store, new.dataset)
    _sweep(store, left_behind)
    receipt = None
    committed = False
    try:
        store.files.write(new.dataset, pending.parquet, rows)
        found = _found(store, new.dataset, rows, others)
        with store.writing() as session:
            late = {i: name for i, name in _others(session, new.dataset).items() if i not in others}
            found = pl.concat([found, _found(store, new.dataset, rows, late)])
            receipt = _register(store, session, new, rows, coverage, pending, found)
        committed = True
    finally:
        if receipt is None or receipt.already:
            store.files.discard(new.dataset, [pending.parquet])
        elif not committed:
            _discard_unless_registered(store, new.dataset, pending.parquet)
    return receipt


@dataclass(frozen=True)
class _Pending:
    """A file that is being written, as it was announced."""

    parquet: str
    since: datetime


def _announce(store: Store, dataset: str) -> tuple[_Pending, list[_Left]]:
    """Tell the database of the file before it is written, so that a crash leaves no file that nobody knows of; and what such ones left."""
    pending = _Pending(files.new_name(), datetime.now(UTC))
    with store.writing() as session:
        left_behind = _claim(session, pending.since)
        session.add(PendingFileRow(parquet=pending.parquet, dataset=dataset, since=pending.since))
    return pending, left_behind


def same(store: Store, dataset: str, sha256: str, coverage: pl.DataFrame) -> int | None:
    """The delivery of the same bytes with the same coverage that still counts for all of it, or None; `coverage` as in NewDelivery."""
    with store.reading() as session:
        return _same(session, dataset, sha256, _whole(coverage))


def withdraw(store: Store, delivery: int, reason: str, by: Person | str, now: datetime) -> None:
    """End the delivery's coverage; what it superseded counts again. Raises StoreError for an unknown or ended one."""
    who = as_person(by)
    with store.writing() as session:
        row = _living(session, delivery)
        if row.withdrawn_at is not None:
            raise StoreError(f"Leverans {delivery} är redan återkallad.")
        _withdraw(row, reason, who.name, now)
        session.add(row)
        record(store, session, who, Event(What.WITHDRAW, f"leverans {delivery}", said=reason), now)


def erase(store: Store, delivery: int, reason: str, by: Person | str, now: datetime) -> None:
    """End the delivery's coverage and delete its rows, or what is kept of them; its catalogue line stays.

    Raises StoreError for an unknown or erased one.
    """
    who = as_person(by)
    with store.writing() as session:
        row = _living(session, delivery)
        if row.withdrawn_at is None:
            _withdraw(row, reason, who.name, now)
        row.erased_at, row.erased_by, row.erased_reason = now, who.name, reason
        session.add(row)
        if row.gallrad_at is not None:
            forget(session, delivery)
        record(store, session, who, Event(What.ERASE, f"leverans {delivery}", said=reason), now)
        dataset, name = row.dataset, row.parquet
    # Only now: were the file gone before the commit, a crash in between would leave a delivery that counts without its rows.
    # A crash here leaves the file to the next sweep.
    try:
        store.files.discard(dataset, [name])
    except StoreError as error:
        raise StoreError(f"Leverans {delivery} är raderad, men dess fil ligger kvar och tas bort vid nästa inläsning. {error}") from error


def _withdraw(row: DeliveryRow, reason: str, by: str, now: datetime) -> None:
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = now, by, reason


def _living(session: Session, delivery: int) -> DeliveryRow:
    row = session.get(DeliveryRow, delivery)
    if row is None:
        raise StoreError(f"Leverans {delivery} finns inte. Kör uppfoljning deliveries för att se vilka som finns.")
    if row.erased_at is not None:
        raise StoreError(f"Leverans {delivery} är redan raderad.")
    return row


def _hold_against(shape: Shape, rows: pl.DataFrame) -> None:
    """Raises ValueError where the rows are not of the dataset's shape: a fault in the loader, not in the file."""
    missing = [name for name in (*shape.required, "row") if name not in rows.columns]
    wrong = [f"{name} is {kind}" for name, kind in rows.schema.items() if shape.stored.get(name) != kind]
    if missing or wrong:
        raise ValueError(f"rows do not fit the dataset's shape: missing {missing}, wrong {wrong}")


def _whole(coverage: pl.DataFrame) -> pl.DataFrame:
    """The coverage with every column, in order. Raises ValueError where kommun × period × key is given twice."""
    coverage = coverage if "key" in coverage.columns else coverage.with_columns(key=pl.lit(""))
    coverage = coverage.select(pl.col(name).cast(kind) for name, kind in _COVERAGE.items()).sort(CELL)
    if coverage.select(pl.struct(CELL).is_duplicated().any()).item():
        raise ValueError("the coverage names a kommun × period twice")
    return coverage


def _same(session: Session, dataset: str, sha256: str, coverage: pl.DataFrame) -> int | None:
    of_same_bytes = select(DeliveryRow.id).where(
        DeliveryRow.dataset == dataset, DeliveryRow.sha256 == sha256, col(DeliveryRow.withdrawn_at).is_(None)
    )
    candidates = session.exec(of_same_bytes).all()
    if not candidates:
        return None
    counting = in_force_now(session, dataset)
    for candidate in candidates:
        if counting.filter(pl.col("delivery") == candidate).select(list(_COVERAGE)).sort(CELL).equals(coverage):
            return candidate
    return None


def _others(session: Session, dataset: str) -> dict[int, str]:
    """The deliveries whose ids a new one is held against, and the names of their files."""
    if shape_of(dataset).id is None:
        return {}
    there = (DeliveryRow.dataset == dataset, col(DeliveryRow.withdrawn_at).is_(None), col(DeliveryRow.gallrad_at).is_(None))
    query = select(DeliveryRow.id, DeliveryRow.parquet).where(*there)
    return {i: name for i, name in session.exec(query) if i is not None}


def _found(store: Store, dataset: str, rows: pl.DataFrame, others: dict[int, str]) -> pl.DataFrame:
    return shared.find(shape_of(dataset), rows, store.files.paths(dataset, others), store.files.scanning)


def _register(
    store: Store, session: Session, new: NewDelivery, rows: pl.DataFrame, coverage: pl.DataFrame, pending: _Pending, found: pl.DataFrame
) -> Receipt:
    """Everything that makes the delivery count, in the caller's transaction."""
    if (known := _same(session, new.dataset, new.sha256, coverage)) is not None:
        return Receipt(known, already=True)
    _no_longer_pending(session, pending)
    if mark_of(session) is None:
        mark(session, "real")
    who = as_person(new.loaded_by)
    row = DeliveryRow(
        dataset=new.dataset,
        file_name=new.file_name,
        sha256=new.sha256,
        loaded_by=who.name,
        loaded_at=new.loaded_at,
        row_count=rows.height,
        cells=coverage.height,
        parquet=pending.parquet,
        columns=[column for column in rows.columns if column != "row"],
    )
    session.add(row)
    session.flush()
    delivery = row.id
    if delivery is None:
        raise RuntimeError("the database gave the delivery no id")
    if coverage.height:
        session.execute(insert(CoverageRow), coverage.with_columns(delivery_id=pl.lit(delivery)).to_dicts())
    if found.height:
        older = found["delivery"].unique().sort().to_list()
        session.execute(insert(SharedIdRow), [{"older": other, "newer": delivery} for other in older])
    record(store, session, who, _told(What.LOAD, row, coverage), new.loaded_at)
    return Receipt(delivery, shared=shared.named(found, in_force_now(session, new.dataset)) if found.height else ())


def _told(what: What, row: DeliveryRow, coverage: pl.DataFrame) -> Event:
    kommuner = coverage["kommun"].unique().to_list()
    said = f"{row.dataset}, {row.file_name}, {row.row_count} rader"
    return Event(what, f"leverans {row.id}", kommuner[0] if len(kommuner) == 1 else "", said)


@dataclass(frozen=True)
class _Left:
    """A file that nobody's delivery needs; `pending` where a loader had announced it."""

    dataset: str
    parquet: str
    pending: bool


def _claim(session: Session, now: datetime) -> list[_Left]:
    """The files that crashes left: of deliveries that were erased or gallrade, and of loaders that began long ago and never came to an end.

    The latter are the claimer's from now on: a loader that was only slow finds that its file is no longer its own.
    """
    ended = or_(col(DeliveryRow.erased_at).is_not(None), col(DeliveryRow.gallrad_at).is_not(None))
    gone = session.exec(select(DeliveryRow.dataset, DeliveryRow.parquet).where(ended))
    left = [_Left(dataset, parquet, False) for dataset, parquet in gone]
    for row in session.exec(select(PendingFileRow).where(col(PendingFileRow.since) < now - LONGEST_LOAD)):
        left.append(_Left(row.dataset, row.parquet, True))
        row.since = now
        session.add(row)
    return left


def _sweep(store: Store, left_behind: list[_Left]) -> None:
    """Remove what crashes left. Files go before their rows do, so that a crash here leaves both to the next sweep.

    Nobody who wants to write waits for it: an object store may be slow.
    """
    for dataset in {left.dataset for left in left_behind}:
        store.files.discard(dataset, [left.parquet for left in left_behind if left.dataset == dataset])
    if pending := [left.parquet for left in left_behind if left.pending]:
        with store.writing() as session:
            session.execute(delete(PendingFileRow).where(col(PendingFileRow.parquet).in_(pending)))


def _no_longer_pending(session: Session, pending: _Pending) -> None:
    """Raises StoreError where a sweep has taken the file for one that a crash left."""
    row = session.get(PendingFileRow, pending.parquet)
    if row is None or row.since != pending.since:
        raise StoreError("Inläsningen stod stilla för länge och har städats bort. Läs in filen igen.")
    session.delete(row)


def _discard_unless_registered(store: Store, dataset: str, name: str) -> None:
    """After a failed commit: it may have been made and only its answer lost, and then the file is a delivery's.

    Asked as a writer, so that a commit still under way is waited for. Where the database cannot say, the sweep will.
    """
    try:
        with store.writing() as session:
            registered = session.exec(select(DeliveryRow.id).where(DeliveryRow.parquet == name)).first()
    except StoreError:
        return
    if registered is None:
        store.files.discard(dataset, [name])
