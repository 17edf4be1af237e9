"""Kommuner in order of their value, each with its interval, the goal and the county's value as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dashboard.charts import graph
from dashboard.charts.graph import Chart, axis, grid, note, plain_text
from dashboard.charts.timeline import CHARACTER_PX, Range, value_axis_texts, value_range
from dashboard.lookup import Figure
from dashboard.states import MISSED, STATES, state_of
from dashboard.tokens import colour
from dashboard.values import Writer

ROW_PX: Final = 19
_TOP_PX: Final = 30
_BOTTOM_PX: Final = 30
_NAME_PX: Final = 112
_STANDOFF_PX: Final = 8
_VALUE_PX: Final = 74
_NARROW_PX: Final = 150  # the plot on a phone, which the words of a line must fit beside


def ranking(figures: Sequence[Figure], chosen: str, county: Figure | None, goal: tuple[float, str] | None, by: Writer, label: str) -> Chart:
    """The figures from the top down, in the order given. `goal` is its value and words; amounts start at zero."""
    height = _TOP_PX + _BOTTOM_PX + ROW_PX * len(figures)
    rows = list(range(len(figures)))
    limits = [limit for figure in figures for limit in (figure.lower, figure.upper, figure.value)]
    lines = _lines(county, goal, by)
    span = value_range([*limits, *(value for value, _, _ in lines)], from_zero=not by.indicator.is_ratio, steps=8)
    figure = graph.figure(
        [*([] if by.indicator.is_ratio else [_bars(figures, chosen, by)]), *_intervals(figures, chosen), *_points(figures, by)],
        height=height,
        margin=(_TOP_PX, _VALUE_PX, _BOTTOM_PX, _NAME_PX),
        xaxis=axis(range=[span.low, span.high], tickmode="array", **value_axis_texts(span), **grid()),
        yaxis=axis(
            range=[len(figures) - 0.5, -0.5],
            tickmode="array",
            tickvals=rows,
            ticktext=_names(figures, chosen),
            ticklabelstandoff=_STANDOFF_PX,
        ),
        shapes=[*_band(figures, chosen), *[shape for _, shape, _ in lines]],
        annotations=[
            *_own_name(figures, chosen),
            *_values(figures, chosen, by),
            *[_kept_inside(text, value, span) for value, _, text in lines],
        ],
    )
    return Chart("rangordning", figure, height, label)


def _lines(county: Figure | None, goal: tuple[float, str] | None, by: Writer) -> list[tuple[float, dict[str, Any], dict[str, Any]]]:
    """Value, line and words of the goal and the county's value; words stand on either side of lines that lie close."""
    drawn = []
    if goal is not None:
        drawn.append((goal[0], goal[1], {"color": colour("ink"), "width": 1.5, "dash": "5px,3px"}, "ink"))
    if county is not None and county.value is not None and by.indicator.is_ratio:
        drawn.append((county.value, f"länet {by.value(county)}", {"color": colour("axis"), "width": 1}, "ink-2"))
    lowest = min((value for value, *_ in drawn), default=0.0)
    made = []
    for value, words, stroke, token in drawn:
        side = "right" if value == lowest and len(drawn) > 1 else "left"
        line = {"type": "line", "xref": "x", "yref": "paper", "x0": value, "x1": value, "y0": 0, "y1": 1, "line": stroke, "layer": "below"}
        at = {"x": value, "xanchor": side, "xshift": -4 if side == "right" else 4, "y": 1, "yref": "paper", "yanchor": "bottom"}
        made.append((value, line, note(words, **at, font={"size": graph.TEXT_PX, "color": colour(token)})))
    return made


def _kept_inside(text: dict[str, Any], value: float, span: Range) -> dict[str, Any]:
    """The words of a line; where the chart would end before they do, they end with it instead."""
    room = _VALUE_PX + span.pixels(value, _NARROW_PX)
    if text["xanchor"] == "right" or len(text["text"]) * CHARACTER_PX < room:
        return text
    return text | {"x": 1, "xref": "paper", "xanchor": "right", "xshift": _VALUE_PX}


def _names(figures: Sequence[Figure], chosen: str) -> list[str]:
    return ["" if figure.area == chosen else plain_text(figure.area_name) for figure in figures]


def _own_name(figures: Sequence[Figure], chosen: str) -> list[dict[str, Any]]:
    """The chosen one's name where the axis would have it: a text with a look of its own there needs a style in the text itself,
    which the pages' policy forbids."""
    font = {"size": graph.TEXT_PX, "color": colour("chosen"), "weight": graph.BOLD}
    at = {"xref": "paper", "x": 0, "xanchor": "right", "xshift": -_STANDOFF_PX, "yanchor": "middle", "borderpad": 0, "borderwidth": 0}
    return [note(figure.area_name, **at, y=row, font=font) for row, figure in enumerate(figures) if figure.area == chosen]


def _band(figures: Sequence[Figure], chosen: str) -> list[dict[str, Any]]:
    place = next((number for number, figure in enumerate(figures) if figure.area == chosen), None)
    if place is None:
        return []
    look = {"type": "rect", "fillcolor": colour("chosen-ground"), "line": {"width": 0}, "layer": "below"}
    rows = {"xref": "paper", "yref": "y", "y0": place - 0.5, "y1": place + 0.5}
    beside = {"xsizemode": "pixel"}  # the margins, where the name and the number stand
    return [
        look | rows | {"x0": 0, "x1": 1},
        look | rows | beside | {"xanchor": 0, "x0": -_NAME_PX, "x1": 0},
        look | rows | beside | {"xanchor": 1, "x0": 0, "x1": _VALUE_PX},
    ]


def _bars(figures: Sequence[Figure], chosen: str, by: Writer) -> dict[str, Any]:
    """Amounts as bars from zero; the chosen one in its colour."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": [figure.value for figure in figures],
        "y": list(range(len(figures))),
        "width": 0.6,
        "marker": {"color": [colour("chosen" if figure.area == chosen else "quiet-mark") for figure in figures]},
        "opacity": 0.45,
        "hoverinfo": "text",
        "hovertext": [plain_text(_said(figure, by)) for figure in figures],
    }


def _intervals(figures: Sequence[Figure], chosen: str) -> list[dict[str, Any]]:
    """The intervals as hairlines, the chosen one's stronger and last."""
    drawn = []
    for is_own, stroke in ((False, {"color": colour("axis"), "width": 1}), (True, {"color": colour("chosen"), "width": 2})):
        xs: list[float | None] = []
        ys: list[float | None] = []
        for number, figure in enumerate(figures):
            if figure.lower is not None and figure.upper is not None and (figure.area == chosen) is is_own:
                xs += [figure.lower, figure.upper, None]
                ys += [number, number, None]
        drawn.append({"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": stroke, "hoverinfo": "skip"})
    return drawn


def _points(figures: Sequence[Figure], by: Writer) -> list[dict[str, Any]]:
    """One trace per state, so that each has its shape and colour."""
    made = []
    for state in STATES.values():
        mine = [(number, figure) for number, figure in enumerate(figures) if figure.status == state.id and figure.value is not None]
        if mine:
            made.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [figure.value for _, figure in mine],
                    "y": [number for number, _ in mine],
                    "marker": {"symbol": state.symbol, "size": 10 if state is MISSED else 9, "color": colour(state.token)},
                    "cliponaxis": False,
                    "hoverinfo": "text",
                    "text": [plain_text(_said(figure, by)) for _, figure in mine],
                    "customdata": [f"/kommun/{figure.area}" for _, figure in mine],
                }
            )
    return made


def _said(figure: Figure, by: Writer) -> str:
    state = state_of(figure)
    said = "" if state.id == "no_goal" else f", {state.word}"
    if figure.lower is None or figure.upper is None:
        return f"{figure.area_name}: {by.with_unit(figure)}{said}"
    return f"{figure.area_name}: {by.with_unit(figure)} ({by.number(figure.lower)}–{by.number(figure.upper)}){said}"


def _values(figures: Sequence[Figure], chosen: str, by: Writer) -> list[dict[str, Any]]:
    return [
        note(
            by.value(figure),
            x=1,
            xref="paper",
            xanchor="right",
            xshift=_VALUE_PX,
            y=number,
            font={"size": graph.TEXT_PX, "color": colour("chosen" if figure.area == chosen else "ink")},
        )
        for number, figure in enumerate(figures)
    ]
