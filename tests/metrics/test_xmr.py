"""The XmR chart against the vectors of plotthedots (statistics, d4), and the series that break naive code."""

from __future__ import annotations

import pytest

from metrics import xmr
from metrics.rules import RULES
from metrics.xmr import Limits, Signal, Values

VIGNETTE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
SNAPSHOT = [
    *(-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285, -0.44566197),
    *(1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716, 0.70135590, -0.47279141),
]
WIDE = Limits(mean=0.0, lower=-99.0, upper=99.0, near_lower=-66.0, near_upper=66.0)


def limits(values: Values) -> Limits:
    found = xmr.limits_of(values)
    assert found is not None
    return found


def marks(values: Values, rule: str, around: Limits = WIDE) -> list[int]:
    """1-based places that the rule marks."""
    return sorted({place + 1 for signal in xmr.signals_of(values, around) if signal.rule == rule for place in signal.marked})


def one(values: Values, rule: str, around: Limits = WIDE) -> Signal:
    (found,) = [signal for signal in xmr.signals_of(values, around) if signal.rule == rule]
    return found


# ---- Limits -------------------------------------------------------------------------------------------------------------------


def test_screening_drops_the_range_of_an_odd_point() -> None:
    found = limits(VIGNETTE)
    assert (found.mean, found.upper, found.lower) == pytest.approx((1.9444444, 4.6044444, -0.7155556), abs=1e-7)
    assert found.near_upper == pytest.approx(1.9444444 + 1.7733333, abs=1e-7)
    assert marks(VIGNETTE, "beyond", found) == [5]


def test_a_quiet_series_has_no_signal() -> None:
    found = limits(SNAPSHOT)
    assert (found.mean, found.lower, found.upper) == pytest.approx((0.1416238, -3.01138, 3.294627), abs=1e-6)
    assert xmr.signals_of(SNAPSHOT, found) == ()


def test_screened_limits_of_the_snapshot_with_an_odd_point() -> None:
    found = limits([*SNAPSHOT[:14], 10, *SNAPSHOT[15:]])
    assert (found.mean, found.lower, found.upper) == pytest.approx((0.6694159, -2.383666, 3.722497), abs=1e-6)


def test_limits_begin_anew_with_a_new_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vector has ten points a part; with the product's least number nothing is said of either."""
    bases = ["hsa-2023"] * 10 + ["hsa-2027"] * 10
    assert [segment.limits for segment in xmr.segments(SNAPSHOT, bases)] == [None, None]
    monkeypatch.setattr(xmr, "RULES", RULES.__class__(**{**vars(RULES), "minimum_points": 10}))
    first, second = xmr.segments(SNAPSHOT, bases)
    assert (first.first, first.last, second.first, second.last) == (0, 9, 10, 19)
    assert first.limits is not None
    assert second.limits is not None
    assert (first.limits.mean, second.limits.mean) == pytest.approx((0.0746, 0.209), abs=1e-3)
    assert (first.limits.lower, second.limits.lower) == pytest.approx((-2.60, -3.28), abs=0.01)
    assert (first.limits.upper, second.limits.upper) == pytest.approx((2.75, 3.70), abs=0.01)


def test_nothing_is_said_with_too_few_points() -> None:
    assert xmr.limits_of([1.0, 2.0] * 5 + [1.0]) is None
    assert xmr.limits_of([1.0, None] * 11 + [2.0]) is None
    assert xmr.limits_of([]) is None
    assert xmr.limits_of([1.0, 2.0] * 6) is not None


@pytest.mark.parametrize("value", [0.0, 100.0, 0.1, 66.66666666666667])
def test_a_constant_series_has_limits_at_its_value_and_no_signal(value: float) -> None:
    """plotthedots gives NaN here; a mean off by its last digit would put every point on one side."""
    for count in (12, 13, 23, 36):
        found = limits([value] * count)
        assert (found.lower, found.mean, found.upper) == (value, value, value)
        assert xmr.signals_of([value] * count, found) == ()


def test_screening_that_leaves_no_variation_is_not_used() -> None:
    """One step between two levels: the only range is odd, and without it every limit would be the mean."""
    found = limits([0.0] * 6 + [1.0] * 6)
    assert found.upper - found.mean == pytest.approx(2.66 / 11)


def test_nothing_is_said_of_rare_events() -> None:
    """With a tvist now and then the mean is over zero, and each of the other months would be lower than expected."""
    assert xmr.limits_of([0.0] * 11 + [1.0]) is None
    assert xmr.limits_of([0.0] * 7 + [1.0, 2.0, 3.0, 1.0, 2.0]) is None
    assert xmr.limits_of([0.0] * 6 + [1.0, 2.0, 3.0, 1.0, 2.0, 1.0]) is not None


def test_no_limits_where_only_gaps_part_different_values() -> None:
    assert xmr.limits_of([1.0] * 6 + [None] + [2.0] * 6) is None


# ---- Rules --------------------------------------------------------------------------------------------------------------------


def test_shift_of_seven() -> None:
    assert marks([1.0] * 8 + [-1.0], "shift") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert marks([1.0] * 7 + [-1.0], "shift") == [1, 2, 3, 4, 5, 6, 7]
    assert marks([1.0] * 6, "shift") == []
    assert marks([-1.0] * 4 + [0.0] + [-1.0] * 4, "shift") == []
    assert marks([-1.0] * 4 + [None] + [-1.0] * 4, "shift") == []
    assert one([-1.0] * 7, "shift").direction == "low"


def test_trend_of_seven_points() -> None:
    rising = [float(i) for i in range(1, 8)]
    assert marks(rising, "trend") == [1, 2, 3, 4, 5, 6, 7]
    assert one(rising, "trend").direction == "high"
    assert one(rising[::-1], "trend").direction == "low"
    assert marks([2.0, *rising, 3.0], "trend") == [2, 3, 4, 5, 6, 7, 8]
    assert marks([1.0, 2, 3, 3, 4, 5, 6], "trend") == []
    assert marks(rising[:6], "trend") == []
    assert marks([*rising[:4], None, *rising[4:]], "trend") == []


def near(places: list[int], sides: list[int] | None = None) -> list[float | None]:
    """Values near the limit where there is a 1, on the side of each; the rest close to the mean."""
    return [side * (70.0 if place else 1.0) for place, side in zip(places, sides or [1] * len(places), strict=True)]


def test_two_of_three_near_a_limit() -> None:
    assert marks(near([0, 0, 1, 0, 1, 0, 0]), "two_of_three") == [3, 5]
    assert marks(near([1, 0, 0, 1, 1]), "two_of_three") == [4, 5]
    assert marks(near([1, 0, 1], [1, -1, 1]), "two_of_three") == []
    assert marks([70.0, 100.0, 1.0], "two_of_three") == []
    assert one(near([1, 1, 0], [-1, -1, -1]), "two_of_three").direction == "low"
    assert marks([70.0, None, 70.0], "two_of_three") == []


def test_windows_that_touch_are_one_signal_and_others_two() -> None:
    assert one(near([1, 1, 1, 1, 0]), "two_of_three").marked == (0, 1, 2, 3)
    apart = near([1, 1, 0, 0, 1, 1])
    assert [signal.marked for signal in xmr.signals_of(apart, WIDE) if signal.rule == "two_of_three"] == [(0, 1), (4, 5)]


def test_a_point_on_a_limit_is_not_beyond() -> None:
    assert marks([99.0, -99.0, 99.1, -99.1], "beyond") == [3, 4]


def test_signals_of_a_later_segment_keep_their_place_in_the_whole_series() -> None:
    values = [1.0, 2.0] * 6 + [1.0, 2.0] * 6 + [8.0]
    segments = xmr.segments(values, ["a"] * 12 + ["b"] * 13)
    assert [(signal.rule, signal.marked) for signal in segments[1].signals] == [("beyond", (24,))]
    assert segments[0].signals == ()
