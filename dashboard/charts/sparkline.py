"""A small line in a card: drawn in the text itself, so that it is there before any script has run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

import periods
from config import Goal
from dashboard.charts.timeline import begins_at, value_range
from dashboard.lookup import Figure
from dashboard.states import goal_words
from dashboard.tree import Element, h
from swedish import period_short

_TOP: Final = 18
_HEIGHT: Final = 48
_WIDTH: Final = 1000


def sparkline(figures: Sequence[Figure], goal: Goal | None, unit: str, cuts: Sequence[date] = ()) -> Element | None:
    """The figures in order, the last a point (hollow: incomplete), and the goal. None: there is no line.

    A missing figure is a gap, and so are the days of `cuts`.
    """
    values = [figure.value for figure in figures]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    span = value_range([*known, *([goal.value] if goal else [])], from_zero=False)
    at = {figure.period: figure.value for figure in figures}
    named = periods.through(figures[0].period, figures[-1].period)
    every = [at.get(period) for period in named]
    places = [None if value is None else _TOP + span.pixels(value, _HEIGHT) for value in every]
    path = h.svg(
        h.path(class_="series", d=_path(places, {begins_at(day, named) for day in cuts})),
        viewBox=f"0 0 {_WIDTH} {_TOP + _HEIGHT + 8}",
        preserveAspectRatio="none",
        width="100%",
        height=_TOP + _HEIGHT + 8,
        overflow="visible",
    )
    return h.svg(
        _goal(goal, unit, _TOP + span.pixels(goal.value, _HEIGHT)) if goal else None,
        path,
        _last(figures[-1], places[-1]),
        h.text(period_short(figures[0].period), x="0", y=_TOP + _HEIGHT + 24),
        h.text(period_short(figures[-1].period), x="100%", y=_TOP + _HEIGHT + 24, class_="end"),
        class_="drawing spark",
        height=_TOP + _HEIGHT + 28,
        aria_hidden="true",
    )


def _path(places: Sequence[float | None], begins: Collection[int | None]) -> str:
    step = _WIDTH / max(len(places) - 1, 1)
    drawn, pen = [], "M"
    for number, place in enumerate(places):
        pen = "M" if number in begins else pen
        if place is not None:
            drawn.append(f"{pen}{number * step:.0f} {place:.1f}")
        pen = "M" if place is None else "L"
    return "".join(drawn)


def _goal(goal: Goal, unit: str, place: float) -> list[Element]:
    return [
        h.line(class_="goal-line", x1="0", x2="100%", y1=f"{place:.1f}", y2=f"{place:.1f}"),
        h.text(goal_words(goal, unit), class_="strong", x="0", y=f"{place - 6:.1f}"),
    ]


def _last(figure: Figure, place: float | None) -> Element | None:
    if place is None:
        return None
    return h.circle(class_="point" if figure.complete else "hollow", cx="100%", cy=f"{place:.1f}", r="4.5")
