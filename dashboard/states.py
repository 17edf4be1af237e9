"""States as a reader sees them: shape, word and colour, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config import Goal, Settings
from dashboard.lookup import Figure
from dashboard.tree import Element, Node, h
from periods import first_day, last_day
from swedish import number, plain, with_unit


@dataclass(frozen=True)
class State:
    """One state: its CSS class, the word that says it, and its shape for charts (Plotly symbol and colour token)."""

    id: str
    word: str
    symbol: str
    token: str


MET: Final = State("met", "når målet", "circle", "met-mark")
MISSED: Final = State("missed", "når inte målet", "triangle-up", "missed-mark")
NO_GOAL: Final = State("no_goal", "inget mål", "circle", "quiet-mark")
INCOMPLETE: Final = State("incomplete", "ofullständig", "circle-open", "quiet-mark")
MISSING: Final = State("missing", "saknas", "circle-open", "quiet-mark")
SUPPRESSED: Final = State("suppressed", "skyddad", "square-open", "quiet-mark")
STATES: Final = {state.id: state for state in (MET, MISSED, NO_GOAL, INCOMPLETE, MISSING, SUPPRESSED)}
_DAYS_PLACES: Final = 1  # the agreements write 3,0 days
IN_KEY: Final = (MET, MISSED, INCOMPLETE, MISSING, SUPPRESSED)


def state_of(figure: Figure | None) -> State:
    """The figure's state; no figure is a missing one."""
    return MISSING if figure is None else STATES[figure.status]


def mark(state: State) -> Element | None:
    """The state's shape, drawn by the style sheet; what has no goal has no mark."""
    return None if state is NO_GOAL else h.span(class_=f"mark {state.id}", aria_hidden="true")


def badge(state: State, word: str | None = None) -> Element:
    """Shape and word."""
    return h.span(mark(state), word or state.word, class_=f"state {state.id}")


def state_line(figure: Figure | None, goal_free: str = NO_GOAL.word) -> Node:
    """State as shape and word; where no goal is set, `goal_free` says so."""
    state = state_of(figure)
    return h.span(goal_free, class_="quiet") if state is NO_GOAL else badge(state)


def key() -> Element:
    """Every mark with its word: the key of a table of states."""
    return h.ul([h.li(badge(state)) for state in IN_KEY], class_="key")


def goal_of(settings: Settings, figure: Figure) -> Goal | None:
    """The goal that the figure is tested against, with its source; None where none is in force."""
    if figure.goal is None:
        return None
    first, last = first_day(figure.period), last_day(figure.period)
    for goal in settings.goals.get(figure.indicator, ()):
        fits = figure.area_kind in goal.area_kinds and figure.period_kind in goal.period_kinds
        if fits and goal.value == figure.goal and goal.overlaps(first, last):
            return goal
    return None


def goal_amount(goal: Goal, unit: str) -> str:
    """The goal's number with its unit and which side is good: `minst 3 %`, `högst 3,0 dagar`."""
    least = "minst" if goal.comparison == "at_least" else "högst"
    amount = number(goal.value, _DAYS_PLACES) if unit == "dagar" and goal.value == round(goal.value, _DAYS_PLACES) else plain(goal.value)
    return f"{least} {with_unit(amount, unit)}"


def goal_words(goal: Goal, unit: str) -> str:
    """The goal in a few words: `mål minst 3 %`."""
    return f"mål {goal_amount(goal, unit)}"
