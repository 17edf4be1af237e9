"""The funnel: how far from the common level chance alone takes an area of a given size. Source: statistics, d3 and d8."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from metrics.distributions import gamma_tails, normal_two_sided
from metrics.intervals import Level, Z, exact_poisson

Place = Literal["above_99_8", "above_95", "within", "below_95", "below_99_8"]
Bounds = tuple[float, float]


def share_limits(common: float, size: float, level: Level) -> Bounds:
    """Limits around the common share for an area with that denominator (size > 0), as shares within [0, 1]."""
    reach = Z[level] * math.sqrt(common * (1 - common) / size)
    return max(0.0, common - reach), min(1.0, common + reach)


def rate_limits(common: float, size: float, level: Level) -> Bounds:
    """Limits around the common number of events per unit of exposure (common, size > 0), by the exact Poisson limits of the expected."""
    lower, upper = exact_poisson(common * size, level)
    return lower / size, upper / size


def place(value: float, limits_95: Bounds, limits_99_8: Bounds) -> Place:
    """Where a value lies among its own limits; on a limit is within it."""
    for limits, above, below in ((limits_99_8, "above_99_8", "below_99_8"), (limits_95, "above_95", "below_95")):
        if value > limits[1]:
            return above  # type: ignore[return-value]
        if value < limits[0]:
            return below  # type: ignore[return-value]
    return "within"


def share_p_value(numerator: float, size: float, common: float) -> float:
    """Two-sided probability of a share at least this far from the common one (size > 0)."""
    spread = math.sqrt(common * (1 - common) / size)
    return normal_two_sided((numerator / size - common) / spread) if spread > 0 else 1.0


def rate_p_value(events: float, expected: float) -> float:
    """Two-sided exact Poisson probability: twice the smaller tail, at most 1."""
    if expected <= 0:
        return 1.0
    at_least = gamma_tails(events, expected)[0] if events > 0 else 1.0
    at_most = gamma_tails(events + 1, expected)[1]
    return min(1.0, 2 * min(at_least, at_most))


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values, in the order given: those at or under q are reported with a share q of false ones among them."""
    count = len(p_values)
    falling = sorted(range(count), key=lambda i: p_values[i], reverse=True)
    adjusted, least = [0.0] * count, 1.0
    for left, i in enumerate(falling):
        least = min(least, count * p_values[i] / (count - left))
        adjusted[i] = least
    return tuple(adjusted)
