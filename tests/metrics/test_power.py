"""The power of the five-year trend against the simulated table (statistics, d5), whose leave-one-out rule is not counted here."""

from __future__ import annotations

import pytest

from metrics.power import trend_power

SIMULATED = {
    4_700: (0.002, 0.069, 0.650),
    10_000: (0.002, 0.247, 0.977),
    20_000: (0.003, 0.645, 1.0),
    50_000: (0.002, 0.991, 1.0),
}


@pytest.mark.parametrize(("population", "powers"), SIMULATED.items())
def test_the_simulated_table(population: int, powers: tuple[float, ...]) -> None:
    assert [trend_power(population, first, 0.03) for first in (0.03, 0.025, 0.02)] == pytest.approx(powers, abs=0.02)


def test_a_way_down_is_seen_as_a_way_up() -> None:
    assert trend_power(10_000, 0.03, 0.02) == pytest.approx(trend_power(10_000, 0.02, 0.03))
