"""What the pages say, composed from sign, state and size. Where nothing can be said, nothing is: functions then give None."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from config import Goal
from dashboard.lookup import Figure
from dashboard.reach import JUDGED, Reach, Run
from dashboard.states import badge, goal_amount, state_of
from dashboard.tree import Node, h
from dashboard.values import Change, Writer, small
from metrics.goal_probability import LABEL, goal_probability
from metrics.indicators import INDICATORS
from metrics.power import trend_power
from metrics.rules import RULES
from swedish import NBSP, capital, count, genitive, listed, listed_shortly, number, period

_REACHING: Final = {
    "ntandvard_tackning": "har intyg om N\u2011tandvård",
}
"""How a goal's sentence ends: `minst 3 % har intyg om N-tandvård`."""
_LACKING: Final = {"ntandvard_tackning": "intyg"}
"""What there must be more of where a goal is missed."""
_ENOUGH_TO_RANK: Final = 5


def goal_phrase(goal: Goal, indicator: str) -> str:
    """What the goal asks for, to follow after `målet`: `att minst 3 % har intyg om N-tandvård`, `på högst 3,0 dagar`."""
    ending = _REACHING.get(indicator)
    amount = goal_amount(goal, INDICATORS[indicator].unit)
    return f"att {amount} {ending}" if ending else f"på {amount}"


def how_many_reach(now: Reach, goal: Goal, indicator: str) -> list[Node] | None:
    """`22 av 49 kommuner når målet att minst 3 % har intyg om N-tandvård.` Who has not delivered in full is not counted."""
    if not now.judged:
        return None
    ending = f" når målet {goal_phrase(goal, indicator)}."
    if now.judged < now.total:
        who = f"{now.met} av de {now.judged} kommuner" if now.met else f"Ingen av de {now.judged} kommuner"
        return [h.b(who), f" som har levererat{ending}"]
    if now.met == now.total:
        return [h.b(f"Alla {now.total} kommuner"), ending]
    return [h.b(f"{now.met} av {now.total} kommuner" if now.met else "Ingen kommun"), ending]


def more_or_fewer(now: Reach, then: Reach, when: str) -> list[Node] | None:
    """` Det är 4 fler än för ett år sedan.` Only kommuner judged both times are compared; with none, or no earlier one, None."""
    both = now.judged_ids & then.judged_ids
    if not both or len(both) < now.judged:
        return None
    difference = len(now.who & both) - len(then.who & both)
    if difference == 0:
        return [f" Det är lika många som {when}."]
    return [" Det är ", h.b(f"{abs(difference)} {'fler' if difference > 0 else 'färre'}", class_="together"), f" än {when}."]


def county_level(figure: Figure | None, change: Change | None, by: Writer) -> list[Node] | None:
    """`Länet ligger på 2,87 %, 0,12 procentenheter högre än för ett år sedan.` A count is told as one."""
    if figure is None or figure.value is None:
        return None
    value = h.b(by.with_unit(figure), class_="together")
    if by.indicator.is_ratio:
        said: list[Node] = ["Länet ligger på ", value]
    elif by.indicator.unit == "kr" or figure.value == 1:
        said = [f"{by.indicator.name} i länet: ", value]
    else:
        said = [h.b(by.value(figure)), f" {small(by.indicator.name)} i länet"]
    if figure.status == "incomplete":
        return [*said, ", av det som har kommit in hittills."]
    if change is None:
        return [*said, "."]
    compared = "samma som" if change.shown_as_zero else f"{change.words} än"
    return [*said, f", {compared} för ett år sedan."]


def no_figure(what: str, name: str, why: str | None) -> str:
    """What stands as a page's answer where the figure that it would rest on is missing: what, the word for its state, and why."""
    return f"{capital(what)} {name}.{f' {capital(why)}.' if why else ''}"


def own_level(figure: Figure | None, place: tuple[int, int] | None, by: Writer) -> list[Node] | None:
    """`Ale ligger på 2,61 %, plats 42 av 49.`, with its state where there is a goal."""
    if figure is None:
        return None
    name = h.span(figure.area_name, class_="chosen")
    if figure.value is None:
        return [name, f": {state_of(figure).word}."]
    placed = f", plats {place[0]} av {place[1]}" if place else ""
    verb = " ligger på " if by.indicator.is_ratio else ": "
    state: list[Node] = [", och ", badge(state_of(figure))] if figure.status in JUDGED else []
    whole = " (ofullständig)" if figure.status == "incomplete" else ""
    return [name, f"{verb}{by.with_unit(figure)}{placed}{whole}", *state, "."]


def lacking(figure: Figure | None, goal: Goal | None, by: Writer) -> str | None:
    """`89 fler intyg behövs för att nå målet.`"""
    word = _LACKING.get(by.indicator.id)
    if word is None or figure is None or goal is None or figure.status != "missed" or figure.numerator is None or not figure.denominator:
        return None
    missing = math.ceil(goal.value / by.indicator.scale * figure.denominator - figure.numerator)
    return f"{number(missing, 0)} fler {word} behövs för att nå målet."


def likelihood(figure: Figure | None, goal: Goal | None, by: Writer) -> str | None:
    """How likely the level lies steadily over a share's goal: an extra beside the agreement's own test, and labelled as one."""
    if figure is None or goal is None or not figure.is_plain or by.indicator.interval != "wilson" or goal.comparison != "at_least":
        return None
    if figure.numerator is None or not figure.denominator or figure.numerator > figure.denominator:
        return None
    said = _chance(goal_probability(figure.numerator, figure.denominator, goal.value / by.indicator.scale))
    return f"{LABEL}: sannolikheten att {genitive(figure.area_name)} nivå ligger över målet, sett till slumpen mellan år, är {said}."


def visibility(figure: Figure | None, goal: Goal | None, by: Writer) -> str | None:
    """How likely the five-year trend is to see the way from a whole year's share to its goal; None where there is no such way."""
    if figure is None or goal is None or not figure.is_plain or by.indicator.interval != "wilson" or figure.period_kind != "year":
        return None
    now, wanted = (figure.value or 0) / by.indicator.scale, goal.value / by.indicator.scale
    if not figure.denominator or now == wanted or not (0 < now < 1 and 0 < wanted < 1):
        return None
    went = "steg" if now < wanted else "sjönk"
    return (
        f"Om {figure.area_name} {went} från {by.with_unit(figure)} till målet på {count(RULES.trend_years)} år skulle femårstrenden "
        f"visa det med {_chance(trend_power(figure.denominator, now, wanted))} sannolikhet; nivån varierar också av slumpen."
    )


def _chance(probability: float) -> str:
    percent = 100 * probability
    return f"under 1{NBSP}%" if percent < 1 else f"över 99{NBSP}%" if percent > 99 else f"{number(percent, 0)}{NBSP}%"


def how_long(run: Run | None, goal: Goal | None, name: str) -> str | None:
    """Since when the state has been what it is: `Ale har legat under målet sedan andra kvartalet 2024.`"""
    if run is None or goal is None:
        return None
    side = "under målet" if goal.comparison == "at_least" else "över gränsen"
    state = "har nått målet" if run.first.status == "met" else f"har legat {side}"
    when = period(run.first.period)
    if run.before == "first":
        return f"{name} {state} hela tiden sedan siffrorna börjar, {when}."
    return f"{name} {state} {'åtminstone ' if run.before == 'unknown' else ''}sedan {when}."


def over_time(figure: Figure | None, change: Change | None, goal: Goal | None, by: Writer) -> str:
    """What the county's line does, as a heading."""
    if figure is None or change is None or change.shown_as_zero:
        return "Länet ligger som för ett år sedan" if change is not None else f"{by.indicator.name} över tid"
    if goal is not None and figure.status == "met":
        return "Länet når målet"
    if goal is not None and figure.status == "missed":
        return "Länet närmar sig målet" if (change.difference > 0) == (goal.comparison == "at_least") else "Länet rör sig bort från målet"
    return f"Länet ligger {'högre' if change.difference > 0 else 'lägre'} än för ett år sedan"


def usual_or_not(points: Sequence[Mapping[str, Any]], area: str, name: str, unit: str) -> str:
    """What the process chart says of its last point, as a heading."""
    last = next((point for point in reversed(points) if point["value"] is not None), None)
    if last is None:
        return f"{name} i {area}: inga hela siffror än"
    if last["mean"] is None:
        return f"{name} i {area}: för få {unit} för att säga vad som är väntat"
    return f"{name} i {area}: {last['sentence'] or 'inget ovanligt just nu'}"


def first_three(ranked: Sequence[Figure], by: Writer) -> str:
    """`Tjörn, Hjo och Strömstad ligger högst`: the first three of at least five whole figures."""
    top = [figure.area_name for figure in ranked if figure.is_plain]
    if len(top) < _ENOUGH_TO_RANK or len({figure.value for figure in ranked[:3]}) == 1:
        return f"{by.indicator.name}, i ordning"
    if not by.indicator.is_ratio:
        return f"{listed(top[:3])} har {'flest' if by.indicator.unit == 'antal' else 'mest'}"
    return f"{listed(top[:3])} ligger {'lägst' if by.indicator.direction == 'lower' else 'högst'}"


def delregioner_reaching(figures: Sequence[Figure | None], what: str) -> str:
    """Which delregioner reach the goal, as a heading. `Bara` and `Ingen` are said only when every one can be judged."""
    met = [figure.area_name for figure in figures if figure is not None and figure.status == "met"]
    missed = [figure.area_name for figure in figures if figure is not None and figure.status == "missed"]
    if not met and not missed:
        return f"{capital(what)} per delregion"
    if len(met) + len(missed) < len(figures):
        return f"{listed(met)} når målet för {what}" if met else f"{listed(missed)} når inte målet för {what}"
    if not missed:
        return f"Alla delregioner når målet för {what}"
    if not met:
        return f"Ingen delregion når målet för {what}"
    return (
        f"Bara {listed(met)} når målet för {what}"
        if len(met) <= len(missed)
        else f"Alla delregioner utom {listed(missed)} når målet för {what}"
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


def within_limit(months: Figure | None, limit: float) -> str | None:
    """`Snittet var över 3,0 dagar i 1 av 3 månader.`"""
    said = over_limit(months, limit)
    if said is None or months is None or months.value is None:
        return None
    if months.value == 0 and months.complete:
        return f"Snittet höll sig inom {number(limit, 1)}{NBSP}dagar varje månad."
    return f"Snittet var över gränsen i {said}."


def over_limit(months: Figure | None, limit: float) -> str | None:
    """`31 av 147 kommunmånader över 3,0 dagar`; for one kommun `1 av 3 månader över 3,0 dagar`."""
    if months is None or months.value is None or not months.denominator:
        return None
    unit = "månader" if months.area_kind == "kommun" else "kommunmånader"
    return f"{months.value:.0f} av {months.denominator:.0f} {unit} över {number(limit, 1)}{NBSP}dagar"
