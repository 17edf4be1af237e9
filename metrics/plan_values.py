"""What a plan that is followed up consists of, as plain values: what has been said, and where each part stands.

Made by `metrics.namndplan`, shown by pages and reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from statistics import median
from typing import Final, Literal, NamedTuple, Protocol

import periods
from metrics.indicators import INDICATORS
from namndplan import DONE, Delsteg, Forbattring, Mal, Matt, Plan, Uppdrag

Origin = Literal["page", "file", "figures", "none"]
State = Literal["met", "missed", "no_goal", "incomplete", "missing", "suppressed"]
PLAIN: Final = ("met", "missed", "no_goal")
"""States in which a value may be compared and judged."""


class Said(NamedTuple):
    """What somebody wrote in a field in the page; `number` counts its versions, `reason` says why a period was opened again."""

    value: str | None
    by: str
    at: datetime
    number: int
    reason: str | None = None


class InFile(NamedTuple):
    """An outcome from a delivered file. `name`: what the file calls the measure, where that is not its present name."""

    value: float
    goal: float | None
    comment: str | None
    delivery: int
    by: str
    at: datetime
    file_name: str
    name: str = ""


class Figure(Protocol):
    """A figure of the contract, as far as it is read here."""

    @property
    def numerator(self) -> float | None:
        """What is summed above the line."""

    @property
    def denominator(self) -> float | None:
        """And below it."""

    @property
    def value(self) -> float | None:
        """The figure itself."""

    @property
    def status(self) -> str:
        """What it is worth."""


class Spoken(NamedTuple):
    """Where something is said: period, kind of part, the part's name, field."""

    period: str
    kind: str
    item: str
    field: str


FigureOf = Callable[[str, str], Figure | None]
"""Indicator and period -> the kommun's figure as the reader may see it."""


@dataclass(frozen=True)
class Sources:
    """Everything that is known about a kommun's plans. `files` is by measure and period, `peers` by measure and period, then kommun.

    `sharing`: by indicator, the other kommuner whose plans have it as a measure, with their figures as the reader may see them.
    `protect_below`: for the public, counts under this and over zero are not shown, and no comments are. None: all is shown. The same
    of the others is for each of them: `protect_others_below`, but for those in `seen`.
    """

    said: Mapping[Spoken, Said]
    files: Mapping[tuple[str, str], InFile]
    figure: FigureOf
    peers: Mapping[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)
    sharing: Mapping[str, Mapping[str, FigureOf]] = field(default_factory=dict)
    protect_below: int | None = None
    protect_others_below: int | None = None
    seen: frozenset[str] = frozenset()

    @cached_property
    def by_part(self) -> Mapping[tuple[str, str, str], Sequence[tuple[Spoken, Said]]]:
        """What has been said in any period, by kind, part and field."""
        found: dict[tuple[str, str, str], list[tuple[Spoken, Said]]] = {}
        for spoken, said in self.said.items():
            found.setdefault((spoken.kind, spoken.item, spoken.field), []).append((spoken, said))
        return found


@dataclass(frozen=True)
class Outcome:
    """A measure's outcome in a period, where it came from, and the comment on it. `goal` is what it is held against."""

    period: str
    value: float | None
    state: State
    goal: float | None
    origin: Origin
    said: Said | None = None
    in_file: InFile | None = None
    comment: str | None = None
    comment_said: Said | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is a value to show."""
        return self.value is not None


@dataclass(frozen=True)
class Measure:
    """A measure followed up. `due`: its outcomes to give in the period; `latest` the newest known up to it, `before` the one before.

    `series` holds the known outcomes up to the period, oldest first, `peers` other kommuner's outcomes of the latest period.
    """

    part: Matt
    group: str
    kind: periods.Kind
    unit: str
    direction: str
    due: tuple[Outcome, ...]
    latest: Outcome | None
    before: Outcome | None
    series: tuple[Outcome, ...]
    peers: Mapping[str, float]

    @property
    def fills_itself(self) -> bool:
        """Whether one of our indicators gives it."""
        return self.part.indikator in INDICATORS

    @property
    def peer_median(self) -> float | None:
        """The median of the other kommuner's outcomes."""
        return median(self.peers.values()) if self.peers else None

    @property
    def missing(self) -> tuple[Outcome, ...]:
        """What somebody still has to give in the period."""
        return () if self.fills_itself else tuple(each for each in self.due if each.state == "missing")


@dataclass(frozen=True)
class Work:
    """An uppdrag, a delsteg or a förbättring: how it stands, since when, and whether it is late or due soon.

    `said_now`: the state was said in this very period, and does not carry over from an earlier one.
    """

    part: Uppdrag | Delsteg | Forbattring
    kind: str
    item: str
    status: str
    status_said: Said | None
    said_now: bool
    comment: str | None
    comment_said: Said | None
    due: date | None
    late: bool
    soon: bool
    steps: tuple[Work, ...] = ()

    @property
    def whole_name(self) -> str:
        """Its name; a delsteg's with that of its uppdrag."""
        return self.item.replace(" / ", ": ", 1) if self.kind == "delsteg" else self.part.namn

    @property
    def is_done(self) -> bool:
        """Whether it is finished."""
        return self.status == DONE


@dataclass(frozen=True)
class GoalView:
    """A mål and what is said of it in the period."""

    part: Mal
    comment: str | None
    comment_said: Said | None


@dataclass(frozen=True)
class Direction:
    """A riktningsmål with its goals and uppdrag."""

    name: str
    goals: tuple[GoalView, ...]
    work: tuple[Work, ...]


@dataclass(frozen=True)
class BudgetLine:
    """A verksamhetsområde's money in tkr. `outcome` is what has been used up to the period's end, `forecast` for the whole year."""

    area: str
    before: int
    budget: int
    forecast: float | None
    outcome: float | None
    said: Mapping[str, Said]

    @property
    def difference(self) -> float | None:
        """What the forecast leaves of the budget: over zero is money left, as costs are under zero."""
        return None if self.forecast is None else self.forecast - self.budget


@dataclass(frozen=True)
class FollowUp:
    """A plan followed up in a period, as it stands on `day`."""

    plan: Plan
    period: str
    day: date
    state: str
    state_said: Said | None
    directions: tuple[Direction, ...]
    improvements: tuple[Work, ...]
    groups: tuple[tuple[str, tuple[Measure, ...]], ...]
    budget: tuple[BudgetLine, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure."""
        return tuple(measure for _, group in self.groups for measure in group)

    @property
    def work(self) -> tuple[Work, ...]:
        """Every uppdrag."""
        return tuple(each for direction in self.directions for each in direction.work)

    @property
    def late(self) -> tuple[Work, ...]:
        """Uppdrag and delsteg that should have been ready."""
        return tuple(each for each in self._timed() if each.late)

    @property
    def soon(self) -> tuple[Work, ...]:
        """Uppdrag and delsteg that are to be ready before long."""
        return tuple(each for each in self._timed() if each.soon)

    @property
    def to_give(self) -> int:
        """How many outcomes are to be given in the period by somebody."""
        return sum(len(measure.due) for measure in self.measures if not measure.fills_itself)

    @property
    def missing(self) -> tuple[Measure, ...]:
        """Measures with an outcome that is still to be given."""
        return tuple(measure for measure in self.measures if measure.missing)

    def _timed(self) -> Iterator[Work]:
        for each in self.work:
            yield each
            yield from each.steps
