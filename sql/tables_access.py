"""The catalogue's tables of people: the audit trail. Beside `tables`, and under the same rule."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from sql.tables import Utc


class AuditEntryRow(SQLModel, table=True):
    """One line of the audit trail. `mac` is keyed and covers the line and the `mac` before it; the database refuses changes."""

    __tablename__ = "audit_entry"

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=Utc, index=True)
    subject: str
    name: str
    what: str
    object: str
    kommun: str
    said: str
    mac: str


class AuditHeadRow(SQLModel, table=True):
    """One row: where the trail ends, and where it begins since older lines were cut off. `seal` is keyed and covers the row."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    number: int = Field(sa_type=BigInteger)
    mac: str
    cut_number: int = Field(sa_type=BigInteger)
    cut_mac: str
    seal: str
