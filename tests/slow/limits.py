"""Intervals from their textbook formulas, and by halving where there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

Z = 1.959963984540054


def limits(method: str, per: float | None, count: float, among: float | None) -> tuple[float | None, float | None]:
    if method == "wilson" and among and count <= among:
        share, z2 = count / among, Z * Z
        middle, spread = share + z2 / (2 * among), Z * math.sqrt(share * (1 - share) / among + z2 / (4 * among * among))
        low, high = (middle - spread) / (1 + z2 / among), (middle + spread) / (1 + z2 / among)
        return 100 * max(0.0, low), 100 * min(1.0, high)
    if method == "poisson":
        low, high = byar(count) if count >= 10 else exact(int(count))
        times = per / among if per and among else 1
        return low * times, high * times
    return None, None


def byar(count: float) -> tuple[float, float]:
    above = count + 1
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3
    return low, above * (1 - 1 / (9 * above) + Z / (3 * math.sqrt(above))) ** 3


@cache
def exact(count: int) -> tuple[float, float]:
    """The means that make a count this high, or this low, happen in 2,5 per cent of cases."""

    def at_most(k: int, mean: float) -> float:
        return math.exp(-mean) * math.fsum(mean**i / math.factorial(i) for i in range(k + 1))

    low = halve(lambda mean: 1 - at_most(count - 1, mean) < 0.025) if count else 0.0
    return low, halve(lambda mean: at_most(count, mean) > 0.025)


def halve(is_below: Callable[[float], bool]) -> float:
    low, high = 0.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return high
