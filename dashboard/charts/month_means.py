"""A kommun's mean number of days month by month against the limit of the agreement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dashboard.charts import graph
from dashboard.charts.graph import Chart, note, plain_text
from dashboard.charts.timeline import line, period_axis, value_axis, value_range
from dashboard.lookup import Figure
from dashboard.states import MISSED, STATES, state_of
from dashboard.tokens import colour
from dashboard.values import Writer
from swedish import period_short

_HEIGHT: Final = 240
_MARGIN: Final = (20, 16, 28, 44)


def month_means(figures: Sequence[Figure], periods: Sequence[str], words: str, by: Writer, label: str) -> Chart:
    """Each month with its state's shape; the goal as steps, month by month, since it hangs under the agreement."""
    span = value_range([*(figure.value for figure in figures), *(figure.goal for figure in figures)], from_zero=True)
    goals = {figure.period: figure.goal for figure in figures}
    steps = [(number, goals.get(period)) for number, period in enumerate(periods)]
    goal = {
        "type": "scatter",
        "mode": "lines",
        "x": [place for number, _ in steps for place in (number - 0.5, number + 0.5)],
        "y": [value for _, value in steps for _ in range(2)],
        "line": {"color": colour("ink"), "width": 1.5, "dash": "5px,3px"},
        "hoverinfo": "skip",
    }
    first = next((value for _, value in steps if value is not None), None)
    named = (
        [] if first is None else [note(words, x=-0.5, xanchor="left", y=first, yanchor="bottom", font={"size": 14, "color": colour("ink")})]
    )
    figure = graph.figure(
        [goal, line(periods, figures, line={"color": colour("rule"), "width": 1.5}), *_points(figures, periods, by)],
        height=_HEIGHT,
        margin=_MARGIN,
        xaxis=period_axis(periods),
        yaxis=value_axis(span),
        annotations=named,
    )
    return Chart("manader", figure, _HEIGHT, label)


def _points(figures: Sequence[Figure], periods: Sequence[str], by: Writer) -> list[dict[str, Any]]:
    at = {period: number for number, period in enumerate(periods)}
    made = []
    for state in STATES.values():
        mine = [figure for figure in figures if figure.status == state.id and figure.value is not None]
        if mine:
            made.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [at[figure.period] for figure in mine],
                    "y": [figure.value for figure in mine],
                    "marker": {"symbol": state.symbol, "size": 10 if state is MISSED else 9, "color": colour(state.token)},
                    "cliponaxis": False,
                    "hoverinfo": "text",
                    "text": [plain_text(f"{period_short(f.period)}: {by.with_unit(f)}, {state_of(f).word}") for f in mine],
                }
            )
    return made
