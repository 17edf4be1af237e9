"""How the parts of a nämndplan are written on its pages: goals, states, who wrote what, and where an outcome came from."""

from __future__ import annotations

from typing import Final

from dashboard.states import INCOMPLETE, MET, MISSED, MISSING, State, badge
from dashboard.tree import Element
from metrics.plan_values import Measure, Outcome, Said, Work
from namndplan import STATUSES
from swedish import aim, by_and_when

_STATES: Final[dict[str, State]] = dict(zip(STATUSES, (MISSING, INCOMPLETE, MISSED, MET), strict=True))
KIND_WORDS: Final = {"month": "månad", "quarter": "kvartal", "tertial": "tertial", "half_year": "halvår", "year": "år"}


def goal_words(measure: Measure, outcome: Outcome | None) -> str:
    """The goal that the outcome is held against; empty where there is none."""
    goal = outcome.goal if outcome else measure.part.mal
    return "" if goal is None else aim(goal, measure.direction, measure.unit)


def work_state(work: Work, *, late: bool = True) -> Element:
    """The state as shape and word; what is late says so instead of its shape."""
    if late and work.late:
        return badge(MISSED, f"Försenad, {work.status.lower()}")
    return badge(_STATES[work.status], work.status)


def written(said: Said | None) -> str:
    """Who wrote it and when; empty where nobody has."""
    return "" if said is None else by_and_when(said.by, said.at)


def origin_words(outcome: Outcome) -> str:
    """Where the outcome came from."""
    if outcome.origin == "figures":
        return "Räknas ur leveranserna"
    if outcome.origin == "file" and outcome.in_file:
        called = f", där måttet heter {outcome.in_file.name}" if outcome.in_file.name else ""
        return f"Ur filen {outcome.in_file.file_name}, leverans {outcome.in_file.delivery}{called}"
    if outcome.origin == "page" and outcome.said:
        replaced = ", ersätter det som stod i en fil" if outcome.in_file else ""
        return f"Inmatat av {written(outcome.said)}{replaced}"
    return ""
