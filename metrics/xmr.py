"""The XmR chart: what a series usually does, and where it does something else. Source: statistics, d4."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from metrics.rules import RULES

Rule = Literal["beyond", "trend", "two_of_three", "shift"]
Direction = Literal["high", "low"]
Values = Sequence[float | None]

PRIORITY: tuple[Rule, ...] = ("beyond", "trend", "two_of_three", "shift")
"""Which rule names a point that several of them mark."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The mean, the process limits and the near limits (two thirds of the way), in the unit of the values."""

    mean: float
    lower: float
    upper: float
    near_lower: float
    near_upper: float


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A rule that the points `first`..`last` fulfil; `marked` are the ones to mark. For a trend, high means rising."""

    rule: Rule
    direction: Direction
    first: int
    last: int
    marked: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Points `first`..`last` that share one set of limits; `limits` is None where there are too few points to say anything."""

    first: int
    last: int
    limits: Limits | None
    signals: tuple[Signal, ...]


def segments(values: Values, bases: Sequence[Hashable]) -> tuple[Segment, ...]:
    """The series cut where its base (the agreement in force) changes, each part with limits and signals of its own.

    `values` and `bases` have one item per period, in order. None is a gap: no run and no moving range reaches across it.
    """
    found = []
    for _, group in groupby(range(len(values)), key=lambda i: bases[i]):
        places = list(group)
        part = values[places[0] : places[-1] + 1]
        limits = limits_of(part)
        signals = tuple(_moved(signal, places[0]) for signal in signals_of(part, limits)) if limits else ()
        found.append(Segment(first=places[0], last=places[-1], limits=limits, signals=signals))
    return tuple(found)


def _moved(signal: Signal, by: int) -> Signal:
    marked = tuple(place + by for place in signal.marked)
    return Signal(rule=signal.rule, direction=signal.direction, first=signal.first + by, last=signal.last + by, marked=marked)


# ---- Limits -------------------------------------------------------------------------------------------------------------------


def limits_of(values: Values) -> Limits | None:
    """Limits by the mean moving range, or None with fewer than `RULES.minimum_points` values or too many that are alike.

    Ranges at or over the upper range limit are left out once, so that one odd point does not widen the limits; the mean keeps every
    point. A constant series has limits at its value. Where screening would leave no variation at all, nothing is screened.
    """
    known = [value for value in values if value is not None]
    ranges = [abs(after - before) for before, after in pairwise(values) if before is not None and after is not None]
    if len(known) < RULES.minimum_points or not ranges:
        return None
    if min(known) == max(known):
        return _around(known[0], 0.0)
    if max(Counter(known).values()) > RULES.most_alike * len(known):
        return None
    usual = math.fsum(ranges) / len(ranges)
    kept = [one for one in ranges if one < RULES.largest_range * usual]
    screened = math.fsum(kept) / len(kept) if kept else 0.0
    usual = screened or usual
    return _around(math.fsum(known) / len(known), usual) if usual > 0 else None


def _around(mean: float, usual_range: float) -> Limits:
    reach = RULES.limit_per_range * usual_range
    near = RULES.near_share * reach
    return Limits(mean=mean, lower=mean - reach, upper=mean + reach, near_lower=mean - near, near_upper=mean + near)


# ---- Rules --------------------------------------------------------------------------------------------------------------------


def signals_of(values: Values, limits: Limits) -> tuple[Signal, ...]:
    """Every signal among the values, in order of where it ends."""
    found = [*_beyond(values, limits), *_trends(values), *_near(values, limits), *_shifts(values, limits)]
    return tuple(sorted(found, key=lambda signal: (signal.last, PRIORITY.index(signal.rule), signal.first)))


def _beyond(values: Values, limits: Limits) -> Iterator[Signal]:
    for place, value in enumerate(values):
        if value is not None and not limits.lower <= value <= limits.upper:
            yield _signal("beyond", 1 if value > limits.upper else -1, [place])


def _shifts(values: Values, limits: Limits) -> Iterator[Signal]:
    """A point on the mean is on neither side and ends the run."""
    for side, run in _runs([_sign(None if value is None else value - limits.mean) for value in values]):
        if len(run) >= RULES.shift_points:
            yield _signal("shift", side, run)


def _trends(values: Values) -> Iterator[Signal]:
    """Seven points make six steps the same way; two equal values end the run."""
    steps = [_sign(None if before is None or after is None else after - before) for before, after in pairwise(values)]
    for direction, run in _runs(steps):
        if len(run) + 1 >= RULES.trend_points:
            yield _signal("trend", direction, [*run, run[-1] + 1])


def _near(values: Values, limits: Limits) -> Iterator[Signal]:
    """At least two of three in a row between the near limit and the limit, all three on one side; only the near ones are marked."""
    for side in (1, -1):
        near = [value is not None and _is_near(value, limits, side) for value in values]
        same_side = [value is not None and side * (value - limits.mean) > 0 for value in values]
        marked: list[int] = []
        for start in range(len(values) - RULES.near_window + 1):
            window = range(start, start + RULES.near_window)
            if sum(near[i] for i in window) >= RULES.near_points and all(same_side[i] for i in window):
                if marked and start > marked[-1]:
                    yield _signal("two_of_three", side, marked)
                    marked = []
                marked = sorted({*marked, *(i for i in window if near[i])})
        if marked:
            yield _signal("two_of_three", side, marked)


def _is_near(value: float, limits: Limits, side: int) -> bool:
    return limits.near_upper < value <= limits.upper if side > 0 else limits.lower <= value < limits.near_lower


def _sign(difference: float | None) -> int:
    return 0 if not difference else 1 if difference > 0 else -1


def _runs(signs: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Places of equal, non-zero signs in a row."""
    for sign, group in groupby(range(len(signs)), key=lambda i: signs[i]):
        if sign:
            yield sign, list(group)


def _signal(rule: Rule, side: int, marked: Sequence[int]) -> Signal:
    return Signal(rule=rule, direction="high" if side > 0 else "low", first=marked[0], last=marked[-1], marked=tuple(marked))
