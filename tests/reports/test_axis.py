"""Axes hold their values, and their ticks are round and inside."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reports import axis
from tests.conftest import soak

FINITE = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False, allow_infinity=False)


@settings(max_examples=soak(50, 2000), deadline=None)
@given(st.lists(st.one_of(st.none(), FINITE), max_size=20))
def test_an_axis_holds_its_values(values: list[float | None]) -> None:
    scale = axis.around(values)
    assert scale.low < scale.high
    assert all(scale.low <= value <= scale.high for value in values if value is not None)
    assert all(scale.low <= tick <= scale.high for tick in scale.ticks)
    assert len(scale.ticks) <= 8


def test_ticks_are_said_with_the_decimals_they_need() -> None:
    assert [tick["text"] for tick in axis.around([2.0, 3.0]).as_data()] == ["2,0", "2,2", "2,4", "2,6", "2,8", "3,0"]
    assert axis.around([0.0, 100.0]).low == 0.0


def test_nothing_to_show_is_no_division_by_zero() -> None:
    assert axis.from_zero([]) == axis.from_zero([None, 0.0]) == 1.0
    assert axis.from_zero([None, 4.0]) == 4.0
