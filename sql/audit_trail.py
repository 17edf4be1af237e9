"""Reading the audit trail: whether it is whole, its lines by filter, and cutting off what is older than it is kept."""

from __future__ import annotations

import hmac
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from policy import Person
from sql.audit import Event, Head, What, key_of, mac_of, record, seal_of
from sql.publications import audit_heads
from sql.store import Store
from sql.tables_access import AuditEntryRow, AuditHeadRow

_AT_A_TIME: Final = 2000


@dataclass(frozen=True)
class Entry:
    """One line of the trail."""

    number: int
    at: datetime
    subject: str
    name: str
    what: str
    object: str
    kommun: str
    said: str


@dataclass(frozen=True)
class Verified:
    """What `verify` found: how many lines there are, where the chain ends, and what is wrong, as Swedish sentences."""

    lines: int
    head: Head | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Filter:
    """Which lines are asked for; empty means all. `who` is part of a name or a whole subject; `since` and `until` are moments."""

    what: str = ""
    kommun: str = ""
    who: str = ""
    since: datetime | None = None
    until: datetime | None = None


def verify(store: Store, known: Iterable[Head] = ()) -> Verified:
    """Hold every line against the chain, the head against its seal, and both against the heads that publications and `known` hold."""
    key = key_of(store)
    with store.reading() as session:
        head = session.get(AuditHeadRow, 1)
        kept = {**_published(session), **{f"huvudet {each.number} i loggen": each for each in known}}
        lines, last, problems, found = _walk(session, key, head, {each.number for each in kept.values()})
        problems += _ends(key, head, last) if head else (["Granskningens huvud saknas i databasen."] if lines else [])
        problems += _missed(kept, found, head)
    return Verified(lines, Head(head.number, head.mac) if head else None, tuple(problems))


def _walk(
    session: Session, key: bytes, head: AuditHeadRow | None, wanted: set[int]
) -> tuple[int, tuple[int, str], list[str], dict[int, str]]:
    """Every line in order: how many, the last one's number and mac, what is wrong, and the macs of the wanted numbers."""
    number, mac = (head.cut_number, head.cut_mac) if head else (0, "")
    lines, problems, changed, found = 0, [], [], {}
    for row in session.exec(select(AuditEntryRow).order_by(col(AuditEntryRow.number)).execution_options(yield_per=_AT_A_TIME)):
        lines += 1
        if row.number != number + 1:
            problems.append(_gap(number + 1, row.number - 1))
        elif not hmac.compare_digest(mac_of(key, row, mac), row.mac):
            changed.append(row.number)
        number, mac = row.number, row.mac
        if number in wanted:
            found[number] = mac
    return lines, (number, mac), [*problems, *_changed(changed)], found


def _changed(numbers: list[int]) -> Iterator[str]:
    """A sentence for each stretch of lines that do not hold: with another key that is every line."""
    for _, stretch in itertools.groupby(enumerate(numbers), lambda each: each[1] - each[0]):
        first, *others = [number for _, number in stretch]
        if others:
            yield f"Rad {first}–{others[-1]} är ändrade, eller skrivna utan nyckeln."
        else:
            yield f"Rad {first} är ändrad, eller skriven utan nyckeln."


def _gap(first: int, last: int) -> str:
    if last < first:
        return f"Rad {last + 1} hör inte hit: den ligger före kedjans början."
    return f"Rad {first} saknas." if first == last else f"Rad {first}–{last} saknas."


def _ends(key: bytes, head: AuditHeadRow, last: tuple[int, str]) -> list[str]:
    problems = []
    if not hmac.compare_digest(seal_of(key, head), head.seal):
        problems.append("Granskningens huvud är ändrat, eller skrivet utan nyckeln.")
    if last[0] < head.number:
        problems.append(f"Slutet är borttaget: {_gap(last[0] + 1, head.number)}")
    elif last != (head.number, head.mac):
        problems.append("Sista raden är inte den som huvudet pekar på.")
    return problems


def _missed(kept: dict[str, Head], found: dict[int, str], head: AuditHeadRow | None) -> Iterator[str]:
    """Heads kept elsewhere whose line is gone or another; those that were cut off in order are not held against anything."""
    cut = head.cut_number if head else 0
    for where, each in kept.items():
        if each.number > cut and found.get(each.number) != each.mac:
            yield f"Rad {each.number} är inte den som står i {where}: granskningen är avkortad eller utbytt."


def _published(session: Session) -> dict[str, Head]:
    return {f"publikation {id_}": head_of(said) for id_, said in audit_heads(session).items()}


def head_of(said: str) -> Head:
    """The head that `str(head)` wrote. Raises ValueError."""
    number, _, mac = said.partition(":")
    if not mac:
        raise ValueError(said)
    return Head(int(number), mac)


def entries(store: Store, wanted: Filter, *, before: int | None = None, most: int) -> tuple[Entry, ...]:
    """The newest lines that fit, at most so many; `before` a number gives the page after it."""
    query = _query(wanted).order_by(col(AuditEntryRow.number).desc()).limit(most)
    if before is not None:
        query = query.where(AuditEntryRow.number < before)
    with store.reading() as session:
        return tuple(Entry(**row.model_dump(exclude={"mac"})) for row in session.exec(query))


def how_many(store: Store, wanted: Filter) -> int:
    """How many lines fit."""
    with store.reading() as session:
        return session.exec(select(func.count()).select_from(_query(wanted).subquery())).one()


def _query(wanted: Filter) -> SelectOfScalar[AuditEntryRow]:
    query = select(AuditEntryRow)
    if wanted.what:
        query = query.where(AuditEntryRow.what == wanted.what)
    if wanted.kommun:
        query = query.where(AuditEntryRow.kommun == wanted.kommun)
    if wanted.who:
        by_name = col(AuditEntryRow.name).icontains(wanted.who, autoescape=True)
        query = query.where(by_name | (AuditEntryRow.subject == wanted.who))
    if wanted.since:
        query = query.where(col(AuditEntryRow.at) >= wanted.since)
    if wanted.until:
        query = query.where(col(AuditEntryRow.at) < wanted.until)
    return query


def cut(store: Store, who: Person, older_than: datetime, now: datetime) -> int:
    """Remove the lines from before the moment and let the chain begin after them; returns how many went.

    The removal is itself a line. The database lets go of no line that the sealed head does not name as cut.
    """
    with store.writing() as session:
        last = _last_before(session, older_than)
        head = session.get(AuditHeadRow, 1)
        if last is None or head is None:
            return 0
        gone = last.number - head.cut_number
        head.cut_number, head.cut_mac = last.number, last.mac
        session.add(head)
        record(store, session, who, Event(What.CUT, f"rad 1–{last.number}", said=f"{gone} rader äldre än {older_than:%Y-%m-%d}"), now)
        session.execute(delete(AuditEntryRow).where(col(AuditEntryRow.number) <= last.number))
        return gone


def years_before(moment: datetime, years: int) -> datetime:
    """The same moment so many years earlier; on the leap day, the day before."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def _last_before(session: Session, moment: datetime) -> AuditEntryRow | None:
    """The last line of those from the beginning on that are all older than the moment."""
    kept = session.exec(select(func.min(AuditEntryRow.number)).where(col(AuditEntryRow.at) >= moment)).one()
    query = select(AuditEntryRow).order_by(col(AuditEntryRow.number).desc()).limit(1)
    return session.exec(query if kept is None else query.where(AuditEntryRow.number < kept)).first()
