"""Intervals: Wilson for shares, Byar and exact Poisson for counts and rates of events. Source: statistics, d1 and d2."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import polars as pl

from metrics.distributions import gamma_quantile

Level = Literal["95", "99.8"]
Z: Final[dict[Level, float]] = {"95": 1.959963984540054, "99.8": 3.090232306167813}
TAIL: Final[dict[Level, float]] = {"95": 0.025, "99.8": 0.001}

_FIRST_BYAR: Final = 10  # from ten events Byar's formula is within 0.2 per cent of the exact limits


def wilson(numerator: pl.Expr, denominator: pl.Expr, level: Level = "95") -> tuple[pl.Expr, pl.Expr]:
    """Lower and upper limit of a share, as shares within [0, 1]. Null where there is no denominator or the numerator exceeds it."""
    x, n, z = numerator.cast(pl.Float64), denominator.cast(pl.Float64), Z[level]
    middle = 2 * x + z**2
    spread = z * (z**2 + 4 * x * (1 - x / n)).sqrt()
    valid = (n > 0) & (x >= 0) & (x <= n)
    lower, upper = ((middle + sign * spread) / (2 * (n + z**2)) for sign in (-1, 1))
    return pl.when(valid).then(lower.clip(0, 1)), pl.when(valid).then(upper.clip(0, 1))


def byar(count: pl.Expr, level: Level = "95") -> tuple[pl.Expr, pl.Expr]:
    """Byar's limits of a count; a lower limit that would be negative is null."""
    x, z = count.cast(pl.Float64), Z[level]
    lower = x * (1 - 1 / (9 * x) - z / (3 * x.sqrt())) ** 3
    above = x + 1
    upper = above * (1 - 1 / (9 * above) + z / (3 * above.sqrt())) ** 3
    return pl.when(lower >= 0).then(lower), upper


@lru_cache(maxsize=4096)
def exact_poisson(count: float, level: Level = "95") -> tuple[float, float]:
    """The exact limits of a count, whole or not: half the chi-squared quantiles with 2x and 2x + 2 degrees of freedom."""
    lower = gamma_quantile(count, lower=TAIL[level]) if count > 0 else 0.0
    return lower, gamma_quantile(count + 1, upper=TAIL[level])


def poisson(count: pl.Expr, level: Level = "95") -> tuple[pl.Expr, pl.Expr]:
    """Lower and upper limit of a count of events: exact below ten, Byar from ten. Null for a null count."""
    number = count.cast(pl.Float64)
    small = [float(x) for x in range(_FIRST_BYAR)]
    lower, upper = byar(number, level)
    exact_lower, exact_upper = (
        number.replace_strict(small, [exact_poisson(x, level)[side] for x in small], default=None, return_dtype=pl.Float64)
        for side in (0, 1)
    )
    few = number < _FIRST_BYAR
    return pl.when(few).then(exact_lower).otherwise(lower), pl.when(few).then(exact_upper).otherwise(upper)
