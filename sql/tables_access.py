"""The catalogue's tables of people: the audit trail, who has signed in, the keys of machines. Beside `tables`, and under the same rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column
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


class SessionRow(SQLModel, table=True):
    """Somebody who has signed in. `id` is the hash of what their cookie holds; `claims` are the values that give roles."""

    __tablename__ = "login_session"

    id: str = Field(primary_key=True)
    subject: str
    name: str
    claims: list[str] = Field(sa_column=Column(JSON, nullable=False))
    id_token: str
    expires_at: datetime = Field(sa_type=Utc)


class AttemptRow(SQLModel, table=True):
    """A sign-in that has begun: what the provider's answer is held against, once. `id` is the hash of what the cookie holds."""

    __tablename__ = "login_attempt"

    id: str = Field(primary_key=True)
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    back: str
    expires_at: datetime = Field(sa_type=Utc)


class TokenRow(SQLModel, table=True):
    """A machine's key to the API. `hash` is of the key itself, which nobody keeps; `scopes` say what it may do."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    hash: str = Field(unique=True)
    scopes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    made_by: str
    made_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc)
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)
    revoked_by: str | None = None
