"""Numbers, periods and lists as a Swedish reader expects them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import swedish
from swedish import MINUS, NBSP


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (2.87, 1, "2,9"),
        (1234.0, 0, f"1{NBSP}234"),
        (1234567.891, 2, f"1{NBSP}234{NBSP}567,89"),
        (-0.4, 1, f"{MINUS}0,4"),
        (-0.04, 1, "0,0"),
        (None, 2, "–"),
    ],
)
def test_a_number(value: float | None, places: int, text: str) -> None:
    assert swedish.number(value, places) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.12, "+0,1"), (-0.12, f"{MINUS}0,1"), (0.0, "0,0"), (-0.01, "0,0"), (1000.0, f"+1{NBSP}000,0")]
)
def test_a_change_has_its_sign_unless_it_is_shown_as_zero(value: float, text: str) -> None:
    assert swedish.signed(value, 1) == text


@pytest.mark.parametrize(("value", "text"), [(3.0, "3,00"), (3.0015, "3,002"), (2.9999, "2,9999"), (3.004, "3,004"), (3.02, "3,02")])
def test_a_value_beside_its_goal_is_seen_on_its_own_side(value: float, text: str) -> None:
    assert swedish.beside_goal(value, 2, 3.0) == text


@given(st.floats(min_value=2.0, max_value=4.0))
def test_state_and_number_never_contradict_each_other(value: float) -> None:
    shown = float(swedish.beside_goal(value, 2, 3.0).replace(",", "."))
    if abs(value - 3.0) > 1e-6:
        assert (shown > 3.0, shown < 3.0) == (value > 3.0, value < 3.0)


@pytest.mark.parametrize(("unit", "places"), [("%", 1), ("antal", 0), ("dagar", 1), ("kr", 0), ("per_10000", 1)])
def test_a_unit_has_its_decimals(unit: str, places: int) -> None:
    assert swedish.decimals(unit) == places
    assert swedish.decimals(unit, has_goal=True) == places + (unit in ("%", "dagar"))


def test_a_unit_stays_with_its_number() -> None:
    assert swedish.with_unit("2,9", "%") == f"2,9{NBSP}%"
    assert swedish.with_unit("7", "antal") == "7"
    assert swedish.with_unit("–", "kr") == "–"


@pytest.mark.parametrize(
    ("name", "long", "short"),
    [
        ("2025-Q3", "tredje kvartalet 2025", f"2025{NBSP}kv{NBSP}3"),
        ("2025-09", "september 2025", f"sep{NBSP}2025"),
        ("2025", "2025", "2025"),
    ],
)
def test_a_period(name: str, long: str, short: str) -> None:
    assert swedish.period(name) == long
    assert swedish.period_short(name) == short


def test_days_and_moments() -> None:
    assert swedish.day(date(2025, 12, 31)) == f"31{NBSP}december{NBSP}2025"
    assert swedish.moment(datetime(2025, 7, 1, 4, 5, tzinfo=UTC)) == f"1{NBSP}juli{NBSP}2025, klockan{NBSP}06.05"


def test_lists_and_counts() -> None:
    assert swedish.held("av 20 000 och 1 234 567, den 3 maj 2025 och 5 12") == (
        f"av 20{NBSP}000 och 1{NBSP}234{NBSP}567, den 3 maj 2025 och 5 12"
    )
    assert swedish.listed(["Hjo"]) == "Hjo"
    assert swedish.listed(["Hjo", "Tjörn", "Vara"]) == "Hjo, Tjörn och Vara"
    assert swedish.listed_shortly(["Ale", "Hjo", "Tjörn", "Vara"]) == "Ale, Hjo, Tjörn och Vara"
    assert swedish.listed_shortly(["Ale", "Hjo", "Orust", "Tjörn", "Vara"]) == "Ale, Hjo, Orust och två till"
    assert [swedish.count(n) for n in (0, 1, 12, 13, 1234)] == ["noll", "en", "tolv", "13", f"1{NBSP}234"]
    assert swedish.capital("åtta") == "Åtta"
    assert [swedish.genitive(name) for name in ("Ale", "Borås")] == ["Ales", "Borås"]


def test_the_alphabet_ends_with_our_letters() -> None:
    assert sorted(["Öckerö", "Åmål", "Ärla", "Ale", "Vara"], key=swedish.in_order) == ["Ale", "Vara", "Åmål", "Ärla", "Öckerö"]
    assert swedish.in_order("A\u030amål") == swedish.in_order("Åmål")


def test_the_periods_of_plans() -> None:
    assert [swedish.period(name) for name in ("2026-T2", "2026-H1")] == ["andra tertialet 2026", "första halvåret 2026"]
    assert [swedish.period_short(name) for name in ("2026-T2", "2026-H1")] == ["2026\u00a0tertial\u00a02", "2026\u00a0halvår\u00a01"]


@pytest.mark.parametrize(
    ("one", "other", "places", "shown"),
    [(1.98, 2.5, 1, 1), (1.981, 1.984, 2, 3), (47.549, 47.551, 1, 3), (2.0, 2.0, 1, 1), (None, 2.0, 1, 1), (1.0, 1.0 + 1e-9, 0, 6)],
)
def test_two_values_are_seen_apart(one: float | None, other: float | None, places: int, shown: int) -> None:
    assert swedish.places_apart(one, other, places) == shown
