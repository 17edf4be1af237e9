"""Periods: one form, many dialects, and the arithmetic between kinds."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import periods

YEARS = st.integers(1900, 2099)
CANONICAL = st.one_of(
    YEARS.map(str),
    st.builds("{}-{:02}".format, YEARS, st.integers(1, 12)),
    st.builds("{}-Q{}".format, YEARS, st.integers(1, 4)),
    st.builds("{}-T{}".format, YEARS, st.integers(1, 3)),
    st.builds("{}-H{}".format, YEARS, st.integers(1, 2)),
)


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2025", "2025"),
        ("2025-07", "2025-07"),
        ("202507", "2025-07"),
        ("2025-Q3", "2025-Q3"),
        ("2025K3", "2025-Q3"),
        ("2025k3", "2025-Q3"),
        ("2025 kv 3", "2025-Q3"),
        ("kv3 2025", "2025-Q3"),
        (" 2025-q3 ", "2025-Q3"),
        ("2026-T2", "2026-T2"),
        ("2026-H1", "2026-H1"),
    ],
)
def test_dialects(written: str, period: str) -> None:
    assert periods.parse(written) == period


@pytest.mark.parametrize(
    "written", ["", "2025-13", "2025-00", "2025-Q5", "2025-Q0", "2025-T4", "2025-H3", "20250", "25-Q3", "0025", "2025-7", "Q3"]
)
def test_what_is_no_period(written: str) -> None:
    assert periods.parse(written) is None


@given(CANONICAL)
def test_the_one_form_reads_back(period: str) -> None:
    assert periods.parse(period) == period


@given(CANONICAL)
def test_months_fill_the_period_without_gap(period: str) -> None:
    months = periods.months(period)
    assert periods.first_day(months[0]) == periods.first_day(period)
    assert periods.last_day(months[-1]) == periods.last_day(period)
    for earlier, later in itertools.pairwise(months):
        assert periods.last_day(earlier) + timedelta(days=1) == periods.first_day(later)


@given(CANONICAL)
def test_the_previous_period_ends_the_day_before(period: str) -> None:
    before = periods.previous(period)
    assert periods.kind(before) == periods.kind(period)
    assert periods.last_day(before) == periods.first_day(period) - timedelta(days=1)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_lies_in_its_month_and_quarter(day: date) -> None:
    for period in (periods.month_of(day), periods.quarter_of(day)):
        assert periods.first_day(period) <= day <= periods.last_day(period)


def test_quarters_and_kinds() -> None:
    assert periods.quarters("2025") == ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
    assert periods.quarters("2025-T1") == ("2025-Q1",)
    assert periods.quarters("2025-02") == ()
    assert [periods.kind(p) for p in ("2025", "2025-Q1", "2025-01", "2025-T1", "2025-H1")] == [
        "year",
        "quarter",
        "month",
        "tertial",
        "half_year",
    ]
    assert periods.year_before("2025-Q3") == "2024-Q3"
    assert periods.through("2024-Q3", "2025-Q1") == ("2024-Q3", "2024-Q4", "2025-Q1")
    assert periods.through("2025", "2025") == ("2025",)


@pytest.mark.parametrize("wrong", ["2025-7", "2025-T4", "2025-H4", "x"])
def test_arithmetic_refuses_what_is_no_period(wrong: str) -> None:
    with pytest.raises(ValueError, match="ingen period"):
        periods.kind(wrong)


@pytest.mark.parametrize(
    ("period", "kind", "found"),
    [
        ("2026-T1", "month", ("2026-01", "2026-02", "2026-03", "2026-04")),
        ("2026-T1", "quarter", ("2026-Q1",)),
        ("2026-T2", "quarter", ("2026-Q2",)),
        ("2026-T2", "half_year", ("2026-H1",)),
        ("2026-T1", "half_year", ()),
        ("2026-T1", "year", ()),
        ("2026-T3", "year", ("2026",)),
        ("2026-H1", "tertial", ("2026-T1",)),
        ("2026", "tertial", ("2026-T1", "2026-T2", "2026-T3")),
        ("2026-Q1", "tertial", ()),
        ("2026-05", "month", ("2026-05",)),
    ],
)
def test_the_periods_that_end_in_another(period: str, kind: periods.Kind, found: tuple[str, ...]) -> None:
    assert periods.ending_in(period, kind) == found
