"""The process chart (XmR): a series, what it usually does, and only what the rules call a signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from dashboard.charts import graph
from dashboard.charts.graph import Chart, note, plain_text
from dashboard.charts.timeline import Range, apart, cut_at, label_width, named_line, period_axis, starts_drawn, value_axis, value_range
from dashboard.tokens import colour
from dashboard.values import Writer
from swedish import period_short

_HEIGHT: Final = 260
_MARGIN: Final = (12, 28, 44)  # top, bottom, left
_GOOD: Final = {True: "met-mark", False: "missed-mark", None: "ink"}
Point = Mapping[str, Any]
"""A row of `metrics.signals.chart`."""


def process(
    points: Sequence[Point],
    by: Writer,
    label: str,
    id_: str = "process",
    starts: Sequence[tuple[str, date]] = (),
    agreements: Sequence[tuple[str, date]] = (),
) -> Chart:
    """The points in order with mean and limits; each agreement's part has its own. Points that a rule marks are diamonds.

    `starts`: what begins in the kommun and aims at the indicator, name and day, each a line with its name. `agreements`: their names
    and first days, where the line breaks.
    """
    limits = [point[name] for point in points for name in ("lower", "upper")]
    from_zero = not by.indicator.is_ratio
    drawable = [max(limit, 0.0) if from_zero and limit is not None else limit for limit in limits]
    within = (0.0, 100.0) if by.indicator.unit == "%" else None  # a limit that no share can reach is not drawn
    span = value_range([*(point["value"] for point in points), *drawable], from_zero=from_zero, within=within)
    labels = _labels(points, span, by)
    periods = [str(point["period"]) for point in points]
    changes = (named_line(name, day, periods) for name, day in agreements)
    begun = [*(drawn for drawn in changes if drawn), *starts_drawn(starts, periods)]
    figure = graph.figure(
        [*_limits(points, span), _line(points, [day for _, day in agreements]), _ordinary(points, by), *_signals(points, by)],
        height=_HEIGHT,
        margin=(_MARGIN[0], label_width(label["text"] for label in labels), _MARGIN[1], _MARGIN[2]),
        xaxis=period_axis(periods),
        yaxis=value_axis(span),
        shapes=[shape for shape, _ in begun],
        annotations=[*labels, *(text for _, text in begun)],
    )
    return Chart(id_, figure, _HEIGHT, label)


def _limits(points: Sequence[Point], span: Range) -> list[dict[str, Any]]:
    """Mean and limits as steps that break where they change; a limit outside the axis is not drawn."""
    strokes = {
        "mean": {"color": colour("ink-2"), "width": 1},
        "lower": {"color": colour("axis"), "width": 1, "dash": "2px,3px"},
        "upper": {"color": colour("axis"), "width": 1, "dash": "2px,3px"},
    }
    drawn = []
    for name, stroke in strokes.items():
        xs: list[float | None] = []
        ys: list[float | None] = []
        for number, point in enumerate(points):
            if point[name] is None or not span.low <= point[name] <= span.high:
                continue
            if ys and ys[-1] is not None and ys[-1] != point[name]:
                xs.append(None)
                ys.append(None)
            xs += [number - 0.5, number + 0.5]
            ys += [point[name]] * 2
        drawn.append({"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": stroke, "hoverinfo": "skip"})
    return drawn


def _line(points: Sequence[Point], cuts: Sequence[date]) -> dict[str, Any]:
    xs, ys = cut_at(cuts, [str(point["period"]) for point in points], [point["value"] for point in points])
    stroke = {"color": colour("quiet-mark"), "width": 1.5}
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": stroke, "hoverinfo": "skip"}


def _ordinary(points: Sequence[Point], by: Writer) -> dict[str, Any]:
    mine = [(number, point) for number, point in enumerate(points) if point["signal"] is None and point["value"] is not None]
    return _markers(mine, {"symbol": "circle", "size": 6, "color": colour("quiet-mark")}, by)


def _signals(points: Sequence[Point], by: Writer) -> list[dict[str, Any]]:
    made = []
    for good, token in _GOOD.items():
        mine = [(number, point) for number, point in enumerate(points) if point["signal"] is not None and is_good(point, by) is good]
        if mine:
            made.append(_markers(mine, {"symbol": "diamond", "size": 10, "color": colour(token)}, by))
    return made


def is_good(point: Point, by: Writer) -> bool | None:
    """Whether the signal is for the better; None where no direction is."""
    if by.indicator.direction == "none" or point["signal"] is None:
        return None
    return str(point["signal"]).endswith("high") == (by.indicator.direction == "higher")


def _markers(mine: Sequence[tuple[int, Point]], marker: Mapping[str, Any], by: Writer) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [number for number, _ in mine],
        "y": [point["value"] for _, point in mine],
        "marker": dict(marker),
        "cliponaxis": False,
        "hoverinfo": "text",
        "text": [plain_text(_said(point, by)) for _, point in mine],
    }


def _said(point: Point, by: Writer) -> str:
    signal = f", {point['sentence']}" if point["sentence"] else ""
    return f"{period_short(point['period'])}: {by.amount(point['value'])}{signal}"


def _labels(points: Sequence[Point], span: Range, by: Writer) -> list[dict[str, Any]]:
    """Words to the right: the limits, the mean and the last value, moved apart where they would collide."""
    named = [(points[-1][name], f"{by.number(points[-1][name])} {word}", "ink-2") for name, word in _WORDS if _inside(points, name, span)]
    last = next((point for point in reversed(points) if point["value"] is not None), None)
    if last is not None:
        token = "ink" if last["signal"] is None else {True: "met-text", False: "missed-text", None: "ink"}[is_good(last, by)]
        named.append((last["value"], f"{by.number(last['value'])} i {period_short(last['period'])}", token))
    named.sort(key=lambda label: -label[0])
    wanted = [span.pixels(value, _HEIGHT - _MARGIN[0] - _MARGIN[1]) for value, _, _ in named]
    return [
        note(
            text,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=value,
            yshift=want - place,
            font={"size": graph.TEXT_PX, "color": colour(token)},
        )
        for (value, text, token), want, place in zip(named, wanted, apart(wanted, 18), strict=True)
    ]


_WORDS: Final = (("upper", "övre gräns"), ("mean", "medel"), ("lower", "undre gräns"))


def _inside(points: Sequence[Point], name: str, span: Range) -> bool:
    return points[-1][name] is not None and span.low <= points[-1][name] <= span.high
