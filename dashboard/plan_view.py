"""What a page of one nämndplan is made from: the plan followed up in a period, and what whoever is asking may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from config import Settings
from dashboard.areas import Area
from dashboard.choices import Choices
from flows.planning import Book
from metrics.plan_values import FollowUp, Outcome, Said
from sql.plan_entries import DONE, LOCKED, OPEN, Place, Version
from sql.plans import StoredPlan
from swedish import by_and_when, moment

PATH = "/namndplan"
FILL, EDIT, HISTORY = "fyll-i", "andra", "historik"
"""The page's views besides reading, as `visa` in the address."""


@dataclass(frozen=True)
class View:
    """One plan in one period for one reader. `protected`: the reader gets what the public gets. `drafts` are the reader's own."""

    settings: Settings
    kommun: Area
    book: Book
    stored: StoredPlan
    found: FollowUp
    chosen: Choices
    today: date
    token: str
    protected: bool
    may_edit: bool
    may_unlock: bool
    drafts: Mapping[Place, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The plan's address without choices."""
        return f"{PATH}/{self.kommun.id}"

    @property
    def year(self) -> str:
        """The plan's year."""
        return str(self.found.plan.ar)

    @property
    def is_open(self) -> bool:
        """Whether anything may be written in the period."""
        return self.found.state == OPEN

    @property
    def state_word(self) -> str:
        """The period's state as readers know it."""
        return {OPEN: "öppen", DONE: "klarmarkerad", LOCKED: "låst"}[self.found.state]

    def who(self, by: str, at: datetime) -> str:
        """Who did something and when; the public is told when alone."""
        return moment(at) if self.protected else by_and_when(by, at)

    def at(self, view: str = "", **changes: str) -> str:
        """The address of the same plan and period in another view."""
        return Choices(self.path, year=self.year, period=self.found.period, view=view).but(**changes).address

    def place(self, period: str, kind: str, item: str, field_: str) -> Place:
        """Where a field of the plan is kept."""
        return Place(self.kommun.id, period, kind, item, field_)


def seen(said: Said | None, outcome: Outcome | None = None) -> Version:
    """The version that a reader sees, which a change must be made from."""
    return Version(said.number if said else 0, outcome.in_file.delivery if outcome and outcome.in_file else 0)


def token_of(version: Version) -> str:
    """The version as a form carries it."""
    return f"{version.number}.{version.delivery}"


def version_in(token: str) -> Version | None:
    """The version in a form's token, or None for what is not one."""
    number, _, delivery = token.partition(".")
    return Version(int(number), int(delivery)) if number.isdecimal() and delivery.isdecimal() and len(token) < 24 else None
