"""The catalogue's tables of nämndplaner: what is said when they are followed up. Beside `tables`, and under the same rule."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from sql.tables import Utc


class PlanEntryRow(SQLModel, table=True):
    """One thing said about a part of a nämndplan for a period: an outcome, a comment, a state. Each change is a version of its own.

    `kind` and `item` name the part (a measure, an uppdrag …), `field` what is said of it. A cleared field has the value None.
    """

    __tablename__ = "plan_entry"
    __table_args__ = (UniqueConstraint("kommun", "period", "kind", "item", "field", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    kommun: str
    period: str
    kind: str
    item: str
    field: str
    version: int
    value: str | None = None
    reason: str | None = None
    written_by: str
    written_at: datetime = Field(sa_type=Utc)


class PlanDraftRow(SQLModel, table=True):
    """What somebody has begun to write in a field and not saved; gone when it is saved or thrown away."""

    __tablename__ = "plan_draft"

    writer: str = Field(primary_key=True)
    kommun: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    item: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: str
    written_at: datetime = Field(sa_type=Utc)
