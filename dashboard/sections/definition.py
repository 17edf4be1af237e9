"""How it is counted: numerator, denominator, goals with their sources, worked cases and caveats."""

from __future__ import annotations

from config import Goal
from dashboard.context import Context
from dashboard.states import goal_amount
from dashboard.tree import Element, h
from metrics.cases import CASES, INVENTED
from metrics.indicators import INDICATORS
from swedish import NBSP, capital, day, held

_DIRECTION = {"higher": "Högre är bättre", "lower": "Lägre är bättre", "none": "Varken högt eller lågt är bättre i sig"}
_KIND = {
    "flow": "Månader läggs ihop till kvartal och år",
    "stock": "Läget på periodens sista dag, så kvartal läggs aldrig ihop",
    "status": "Läget på periodens sista dag, så månader och kvartal läggs aldrig ihop",
    "year": "En siffra per år",
}


def section(indicator: str, context: Context, *, class_: str = "") -> Element:
    """The data sheet in a reader's words."""
    declared = INDICATORS[indicator]
    goals = context.settings.goals.get(indicator, ())
    terms = [
        ("Räknar", declared.counts),
        ("Täljare", declared.numerator_label),
        ("Nämnare", declared.denominator_label),
        *([("Läggs inte ihop", declared.why_not_a_sum)] if declared.why_not_a_sum else []),
        ("Riktning", f"{_DIRECTION[declared.direction]}."),
        ("Mål", [h.p(_goal(goal, indicator)) for goal in goals] or "Avtalet anger inget mål."),
        ("Period", f"{_KIND[declared.kind]}."),
        ("Avtal", declared.section),
        ("Källa", declared.source),
    ]
    return h.section(
        h.h2("Så räknas det", id="definition"),
        h.dl([[h.dt(name), h.dd(said)] for name, said in terms], class_="terms surface"),
        h.ul([h.li(caveat) for caveat in declared.caveats], class_="dashes"),
        class_=f"chart {class_}".strip(),
        aria_labelledby="definition",
    )


def _goal(goal: Goal, indicator: str) -> str:
    span = f"{day(goal.valid_from)}–{day(goal.valid_to) if goal.valid_to else ''}"
    note = f" {goal.note}" if goal.note else ""
    return f"{capital(goal_amount(goal, INDICATORS[indicator].unit))}, {span}. {goal.source}.{note}".replace("–.", f"{NBSP}och framåt.")


def examples(indicator: str, *, class_: str = "") -> Element | None:
    """The worked cases; the numbers in them are invented and said to be."""
    cases = CASES.get(indicator, ())
    if not cases:
        return None
    made = [
        h.div(
            h.h3(case.title),
            h.p(held(case.given)),
            h.p(h.b(held(case.calculation)), class_="digits"),
            h.p(held(case.result)),
            class_="example",
        )
        for case in cases
    ]
    return h.section(
        h.h2("Räkneexempel", id="exempel"), h.p(INVENTED, class_="what"), made, class_=f"chart {class_}".strip(), aria_labelledby="exempel"
    )
