"""How the parts of a nämndplan are written: amounts with their units, goals, states, days, and where an outcome came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from dashboard.states import INCOMPLETE, MET, MISSED, MISSING, State, badge
from dashboard.tree import Element
from metrics.plan_values import Measure, Outcome, Said, Work
from namndplan import STATUSES
from swedish import NBSP, day, number, plain

_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_INDICATOR_UNITS: Final = {"per_10000": f"per{NBSP}10{NBSP}000"}
_MOST_PLACES: Final = 2
_STATES: Final[dict[str, State]] = dict(zip(STATUSES, (MISSING, INCOMPLETE, MISSED, MET), strict=True))
KIND_WORDS: Final = {"month": "månad", "quarter": "kvartal", "tertial": "tertial", "half_year": "halvår", "year": "år"}


def amount(value: float, unit: str) -> str:
    """The value with its unit, held together: `78,5 %`, `1 234`."""
    text = bare(value, unit)
    word = "" if unit == "antal" else _INDICATOR_UNITS.get(unit, unit)
    return f"{text}{NBSP}{word}" if word else text


def bare(value: float, unit: str = "") -> str:
    """The value alone, with at most two decimals; a percentage has at most one."""
    return plain(round(value, 1 if unit == "%" else _MOST_PLACES))


def exact(value: float) -> str:
    """The value as it was written, for a field that it is changed in."""
    return plain(value)


def tkr(value: float | None) -> str:
    """An amount in thousands of kronor."""
    return number(value, 0)


def goal_words(measure: Measure, outcome: Outcome | None) -> str:
    """The goal: `minst 80 %`, `högst 3`, or the number alone where the plan does not say which way is better."""
    goal = outcome.goal if outcome else measure.part.mal
    if goal is None:
        return ""
    side = {"högre": "minst ", "lägre": "högst "}.get(measure.direction, "")
    return side + amount(goal, measure.unit)


def work_state(work: Work, *, late: bool = True) -> Element:
    """The state as shape and word; what is late says so instead of its shape."""
    if late and work.late and work.due:
        return badge(MISSED, f"Försenad, {work.status.lower()}")
    return badge(_STATES[work.status], work.status)


def written(said: Said | None) -> str:
    """Who wrote it and when: `Anna, 3 mars 2026 klockan 14.32`."""
    return "" if said is None else by_and_when(said.by, said.at)


def by_and_when(by: str, at: datetime) -> str:
    """A name, and a moment as clocks in Sweden show it."""
    local = at.astimezone(_STOCKHOLM)
    return f"{by}, {day(local.date())} klockan{NBSP}{local:%H.%M}"


def origin_words(outcome: Outcome) -> str:
    """Where the outcome came from."""
    if outcome.origin == "figures":
        return "Räknas ur leveranserna"
    if outcome.origin == "file" and outcome.in_file:
        return f"Ur filen {outcome.in_file.file_name}, leverans {outcome.in_file.delivery}"
    if outcome.origin == "page" and outcome.said:
        replaced = ", ersätter det som stod i en fil" if outcome.in_file else ""
        return f"Inmatat av {written(outcome.said)}{replaced}"
    return ""


def days_late(due: date, today: date) -> str:
    """`sedan 31 mars 2026 (40 dagar)`."""
    late = (today - due).days
    return f"skulle vara klart {day(due)}, för {late} {'dag' if late == 1 else 'dagar'} sedan"
