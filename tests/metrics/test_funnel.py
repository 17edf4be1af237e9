"""Funnel limits, places, p-values and Benjamini–Hochberg against statistics d3 and d8; the goal's probability against d10."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import funnel
from metrics.goal_probability import LABEL, goal_probability

COMMON = 10325813.8504 / 12804440


@pytest.mark.parametrize(
    ("size", "inner", "outer"),
    [
        (1, (3.204264, 100), (0, 100)),
        (2, (25.885383, 100), (0, 100)),
        (3, (35.933491, 100), (10.150815, 100)),
        (10, (56.154344, 100), (42.03259, 100)),
        (110_000, (80.408963, 80.875933), (80.274317, 81.010578)),
    ],
)
def test_limits_of_shares(size: float, inner: tuple[float, float], outer: tuple[float, float]) -> None:
    assert pytest.approx(0.806424478571495, abs=1e-15) == COMMON
    assert [100 * limit for limit in funnel.share_limits(COMMON, size, "95")] == pytest.approx(inner, abs=5e-7)
    assert [100 * limit for limit in funnel.share_limits(COMMON, size, "99.8")] == pytest.approx(outer, abs=5e-7)


@pytest.mark.parametrize(
    ("numerator", "size", "place"),
    [
        (35078.488, 41980, "above_99_8"),
        (24803.6256, 31824, "below_99_8"),
        (50050.7443, 61921, "within"),
        (26789.238, 33012, "above_95"),
        (30277.5312, 37828, "below_95"),
    ],
)
def test_places_of_shares(numerator: float, size: float, place: str) -> None:
    limits = funnel.share_limits(COMMON, size, "95"), funnel.share_limits(COMMON, size, "99.8")
    assert funnel.place(numerator / size, *limits) == place
    p_value = funnel.share_p_value(numerator, size, COMMON)
    assert (p_value < 0.05, p_value < 0.002) == (place != "within", place.endswith("99_8"))


def test_a_value_on_its_limit_is_within() -> None:
    assert funnel.place(2.0, (1.0, 2.0), (0.5, 2.5)) == "within"
    assert funnel.place(2.5, (1.0, 2.0), (0.5, 2.5)) == "above_95"


@pytest.mark.parametrize(
    ("expected", "inner", "outer"),
    [
        (15, (0.5596924, 1.649348), (0.3862650, 2.082907)),
        (20, (0.6108260, 1.544419), (0.4479107, 1.902094)),
        (30, (0.6746958, 1.427562), (0.5289724, 1.702771)),
    ],
)
def test_limits_of_rates_around_one(expected: float, inner: tuple[float, float], outer: tuple[float, float]) -> None:
    assert funnel.rate_limits(1.0, expected, "95") == pytest.approx(inner, abs=5e-7)
    assert funnel.rate_limits(1.0, expected, "99.8") == pytest.approx(outer, abs=5e-7)


def test_p_of_a_rate_agrees_with_its_exact_limits() -> None:
    """A count of 5 is on the edge of 2,5 per cent where 5 is the exact limit of what is expected."""
    assert funnel.rate_p_value(5, 11.668332079322669) == pytest.approx(0.05, rel=1e-10)
    assert funnel.rate_p_value(5, 1.62348639011842) == pytest.approx(0.05, rel=1e-10)
    assert funnel.rate_p_value(0, 3.6888794541139354) == pytest.approx(0.05, rel=1e-10)
    assert funnel.rate_p_value(4, 4.0) == 1.0
    assert funnel.rate_p_value(0, 0.0) == 1.0
    assert funnel.share_p_value(10, 10, 1.0) == 1.0


PRINTED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000]
ADJUSTED = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765, 0.486, 0.581182, 0.714875, 0.753231, 0.813214, 1.0]


def test_benjamini_hochberg_as_printed() -> None:
    found = funnel.benjamini_hochberg(PRINTED)
    assert found == pytest.approx(ADJUSTED, abs=5e-7)
    assert sum(p <= 0.05 for p in found) == 4


def test_benjamini_hochberg_keeps_the_order_given() -> None:
    found = funnel.benjamini_hochberg([0.50, 0.01, 0.001, 0.69, 0.02, 0.05, 0.0025])
    assert [p <= 0.05 for p in found] == [False, True, True, False, True, False, True]
    assert funnel.benjamini_hochberg([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=49))
@settings(max_examples=80, deadline=None)
def test_adjusting_follows_the_step_up_rule(p_values: list[float]) -> None:
    """Rejected are all up to the largest i with p(i) <= i·q/m; q is off any p·m/i, where rounding would decide."""
    q, ordered = 0.0512345678, sorted(p_values)
    last = max((i for i, p in enumerate(ordered, 1) if p <= i * q / len(ordered)), default=0)
    rejected = ordered[last - 1] if last else -1.0
    assert [p <= q for p in funnel.benjamini_hochberg(p_values)] == [p <= rejected for p in p_values]


@pytest.mark.parametrize(
    ("x", "n", "probability"),
    [(27, 1000, 0.29605), (30, 1000, 0.511631), (36, 1000, 0.865903), (270, 10000, 0.037625), (290, 10000, 0.280901), (3, 100, 0.537974)],
)
def test_probability_of_the_goal(x: int, n: int, probability: float) -> None:
    assert goal_probability(x, n, 0.03) == pytest.approx(probability, abs=1e-6)


def test_probability_of_the_goal_at_its_ends() -> None:
    assert goal_probability(0, 50, 0.03) == pytest.approx(0.080181, abs=1e-6)
    assert goal_probability(0, 0, 0.0) == 1.0
    assert goal_probability(5, 5, 1.0) == 0.0
    assert "avtalets egen prövning" in LABEL
