"""Delregioner side by side: one small chart each on the same axis, the others in grey behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from dashboard.charts import graph
from dashboard.charts.graph import Chart, note
from dashboard.charts.timeline import goal_line, line, period_axis, value_axis, value_range
from dashboard.lookup import Figure
from dashboard.tokens import colour
from dashboard.values import Writer
from swedish import period, period_short

_HEIGHT: Final = 190
_MARGIN: Final = (8, 12, 26, 40)


def multiple(
    area: str,
    series: Mapping[str, Sequence[Figure]],
    periods: Sequence[str],
    goal: float | None,
    by: Writer,
    cuts: Sequence[date] = (),
) -> Chart:
    """One area's chart. `series` holds every area of the comparison; all share the range of values. Lines break at the days of `cuts`."""
    every = [figure.value for figures in series.values() for figure in figures]
    span = value_range([*every, goal], from_zero=False, steps=3)
    behind = [
        line(periods, figures, cuts, line={"color": colour("axis"), "width": 1}, opacity=0.55)
        for id_, figures in series.items()
        if id_ != area
    ]
    own = series[area]
    at = {figure.period: figure for figure in own}
    front = line(periods, own, cuts, line={"color": colour("ink"), "width": 2.25})
    points = line(periods, own) | {
        "mode": "markers",
        "hoverinfo": "text",
        "text": [f"{period_short(each)}: {by.with_unit(at.get(each))}" for each in periods],
        "marker": {
            "size": [9 if each == periods[-1] else 6 for each in periods],
            "color": [colour("ink") if at.get(each) is None or at[each].complete else colour("paper") for each in periods],
            "line": {"color": colour("ink"), "width": 2},
            "opacity": [1 if each == periods[-1] or (each in at and not at[each].complete) else 0 for each in periods],
        },
    }
    goals = [] if goal is None else [goal_line(goal, len(periods) - 0.5)]
    named = (
        [] if goal is None else [note("mål", x=-0.5, xanchor="left", y=goal, yanchor="bottom", font={"size": 14, "color": colour("ink")})]
    )
    figure = graph.figure(
        [*behind, *goals, front, points],
        height=_HEIGHT,
        margin=_MARGIN,
        xaxis=period_axis(periods),
        yaxis=value_axis(span),
        annotations=named,
    )
    return Chart(f"delregion-{area}", figure, _HEIGHT, _message(own, by))


def _message(own: Sequence[Figure], by: Writer) -> str:
    known = [figure for figure in own if figure.value is not None]
    if not known:
        return f"{own[0].area_name if own else 'Delregionen'} har inga siffror."
    first, last = known[0], known[-1]
    return f"{last.area_name}: {by.with_unit(last)} {period(last.period)}, {by.with_unit(first)} {period(first.period)}."
