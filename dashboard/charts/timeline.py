"""What charts over time share: periods on an axis, lines with gaps, values that keep apart, labels that do not collide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import periods as periods_
from dashboard.charts.graph import TEXT_PX, axis, grid, note
from dashboard.lookup import Figure
from dashboard.tokens import colour
from swedish import number, plain

LINE_PX: Final = 18
CHARACTER_PX: Final = 7.2
_NARROW_PX: Final = 300  # the width that words are placed for; on a wider chart they take less of it
_LONGEST_NAME: Final = 28
_NICE: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Range:
    """The values of an axis: from, to, and the step of its grid."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        """Where the grid lines are."""
        count = round((self.high - self.low) / self.step)
        return [round(self.low + number * self.step, 10) for number in range(count + 1)]

    def pixels(self, value: float, height: float) -> float:
        """How far down the value lies in a plot of the height."""
        return height * (self.high - value) / (self.high - self.low)


def nice_step(rough: float) -> float:
    """The least of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * nice for nice in _NICE if power * nice >= rough * 0.999)


def value_range(values: Iterable[float | None], *, from_zero: bool, steps: int = 4, within: tuple[float, float] | None = None) -> Range:
    """A range that holds the values on whole grid steps. Amounts start at zero; `within` keeps percentages within 0–100."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if from_zero:
        low = min(low, 0.0)
    spread = (high - low) or abs(high) or 1.0
    step = nice_step(spread / steps)
    bottom, top = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if within:
        bottom, top = max(bottom, within[0]), min(top, within[1])
    return Range(round(bottom, 10), round(max(top, bottom + step), 10), step)


def period_axis(periods: Sequence[str]) -> dict[str, Any]:
    """An axis of periods in order, 0 to n - 1, with each year's name where it begins."""
    first = [number for number, period in enumerate(periods) if number == 0 or period[:4] != periods[number - 1][:4]]
    if len(first) > 1 and (first[1] - first[0]) * _NARROW_PX / len(periods) < 5 * CHARACTER_PX:
        first = first[1:]  # a year that begins the axis with its last month or quarter has no room for its name
    return axis(
        range=[-0.5, len(periods) - 0.5],
        tickmode="array",
        tickvals=[number - 0.5 for number in first],
        ticktext=[periods[number][:4] for number in first],
        ticklabelposition="outside right",
        ticks="outside",
        ticklen=5,
        tickcolor=colour("axis"),
        showline=True,
        linecolor=colour("axis"),
    )


def value_axis(values: Range, **own: Any) -> dict[str, Any]:
    """A vertical axis with hairlines and plain numbers."""
    return axis(range=[values.low, values.high], tickmode="array", ticklabelstandoff=6, **value_axis_texts(values), **grid(), **own)


def value_axis_texts(values: Range) -> dict[str, Any]:
    """Where an axis of the range has its numbers, all with as many decimals as the one that needs most."""
    places = max(len(plain(tick).partition(",")[2]) for tick in values.ticks)
    return {"tickvals": values.ticks, "ticktext": [number(tick, places) for tick in values.ticks]}


def line(periods: Sequence[str], figures: Iterable[Figure], cuts: Iterable[date] = (), **own: Any) -> dict[str, Any]:
    """A line through the figures; a period without a value breaks it, and so does a day among `cuts`."""
    found = {figure.period: figure.value for figure in figures}
    xs, ys = cut_at(cuts, periods, [found.get(period) for period in periods])
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "hoverinfo": "skip"} | own


def cut_at(cuts: Iterable[date], periods: Sequence[str], values: Sequence[float | None]) -> tuple[list[float], list[float | None]]:
    """The places and values of a line that has a gap where each of the days lies between two periods."""
    gaps = {begins_at(day, periods) for day in cuts}
    points = [point for n, value in enumerate(values) for point in ([(n - 0.5, None)] if n and n in gaps else []) + [(float(n), value)]]
    return [x for x, _ in points], [y for _, y in points]


def begins_at(day: date, periods: Sequence[str]) -> int | None:
    """The first period that the day's beginning holds for, by its place; 0 for the first one, None after the last one."""
    return next((number for number, period in enumerate(periods) if periods_.last_day(period) >= day), None)


def goal_line(value: float, last: float) -> dict[str, Any]:
    """The goal across the chart: dashed black, as nothing else is."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [-0.5, last],
        "y": [value, value],
        "line": {"color": colour("ink"), "width": 1.5, "dash": "5px,3px"},
        "hoverinfo": "skip",
    }


def line_words(
    words: str, level: float, known: Iterable[tuple[int, float | None]], periods: int, values: Range, height: float
) -> dict[str, Any]:
    """The words of a level line, at an end and a side of it where no point is in their way on a narrow chart; else above its start.

    `known` are the points, place and value; `height` is the plot's, in pixels.
    """
    wide = len(words) * CHARACTER_PX / _NARROW_PX * periods
    line_at = values.pixels(level, height)
    points = [(place, values.pixels(value, height) - line_at) for place, value in known if value is not None]

    def is_free(at_start: bool, above: bool) -> bool:
        inside = (down for place, down in points if (place < wide if at_start else place > periods - 1 - wide))
        return not any(-LINE_PX - 5 < (down if above else -down) < 5 for down in inside)

    corners = [(at_start, above) for above in (True, False) for at_start in (True, False)]
    at_start, above = next((corner for corner in corners if is_free(*corner)), corners[0])
    return note(
        words,
        x=-0.5 if at_start else periods - 0.5,
        xanchor="left" if at_start else "right",
        y=level,
        yanchor="bottom" if above else "top",
        font={"size": TEXT_PX, "color": colour("ink")},
    )


def named_line(name: str, day: date, periods: Sequence[str], row: int | None = None) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """A thin line where something begins, and its name; None when that does not lie between two of the periods.

    The change of an agreement has its name at the bottom; with `row`, the name stands that many lines from the top. It is on the side
    of the line that has more room.
    """
    after = begins_at(day, periods)
    if not after:
        return None
    at = after - 0.5
    right = after > len(periods) / 2  # the name stands where there is room for it
    shape = {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": colour("ink-2"), "width": 1}}
    side = {"xanchor": "right", "xshift": -4} if right else {"xanchor": "left", "xshift": 4}
    if row is None:
        return shape, note(name, x=at, y=0, yref="paper", yanchor="bottom", **side)
    font = {"size": TEXT_PX, "color": colour("chosen")}
    dashed = shape | {"line": {"color": colour("chosen"), "width": 1, "dash": "2px,2px"}}
    return dashed, note(shortened(name), x=at, y=1, yref="paper", yanchor="top", yshift=-LINE_PX * row, font=font, **side)


def shortened(name: str) -> str:
    """The name, cut where it would fill the chart; whole in the text alternative."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME].rsplit(' ', 1)[0]} …"


def starts_drawn(starts: Sequence[tuple[str, date]], periods: Sequence[str]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The lines of what begins (name and day), their names one below the other."""
    return [drawn for row, (name, day) in enumerate(starts) if (drawn := named_line(name, day, periods, row))]


def end_labels(labels: Sequence[tuple[float, str, str]], values: Range, height: float, x: float) -> list[dict[str, Any]]:
    """Texts to the right of their lines (value, text, colour), moved apart where they would collide."""
    ordered = sorted(labels, key=lambda label: -label[0])
    wanted = [values.pixels(value, height) for value, _, _ in ordered]
    places = apart(wanted, LINE_PX)
    return [
        note(text, x=x, xanchor="left", xshift=8, y=value, yshift=want - place, font={"size": TEXT_PX, "color": shade})
        for (value, text, shade), want, place in zip(ordered, wanted, places, strict=True)
    ]


def apart(wanted: Sequence[float], least: float) -> list[float]:
    """The wanted places, in order, moved as little as it takes to be at least `least` from each other."""
    groups: list[list[float]] = []  # each: sum of wanted starts, count
    for place in wanted:
        groups.append([place, 1])
        while len(groups) > 1 and _start(groups[-2], least) + groups[-2][1] * least > _start(groups[-1], least):
            total, count = groups.pop()
            groups[-1] = [groups[-1][0] + total, groups[-1][1] + count]
    return [_start(group, least) + number * least for group in groups for number in range(int(group[1]))]


def _start(group: Sequence[float], least: float) -> float:
    return group[0] / group[1] - (group[1] - 1) * least / 2


def label_width(texts: Iterable[str]) -> int:
    """The margin that the longest text needs, in pixels."""
    return int(max((len(text) for text in texts), default=0) * CHARACTER_PX) + 14
