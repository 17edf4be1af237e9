"""The delivery to SKR: what was explained, approved and sent. Everything is added and nothing is ever changed or removed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from policy import Person, as_person
from sql.audit import Event, What, record
from sql.errors import StoreError
from sql.store import Store
from sql.tables import PublicationRow, SkrExplanationRow, SkrFileRow, SkrSendingRow, SkrSignOffRow


@dataclass(frozen=True)
class Explanation:
    """A person's words on what the check found; they hold for those findings alone."""

    year: int
    check: str
    found_sha256: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Files:
    """The delivery's bytes."""

    xlsx: bytes
    csv: bytes


@dataclass(frozen=True)
class NewSignOff:
    """What is to be approved: the publication that the figures are from, what the checks found, the files, who, when and their words."""

    year: int
    publication: str
    checks_sha256: str
    files: Files
    by: str
    comment: str
    at: datetime


@dataclass(frozen=True)
class SignOff:
    """An approved delivery; `csv_sha256` and `xlsx_sha256` are of its files."""

    id: int
    year: int
    publication: str
    checks_sha256: str
    csv_sha256: str
    xlsx_sha256: str
    by: str
    comment: str
    at: datetime


@dataclass(frozen=True)
class Sending:
    """That the signed delivery was sent, to whom and by whom, and when that was noted."""

    sign_off: int
    recipient: str
    by: str
    at: datetime


def explain(store: Store, new: Explanation, who: Person | str) -> None:
    """Keep the words; `who` is for the audit trail. Those of before stay, and the newest ones count."""
    with store.writing() as session:
        session.add(
            SkrExplanationRow(
                year=new.year, check_id=new.check, found_sha256=new.found_sha256, text=new.text, explained_by=new.by, explained_at=new.at
            )
        )
        record(store, session, as_person(who), Event(What.EDIT, f"förklaring {new.check}, SKR {new.year}"), new.at)


def explanations(store: Store, year: int) -> tuple[Explanation, ...]:
    """What has been explained for the year, the newest first."""
    query = select(SkrExplanationRow).where(SkrExplanationRow.year == year).order_by(col(SkrExplanationRow.id).desc())
    with store.reading() as session:
        return tuple(
            Explanation(row.year, row.check_id, row.found_sha256, row.text, row.explained_by, row.explained_at)
            for row in session.exec(query)
        )


def sign(store: Store, new: NewSignOff, who: Person | str) -> SignOff:
    """Keep the approved files with who approved them. Raises StoreError where the publication is no longer the year's latest."""
    with store.writing() as session:
        editions = select(PublicationRow.id).where(PublicationRow.year == new.year).order_by(col(PublicationRow.edition).desc())
        if session.exec(editions.limit(1)).first() != new.publication:
            raise StoreError(f"{new.year} har publicerats igen. Läs den nya utgåvan innan du godkänner.")
        row = SkrSignOffRow(
            year=new.year,
            publication_id=new.publication,
            checks_sha256=new.checks_sha256,
            csv_sha256=_sha256(new.files.csv),
            xlsx_sha256=_sha256(new.files.xlsx),
            signed_by=new.by,
            comment=new.comment,
            signed_at=new.at,
        )
        session.add(row)
        session.flush()
        signed = _sign_off(row)
        session.add_all(SkrFileRow(sign_off_id=signed.id, name=name, content=content) for name, content in vars(new.files).items())
        record(store, session, as_person(who), Event(What.SIGN_OFF, f"SKR {new.year}, godkännande {signed.id}"), new.at)
        return signed


def sign_offs(store: Store, year: int | None = None) -> tuple[SignOff, ...]:
    """Every approval, or those of a year, the newest first."""
    newest_first = select(SkrSignOffRow).order_by(col(SkrSignOffRow.id).desc())
    query = newest_first if year is None else newest_first.where(SkrSignOffRow.year == year)
    with store.reading() as session:
        return tuple(_sign_off(row) for row in session.exec(query))


def files(store: Store, sign_off: int) -> Files:
    """The files exactly as they were approved. Raises StoreError for an unknown approval, and where the bytes are no longer those."""
    with store.reading() as session:
        row = _known(session, sign_off)
        kept = {file.name: file.content for file in session.exec(select(SkrFileRow).where(SkrFileRow.sign_off_id == sign_off))}
        if {name: _sha256(content) for name, content in kept.items()} != {"csv": row.csv_sha256, "xlsx": row.xlsx_sha256}:
            raise StoreError(f"Filerna i godkännande {sign_off} har ändrats i databasen. Återställ den från en säkerhetskopia.")
        return Files(**kept)


def send(store: Store, new: Sending, who: Person | str) -> None:
    """Note that a signed delivery was sent. Raises StoreError for an unknown one."""
    with store.writing() as session:
        _known(session, new.sign_off)
        session.add(SkrSendingRow(sign_off_id=new.sign_off, recipient=new.recipient, sent_by=new.by, sent_at=new.at))
        record(store, session, as_person(who), Event(What.SIGN_OFF, f"godkännande {new.sign_off} skickat", said=new.recipient), new.at)


def sendings(store: Store) -> tuple[Sending, ...]:
    """Everything that was sent, the newest first."""
    with store.reading() as session:
        rows = session.exec(select(SkrSendingRow).order_by(col(SkrSendingRow.id).desc()))
        return tuple(Sending(row.sign_off_id, row.recipient, row.sent_by, row.sent_at) for row in rows)


def _known(session: Session, sign_off: int) -> SkrSignOffRow:
    row = session.get(SkrSignOffRow, sign_off)
    if row is None:
        raise StoreError(f"Godkännande {sign_off} finns inte.")
    return row


def _sign_off(row: SkrSignOffRow) -> SignOff:
    return SignOff(
        id=row.id or 0,
        year=row.year,
        publication=row.publication_id,
        checks_sha256=row.checks_sha256,
        csv_sha256=row.csv_sha256,
        xlsx_sha256=row.xlsx_sha256,
        by=row.signed_by,
        comment=row.comment,
        at=row.signed_at,
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
