"""Outcomes of a plan's measures: an indicator in any kind of period, goals, and what looks wrong or odd in what somebody wrote."""

from __future__ import annotations

import re
from typing import Final

import periods
from config import PlanSettings
from metrics.befolkning import POPULATION_PARTS
from metrics.indicator import BASE_KINDS
from metrics.indicators import INDICATORS
from metrics.plan_values import PLAIN, Figure, FigureOf, Said, State

_NUMBER: Final = re.compile(r"-?(?:\d{1,3}(?: \d{3})+|\d+)(?:,\d+)?")
_LACKING: Final[dict[str, State]] = {"incomplete": "incomplete", "suppressed": "suppressed"}


def judged_against(value: float | None, goal: float | None, direction: str) -> State:
    """Whether the goal is reached; without a goal or a direction nothing can be said."""
    if value is None:
        return "missing"
    if goal is None or not direction:
        return "no_goal"
    return "met" if (value >= goal if direction == "högre" else value <= goal) else "missed"


def combined(indicator_id: str, period: str, figure: FigureOf) -> tuple[float | None, State]:
    """An indicator in any kind of period: as the run has it, or for a tertial or half-year made of its months.

    Of a stock (status, year) the quarter (month, year) counts that ends with the period, where one does.
    """
    if periods.kind(period) in ("month", "quarter", "year"):
        return _plain(figure(indicator_id, period))
    declared = INDICATORS[indicator_id]
    if declared.kind != "flow":
        bases = [
            each for each in periods.ending_in(period, BASE_KINDS[declared.kind]) if periods.last_day(each) == periods.last_day(period)
        ]
        return _plain(figure(indicator_id, bases[0])) if bases else (None, "missing")
    found = [figure(indicator_id, month) for month in periods.months(period)]
    known = [each for each in found if each is not None and each.numerator is not None]
    if any(each is not None and each.status == "suppressed" for each in found):
        return None, "suppressed"
    if len(known) < len(found) or any(each.status == "incomplete" for each in known):
        return None, "incomplete" if known else "missing"
    numerator = sum(each.numerator or 0.0 for each in known)
    if not declared.is_ratio:
        return numerator, "no_goal"
    persons = declared.denominator in POPULATION_PARTS
    denominator = known[-1].denominator or 0.0 if persons else sum(each.denominator or 0.0 for each in known)
    return (declared.scale * numerator / denominator, "no_goal") if denominator else (None, "missing")


def _plain(figure: Figure | None) -> tuple[float | None, State]:
    if figure is None:
        return None, "missing"
    if figure.status in PLAIN and figure.value is not None:
        return figure.value, "no_goal"
    return None, _LACKING.get(figure.status, "missing")


# ---- What somebody writes -------------------------------------------------------------------------------------------------------


def number_in(text: str) -> float | None:
    """The number that a person wrote, the Swedish way or with a decimal point, or None: `1 234,5`, `-12`, `78.5`."""
    plain = re.sub(r"[\u00a0\u202f ]+", " ", text.strip()).replace("\u2212", "-").removesuffix("%").strip()
    if plain.count(".") == 1 and "," not in plain:
        plain = plain.replace(".", ",")
    return float(plain.replace(" ", "").replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def wrong_with(value: float, unit: str) -> str | None:
    """Why the outcome cannot be right, as a Swedish sentence, or None."""
    if unit == "%" and not 0 <= value <= 100:
        return "En andel ligger mellan 0 och 100 procent. Rätta talet."
    if unit == "antal" and (value < 0 or value != int(value)):
        return "Ett antal är ett helt tal, noll eller större. Rätta talet."
    return None


def odd_about(value: float, before: float | None, settings: PlanSettings | None) -> bool:
    """Whether the outcome differs so much from the one before that somebody should look once more."""
    if before is None or settings is None:
        return False
    return abs(value - before) > max(settings.smallest_jump, abs(before) * settings.jump_percent / 100)


def odd_sign(value: float, budget: int) -> bool:
    """Whether an amount has another sign than its budget: costs are written under zero, or over, but not both ways."""
    return value * budget < 0


def number_kept(said: Said | None) -> float | None:
    """A number as it is kept."""
    return float(said.value) if said is not None and said.value is not None else None
