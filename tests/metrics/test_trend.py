"""The five-point trend against Fingertips' vectors (statistics, d5), and the traps of d11."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from metrics.trend import CANNOT, Trend, interval_trend, share_trend

YEARS = range(2021, 2026)


def by_percent(cases: Sequence[float], percent: Sequence[float], years: Sequence[int] = YEARS) -> Trend:
    return share_trend(years, cases, [case / value * 100 for case, value in zip(cases, percent, strict=True)])


def assert_trend(found: Trend, slope: float, chi_squared: float, marker: str) -> None:
    assert found.slope == pytest.approx(slope, abs=5e-5)
    assert found.chi_squared == pytest.approx(chi_squared, abs=5e-5)
    assert found.marker == marker


SHARES = [
    ((318, 314, 318, 291, 292), (67.9, 66.4, 63.5, 60.6, 58.5), -0.1062, 12.5688, "decreasing"),
    ((90, 58, 29, 49, 67), (34, 65, 65, 21, 9), -0.5245, 144.3957, "decreasing"),
    ((10, 17, 27, 49, 67), (8, 12, 23, 24, 39), 0.483, 47.3463, "increasing"),
]
RISING = (20.2, 23, 24.6, 28.67, 30.9), (18.3, 21.44, 23.15, 26.16, 28.98), (21.9, 25.64, 26.19, 29.25, 32.25)
INTERVALS = [
    (
        (30.6, 30.2, 28, 24.6, 24.67),
        (28.98, 28.63, 26.44, 23.15, 23.16),
        (32.25, 31.9, 29.64, 26.19, 26.25),
        -1.7516,
        46.7636,
        "decreasing",
    ),
    (*RISING, 2.7335, 95.2196, "increasing"),
    ((30.2, 28, 24.6, 24.67, 30.9), (28.63, 26.44, 23.15, 23.16, 28.98), (31.9, 29.64, 26.19, 26.25, 32.25), -0.2256, 0.7433, "no_change"),
    (
        (2.935, 1.93028, 2.7567, 2.8701, 3.0121),
        (2.7841, 1.8085, 2.6113, 2.7225, 2.8616),
        (3.0919, 2.058, 2.9082, 3.0237, 3.1683),
        0.1398,
        33.4846,
        "increasing",
    ),
]


@pytest.mark.parametrize(("cases", "percent", "slope", "chi_squared", "marker"), SHARES)
def test_shares(cases: Sequence[float], percent: Sequence[float], slope: float, chi_squared: float, marker: str) -> None:
    found = by_percent(cases, percent)
    assert_trend(found, slope, chi_squared, marker)


def test_time_is_the_year_and_not_the_place_in_the_list() -> None:
    found = by_percent(*SHARES[2][:2], years=(2012, 2013, 2014, 2016, 2017))
    assert_trend(found, 0.3562, 44.7368, "increasing")


def test_a_large_share() -> None:
    found = share_trend(YEARS, (57274, 55865, 53681, 51767, 53185), (61834, 60511, 59074, 57508, 59028))
    assert_trend(found, -0.0932, 405.0479, "decreasing")


@pytest.mark.parametrize(("values", "lowers", "uppers", "slope", "chi_squared", "marker"), INTERVALS)
def test_values_with_limits(
    values: Sequence[float], lowers: Sequence[float], uppers: Sequence[float], slope: float, chi_squared: float, marker: str
) -> None:
    found = interval_trend(YEARS, values, lowers, uppers)
    assert_trend(found, slope, chi_squared, marker)


def test_a_gap_is_never_no_change() -> None:
    """FingertipsNext compares NaN with the threshold and says no change (d11, 1)."""
    values, lowers, uppers = RISING
    for column in range(3):
        holed: list[list[float | None]] = [list(values), list(lowers), list(uppers)]
        for hole in (None, float("nan")):
            holed[column][2] = hole
            assert interval_trend(YEARS, *holed) == CANNOT
    assert interval_trend(list(YEARS)[1:], values[1:], lowers[1:], uppers[1:]) == CANNOT
    assert interval_trend([2021, 2022, 2023, 2024, 2024], values, lowers, uppers) == CANNOT
    assert interval_trend(YEARS, values, values, values) == CANNOT
    assert share_trend(YEARS, (1, 2, None, 4, 5), (10,) * 5) == CANNOT


def test_shares_that_are_none_or_all() -> None:
    assert share_trend(YEARS, (10,) * 5, (10,) * 5).marker == "no_change"
    assert share_trend(YEARS, (0,) * 5, (10, 20, 30, 40, 50)).marker == "no_change"
    assert share_trend(YEARS, (0, 2, 4, 8, 10), (10,) * 5) == CANNOT
    assert share_trend(YEARS, (12, 2, 4, 8, 9), (10,) * 5) == CANNOT
    assert share_trend(YEARS, (0,) * 5, (0,) * 5) == CANNOT


def test_a_change_that_hangs_on_one_year_is_none() -> None:
    """χ² is large, but without the last year the slope turns."""
    found = interval_trend(YEARS, (10, 9.9, 9.8, 9.7, 13), (9.5, 9.4, 9.3, 9.2, 12.5), (10.5, 10.4, 10.3, 10.2, 13.5))
    assert found.chi_squared is not None
    assert found.chi_squared > 9.54953570608324
    assert found.marker == "no_change"
