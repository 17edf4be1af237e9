"""A kommun's mean number of days month by month against the limit of the agreement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from dashboard.charts import graph
from dashboard.charts.graph import Chart, note, plain_text
from dashboard.charts.timeline import line, named_line, period_axis, value_axis, value_range
from dashboard.lookup import Figure
from dashboard.states import MISSED, STATES, state_of
from dashboard.tokens import colour
from dashboard.values import Writer
from swedish import period_short

_HEIGHT: Final = 240
_MARGIN: Final = (26, 76, 28, 44)  # top: room for the two lines of a goal that is the highest


def month_means(
    figures: Sequence[Figure], periods: Sequence[str], words: str, by: Writer, label: str, agreements: Sequence[tuple[str, date]] = ()
) -> Chart:
    """Each month with its state's shape; the goal as steps, month by month, since it hangs under the agreement.

    `agreements`: their names and first days, each a thin line where the months' line breaks.
    """
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
    cuts = [day for _, day in agreements]
    changes = [drawn for name, day in agreements if (drawn := named_line(name, day, periods))]
    last = next((value for _, value in reversed(steps) if value is not None), None)
    figure = graph.figure(
        [goal, line(periods, figures, cuts, line={"color": colour("rule"), "width": 1.5}), *_points(figures, periods, by)],
        height=_HEIGHT,
        margin=_MARGIN,
        xaxis=period_axis(periods),
        yaxis=value_axis(span),
        shapes=[shape for shape, _ in changes],
        annotations=[*([] if last is None else [_beside(words, last)]), *(text for _, text in changes)],
    )
    return Chart("manader", figure, _HEIGHT, label)


def _beside(words: str, level: float) -> dict[str, Any]:
    """The words at the line's end, outside the plot where no month can be in their way, in two lines."""
    start, _, amount = words.rpartition(" ")
    font = {"size": graph.TEXT_PX, "color": colour("ink")}
    made = note("", x=1, xref="paper", xanchor="left", xshift=6, y=level, align="left", font=font)
    return made | {"text": f"{plain_text(start)}<br>{plain_text(amount)}"}


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
