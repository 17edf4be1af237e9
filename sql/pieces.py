"""Pieces: the rows of a run's frames, bucket of periods by bucket, shared by all runs in which they are the same (docs/adr/0012).

A piece is found by what it was made from (`inputs`), kept by what is in it (`sha256`), and written in the commit of its run. So a
crash leaves the old run with its pieces or the new one with its own, and a piece that no run has is swept in the commit that
takes the last of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import polars as pl
from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from sql.errors import StoreError
from sql.store import Store
from sql.tables_pieces import PieceRow, RunPieceRow

_AT_ONCE: Final = 500  # a database takes only so many parameters in one question


@dataclass(frozen=True)
class Piece:
    """A run's piece. `parquet` is None for one that is kept already."""

    name: str
    bucket: str
    inputs: str
    sha256: str
    parquet: bytes | None = None


def made(name: str, bucket: str, inputs: str, rows: pl.DataFrame) -> Piece:
    """A new piece of those rows."""
    buffer = BytesIO()
    rows.write_parquet(buffer, statistics=False)
    return Piece(name, bucket, inputs, hashlib.sha256(buffer.getvalue()).hexdigest(), buffer.getvalue())


def of_run(store: Store, run_id: str) -> dict[tuple[str, str], Piece]:
    """The run's pieces by name and bucket, without their rows."""
    columns = (col(RunPieceRow.name), col(RunPieceRow.bucket), col(RunPieceRow.inputs), col(RunPieceRow.sha256))
    with store.reading() as session:
        found = session.execute(select(*columns).where(col(RunPieceRow.run_id) == run_id))
        return {(name, bucket): Piece(name, bucket, inputs, sha256) for name, bucket, inputs, sha256 in found}


def read(store: Store, wanted: Iterable[str]) -> dict[str, pl.DataFrame]:
    """The rows of pieces by their SHA-256. One that is not kept, or whose bytes are not what they were, is left out."""
    found: dict[str, pl.DataFrame] = {}
    with store.reading() as session:
        for some in _in_lots(list(wanted)):
            for row in session.exec(select(PieceRow).where(col(PieceRow.sha256).in_(some))):
                if hashlib.sha256(row.parquet).hexdigest() == row.sha256:
                    found[row.sha256] = pl.read_parquet(BytesIO(row.parquet))
    return found


def rows_in(session: Session, run_id: str, name: str) -> list[pl.DataFrame]:
    """What the run's pieces of a frame hold, in the order of their buckets."""
    query = (
        select(PieceRow.parquet)
        .join(RunPieceRow, col(RunPieceRow.sha256) == col(PieceRow.sha256))
        .where(RunPieceRow.run_id == run_id, RunPieceRow.name == name)
        .order_by(col(RunPieceRow.bucket))
    )
    return [pl.read_parquet(BytesIO(parquet)) for parquet in session.exec(query)]


def add(session: Session, run_id: str, pieces: Sequence[Piece]) -> None:
    """Give a run its pieces, in the caller's transaction.

    Raises StoreError for one that is neither given nor kept any more: the run that it was to be shared with has gone meanwhile.
    """
    wanted = list(dict.fromkeys(piece.sha256 for piece in pieces))
    kept = {sha256 for some in _in_lots(wanted) for sha256 in session.exec(select(PieceRow.sha256).where(col(PieceRow.sha256).in_(some)))}
    given = {piece.sha256: piece.parquet for piece in pieces if piece.parquet is not None and piece.sha256 not in kept}
    if not kept.union(given).issuperset(wanted):
        raise StoreError("Medan siffrorna räknades gjordes så många nya körningar att underlaget försvann. Kör uppfoljning compute igen.")
    if given:
        session.execute(insert(PieceRow), [{"sha256": sha256, "parquet": parquet} for sha256, parquet in given.items()])
    if pieces:
        about = [{"run_id": run_id, "name": p.name, "bucket": p.bucket, "inputs": p.inputs, "sha256": p.sha256} for p in pieces]
        session.execute(insert(RunPieceRow), about)


def sweep(session: Session, runs_gone: Sequence[str]) -> None:
    """Take the pieces from runs that go, and remove those that no run has any more, in the caller's transaction."""
    if not runs_gone:
        return
    session.execute(delete(RunPieceRow).where(col(RunPieceRow.run_id).in_(runs_gone)))
    session.execute(delete(PieceRow).where(col(PieceRow.sha256).not_in(select(RunPieceRow.sha256))))


def _in_lots(each: Sequence[str]) -> Iterator[Sequence[str]]:
    return (each[start : start + _AT_ONCE] for start in range(0, len(each), _AT_ONCE))
