"""Delregioner side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import periods
from config import Division, Goal
from dashboard.areas import Area
from dashboard.charts import multiples
from dashboard.charts.graph import diagram
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.framed import as_table, picture_menu
from dashboard.lookup import Figure
from dashboard.parts import area_link, row, table
from dashboard.reach import reach_of
from dashboard.rests import source_line
from dashboard.sentences import delregioner_reaching
from dashboard.states import goal_of, state_line
from dashboard.tree import Element, h
from dashboard.values import Writer, small, writer
from swedish import period_short


@dataclass(frozen=True)
class _Comparison:
    context: Context
    chosen: Choices
    period: str
    by: Writer
    series: Mapping[str, Sequence[Figure]]
    goal: Goal | None

    @property
    def periods(self) -> list[str]:
        every = self.context.lookup.span(self.by.indicator.id, periods.kind(self.period))
        return [each for each in every if each <= self.period]

    @property
    def cuts(self) -> list[date]:
        return self.context.cuts(self.by.indicator.id, self.periods)


def section(indicator: str, context: Context, chosen: Choices, period: str, division: Division) -> Element:
    """One small chart per delregion of the division, all on one axis."""
    areas = context.areas.delregioner(division)
    now = [context.lookup.figure(indicator, area.id, period) for area in areas]
    goal = next((goal for figure in now if figure and (goal := goal_of(context.settings, figure))), None)
    series = {area.id: context.until(indicator, area.id, period) for area in areas}
    shown = _Comparison(context, chosen, period, writer(context.settings, indicator), series, goal)
    name = shown.by.indicator.name
    heading = delregioner_reaching(now, small(name)) if goal else f"{name} per delregion"
    files = links(indicator=[indicator], area=[area.id for area in areas], period_kind=[periods.kind(period)])
    return h.section(
        h.h2(heading, id="delregioner"),
        h.p(f"{shown.by.indicator.counts} Övriga delregioner i grått, på samma axel.", class_="what"),
        h.div([_one(area, figure, shown) for area, figure in zip(areas, now, strict=True)], class_="multiples surface"),
        h.div(as_table(_table(areas, shown), heading), picture_menu(None, files), class_="chart-tools"),
        class_="chart w7",
        aria_labelledby="delregioner",
    )


def _one(area: Area, figure: Figure | None, shown: _Comparison) -> Element:
    goal = shown.goal.value if shown.goal else None
    chart = multiples.multiple(area.id, shown.series, shown.periods, goal, shown.by, shown.cuts)
    members = shown.context.areas.members(area, periods.last_day(shown.period))
    counted = reach_of(shown.context.lookup, shown.by.indicator.id, members, shown.period)
    reaching = f"{counted.met} av {counted.judged} kommuner når målet" if shown.goal and counted.judged else None
    known = figure is not None and figure.value is not None
    is_chosen = area.id == shown.chosen.area
    return h.div(
        h.h3(area_link(area, shown.chosen), class_="chosen" if is_chosen else None),
        h.p(h.b(shown.by.with_unit(figure), class_="digits") if known else None, h.span(state_line(figure, "")), class_="reached"),
        h.p(reaching, class_="quiet") if reaching else None,
        diagram(chart, area.name, shown.by.indicator.counts, source_line(shown.context, shown.by.indicator.id)),
        class_="multiple",
    )


def _table(areas: Sequence[Area], shown: _Comparison) -> Element:
    rows = []
    for period in reversed(shown.periods):
        at = {area.id: next((f for f in shown.series[area.id] if f.period == period), None) for area in areas}
        rows.append(row(period_short(period), [shown.by.cell(at[area.id]) for area in areas]))
    return table(f"{shown.by.indicator.name} per delregion och period", ["Period", *(area.name for area in areas)], rows)
