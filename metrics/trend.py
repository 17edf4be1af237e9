"""The five-point trend over years: is the change more than chance, whichever year is left out? Source: statistics, d5 and d11."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.intervals import Z
from metrics.rules import RULES

Marker = Literal["increasing", "decreasing", "no_change", "cannot"]


@dataclass(frozen=True, kw_only=True)
class Trend:
    """What can be said. `slope` is per year, of the logit for shares and of the value otherwise; both are null for `cannot`."""

    marker: Marker
    slope: float | None = None
    chi_squared: float | None = None


CANNOT = Trend(marker="cannot")


def share_trend(years: Sequence[float], numerators: Sequence[float | None], denominators: Sequence[float | None]) -> Trend:
    """The trend of a share, by Cochran–Armitage; the direction is that of the least-squares slope of its logit.

    `cannot` unless there are five different years with every numerator over 0 and under its denominator, or all shares are equal.
    """
    points = _points(years, numerators, denominators)
    if points is None or not all(0 <= c <= d and d > 0 for _, c, d in points):
        return CANNOT
    if len({c / d for _, c, d in points}) == 1:
        return Trend(marker="no_change", slope=0.0, chi_squared=0.0)
    if not all(0 < c < d for _, c, d in points):
        return CANNOT
    among, cases = math.fsum(d for _, _, d in points), math.fsum(c for _, c, _ in points)
    cases_t = math.fsum(c * t for t, c, _ in points)
    among_t, among_tt = (math.fsum(d * t**power for t, _, d in points) for power in (1, 2))
    chi_squared = among * (among * cases_t - cases * among_t) ** 2 / (cases * (among - cases) * (among * among_tt - among_t**2))
    return _judged([(t, math.log(c / (d - c)), 1.0) for t, c, d in points], chi_squared)


def interval_trend(
    years: Sequence[float], values: Sequence[float | None], lowers: Sequence[float | None], uppers: Sequence[float | None]
) -> Trend:
    """The trend of a value with 95 per cent limits, by weighted least squares.

    `cannot` unless there are five different years, each with a value and limits that differ.
    """
    points = _points(years, values, lowers, uppers)
    if points is None or not all(upper > lower for _, _, lower, upper in points):
        return CANNOT
    weighted = [(t, y, (2 * Z["95"] / (upper - lower)) ** 2) for t, y, lower, upper in points]
    ones, times = (math.fsum(w * t**power for t, _, w in weighted) for power in (0, 1))
    times_squared = math.fsum(w * t * t for t, _, w in weighted)
    return _judged(weighted, _slope(weighted) ** 2 * (ones * times_squared - times**2) / ones)


def _points(years: Sequence[float], *columns: Sequence[float | None]) -> list[tuple[float, ...]] | None:
    """One tuple per year, with time counted from the first year; None where a year is missing, repeated or has a gap."""
    complete = len(years) == len(set(years)) == RULES.trend_years
    points = [(year - min(years), *row) for year, *row in zip(years, *columns, strict=True)]
    if not complete or any(one is None or not math.isfinite(one) for point in points for one in point):
        return None
    return [tuple(float(one) for one in point if one is not None) for point in points]


def _slope(weighted: Sequence[tuple[float, float, float]]) -> float:
    total = math.fsum(w for _, _, w in weighted)
    mean_t = math.fsum(w * t for t, _, w in weighted) / total
    mean_y = math.fsum(w * y for _, y, w in weighted) / total
    return math.fsum(w * (t - mean_t) * (y - mean_y) for t, y, w in weighted) / math.fsum(w * (t - mean_t) ** 2 for t, _, w in weighted)


def _judged(weighted: Sequence[tuple[float, float, float]], chi_squared: float) -> Trend:
    slope = _slope(weighted)
    steady = all(_slope(left) * slope > 0 for left in _one_left_out(weighted))
    marker: Marker = "no_change"
    if chi_squared > RULES.trend_chi_squared and steady:
        marker = "increasing" if slope > 0 else "decreasing"
    return Trend(marker=marker, slope=slope, chi_squared=chi_squared)


def _one_left_out(points: Sequence[tuple[float, float, float]]) -> Iterator[list[tuple[float, float, float]]]:
    for place in range(len(points)):
        yield [point for other, point in enumerate(points) if other != place]
