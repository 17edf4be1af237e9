"""The gamma, normal and beta distributions that intervals and tests need, to about fourteen digits. No library does it for us."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

_ENOUGH: Final = 1e-16
_TINY: Final = 1e-300


def gamma_tails(shape: float, x: float) -> tuple[float, float]:
    """P(X <= x) and P(X > x) for a gamma variable with that shape and scale 1; each small tail keeps its own digits.

    For a whole shape k these are the Poisson tails P(N >= k) and P(N < k) with mean x.
    """
    if x <= 0:
        return 0.0, 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        lower = front * _series(shape, x)
        return lower, 1 - lower
    upper = front * _continued_fraction(shape, x)
    return 1 - upper, upper


def _series(shape: float, x: float) -> float:
    term = total = 1 / shape
    step = shape
    while abs(term) > abs(total) * _ENOUGH:
        step += 1
        term *= x / step
        total += term
    return total


def _continued_fraction(shape: float, x: float) -> float:
    """The upper tail over its front factor, by Lentz's method."""
    b = x + 1 - shape
    c = math.inf
    d = 1 / b
    value = d
    for i in range(1, 10_000):
        a = -i * (i - shape)
        b += 2
        d = 1 / _not_zero(a * d + b)
        c = _not_zero(b + a / c)
        value *= c * d
        if abs(c * d - 1) < _ENOUGH * 4:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def gamma_quantile(shape: float, lower: float | None = None, upper: float | None = None) -> float:
    """The x whose lower tail, or upper tail, is the given probability (0 < p < 1). Give one of them: the small one is exact."""

    def miss(x: float) -> float:
        below, above = gamma_tails(shape, x)
        return below - lower if lower is not None else float(upper or 0) - above

    return _root(miss, shape)


def _root(rising: Callable[[float], float], guess: float) -> float:
    """Where a rising function of a positive x crosses zero, by halving until no float lies between."""
    low, high = 0.0, max(guess, 1.0)
    while rising(high) < 0:
        low, high = high, high * 2
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return high


def normal_two_sided(z: float) -> float:
    """P(|Z| >= |z|) for a standard normal variable."""
    return math.erfc(abs(z) / math.sqrt(2))
