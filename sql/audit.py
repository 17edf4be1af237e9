"""The audit trail: who did what with what, when. Append-only, and chained with a key that the database does not hold.

Each line's `mac` is HMAC-SHA256 over the line and the `mac` before it, so a changed, removed or reordered line is found by whoever
has the key. The head of the chain is sealed with the same key; it also goes to the log and into every publication, so that a
trail that was cut short, or put back as it was before, is found too (`verify`). Lines are written in the transaction of what they
tell of: neither is ever there without the other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import event
from sqlmodel import Session

from policy import Person
from sql.errors import StoreError, storage_errors
from sql.secret import is_there, secret
from sql.store import Store
from sql.tables_access import AuditEntryRow, AuditHeadRow

KEY_NAME: Final = "granskningsnyckel"
_log: Final = logging.getLogger(__name__)
_START: Final = ""  # what the first line is chained to


class What(StrEnum):
    """What was done; the page says it in Swedish."""

    LOAD = "load"
    REFUSAL = "refusal"
    WITHDRAW = "withdraw"
    ERASE = "erase"
    GALLRA = "gallra"
    EDIT = "edit"
    SIGN_OFF = "sign_off"
    PUBLISH = "publish"
    DECISION = "decision"
    EXPORT = "export"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    SIGN_IN_FAILED = "sign_in_failed"
    DENIED = "denied"
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    CUT = "cut"


@dataclass(frozen=True)
class Event:
    """What was done with which thing (`leverans 12`, `2025-1`), for which kommun (its code, or empty) and what is said of it.

    `said` is free text that has passed the guard against personnummer; it never holds a value from a delivered file.
    """

    what: What
    object: str = ""
    kommun: str = ""
    said: str = ""


@dataclass(frozen=True)
class Head:
    """Where the chain ends: the number of its last line and that line's `mac`."""

    number: int
    mac: str

    def __str__(self) -> str:
        return f"{self.number}:{self.mac}"


def record(store: Store, session: Session, who: Person, what: Event, now: datetime) -> Head:
    """Add a line in the session's transaction, which must be one of `store.writing()`; returns the head that it makes.

    `now` has a zone. Raises StoreError when the key cannot be read.
    """
    key = key_of(store)
    head = session.get(AuditHeadRow, 1, with_for_update=True) or AuditHeadRow(number=0, mac=_START, cut_number=0, cut_mac=_START, seal="")
    row = AuditEntryRow(
        number=head.number + 1,
        at=now.astimezone(UTC),
        subject=who.subject,
        name=who.name,
        what=what.what.value,
        object=what.object,
        kommun=what.kommun,
        said=what.said,
        mac="",
    )
    row.mac = mac_of(key, row, head.mac)
    head.number, head.mac = row.number, row.mac
    head.seal = seal_of(key, head)
    session.add_all([row, head])
    session.flush()
    made = Head(row.number, row.mac)
    _to_the_log(session, made)
    return made


def note(store: Store, who: Person, what: Event, now: datetime) -> Head:
    """Add a line that stands alone: an export, somebody who signed in. Raises StoreError."""
    with store.writing() as session:
        return record(store, session, who, what, now)


def key_of(store: Store) -> bytes:
    """The chain's key: from the file that the settings name, else as every secret (`sql.secret`). Raises StoreError."""
    named = store.settings.audit.key_file
    if named is None:
        return secret(store.folder, KEY_NAME).encode()
    with storage_errors():
        key = Path(named).read_text(encoding="utf-8").strip()
    if not key:
        raise StoreError(f"Nyckelfilen {named} är tom. Lägg granskningens nyckel i den.")
    return key.encode()


def warnings(store: Store) -> tuple[str, ...]:
    """A Swedish sentence where the trail was last written with another key than this process has. Raises StoreError."""
    with store.reading() as session:
        head = session.get(AuditHeadRow, 1)
        has_key = store.settings.audit.key_file is not None or is_there(store.folder, KEY_NAME)
        if head is None or (has_key and hmac.compare_digest(head.seal, seal_of(key_of(store), head))):
            return ()
    return ("Granskningen är skriven med en annan nyckel än den som finns här. Alla maskiner ska ha samma; se docs/operations.md.",)


def mac_of(key: bytes, row: AuditEntryRow, before: str) -> str:
    """The keyed hash of a line and of the `mac` before it."""
    told = [row.number, row.at.astimezone(UTC).isoformat(), row.subject, row.name, row.what, row.object, row.kommun, row.said, before]
    return _keyed(key, "line", *told)


def seal_of(key: bytes, head: AuditHeadRow) -> str:
    """The keyed hash of the head's row."""
    return _keyed(key, "head", head.number, head.mac, head.cut_number, head.cut_mac)


def _keyed(key: bytes, *parts: object) -> str:
    return hmac.new(key, json.dumps(parts, ensure_ascii=True).encode(), hashlib.sha256).hexdigest()


def _to_the_log(session: Session, head: Head) -> None:
    """The head goes to the log when it is committed; of several in one transaction each does."""

    def told(_: object) -> None:
        _log.info("audit head %s", head)

    event.listen(session, "after_commit", told, once=True)
