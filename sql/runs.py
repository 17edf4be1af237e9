"""Runs: complete sets of figures, written beside the old and made current in one commit (docs/adr/0002)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from types import MappingProxyType
from typing import Final

import polars as pl
from sqlalchemy import delete
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from config import Settings
from sql.errors import StoreError
from sql.pieces import Piece, add, rows_in, sweep
from sql.store import Store, mark_of
from sql.tables import PublicationRow, RunFrameRow, RunRow

KEPT = 10  # so many of the newest runs stay; a reader holds the run it began with for minutes, not for ten runs


@dataclass(frozen=True)
class Run:
    """A complete set of figures: when it was made, as of when, from which deliveries and under which settings."""

    id: str
    created_at: datetime
    as_of: datetime | None
    deliveries: tuple[int, ...]
    settings_sha256: str


def save(
    store: Store,
    frames: Mapping[str, pl.DataFrame],
    *,
    as_of: datetime | None,
    now: datetime,
    deliveries: Iterable[int],
    pieces: Sequence[Piece] = (),
    sorted_by: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """Keep the frames as one new run and return its id. It becomes current unless it is `as_of` a time; one commit.

    `deliveries` are the ids of those it was computed from. A frame that is named in `sorted_by` is its rows and those of the
    `pieces` with its name, in that order of columns. Runs older than the newest `KEPT` go, except the current one and those that
    a publication was frozen from.
    """
    packed = {name: parquet_bytes(frame) for name, frame in frames.items()}
    with store.writing() as session:
        prefix = "demo-" if mark_of(session) == "demo" else ""
        run_id = f"{prefix}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        session.add(
            RunRow(
                id=run_id,
                created_at=now,
                as_of=as_of,
                deliveries=sorted(set(deliveries)),
                settings_sha256=fingerprint(store.settings),
            )
        )
        session.flush()
        orders = {name: list(columns) for name, columns in sorted_by.items()}
        session.add_all(RunFrameRow(run_id=run_id, name=name, parquet=data, sorted_by=orders.get(name)) for name, data in packed.items())
        session.flush()
        add(session, run_id, pieces)
        _prune(session)
    return run_id


def current(store: Store) -> Run | None:
    """The run that pages and exports show: the newest that is not as of a time. None before the first."""
    with store.reading() as session:
        row = session.exec(_newest_first().where(col(RunRow.as_of).is_(None)).limit(1)).first()
        return _run(row) if row else None


def get(store: Store, run_id: str) -> Run | None:
    """The run with that id, or None."""
    with store.reading() as session:
        row = session.exec(select(RunRow).where(RunRow.id == run_id)).first()
        return _run(row) if row else None


def listing(store: Store) -> tuple[Run, ...]:
    """The runs that are kept, newest first."""
    with store.reading() as session:
        return tuple(_run(row) for row in session.exec(_newest_first()))


def frame(store: Store, run_id: str, name: str) -> pl.DataFrame:
    """One of the run's frames, as it was saved. Raises StoreError for a run or a frame that is not kept."""
    with store.reading() as session:
        row = session.get(RunFrameRow, (run_id, name))
        if row is None:
            raise StoreError(f"Körningen {run_id} finns inte kvar. Kör uppfoljning compute för att göra en ny.")
        return _whole(session, row)


def kept(store: Store, run_id: str, name: str) -> pl.DataFrame | None:
    """A frame that was kept beside the run later; None where there is none."""
    with store.reading() as session:
        row = session.get(RunFrameRow, (run_id, name))
        return pl.read_parquet(BytesIO(row.parquet)) if row else None


def keep(store: Store, run_id: str, name: str, frame: pl.DataFrame) -> None:
    """Keep what follows from the run beside it, for as long as the run; the first one stays. Does nothing for a run that is gone."""
    with store.writing() as session:
        is_kept = session.exec(select(RunRow.id).where(RunRow.id == run_id)).first() is not None
        if is_kept and session.get(RunFrameRow, (run_id, name)) is None:
            session.add(RunFrameRow(run_id=run_id, name=name, parquet=parquet_bytes(frame)))


def optional_frame(store: Store, run_id: str, name: str) -> pl.DataFrame | None:
    """As `frame`, or None for a run from before there were such frames. Raises StoreError for a run that is not kept."""
    with store.reading() as session:
        row = session.get(RunFrameRow, (run_id, name))
        if row is not None:
            return _whole(session, row)
    frame(store, run_id, "figures")
    return None


def _whole(session: Session, row: RunFrameRow) -> pl.DataFrame:
    kept = pl.read_parquet(BytesIO(row.parquet))
    if row.sorted_by is None:
        return kept
    return pl.concat([kept, *rows_in(session, row.run_id, row.name)]).sort(row.sorted_by, maintain_order=True)


_OF_NO_FIGURE: Final = {"storage", "database_url", "deliveries", "compute", "retention", "access", "audit", "oidc", "web", "rates"}


def fingerprint(settings: Settings) -> str:
    """SHA-256 of all that the settings say except what no figure depends on: where things are kept, counted and how long, and people."""
    said = settings.model_dump(mode="json", exclude=_OF_NO_FIGURE)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _newest_first() -> SelectOfScalar[RunRow]:
    return select(RunRow).order_by(col(RunRow.number).desc())


def _run(row: RunRow) -> Run:
    return Run(row.id, row.created_at, row.as_of, tuple(row.deliveries), row.settings_sha256)


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """The frame as it is kept in the database."""
    buffer = BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _prune(session: Session) -> None:
    numbered = session.exec(select(RunRow.number, RunRow.id, RunRow.as_of).order_by(col(RunRow.number).desc())).all()
    shown = next((run_id for _, run_id, as_of in numbered if as_of is None), None)
    pinned = {shown, *session.exec(select(PublicationRow.run_id))}
    old = [run_id for _, run_id, _ in numbered[KEPT:] if run_id not in pinned]
    sweep(session, old)
    session.execute(delete(RunFrameRow).where(col(RunFrameRow.run_id).in_(old)))
    session.execute(delete(RunRow).where(col(RunRow.id).in_(old)))
