"""Who has signed in, kept where every server process finds it: a session survives a restart and ends when it is closed.

The database holds only hashes of what cookies hold, so whoever reads it cannot become anybody.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete
from sqlmodel import Session, col

from policy import Person
from sql.audit import Event, What, record
from sql.store import Store
from sql.tables_access import AttemptRow, SessionRow

LONGEST_ATTEMPT: Final = timedelta(minutes=10)
_BYTES: Final = 32


@dataclass(frozen=True)
class SignedIn:
    """Somebody who has signed in: a stable id, a name, the claim's values that give roles, the provider's token, and until when."""

    subject: str
    name: str
    claims: tuple[str, ...]
    id_token: str
    expires_at: datetime


@dataclass(frozen=True)
class Attempt:
    """What a sign-in that has begun is held against, and where it leads back to."""

    data: dict[str, Any]
    back: str


def new_secret() -> str:
    """What nobody can guess: 32 random bytes as text."""
    return secrets.token_urlsafe(_BYTES)


def hashed(secret: str) -> str:
    """What is kept of a secret. It needs no salt: nobody guesses 32 random bytes."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(store: Store, attempt: Attempt, now: datetime) -> str:
    """Keep a sign-in that begins and return the secret for its cookie."""
    secret = new_secret()
    with store.writing() as session:
        _sweep(session, now)
        session.add(AttemptRow(id=hashed(secret), data=attempt.data, back=attempt.back, expires_at=now + LONGEST_ATTEMPT))
    return secret


def take(store: Store, secret: str, now: datetime) -> Attempt | None:
    """The sign-in that the secret belongs to, once: it is gone afterwards. None for one that is unknown, used or too old."""
    with store.writing() as session:
        row = session.get(AttemptRow, hashed(secret))
        if row is None:
            return None
        session.delete(row)
        return Attempt(row.data, row.back) if row.expires_at > now else None


def open_session(store: Store, who: SignedIn, person: Person, now: datetime, before: str | None = None) -> str:
    """Keep a new session and return the secret for its cookie; the one that the cookie held `before` ends. Told in the audit trail."""
    secret = new_secret()
    with store.writing() as session:
        _sweep(session, now)
        _end(session, before)
        session.add(SessionRow(id=hashed(secret), **{**vars(who), "claims": list(who.claims)}))
        record(store, session, person, Event(What.SIGN_IN, said=", ".join(sorted(person.roles))), now)
    return secret


def find(store: Store, secret: str, now: datetime) -> SignedIn | None:
    """Whoever the secret's session belongs to, while it lasts."""
    with store.reading() as session:
        row = session.get(SessionRow, hashed(secret))
        if row is None or row.expires_at <= now:
            return None
        return SignedIn(row.subject, row.name, tuple(row.claims), row.id_token, row.expires_at)


def close(store: Store, secret: str, person: Person, now: datetime) -> None:
    """End the session. Told in the audit trail."""
    with store.writing() as session:
        if _end(session, secret):
            record(store, session, person, Event(What.SIGN_OUT), now)


def _end(session: Session, secret: str | None) -> bool:
    row = session.get(SessionRow, hashed(secret)) if secret else None
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def _sweep(session: Session, now: datetime) -> None:
    for table in (SessionRow, AttemptRow):
        session.execute(delete(table).where(col(table.expires_at) <= now))
