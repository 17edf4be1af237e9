"""How likely the five-year trend is to see a change of a share in a population of a size. Source: statistics, d5 (its table of powers).

A small kommun's figure can move far by chance, so that no trend is no proof that nothing happens: this says by how much.
The trend's test statistic is normal to good approximation; the leave-one-out rule, which seldom decides, is not counted.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from metrics.rules import RULES


def trend_power(population: float, first: float, last: float) -> float:
    """P(the trend is marked) where the share goes in equal steps from `first` to `last` (0 < share < 1) over the trend's years.

    `population` is the share's denominator, the same each year.
    """
    years = RULES.trend_years
    shares = [first + (last - first) * year / (years - 1) for year in range(years)]
    times = [year - (years - 1) / 2 for year in range(years)]
    mean_share = math.fsum(shares) / years
    drift = population * math.fsum(t * share for t, share in zip(times, shares, strict=True))
    spread = math.sqrt(population * math.fsum(t * t * share * (1 - share) for t, share in zip(times, shares, strict=True)))
    unchanged = math.sqrt(population * mean_share * (1 - mean_share) * math.fsum(t * t for t in times))
    bound = math.sqrt(RULES.trend_chi_squared) * unchanged
    chance = NormalDist().cdf
    return chance((drift - bound) / spread) + chance((-drift - bound) / spread)
