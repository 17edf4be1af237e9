"""A kommun among the county's, by hand."""

from __future__ import annotations

import pytest

from metrics.outside import Compared, compared

COUNTY = {"1440": 80.0, "1441": 70.0, "1480": 75.0, "1489": None}


@pytest.mark.parametrize(("kommun", "value", "side"), [("1440", 80.0, "över"), ("1441", 70.0, "under"), ("1480", 75.0, "lika")])
def test_the_median_is_of_those_that_have_a_value(kommun: str, value: float, side: str) -> None:
    made = compared(COUNTY, kommun)
    assert made == Compared(value, 75.0, 3)
    assert made.side == side


@pytest.mark.parametrize("kommun", ["1489", "1499"])
def test_a_kommun_without_a_value_has_no_side(kommun: str) -> None:
    made = compared(COUNTY, kommun)
    assert (made.value, made.median, made.side) == (None, 75.0, None)


def test_of_two_the_median_lies_between_and_of_none_there_is_none() -> None:
    assert compared({"1440": 1.0, "1441": 2.0}, "1440").median == 1.5
    assert compared({"1440": None}, "1440") == Compared(None, None, 0)
