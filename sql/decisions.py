"""What the forum decided on a publication or one of its figures: noted once, never changed or removed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from policy import Person, as_person
from sql.audit import Event, What, record
from sql.errors import StoreError
from sql.store import Store
from sql.tables import DecisionRow, PublicationRow


@dataclass(frozen=True, kw_only=True)
class NewDecision:
    """A decision to note: on which publication, and where it is about less than all of it, which indicator, area and period."""

    publication: str
    day: date
    text: str
    indicator: str | None
    area: str | None
    period: str | None
    by: Person | str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A noted decision. `day` is the forum's, `noted_at` when it was written down; None means every indicator, area or period."""

    id: int
    publication: str
    day: date
    text: str
    indicator: str | None
    area: str | None
    period: str | None
    noted_by: str
    noted_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def note(store: Store, new: NewDecision) -> Decision:
    """Keep the decision; one commit. Raises StoreError for a publication that does not exist."""
    who = as_person(new.by)
    who = as_person(new.by)
    with store.writing() as session:
        if session.get(PublicationRow, new.publication) is None:
            raise StoreError(f"Publikationen {new.publication} finns inte. Kör uppfoljning publish för att göra en.")
        row = DecisionRow(
            publication_id=new.publication,
            decided_on=new.day,
            text=new.text,
            indicator=new.indicator,
            area=new.area,
            period=new.period,
            noted_by=who.name,
            noted_at=new.now,
        )
        session.add(row)
        record(store, session, who, Event(What.DECISION, new.publication, _kommun(store, new.area), new.text), new.now)
        session.flush()
        return _decision(row)


def _kommun(store: Store, area: str | None) -> str:
    return area if area is not None and area in store.settings.kommuner else ""


def listing(store: Store, year: int | None = None) -> tuple[Decision, ...]:
    """Every decision, or those on any edition of the year, in the order of their days."""
    query = select(DecisionRow).order_by(col(DecisionRow.decided_on), col(DecisionRow.id))
    if year is not None:
        query = query.join(PublicationRow, col(PublicationRow.id) == DecisionRow.publication_id).where(PublicationRow.year == year)
    with store.reading() as session:
        return tuple(_decision(row) for row in session.exec(query))


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        id=row.id or 0,
        publication=row.publication_id,
        day=row.decided_on,
        text=row.text,
        indicator=row.indicator,
        area=row.area,
        period=row.period,
        noted_by=row.noted_by,
        noted_at=row.noted_at,
    )
