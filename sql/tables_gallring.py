"""The catalogue's table of what is kept of rows that are gone. Beside `tables`, and under the same rule (docs/adr/0015)."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class GallradPartRow(SQLModel, table=True):
    """What one gallring kept for the periods of `bucket`: rows of counts or of parts (`name`), each with its `delivery`, as Parquet."""

    __tablename__ = "gallrad_part"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    bucket: str = Field(index=True)
    parquet: bytes = Field(sa_type=LargeBinary)
