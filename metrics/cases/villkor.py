"""Worked cases of the conditions: the same two stories for each, told with the condition's own name and rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from config import Agreement, Condition, Settings
from metrics import villkor
from metrics.cases.case import Case, Expected, Row, covering, discharge

_ALE: Final = "1440"
_INTO_THE_AGREEMENT: Final = timedelta(days=45)


def cases(settings: Settings) -> Iterator[Case]:
    """Two cases of each condition, in the first agreement that has it."""
    for id_, said in villkor.conditions(settings).items():
        yield from _of_condition(villkor.PREFIX + id_, *said[0])


def _of_condition(indicator: str, agreement: Agreement, condition: Condition) -> Iterator[Case]:
    out = agreement.valid_from + _INTO_THE_AGREEMENT
    common: dict[str, Any] = {
        "indicator": indicator,
        "area": _ALE,
        "period": f"{out:%Y-%m}",
        "covered": {"utskrivning": covering([_ALE], f"{out:%Y-%m}")},
    }
    met, failed = _row(condition, out, "met"), _row(condition, out, "not_met")
    yield Case(
        title="Fyra av fem",
        given="Fem patienter från Ale skrivs ut samma dag, under det första avtal som har villkoret. "
        "För fyra är det uppfyllt, för en är det inte det.",
        calculation="100 × 4 / 5 = 80",
        result="80 %.",
        rows={"utskrivning": (met, met, met, met, failed)},
        expected=Expected(value=80.0, status="no_goal", numerator=4, denominator=5, has_interval=True),
        **common,
    )
    left_out = [_row(condition, out, "unknown")] + [_row(condition, out, "does not apply")] * (condition.applies_if is not None)
    others = "för en saknas uppgift, och en gäller det inte." if condition.applies_if else "för en saknas uppgift."
    yield Case(
        title="En uppgift saknas",
        given=f"Patienter från Ale skrivs ut samma dag. För tre är villkoret uppfyllt, {others}",
        calculation="100 × 3 / 3 = 100",
        result="100 %. Bara de som går att bedöma är med.",
        rows={"utskrivning": (met, met, met, *left_out)},
        expected=Expected(value=100.0, status="no_goal", numerator=3, denominator=3, has_interval=True),
        **common,
    )


def _row(condition: Condition, out: date, state: str) -> Row:
    """A discharge, with the condition in the state."""
    set_: dict[str, Any] = {}
    if condition.applies_if is not None:
        set_[condition.applies_if] = None if state == "unknown" else state != "does not apply"
    if condition.yes_in is not None:
        answers = {"met": True, "not_met": False}
        set_[condition.yes_in] = answers.get(state)
    elif state == "met":
        set_[str(condition.date_in)] = out
    else:
        set_[str(condition.date_in)] = None
        if state == "unknown" and condition.applies_if is None:
            set_["lacks"] = frozenset({condition.date_in})
    return discharge(_ALE, out, 0, **set_)
