"""Wilson, Byar and exact Poisson against the vectors of PHEindicatormethods (statistics, d1 and d2)."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import intervals
from metrics.distributions import gamma_quantile, gamma_tails
from metrics.intervals import Level

WILSON = [
    (65, 100, "95", 0.5525444329688797, 0.7363575175690247),
    (65, 100, "99.8", 0.4954946574070431, 0.7783540614089697),
    (1045, 5000, "95", 0.19795549880013297, 0.22049130373189027),
    (1045, 5000, "99.8", 0.19179381799015244, 0.22731562902525818),
    (1, 100, "95", 0.0017674320641406511, 0.054486196178705294),
    (5, 100, "95", 0.02154367915436798, 0.11175046923191911),
    (20, 100, "95", 0.1333669333310325, 0.28882916559315885),
    (222, 3215, "95", 0.060791690363636595, 0.07833956681383633),
    (222, 3215, "99.8", 0.05647101964624248, 0.08418414185270134),
    (9856, 12345, "95", 0.7912101752909069, 0.8053640073614909),
]
BYAR = [
    (65, "95", 50.163187710459454, 82.84913854593984),
    (65, "99.8", 42.8802614714802, 94.00029084431802),
    (1045, "95", 982.5932018073325, 1110.33121298565),
    (1045, "99.8", 947.9407035610374, 1148.806160988033),
    (10, "99.8", 2.916318374695686, 24.193724927880535),
    (1, "95", 0.01307213290150435, 5.5637555824752605),
    (1, "99.8", None, 9.362180217908362),
    (20, "95", 12.211428834875937, 30.889880369197066),
    (20, "99.8", 8.922802365144193, 38.08503562504191),
]
EXACT = [
    (0, "95", 0, 3.6888794541139354),
    (1, "95", 0.025317807984289897, 5.571643390938898),
    (1, "99.8", 0.0010005003335835344, 9.233413476451585),
    (5, "95", 1.62348639011842, 11.668332079322669),
    (5, "99.8", 0.739371731917839, 16.454745203680105),
]


def limits(pair: tuple[pl.Expr, pl.Expr], **columns: float | None) -> tuple[float | None, float | None]:
    frame = pl.DataFrame({name: [value] for name, value in columns.items()}, schema=dict.fromkeys(columns, pl.Float64))
    lower, upper = frame.select(lower=pair[0], upper=pair[1]).row(0)
    return lower, upper


@pytest.mark.parametrize(("x", "n", "level", "lower", "upper"), WILSON)
def test_wilson(x: int, n: int, level: Level, lower: float, upper: float) -> None:
    assert limits(intervals.wilson(pl.col("x"), pl.col("n"), level), x=x, n=n) == pytest.approx((lower, upper), rel=1e-13)


@pytest.mark.parametrize(("x", "level", "lower", "upper"), BYAR)
def test_byar(x: int, level: Level, lower: float | None, upper: float) -> None:
    found = limits(intervals.byar(pl.col("x"), level), x=x)
    assert found[1] == pytest.approx(upper, rel=1e-13)
    assert found[0] == (None if lower is None else pytest.approx(lower, rel=1e-12))


@pytest.mark.parametrize(("x", "level", "lower", "upper"), EXACT)
def test_exact_below_ten(x: int, level: Level, lower: float, upper: float) -> None:
    assert intervals.exact_poisson(x, level) == pytest.approx((lower, upper), rel=1e-13)
    assert limits(intervals.poisson(pl.col("x"), level), x=x) == pytest.approx((lower, upper), rel=1e-13)


def test_byar_takes_over_at_ten() -> None:
    for count, method in ((9, intervals.exact_poisson(9.0)), (10, limits(intervals.byar(pl.col("x")), x=10))):
        assert limits(intervals.poisson(pl.col("x")), x=count) == pytest.approx(method, rel=1e-14)


def test_no_interval_without_a_sound_share() -> None:
    for x, n in ((1, 0), (5, 4), (None, 4), (1, None)):
        assert limits(intervals.wilson(pl.col("x"), pl.col("n")), x=x, n=n) == (None, None)
    assert limits(intervals.poisson(pl.col("x")), x=None) == (None, None)


@given(st.integers(0, 400), st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_wilson_holds_its_share_and_stays_within_0_and_1(x: int, more: int) -> None:
    lower, upper = limits(intervals.wilson(pl.col("x"), pl.col("n")), x=x, n=x + more - 1 or 1)
    assert lower is not None
    assert upper is not None
    assert 0 <= lower <= x / (x + more - 1 or 1) <= upper <= 1


@given(st.floats(0.05, 3000), st.sampled_from([0.001, 0.025, 0.5]))
@settings(max_examples=60, deadline=None)
def test_a_quantile_has_its_tail(shape: float, tail: float) -> None:
    assert gamma_tails(shape, gamma_quantile(shape, upper=tail))[1] == pytest.approx(tail, rel=1e-8)
    assert gamma_tails(shape, gamma_quantile(shape, lower=tail))[0] == pytest.approx(tail, rel=1e-8)


def test_gamma_tails_are_poisson_tails() -> None:
    for mean in (0.3, 4.0, 25.0):
        terms = [math.exp(-mean) * mean**k / math.factorial(k) for k in range(150)]
        for count in (1, 4, 30):
            assert gamma_tails(count, mean) == pytest.approx((math.fsum(terms[count:]), math.fsum(terms[:count])), rel=1e-11)
