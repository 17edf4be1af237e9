"""The catalogue's tables of what runs are put together of. Beside `tables`, and under the same rule (docs/adr/0012)."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class PieceRow(SQLModel, table=True):
    """Some rows of a frame as Parquet, by the SHA-256 of those bytes: runs with the same rows have the same piece."""

    __tablename__ = "piece"

    sha256: str = Field(primary_key=True)
    parquet: bytes = Field(sa_type=LargeBinary)


class RunPieceRow(SQLModel, table=True):
    """A run's piece of the frame `name` for the periods of `bucket`; `inputs` is a fingerprint of all that it was made from."""

    __tablename__ = "run_piece"

    run_id: str = Field(primary_key=True, foreign_key="run.id")
    name: str = Field(primary_key=True)
    bucket: str = Field(primary_key=True)
    inputs: str
    sha256: str = Field(foreign_key="piece.sha256", index=True)
