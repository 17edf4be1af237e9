"""The gamma, normal and beta distributions that intervals and tests need, to about fourteen digits. No library does it for us."""

from __future__ import annotations

import math
from typing import Final

_ENOUGH: Final = 1e-16
_TINY: Final = 1e-300
_SAME: Final = 4e-16


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
    """The x whose lower tail, or upper tail, is the given probability (0 < p < 1). Name the small tail: it keeps its digits.

    Newton's steps, held between what is known to be too low and too high.
    """
    low, high, x = 0.0, math.inf, shape
    for _ in range(200):
        below, above = gamma_tails(shape, x)
        miss = below - lower if lower is not None else float(upper or 0) - above
        low, high = (x, high) if miss < 0 else (low, x)
        density = math.exp((shape - 1) * math.log(x) - x - math.lgamma(shape))
        step = x - miss / density if density > _TINY else -1.0
        if not low <= step <= high:
            step = (low + high) / 2 if math.isfinite(high) else 2 * x
        if abs(step - x) <= _SAME * x:
            return step
        x = step
    return x


def normal_two_sided(z: float) -> float:
    """P(|Z| >= |z|) for a standard normal variable."""
    return math.erfc(abs(z) / math.sqrt(2))


def beta_upper_tail(a: float, b: float, x: float) -> float:
    """P(X >= x) for a beta variable with parameters a and b, 0 <= x <= 1."""
    if x <= 0 or x >= 1:
        return float(x <= 0)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return 1 - front * _beta_fraction(a, b, x) / a
    return front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 / _not_zero(1 + step * d)
            c = _not_zero(1 + step / c)
            value *= c * d
        if abs(c * d - 1) < _ENOUGH * 4:
            break
    return value
