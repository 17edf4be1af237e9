"""Keys with which machines use the API: what each may do and until when. Only a hash of a key is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from policy import FORUM, PUBLIC, VGR, Action, Person, as_person
from sql.audit import Event, What, record
from sql.errors import StoreError
from sql.sessions import hashed, new_secret
from sql.store import Store
from sql.tables_access import TokenRow

PREFIX: Final = "uppf_"
_READING: Final = frozenset({Action.READ_PROTECTED, Action.READ_ALL, Action.READ_OWN})
_SCOPE: Final = re.compile(r"(?:las:(?:oppet|allt)|lamna:allt|(?:las|lamna):(\d{4}))")


@dataclass(frozen=True)
class Token:
    """A key as it is kept. `scopes` are `las:oppet`, `las:allt`, `las:<kod>`, `lamna:allt`, `lamna:<kod>`."""

    id: int
    name: str
    scopes: tuple[str, ...]
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None

    def holds(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and self.expires_at > now


def problems(scopes: Iterable[str], kommuner: Iterable[str]) -> list[str]:
    """What is wrong with the scopes, as Swedish sentences.

    A key reads or delivers: one that did both would do each wherever it may do the other.
    """
    known, given = set(kommuner), list(scopes)
    found = {scope: _SCOPE.fullmatch(scope) for scope in given}
    told = [
        f"Behörigheten {scope!r} finns inte. Välj las:oppet, las:allt, las:<kommunkod>, lamna:allt eller lamna:<kommunkod>."
        for scope, match in found.items()
        if match is None or (match[1] is not None and match[1] not in known)
    ]
    if len({scope.partition(":")[0] for scope in given}) > 1:
        told.append("En nyckel läser eller lämnar, inte båda. Gör två nycklar.")
    return told or ([] if given else ["Ange minst en behörighet."])


def make(store: Store, name: str, scopes: Iterable[str], until: datetime, by: Person | str, now: datetime) -> tuple[Token, str]:
    """A new key, which is told this once and never again. Raises ValueError for scopes with `problems`, and StoreError."""
    scopes = list(dict.fromkeys(scopes))
    if wrong := problems(scopes, store.settings.kommuner):
        raise ValueError(" ".join(wrong))
    secret, who = f"{PREFIX}{new_secret()}", as_person(by)
    with store.writing() as session:
        row = TokenRow(name=name, hash=hashed(secret), scopes=scopes, made_by=who.name, made_at=now, expires_at=until)
        session.add(row)
        session.flush()
        said = f"{name}: {', '.join(row.scopes)}, till {until:%Y-%m-%d}"
        record(store, session, who, Event(What.TOKEN, f"nyckel {row.id} gjord", said=said), now)
        return _token(row), secret


def revoke(store: Store, token: int, by: Person | str, now: datetime) -> None:
    """End the key. Raises StoreError for one that does not exist or has ended."""
    who = as_person(by)
    with store.writing() as session:
        row = session.get(TokenRow, token)
        if row is None:
            raise StoreError(f"Nyckel {token} finns inte.")
        if row.revoked_at is not None:
            raise StoreError(f"Nyckel {token} är redan återkallad.")
        row.revoked_at, row.revoked_by = now, who.name
        session.add(row)
        record(store, session, who, Event(What.TOKEN, f"nyckel {token} återkallad", said=row.name), now)


def listing(store: Store) -> tuple[Token, ...]:
    """Every key, the newest first."""
    with store.reading() as session:
        return tuple(_token(row) for row in session.exec(select(TokenRow).order_by(col(TokenRow.id).desc())))


def person_of(store: Store, secret: str, now: datetime) -> Person | None:
    """The machine that the key belongs to, with what its scopes give; None for a key that is unknown or has ended."""
    if not secret.startswith(PREFIX):
        return None
    with store.reading() as session:
        row = session.exec(select(TokenRow).where(TokenRow.hash == hashed(secret))).first()
        token = _token(row) if row else None
    return _machine(token) if token and token.holds(now) else None


def _machine(token: Token) -> Person:
    """Reading gives roles that read, delivering those that deliver; `only` keeps each from doing the other."""
    roles, only = {PUBLIC}, {Action.READ_PROTECTED}
    for scope in token.scopes:
        what, _, which = scope.partition(":")
        only |= _READING if what == "las" and which != "oppet" else {Action.UPLOAD} if what == "lamna" else set()
        roles.add({"las:allt": FORUM, "lamna:allt": VGR, "las:oppet": PUBLIC}.get(scope, f"kommun:{which}"))
    return Person(f"nyckel:{token.id}", token.name, frozenset(roles), frozenset(only))


def _token(row: TokenRow) -> Token:
    return Token(row.id or 0, row.name, tuple(row.scopes), row.made_by, row.made_at, row.expires_at, row.revoked_at, row.revoked_by)
