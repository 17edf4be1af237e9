"""Axes and labels."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.timeline import apart, period_axis, value_axis_texts, value_range

VALUES = st.lists(st.floats(min_value=-1e6, max_value=1e6).map(lambda value: round(value, 4)), min_size=1, max_size=30)


@given(VALUES, st.booleans())
def test_a_range_holds_every_value_on_whole_steps(values: list[float], from_zero: bool) -> None:
    span = value_range(values, from_zero=from_zero)
    assert span.low <= min(values) + 1e-6 * abs(min(values))
    assert span.high >= max(values) - 1e-6 * abs(max(values))
    assert span.low < span.high
    assert 2 <= len(span.ticks) <= 12
    assert math.isclose(span.ticks[-1], span.high, rel_tol=1e-6, abs_tol=1e-9)
    if from_zero and min(values) >= 0:
        assert span.low == 0


def test_an_axis_without_values_is_still_an_axis() -> None:
    assert value_range([None, None], from_zero=True).ticks


def test_numbers_of_an_axis_have_the_same_decimals() -> None:
    assert value_axis_texts(value_range([2.4, 3.1], from_zero=False, steps=3))["ticktext"] == ["2,25", "2,50", "2,75", "3,00", "3,25"]


@given(st.lists(st.floats(min_value=0, max_value=500), max_size=8).map(sorted))
def test_labels_keep_apart_and_in_order(wanted: list[float]) -> None:
    placed = apart(wanted, 18)
    assert len(placed) == len(wanted)
    assert all(below - above >= 18 - 1e-6 for above, below in pairwise(placed))
    if all(below - above >= 18 for above, below in pairwise(wanted)):
        assert placed == pytest.approx(wanted)


def test_years_are_named_where_they_begin() -> None:
    axis = period_axis(["2024-Q3", "2024-Q4", "2025-Q1"])
    assert axis["ticktext"] == ["2024", "2025"]
    assert axis["tickvals"] == [-0.5, 1.5]
