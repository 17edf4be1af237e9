"""One indicator over time: the county, the delregion and the chosen area, the goal, and where the agreement changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from config import Settings
from dashboard.charts import graph
from dashboard.charts.graph import Chart
from dashboard.charts.timeline import (
    end_labels,
    goal_line,
    label_width,
    line,
    line_words,
    named_line,
    period_axis,
    starts_drawn,
    value_axis,
    value_range,
)
from dashboard.lookup import Figure
from dashboard.tokens import colour
from dashboard.values import Writer
from swedish import period_short

_HEIGHT: Final = 290
_MARGIN: Final = (22, 28, 44)  # top (room for the words of a goal that is the highest), bottom, left
_STYLE: Final = {"county": ("ink", 2.25), "other": ("quiet-mark", 1.5), "chosen": ("chosen", 2.25)}


Role = Literal["county", "other", "chosen"]


@dataclass(frozen=True)
class Series:
    """A line: its name at the end, its figures, and what part it plays."""

    name: str
    figures: Sequence[Figure]
    role: Role


def trend(
    series: Sequence[Series],
    periods: Sequence[str],
    goal: tuple[float, str] | None,
    settings: Settings,
    by: Writer,
    label: str,
    starts: Sequence[tuple[str, date]] = (),
    cuts: Sequence[date] = (),
) -> Chart:
    """The lines over the periods. An incomplete period is hollow, a missing one a gap; amounts start at zero.

    `cuts` are the days from which the figures are of something new: no line leads there from what was before.

    `starts`: what begins in the chosen kommun and aims at the indicator, name and day, each a line with its name.
    """
    values = [figure.value for each in series for figure in each.figures]
    span = value_range([*values, goal[0] if goal else None], from_zero=not by.indicator.is_ratio)
    plot_px = _HEIGHT - _MARGIN[0] - _MARGIN[1]
    labels = [found for each in series if (found := _label(each, periods, by))]
    last = len(periods) - 0.5
    agreements = (named_line(agreement.in_charts, agreement.valid_from, periods) for agreement in settings.agreements)
    breaks = [*(drawn for drawn in agreements if drawn), *starts_drawn(starts, periods)]
    drawn = [trace for each in sorted(series, key=lambda each: each.role == "chosen") for trace in _traces(each, periods, by, cuts)]
    figure = graph.figure(
        [*([goal_line(goal[0], last)] if goal else []), *drawn],
        height=_HEIGHT,
        margin=(_MARGIN[0], label_width(text for _, text, _ in labels), _MARGIN[1], _MARGIN[2]),
        xaxis=period_axis(periods),
        yaxis=value_axis(span),
        shapes=[shape for shape, _ in breaks],
        annotations=[
            *end_labels(labels, span, plot_px, len(periods) - 1),
            *([line_words(goal[1], goal[0], _places(series, periods), len(periods), span, plot_px)] if goal else []),
            *[text for _, text in breaks],
        ],
    )
    return Chart("utveckling", figure, _HEIGHT, label)


def _places(series: Sequence[Series], periods: Sequence[str]) -> list[tuple[int, float | None]]:
    at = {period: number for number, period in enumerate(periods)}
    return [(at[figure.period], figure.value) for each in series for figure in each.figures if figure.period in at]


def _label(series: Series, periods: Sequence[str], by: Writer) -> tuple[float, str, str] | None:
    at = {figure.period: figure for figure in series.figures}
    last = next((at[period] for period in reversed(periods) if period in at and at[period].value is not None), None)
    if last is None or last.value is None:
        return None
    return last.value, f"{series.name} {by.value(last)}", colour(_STYLE[series.role][0] if series.role != "other" else "ink-2")


def _traces(series: Series, periods: Sequence[str], by: Writer, cuts: Sequence[date]) -> list[dict[str, Any]]:
    token, width = _STYLE[series.role]
    at = {figure.period: figure for figure in series.figures}
    known = [(number, at[period]) for number, period in enumerate(periods) if period in at and at[period].value is not None]
    last = known[-1][0] if known else None
    shown = [number == last or not figure.complete for number, figure in known]
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": [number for number, _ in known],
        "y": [figure.value for _, figure in known],
        "marker": {
            "size": 8,
            "color": [colour(token) if figure.complete else colour("paper") for _, figure in known],
            "line": {"color": colour(token), "width": 2},
            "opacity": [1 if is_shown else 0 for is_shown in shown],
        },
        "cliponaxis": False,
        "hoverinfo": "text",
        "text": [graph.plain_text(_said(series.name, figure, by)) for _, figure in known],
    }
    return [line(periods, series.figures, cuts, line={"color": colour(token), "width": width}), points]


def _said(name: str, figure: Figure, by: Writer) -> str:
    incomplete = "" if figure.complete else ", ofullständig"
    return f"{name}, {period_short(figure.period)}: {by.with_unit(figure)}{incomplete}"
