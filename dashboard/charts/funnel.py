"""The funnel: each kommun by its size, within what chance alone explains or outside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.charts import graph
from dashboard.charts.graph import Chart, axis, note, plain_text
from dashboard.charts.timeline import CHARACTER_PX, LINE_PX, Range, value_axis, value_range
from dashboard.lookup import Figure
from dashboard.states import STATES
from dashboard.tokens import colour
from dashboard.values import Writer
from metrics import comparison
from swedish import plain

_HEIGHT: Final = 350
_MARGIN: Final = (22, 12, 46, 44)  # at the top there is room for the words of a goal that is the highest
_CURVE_POINTS: Final = 48
_NARROW_PX: Final = 300  # the width that names are placed for; on a wider chart they are farther apart
_OUTSIDE: Final = ("funnel-above-99-8", "funnel-below-99-8")
_ROUND: Final = (1, 3)
Compared = Mapping[str, Any]
"""A row of `metrics.comparison.kommuner`."""
Box = tuple[float, float, float]
"""From, to and the middle's distance from the top, in pixels: what a name or a point takes."""


@dataclass(frozen=True)
class Funnel:
    """What is drawn: the kommuner that can be compared, the share or rate of them all together (not scaled), and the lines.

    `lines` are value and words: the county's first, then the goal where there is one.
    """

    rows: Sequence[Compared]
    figures: Mapping[str, Figure | None]
    common: float
    lines: Sequence[tuple[float, str]]
    chosen: str


def funnel(shown: Funnel, by: Writer, label: str) -> Chart:
    """Size to the right (logarithmic), value upwards; within the grey the whole difference may be chance."""
    sizes = [row["denominator"] for row in shown.rows]
    low, high = math.log10(min(sizes)) - 0.08, math.log10(max(sizes)) + 0.12
    known = [limit for row in shown.rows for limit in (row["value"], row["lower_99_8"], row["upper_99_8"])]
    span = value_range([*known, *(value for value, _ in shown.lines)], from_zero=False)
    figure = graph.figure(
        [*_limits(shown, low, high, span, by), *_lines(shown, low, high), *_points(shown, by), *_own(shown)],
        height=_HEIGHT,
        margin=_MARGIN,
        xaxis=_size_axis(low, high, by.indicator.denominator_label),
        yaxis=value_axis(span),
        annotations=[*_line_words(shown, high), *_names(shown, (low, high), span)],
    )
    return Chart("tratt", figure, _HEIGHT, label)


def _limits(shown: Funnel, low: float, high: float, span: Range, by: Writer) -> list[dict[str, Any]]:
    """The grey field between the outer limits, and the inner ones dotted."""
    at = [10 ** (low + (high - low) * step / (_CURVE_POINTS - 1)) for step in range(_CURVE_POINTS)]
    outer = [comparison.limits(by.indicator, shown.common, size, "99.8") or (span.low, span.high) for size in at]
    inner = [comparison.limits(by.indicator, shown.common, size, "95") or (span.low, span.high) for size in at]
    field = [
        _curve(at, [max(bottom, span.low) for bottom, _ in outer], {"width": 0}),
        _curve(at, [min(top, span.high) for _, top in outer], {"width": 0}, fill="tonexty", fillcolor=colour("quiet-ground")),
    ]
    dotted = {"color": colour("axis"), "width": 1, "dash": "2px,3px"}
    return field + [_curve(at, [pair[side] if span.low <= pair[side] <= span.high else None for pair in inner], dotted) for side in (0, 1)]


def _lines(shown: Funnel, low: float, high: float) -> list[dict[str, Any]]:
    county, *goal = [value for value, _ in shown.lines]
    ends = [10**low, 10**high]
    made = [_curve(ends, [county, county], {"color": colour("axis"), "width": 1})]
    return made + [_curve(ends, [value, value], {"color": colour("ink"), "width": 1.5, "dash": "5px,3px"}) for value in goal]


def _line_words(shown: Funnel, high: float) -> list[dict[str, Any]]:
    """Words at the right end, above the upper line and under the lower one."""
    upper = max(value for value, _ in shown.lines)
    return [
        note(
            words,
            x=high,
            xanchor="right",
            y=value,
            yanchor="bottom" if value == upper else "top",
            font={"size": graph.TEXT_PX, "color": colour(token)},
        )
        for (value, words), token in zip(shown.lines, ("ink-2", "ink"), strict=False)
    ]


def _curve(xs: Sequence[float], ys: Sequence[float | None], stroke: Mapping[str, Any], **own: Any) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": list(xs), "y": list(ys), "line": dict(stroke), "hoverinfo": "skip"} | own


def _size_axis(low: float, high: float, name: str) -> dict[str, Any]:
    """A logarithmic axis with round sizes."""
    every = [step * 10.0**power for power in range(int(low), int(high) + 1) for step in _ROUND]
    ticks = [tick for tick in every if low <= math.log10(tick) <= high]
    title = {"text": plain_text(name), "font": {"size": graph.TEXT_PX, "color": colour("ink-2")}, "standoff": 4}
    return axis(
        type="log",
        range=[low, high],
        tickmode="array",
        tickvals=ticks,
        ticktext=[plain(tick) for tick in ticks],
        ticks="outside",
        ticklen=5,
        tickcolor=colour("axis"),
        showline=True,
        linecolor=colour("axis"),
        title=title,
    )


def _points(shown: Funnel, by: Writer) -> list[dict[str, Any]]:
    made = []
    for state in STATES.values():
        mine = [row for row in shown.rows if (figure := shown.figures.get(row["area"])) is not None and figure.status == state.id]
        if mine:
            made.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [row["denominator"] for row in mine],
                    "y": [row["value"] for row in mine],
                    "marker": {"symbol": state.symbol, "size": 9, "color": colour(state.token)},
                    "cliponaxis": False,
                    "hoverinfo": "text",
                    "text": [plain_text(f"{row['area_name']}: {by.amount(row['value'])}, {row['sentence']}") for row in mine],
                    "customdata": [f"/kommun/{row['area']}" for row in mine],
                }
            )
    return made


def _own(shown: Funnel) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [row["denominator"]],
            "y": [row["value"]],
            "marker": {"symbol": "circle-open", "size": 16, "color": colour("chosen"), "line": {"width": 2}},
            "hoverinfo": "skip",
        }
        for row in shown.rows
        if row["area"] == shown.chosen
    ]


def _names(shown: Funnel, sizes: tuple[float, float], span: Range) -> list[dict[str, Any]]:
    """The chosen kommun and those outside the limits, the farthest first, where a name meets neither another name nor a point."""
    level = shown.lines[0][0]
    wanted = [row for row in shown.rows if row["signal"] in _OUTSIDE or row["area"] == shown.chosen]
    wanted.sort(key=lambda row: (row["area"] != shown.chosen, -abs(row["value"] - level)))
    plot_px = _HEIGHT - _MARGIN[0] - _MARGIN[2]
    at = {row["area"]: (_along(row, sizes), span.pixels(row["value"], plot_px)) for row in shown.rows}
    taken = [(x - 6, x + 6, y) for x, y in at.values()]
    taken += [(_NARROW_PX - len(words) * CHARACTER_PX, float(_NARROW_PX), y) for words, y in _beside_lines(shown, span, plot_px)]
    made = []
    for row in wanted:
        own = row["area"] == shown.chosen
        x, y = at[row["area"]]
        gap = 12 if own else 8
        sides = {"left": (x + gap, x + gap + _length(row), y), "right": (x - gap - _length(row), x - gap, y)}
        within = [side for side, (start, end, _) in sides.items() if start >= 0 and end <= _NARROW_PX]
        free = [side for side in within if not _meets(sides[side], taken)]
        if not free and not own:
            continue
        side = (free or within or ["left"])[0]
        taken.append(sides[side])
        made.append(
            note(
                row["area_name"],
                x=math.log10(row["denominator"]),
                y=row["value"],
                xanchor=side,
                xshift=gap if side == "left" else -gap,
                font={"size": graph.TEXT_PX, "color": colour("chosen" if own else "ink")},
            )
        )
    return made


def _meets(box: Box, taken: Iterable[Box]) -> bool:
    return any(box[0] < end and start < box[1] and abs(box[2] - y) < LINE_PX - 4 for start, end, y in taken)


def _beside_lines(shown: Funnel, span: Range, plot_px: float) -> list[tuple[str, float]]:
    """The words of the lines and how far down their middles are."""
    upper = max(value for value, _ in shown.lines)
    return [(words, span.pixels(value, plot_px) + (-LINE_PX / 2 if value == upper else LINE_PX / 2)) for value, words in shown.lines]


def _along(row: Compared, sizes: tuple[float, float]) -> float:
    return (math.log10(row["denominator"]) - sizes[0]) / (sizes[1] - sizes[0]) * _NARROW_PX


def _length(row: Compared) -> float:
    return len(row["area_name"]) * CHARACTER_PX
