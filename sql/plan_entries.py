"""What is said when a nämndplan is followed up: outcomes, comments, states, and whether a period is done or locked.

Every change is a row of its own and none is ever overwritten. A writer says which version a change was made from; when
another has written meanwhile, nothing is kept and both versions are shown (the page lets the later one choose).
What counts of an outcome that was also delivered in a file is whichever came last (docs/feeding.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from namndplan import plainly
from policy import Person
from sql import audit
from sql.audit import Event, What
from sql.store import Store
from sql.tables import CoverageRow, DeliveryRow
from sql.tables_plans import PlanDraftRow, PlanEntryRow

OPEN: Final = "öppen"
DONE: Final = "klar"
LOCKED: Final = "låst"


class Place(NamedTuple):
    """The field of one part of a kommun's plan for a period. `kind`: matt, mal, uppdrag, delsteg, forbattring, budget or period."""

    kommun: str
    period: str
    kind: str
    item: str
    field: str


class Version(NamedTuple):
    """What a writer has seen of a field: how many times it has been written, and the delivery that speaks for it (0: none)."""

    number: int
    delivery: int


NEVER: Final = Version(0, 0)


@dataclass(frozen=True)
class Entry:
    """What was said, by whom and when. `number` is its place among the field's versions."""

    place: Place
    number: int
    value: str | None
    by: str
    at: datetime
    reason: str | None = None


@dataclass(frozen=True)
class Change:
    """What somebody wants a field to be, and the version that they saw when they wrote it.

    `called`: the names (as `namndplan.plainly` has them) under which files tell of the same measure, when there is more than its own.
    """

    place: Place
    value: str | None
    seen: Version
    called: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kept:
    """The change is in the store, or was already what stands there. `version` is what to show for the next change."""

    version: Version
    entry: Entry | None


@dataclass(frozen=True)
class Conflict:
    """Somebody else has written meanwhile. `entry` is what they wrote in the page, `version` what stands now; nothing was kept."""

    version: Version
    entry: Entry | None


@dataclass(frozen=True)
class Shut:
    """The period is klarmarkerad or locked (`state`); nothing was kept."""

    state: str


Outcome = Kept | Conflict | Shut


def record(store: Store, changes: Sequence[Change], *, by: Person, now: datetime) -> list[Outcome]:
    """Keep the changes that can be kept, each by itself, in one commit. Raises StoreError."""
    with store.writing() as session:
        return [_record(store, session, change, by, now) for change in changes]


def set_state(store: Store, kommun: str, period: str, state: str, *, seen: int, by: Person, now: datetime, reason: str | None) -> Outcome:
    """Mark the period open, done or locked; `seen` is the version of its state that the person saw. Raises StoreError."""
    place = Place(kommun, period, "period", "", "lage")
    with store.writing() as session:
        found = _newest_of(session, place)
        if (found.number if found else 0) != seen:
            return Conflict(Version(found.number if found else 0, 0), found)
        entry = _add(session, place, found, state, by, now, reason)
        audit.record(store, session, by, Event(What.SIGN_OFF, f"nämndplan {period}", kommun, ": ".join(filter(None, (state, reason)))), now)
        return Kept(Version(entry.number, 0), entry)


def rename(store: Store, kommun: str, year: int, kind: str, old: str, new: str) -> None:
    """Let what was said about a part follow it to its new name, unless something is said under that name. Raises StoreError."""
    with store.writing() as session:
        taken = session.exec(select(PlanEntryRow.id).where(*_of_year(kommun, year), PlanEntryRow.kind == kind, PlanEntryRow.item == new))
        if taken.first() is None:
            mine = select(PlanEntryRow).where(*_of_year(kommun, year), PlanEntryRow.kind == kind, PlanEntryRow.item == old)
            for row in session.exec(mine):
                row.item = new
                session.add(row)


def rename_steps(store: Store, kommun: str, year: int, old: str, new: str) -> None:
    """Let what was said about an uppdrag's delsteg follow the uppdrag to its new name. Raises StoreError."""
    with store.writing() as session:
        steps = col(PlanEntryRow.item).startswith(f"{old} / ", autoescape=True)
        for row in session.exec(select(PlanEntryRow).where(*_of_year(kommun, year), PlanEntryRow.kind == "delsteg", steps)):
            row.item = new + row.item.removeprefix(old)
            session.add(row)


def newest(store: Store, kommun: str) -> dict[Place, Entry]:
    """What stands in every field of the kommun that anybody has written in."""
    with store.reading() as session:
        return {entry.place: entry for entry in _newest(session, col(PlanEntryRow.kommun) == kommun)}


def of_items(store: Store, kind: str, field: str, items: Iterable[str]) -> list[Entry]:
    """What stands in the field of the parts with these names, in every kommun and period."""
    wanted = and_(col(PlanEntryRow.kind) == kind, col(PlanEntryRow.field) == field, col(PlanEntryRow.item).in_(list(items)))
    with store.reading() as session:
        return _newest(session, wanted)


def history(store: Store, kommun: str, year: int) -> list[Entry]:
    """Everything that has been said about the kommun's plan of the year, newest first."""
    query = select(PlanEntryRow).where(*_of_year(kommun, year)).order_by(col(PlanEntryRow.id).desc())
    with store.reading() as session:
        return [_entry(row) for row in session.exec(query)]


def stamps(store: Store) -> dict[str, int]:
    """For each kommun, a number that grows whenever something is said about its plans."""
    query = select(PlanEntryRow.kommun, func.max(col(PlanEntryRow.id))).group_by(col(PlanEntryRow.kommun))
    with store.reading() as session:
        return {kommun: number or 0 for kommun, number in session.exec(query)}


# ---- Drafts ---------------------------------------------------------------------------------------------------------------------


def keep_draft(store: Store, writer: str, place: Place, value: str, now: datetime) -> None:
    """Keep what the writer has begun to write in the field. Raises StoreError."""
    with store.writing() as session:
        row = session.get(PlanDraftRow, (writer, *place))
        if row is None:
            row = PlanDraftRow(writer=writer, **place._asdict(), value=value, written_at=now)
        row.value, row.written_at = value, now
        session.add(row)


def drop_drafts(store: Store, writer: str, places: Iterable[Place]) -> None:
    """Throw drafts away, when they are saved or not wanted. Raises StoreError."""
    with store.writing() as session:
        for place in places:
            if row := session.get(PlanDraftRow, (writer, *place)):
                session.delete(row)


def drafts(store: Store, writer: str, kommun: str) -> dict[Place, str]:
    """What the writer has begun to write about the kommun's plans."""
    query = select(PlanDraftRow).where(PlanDraftRow.writer == writer, PlanDraftRow.kommun == kommun)
    with store.reading() as session:
        return {Place(row.kommun, row.period, row.kind, row.item, row.field): row.value for row in session.exec(query)}


# ---- One field ------------------------------------------------------------------------------------------------------------------


def _record(store: Store, session: Session, change: Change, by: Person, now: datetime) -> Outcome:
    place = change.place
    state = _newest_of(session, Place(place.kommun, place.period, "period", "", "lage"))
    if state is not None and state.value != OPEN:
        return Shut(str(state.value))
    found = _newest_of(session, place)
    version = Version(found.number if found else 0, _delivery_of(session, place, change.called))
    if change.value == (found.value if found else None) and version.delivery == change.seen.delivery:
        return Kept(version, found)
    if version != change.seen:
        return Conflict(version, found)
    entry = _add(session, place, found, change.value, by, now, None)
    audit.record(store, session, by, Event(What.EDIT, f"nämndplan {place.period}", place.kommun, f"{place.item}: {place.field}"), now)
    return Kept(Version(entry.number, version.delivery), entry)


def _add(session: Session, place: Place, found: Entry | None, value: str | None, by: Person, now: datetime, reason: str | None) -> Entry:
    number = found.number + 1 if found else 1
    row = PlanEntryRow(**place._asdict(), version=number, value=value, reason=reason, written_by=by.name, written_at=now)
    session.add(row)
    session.flush()
    return _entry(row)


def _newest_of(session: Session, place: Place) -> Entry | None:
    same = [col(getattr(PlanEntryRow, name)) == value for name, value in place._asdict().items()]
    row = session.exec(select(PlanEntryRow).where(*same).order_by(col(PlanEntryRow.version).desc()).limit(1)).first()
    return _entry(row) if row else None


def _delivery_of(session: Session, place: Place, called: frozenset[str]) -> int:
    """The newest living delivery of `matt` that speaks for the outcome, by any of its names; 0 when none does."""
    if place.kind != "matt" or place.field != "utfall":
        return 0
    query = (
        select(CoverageRow.key, func.max(col(CoverageRow.delivery_id)))
        .join(DeliveryRow, col(DeliveryRow.id) == col(CoverageRow.delivery_id))
        .where(
            col(DeliveryRow.dataset) == "matt",
            col(DeliveryRow.withdrawn_at).is_(None),
            col(CoverageRow.kommun) == place.kommun,
            col(CoverageRow.period) == place.period,
        )
        .group_by(col(CoverageRow.key))
    )
    names = {plainly(place.item), *called}
    return max((delivery for key, delivery in session.exec(query) if plainly(key) in names), default=0)


def _newest(session: Session, wanted: ColumnElement[bool]) -> list[Entry]:
    key = (col(PlanEntryRow.kommun), col(PlanEntryRow.period), col(PlanEntryRow.kind), col(PlanEntryRow.item), col(PlanEntryRow.field))
    latest = sql_select(*key, func.max(col(PlanEntryRow.version))).where(wanted).group_by(*key)
    query = select(PlanEntryRow).where(tuple_(*key, col(PlanEntryRow.version)).in_(latest))
    return [_entry(row) for row in session.exec(query)]


def _of_year(kommun: str, year: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(PlanEntryRow.kommun) == kommun, col(PlanEntryRow.period).startswith(str(year))


def _entry(row: PlanEntryRow) -> Entry:
    place = Place(row.kommun, row.period, row.kind, row.item, row.field)
    return Entry(place, row.version, row.value, row.written_by, row.written_at, row.reason)
