"""Who may do what: the one place that decides. Pages, the callback, the API, downloads, uploads and the commands ask it.

What is not granted here is denied. Roles come from the claims of whoever signed in (config.yaml, `sign_in`), from a token's scope,
or from where the program runs; docs/access.md holds the same table in words, and a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PUBLIC: Final = "public"
FORUM: Final = "forum"
VGR: Final = "vgr"
ADMIN: Final = "admin"
KOMMUN: Final = "kommun:<kod>"
LOCAL: Final = "local"
"""The machine itself: a command, a job, a page that is open on the machine alone. No claim and no token gives it."""

_KOMMUN_ROLE: Final = re.compile(r"kommun:(\d{4})")


class Action(StrEnum):
    """Something that a person may or may not do; asked for a kommun, or with None for all of them."""

    READ_PROTECTED = "read_protected"
    """Protected figures: what the public gets."""
    READ_ALL = "read_all"
    """Every figure unprotected."""
    READ_OWN = "read_own"
    """Unprotected figures of a kommun."""
    READ_ROWS = "read_rows"
    """The rows behind a figure of a kommun."""
    READ_DELIVERIES = "read_deliveries"
    """File names, numbers of rows and refusals of what has been delivered for a kommun."""
    UPLOAD = "upload"
    """Deliver files for a kommun."""
    EDIT_PLAN = "edit_plan"
    """Change the nämndplan of a kommun and its outcomes."""
    UNLOCK_PLAN = "unlock_plan"
    """Open a locked period of a kommun's nämndplan again."""
    EXPLAIN_SKR = "explain_skr"
    """Explain and sign off the delivery to SKR."""
    PUBLISH = "publish"
    """Freeze a year, compute anew."""
    NOTE_DECISIONS = "note_decisions"
    """Note what the parties have decided on an agreement."""
    READ_AUDIT = "read_audit"
    """The audit trail."""
    ADMINISTER = "administer"
    """Make and revoke tokens."""


_GRANTED: Final[dict[Action, frozenset[str]]] = {
    Action.READ_PROTECTED: frozenset({PUBLIC, FORUM, KOMMUN, VGR, ADMIN, LOCAL}),
    Action.READ_ALL: frozenset({FORUM, VGR, ADMIN}),
    Action.READ_OWN: frozenset({FORUM, KOMMUN, VGR, ADMIN}),
    Action.READ_ROWS: frozenset({KOMMUN, VGR}),
    Action.READ_DELIVERIES: frozenset({FORUM, KOMMUN, VGR, ADMIN}),
    Action.UPLOAD: frozenset({KOMMUN, VGR, LOCAL}),
    Action.EDIT_PLAN: frozenset({KOMMUN, VGR, LOCAL}),
    Action.UNLOCK_PLAN: frozenset({VGR, ADMIN, LOCAL}),
    Action.EXPLAIN_SKR: frozenset({VGR, LOCAL}),
    Action.PUBLISH: frozenset({VGR, LOCAL}),
    Action.NOTE_DECISIONS: frozenset({VGR, LOCAL}),
    Action.READ_AUDIT: frozenset({VGR, ADMIN, LOCAL}),
    Action.ADMINISTER: frozenset({ADMIN, LOCAL}),
}
"""Which roles grant an action; `kommun:<kod>` grants it for the person's own kommuner alone."""


@dataclass(frozen=True)
class Person:
    """Whoever asks: a stable id, a name to show, and roles (`public`, `forum`, `kommun:1440`, `vgr`, `admin`, `local`).

    `only`: a token narrows what its roles grant to these actions; None: everything they grant.
    """

    subject: str
    name: str
    roles: frozenset[str]
    only: frozenset[Action] | None = None

    @property
    def kommuner(self) -> frozenset[str]:
        """The codes of the person's own kommuner."""
        return frozenset(match[1] for role in self.roles if (match := _KOMMUN_ROLE.fullmatch(role)))


ANONYMOUS: Final = Person("", "", frozenset({PUBLIC}))


@dataclass(frozen=True)
class Sight:
    """Which figures somebody sees unprotected: all of them, or those of some kommuner. Whatever is kept of pages is kept by it."""

    everything: bool
    kommuner: frozenset[str] = frozenset()


def allows(person: Person, action: Action, kommun: str | None = None) -> bool:
    """Whether the person may do it, for the kommun; without a kommun, for all of them."""
    if person.only is not None and action not in person.only:
        return False
    granted = _GRANTED.get(action, frozenset())
    return bool((granted - {KOMMUN}) & person.roles) or (KOMMUN in granted and _asks_for_own(person, action, kommun))


def _asks_for_own(person: Person, action: Action, kommun: str | None) -> bool:
    if action is Action.READ_PROTECTED:
        return bool(person.kommuner)
    return kommun is not None and kommun in person.kommuner


def kommuner_for(person: Person, action: Action) -> frozenset[str] | None:
    """The kommuner that the person may do it for; None: all of them."""
    if allows(person, action):
        return None
    return frozenset(kommun for kommun in person.kommuner if allows(person, action, kommun))


def allows_somewhere(person: Person, action: Action) -> bool:
    """Whether the person may do it for some kommun."""
    return kommuner_for(person, action) != frozenset()


def sight(person: Person) -> Sight:
    """What the person sees unprotected."""
    if allows(person, Action.READ_ALL):
        return Sight(True)
    return Sight(False, kommuner_for(person, Action.READ_OWN) or frozenset())


def known_roles(roles: Iterable[str], kommuner: Iterable[str]) -> frozenset[str]:
    """Those of the roles that exist; a kommun's role does where the kommun does."""
    existing = {f"kommun:{kommun}" for kommun in kommuner} | {PUBLIC, FORUM, VGR, ADMIN}
    return frozenset(roles) & existing


def here(user: str) -> Person:
    """Whoever runs a command, or a job: the database is theirs, so nothing is hidden from them."""
    return Person(f"local:{user}", user, frozenset({LOCAL, FORUM, VGR, ADMIN}))


def as_person(by: Person | str) -> Person:
    """Who did something: a person, or the name of the account or job that did it on the machine itself."""
    return by if isinstance(by, Person) else here(by)
