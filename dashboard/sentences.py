"""What the pages say, composed from sign, state and size. Where nothing can be said, nothing is: functions then give None."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from config import Goal
from dashboard.lookup import Figure
from dashboard.reach import Reach
from dashboard.tree import Node, h
from metrics.indicators import INDICATORS
from swedish import NBSP, listed, listed_shortly, number, plain, with_unit

_REACHING: Final = {
    "ntandvard_tackning": "har intyg om N\u2011tandvård",
}
"""How a goal's sentence ends: `minst 3 % har intyg om N-tandvård`."""


def goal_amount(goal: Goal, indicator: str) -> str:
    """`minst 3 %`."""
    least = "minst" if goal.comparison == "at_least" else "högst"
    return f"{least} {with_unit(plain(goal.value), INDICATORS[indicator].unit)}"


def goal_phrase(goal: Goal, indicator: str) -> str:
    """What the goal asks for, to follow after `målet`: `att minst 3 % har intyg om N-tandvård`, `högst 3 dagar`."""
    ending = _REACHING.get(indicator)
    return f"att {goal_amount(goal, indicator)} {ending}" if ending else goal_amount(goal, indicator)


def how_many_reach(now: Reach, goal: Goal, indicator: str) -> list[Node] | None:
    """`22 av 49 kommuner når målet att minst 3 % har intyg om N-tandvård.`"""
    if not now.judged:
        return None
    phrase = goal_phrase(goal, indicator)
    if now.met == now.judged == now.total:
        return [h.b(f"Alla {now.total} kommuner"), f" når målet {phrase}."]
    if now.met == 0:
        return [
            h.b("Ingen kommun"),
            f" når målet {phrase}." if now.judged == now.total else f" av {now.judged} med hel siffra når målet {phrase}.",
        ]
    among = "kommuner" if now.judged == now.total else "kommuner med hel siffra"
    return [h.b(f"{now.met} av {now.judged} {among}"), f" når målet {phrase}."]


def more_or_fewer(now: Reach, then: Reach, when: str) -> list[Node] | None:
    """` Det är 4 fler än för ett år sedan.` Only kommuner judged both times are compared; with none, or no earlier one, None."""
    both = now.judged_ids & then.judged_ids
    if not both or len(both) < now.judged:
        return None
    difference = len(now.who & both) - len(then.who & both)
    if difference == 0:
        return [f" Det är lika många som {when}."]
    return [" Det är ", h.b(f"{abs(difference)} {'fler' if difference > 0 else 'färre'}", class_="together"), f" än {when}."]


def highest(ranked: Sequence[Figure]) -> str | None:
    """`Tjörn, Hjo och Strömstad ligger högst`: the three highest of at least five whole figures."""
    if len(ranked) < 5:
        return None
    top = [figure.area_name for figure in ranked[:3]]
    return f"{listed(top)} ligger högst"


def delregioner_reaching(figures: Sequence[Figure | None], what: str) -> str:
    """Which delregioner reach the goal, as a heading."""
    judged = [figure for figure in figures if figure is not None and figure.status in ("met", "missed")]
    met = [figure.area_name for figure in judged if figure.status == "met"]
    missed = [figure.area_name for figure in judged if figure.status == "missed"]
    if not judged:
        return f"{what} per delregion"
    if not missed:
        return f"Alla delregioner når målet för {what}" if len(judged) == len(figures) else f"{listed(met)} når målet för {what}"
    if not met:
        return f"Ingen delregion når målet för {what}"
    if len(met) <= len(missed):
        return f"Bara {listed(met)} når målet för {what}"
    return (
        f"Alla delregioner utom {listed(missed)} når målet för {what}"
        if len(judged) == len(figures)
        else f"{listed(met)} når målet för {what}"
    )


def where_it_lies(by_delregion: Sequence[tuple[str, Reach]], what: str) -> str:
    """In which delregion most kommuner reach the goal, as a map's heading."""
    most = [name for name, each in by_delregion if each.judged and each.met * 2 > each.judged]
    judged = [name for name, each in by_delregion if each.judged]
    if judged and len(most) == len(judged):
        return "I varje delregion når de flesta kommuner målet" if len(most) > 1 else f"I {most[0]} når de flesta kommuner målet"
    if most:
        return f"I {listed_shortly(most)} når de flesta kommuner målet"
    return "Ingenstans når de flesta kommuner målet" if judged else f"{what} per kommun"


def over_limit(months: Figure | None, limit: float) -> str | None:
    """`31 av 147 kommunmånader över 3,0 dagar`; for one kommun `1 av 3 månader över 3,0 dagar`."""
    if months is None or months.value is None or not months.denominator:
        return None
    unit = "månader" if months.area_kind == "kommun" else "kommunmånader"
    return f"{months.value:.0f} av {months.denominator:.0f} {unit} över {number(limit, 1)}{NBSP}dagar"
