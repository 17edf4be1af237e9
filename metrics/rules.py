"""The one set of rules for what is called a signal: chart, table and text all read this object. Source: statistics, d3–d8."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Numbers that decide when something is said.

    `minimum_points`: with fewer there are no process limits and nothing is said; nor where more than `most_alike` of the values are
    one and the same (rare events), for then every other month would be on one side of the mean. `shift_points` on one side of the mean and
    `trend_points` in one direction are signals; so are `near_points` of `near_window` beyond `near_share` of the way to a limit.
    `limit_per_range` and `largest_range` are the factors of the mean moving range. `trend_chi_squared` is the 99.8 per cent point
    with one degree of freedom, over `trend_years` years. `false_discovery_rate` holds where all kommuner are tested at once.
    """

    minimum_points: int
    most_alike: float
    shift_points: int
    trend_points: int
    near_points: int
    near_window: int
    near_share: float
    limit_per_range: float
    largest_range: float
    trend_years: int
    trend_chi_squared: float
    false_discovery_rate: float


RULES: Final = Rules(
    minimum_points=12,
    most_alike=0.5,
    shift_points=7,
    trend_points=7,
    near_points=2,
    near_window=3,
    near_share=2 / 3,
    limit_per_range=2.66,
    largest_range=3.267,
    trend_years=5,
    trend_chi_squared=9.54953570608324,
    false_discovery_rate=0.05,
)
