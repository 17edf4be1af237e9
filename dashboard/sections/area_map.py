"""The map of kommuner, with its scale in words and as a table."""

from __future__ import annotations

import math

import periods
from config import Division
from dashboard.charts.county_map import county_map, scale, scale_key
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.framed import framed
from dashboard.parts import area_link, row, table
from dashboard.reach import Reach, reach, reach_of
from dashboard.rests import source_line
from dashboard.sentences import where_it_lies
from dashboard.states import MET, MISSED, badge, goal_of, state_of
from dashboard.tree import Element, Node, h
from dashboard.values import writer
from swedish import period as in_words


def section(indicator: str, context: Context, chosen: Choices, period: str, division: Division) -> Element:
    """The map for the indicator and period."""
    by = writer(context.settings, indicator)
    figures = context.per_kommun(indicator, period)
    values = [figure.value for figure in figures.values() if figure is not None and figure.value is not None]
    goal = next((goal for figure in figures.values() if figure and (goal := goal_of(context.settings, figure))), None)
    most = 100.0 if by.indicator.unit == "%" else math.inf
    classes = scale(values, goal.value if goal else None, higher_is_better=by.indicator.direction == "higher", most=most)
    counted = reach(figures.values())
    last = periods.last_day(period)
    members = [(area.name, context.areas.members(area, last)) for area in context.areas.delregioner(division)]
    by_delregion = [(name, reach_of(context.lookup, indicator, areas, period)) for name, areas in members]
    heading = where_it_lies(by_delregion, by.indicator.name) if goal else f"{by.indicator.name} på kartan"
    chart = county_map(figures, classes, chosen.area, by, _message(heading, counted, in_words(period)))
    return framed(
        chart,
        heading=heading,
        what=f"{by.indicator.name}, {in_words(period)}.",
        source=source_line(context, indicator),
        table=_table(indicator, context, chosen, period),
        links=links(indicator=[indicator], area=[area.id for area in context.kommuner], period=[period]),
        under=[_reached(counted, by.indicator.direction) if counted.judged else None, scale_key(classes, figures)],
        class_="w5",
    )


def _message(heading: str, counted: Reach, period: str) -> str:
    reached = f" {counted.met} av {counted.judged} kommuner når målet." if counted.judged else ""
    return f"Karta över {counted.total} kommuner, {period}. {heading}.{reached}"


def _reached(counted: Reach, direction: str) -> Node:
    """How many on each side of the goal, in the order of the scale below."""
    sides = [badge(MISSED, f"{MISSED.word}, {counted.judged - counted.met}"), badge(MET, f"{MET.word}, {counted.met}")]
    return h.p(sides if direction == "higher" else sides[::-1], class_="map-counts digits")


def _table(indicator: str, context: Context, chosen: Choices, period: str) -> Element:
    by = writer(context.settings, indicator)
    rows = []
    for area in context.kommuner:
        figure = context.lookup.figure(indicator, area.id, period)
        class_ = "chosen" if area.id == chosen.area else None
        rows.append(row(area_link(area, chosen), [h.td(by.data(figure)), h.td(badge(state_of(figure)), class_="left")], class_=class_))
    return table(f"{by.indicator.name} per kommun", ["Kommun", "Värde", h.th("Läge", scope="col", class_="left")], rows)
