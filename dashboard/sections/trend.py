"""How it has gone: the county, the delregion and the chosen area over time."""

from __future__ import annotations

from collections.abc import Sequence

import periods
from config import Agreement, Division
from dashboard.areas import Area
from dashboard.charts.trend import Role, Series, trend
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.framed import framed
from dashboard.parts import row, table
from dashboard.rests import source_line
from dashboard.sections.plan_starts import pairs, told
from dashboard.sentences import over_time, visibility
from dashboard.states import goal_of, goal_words
from dashboard.tree import Element, Node, h
from dashboard.values import Writer, writer
from metrics.agreements import breaks_of, changes_of
from metrics.rules import RULES
from metrics.sentences import CANNOT
from swedish import capital, count, period_short

_PER = {"quarter": "kvartal", "month": "månad", "year": "år"}


def section(indicator: str, context: Context, chosen: Choices, period: str, division: Division, *, class_: str = "") -> Element:
    """Lines of all periods of the shown period's kind."""
    by, kind = writer(context.settings, indicator), periods.kind(period)
    county = context.areas.county
    now = context.lookup.figure(indicator, county.id, period)
    change = by.change(now, context.lookup.figure(indicator, county.id, periods.year_before(period)))
    goal = goal_of(context.settings, now) if now else None
    shown = areas_shown(context, chosen, period, division)
    series = [Series(_name(area, context), context.lookup.series(indicator, area.id, kind), _role(area, chosen, context)) for area in shown]
    wanted = context.lookup.span(indicator, kind)
    heading = over_time(now, change, goal, by)
    marks = (goal.value, goal_words(goal, by.indicator.unit)) if goal else None
    files = links(indicator=[indicator], area=[area.id for area in shown], period_kind=[kind])
    said = context.lookup.trends(indicator).get(county.id)
    starts = context.starts(chosen.area, indicator)
    began = breaks_of(context.settings, by.indicator, wanted)
    cuts = [agreement.valid_from for agreement in began]
    said_of_it = _message(heading, series, by) + _broken(began) + told(starts)
    return framed(
        trend(series, wanted, marks, context.settings, by, said_of_it, pairs(starts), cuts),
        heading=heading,
        what=f"{by.indicator.name} per {_PER[kind]}. En ihålig punkt är en ofullständig period.",
        source=source_line(context, indicator),
        table=_table(series, wanted, by),
        links=files,
        foot=[
            *([f"Femårstrend för länet: {said}{_needs(said)}."] if said else []),
            *_would_show(context, chosen, indicator, by),
            *_what_changed(context, indicator, wanted),
        ],
        class_=class_,
    )


def _broken(began: Sequence[Agreement]) -> str:
    return "".join(f" Linjen bryts där {each.name} börjar gälla." for each in began)


def _what_changed(context: Context, indicator: str, wanted: Sequence[str]) -> list[Node]:
    """What is new for the indicator in each agreement that begins along the line, and where it says more."""
    told: list[Node] = []
    for agreement, change in changes_of(context.settings, indicator, wanted):
        told += [f" {agreement.name}: {change.text} ", h.a("Mer om avtalet", href=f"/avtal/{agreement.id}#nytt")]
    return told


def _would_show(context: Context, chosen: Choices, indicator: str, by: Writer) -> list[Node]:
    """What the five-year trend can see in an area of the chosen one's size, by its last whole year that can be judged."""
    years = [figure for figure in context.lookup.series(indicator, chosen.area, "year") if figure.is_plain]
    if not years or chosen.area == context.areas.county.id:
        return []
    told = visibility(years[-1], goal_of(context.settings, years[-1]), by)
    return [f" {told}"] if told else []


def _needs(said: str) -> str:
    """What it takes where nothing can be said."""
    return f", {count(RULES.trend_years)} hela år i rad behövs" if said == CANNOT else ""


def areas_shown(context: Context, chosen: Choices, period: str, division: Division) -> list[Area]:
    """The county, and the chosen area with its delregion."""
    own = context.areas.find(chosen.area)
    if own is None or own.kind == "lan":
        return [context.areas.county]
    if own.kind == "delregion":
        return [context.areas.county, own]
    delregion = context.areas.delregion_of(own, division, periods.last_day(period))
    return [context.areas.county, *([delregion] if delregion else []), own]


def _name(area: Area, context: Context) -> str:
    return "Länet" if area == context.areas.county else area.name


def _role(area: Area, chosen: Choices, context: Context) -> Role:
    return "county" if area == context.areas.county else "chosen" if area.id == chosen.area else "other"


def _message(heading: str, series: Sequence[Series], by: Writer) -> str:
    said = []
    for each in series:
        known = [figure for figure in each.figures if figure.value is not None]
        if known:
            first, last = known[0], known[-1]
            said.append(
                f"{each.name}: {by.with_unit(first)} {period_short(first.period)}, {by.with_unit(last)} {period_short(last.period)}."
            )
    return f"{heading}. {' '.join(said)}"


def _table(series: Sequence[Series], wanted: Sequence[str], by: Writer) -> Element:
    at = [{figure.period: figure for figure in each.figures} for each in series]
    rows = [row(period_short(period), [by.cell(figures.get(period)) for figures in at]) for period in reversed(wanted)]
    return table(f"{by.indicator.name} över tid", ["Period", *(capital(each.name) for each in series)], rows)
