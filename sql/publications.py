"""Publications: a year's figures, frozen with a hash, a note and who did it. Superseded by editions, never changed or removed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

import polars as pl
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from policy import Person, as_person
from sql.audit import Event, What, record
from sql.errors import StoreError
from sql.runs import parquet_bytes
from sql.store import Store
from sql.tables import PublicationFrameRow, PublicationRow, RunRow

INTERNAL: Final = "internal"
PROTECTED: Final = "protected"
BREAKDOWNS: Final = "breakdowns"


@dataclass(frozen=True, kw_only=True)
class NewPublication:
    """What is to be frozen: the year, the run that the figures are from, why this edition (empty for the first), who and when.

    `note` is a person's words, needed where the year is incomplete.
    """

    year: int
    run: str
    note: str
    reason: str
    by: Person | str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A frozen year. `id` is `2025-1` for the first edition of 2025; `sha256` is of the frozen bytes."""

    id: str
    year: int
    edition: int
    run: str
    published_at: datetime
    published_by: str
    note: str
    reason: str
    sha256: str


def publish(store: Store, new: NewPublication, frames: Mapping[str, pl.DataFrame]) -> Publication:
    """Freeze the frames as the year's next edition; one commit. `INTERNAL` and `PROTECTED` are the year's figures as a run has them
    and as the public sees them, `BREAKDOWNS` what the public sees of the year's breakdowns.

    Raises StoreError when the run is not kept.
    """
    packed = {name: parquet_bytes(frame) for name, frame in frames.items()}
    who = as_person(new.by)
    with store.writing() as session:
        if session.exec(select(RunRow.id).where(RunRow.id == new.run)).first() is None:
            raise StoreError(f"Körningen {new.run} finns inte kvar. Kör uppfoljning compute för att göra en ny.")
        before = session.exec(_newest_first().where(PublicationRow.year == new.year).limit(1)).first()
        edition = before.edition + 1 if before else 1
        row = PublicationRow(
            id=f"{new.year}-{edition}",
            year=new.year,
            edition=edition,
            run_id=new.run,
            published_at=new.now,
            published_by=who.name,
            note=new.note,
            reason=new.reason,
            sha256=_hash(packed),
        )
        row.audit_head = str(record(store, session, who, Event(What.PUBLISH, row.id, said=new.note), new.now))
        session.add(row)
        session.flush()
        session.add_all(PublicationFrameRow(publication_id=row.id, name=name, parquet=data) for name, data in packed.items())
        return _publication(row)


def get(store: Store, publication_id: str) -> Publication | None:
    """The publication with that id, or None."""
    with store.reading() as session:
        row = session.get(PublicationRow, publication_id)
        return _publication(row) if row else None


def latest(store: Store, year: int) -> Publication | None:
    """The year's newest edition; None for a year that is not published."""
    with store.reading() as session:
        row = session.exec(_newest_first().where(PublicationRow.year == year).limit(1)).first()
        return _publication(row) if row else None


def newest(store: Store) -> str | None:
    """The id of what was published last, whatever its year; None before the first."""
    with store.reading() as session:
        last = (col(PublicationRow.published_at).desc(), col(PublicationRow.id).desc())
        return session.exec(select(PublicationRow.id).order_by(*last).limit(1)).first()


def listing(store: Store, year: int | None = None) -> tuple[Publication, ...]:
    """Every publication, or those of a year: the newest year and edition first."""
    query = _newest_first() if year is None else _newest_first().where(PublicationRow.year == year)
    with store.reading() as session:
        return tuple(_publication(row) for row in session.exec(query))


def frame(store: Store, publication_id: str, name: str) -> pl.DataFrame:
    """One of the publication's frames, exactly as it was frozen.

    Raises StoreError for one that does not exist, and where the bytes are no longer those that were frozen.
    """
    return pl.read_parquet(BytesIO(frozen(store, publication_id)[name]))


def optional_frame(store: Store, publication_id: str, name: str) -> pl.DataFrame | None:
    """As `frame`, or None where an edition from before there were such frames has none."""
    packed = frozen(store, publication_id).get(name)
    return pl.read_parquet(BytesIO(packed)) if packed is not None else None


def frozen(store: Store, publication_id: str) -> dict[str, bytes]:
    """The frozen bytes (Parquet) by frame. Raises StoreError like `frame`."""
    with store.reading() as session:
        row = session.get(PublicationRow, publication_id)
        if row is None:
            raise StoreError(f"Publikationen {publication_id} finns inte.")
        packed = _frames(session, publication_id)
        if _hash(packed) != row.sha256:
            raise StoreError(f"Publikationen {publication_id} har ändrats i databasen. Återställ den från en säkerhetskopia.")
        return packed


def audit_heads(session: Session) -> dict[str, str]:
    """Where the audit trail ended with each publication, by its id; those from before the trail are left out."""
    rows = session.exec(select(PublicationRow.id, PublicationRow.audit_head))
    return {id_: head for id_, head in rows if head is not None}


def _frames(session: Session, publication_id: str) -> dict[str, bytes]:
    rows = session.exec(select(PublicationFrameRow).where(PublicationFrameRow.publication_id == publication_id))
    return {row.name: row.parquet for row in rows}


def _hash(packed: Mapping[str, bytes]) -> str:
    """SHA-256 of every frame's bytes, in the order of their names."""
    return hashlib.sha256(b"".join(packed[name] for name in sorted(packed))).hexdigest()


def _newest_first() -> SelectOfScalar[PublicationRow]:
    return select(PublicationRow).order_by(col(PublicationRow.year).desc(), col(PublicationRow.edition).desc())


def _publication(row: PublicationRow) -> Publication:
    return Publication(
        id=row.id,
        year=row.year,
        edition=row.edition,
        run=row.run_id,
        published_at=row.published_at,
        published_by=row.published_by,
        note=row.note,
        reason=row.reason,
        sha256=row.sha256,
    )
