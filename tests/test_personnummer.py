"""The guard finds every valid number however it is written, and nothing else. All numbers are made up here."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import personnummer

SEPARATORS = ("", "-", "+", " ", "\u00a0", "\u202f")


def check_digit(nine: str) -> str:
    """By adding the digits of every product, which is another way than the guard's."""
    digits = "".join(str(int(digit) * (2, 1)[place % 2]) for place, digit in enumerate(nine))
    return str(-sum(map(int, digits)) % 10)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    """The digits before and after the separator of a valid number."""
    day = draw(st.dates(date(1880, 1, 1), date(2030, 12, 31)))
    of_month = day.day + draw(st.sampled_from((0, 60)))
    short = f"{day:%y%m}{of_month:02}"
    serial = f"{draw(st.integers(0, 999)):03}"
    century = f"{day:%Y}"[:2] if draw(st.booleans()) else ""
    return century + short, serial + check_digit(short + serial)


@given(
    numbers(),
    st.sampled_from(SEPARATORS),
    st.sampled_from(("", "nr ", "x", "(", "1 ", "a-")),
    st.sampled_from(("", " ab", ".0", ",", "-x")),
)
def test_finds_a_number_and_where_it_stands(number: tuple[str, str], separator: str, before: str, after: str) -> None:
    written = separator.join(number)
    span = personnummer.find(before + written + after)
    assert span is not None
    assert (before + written + after)[span.start : span.end] == written


@given(numbers(), st.sampled_from(SEPARATORS), st.integers(1, 9))
def test_another_check_digit_is_no_number(number: tuple[str, str], separator: str, more: int) -> None:
    first, last = number
    wrong = last[:3] + str((int(last[3]) + more) % 10)
    assert personnummer.find(separator.join((first, wrong))) is None


@given(numbers(), st.sampled_from(SEPARATORS), st.sampled_from("0123456789"))
def test_digits_next_to_another_digit_are_no_number(number: tuple[str, str], separator: str, digit: str) -> None:
    written = separator.join(number)
    assert personnummer.find(digit + digit + digit + written) is None
    assert personnummer.find(written + digit) is None


@given(numbers(), st.sampled_from(("--", "  ", "/", ".", "\t", ";", "\n")))
def test_other_separators_are_none(number: tuple[str, str], separator: str) -> None:
    assert personnummer.find(separator.join(number)) is None


@given(st.datetimes())
def test_a_date_or_a_date_with_time_is_none(moment: object) -> None:
    for written in (f"{moment:%Y-%m-%d}", f"{moment:%Y-%m-%d %H:%M}", f"{moment:%Y-%m-%d %H:%M:%S}", f"{moment:%Y%m%dT%H%M%S}+0100"):
        assert personnummer.find(written.rjust(len("2025-07-01"), "0")) is None


@pytest.mark.parametrize("text", ["", "A-001", "999999-9999", "0000000000", "19", "130230-1234", "2025-07-01", "1234567890123"])
def test_what_is_no_number(text: str) -> None:
    assert personnummer.find(text) is None


def test_leap_days_count_where_there_is_one() -> None:
    born = "0002290" + "01"
    assert personnummer.find(born + check_digit(born)) is not None
    never = "19000229"
    assert personnummer.find(never + "001" + check_digit("000229001")) is None


@given(numbers(), st.sampled_from(SEPARATORS))
def test_the_quick_shape_lets_every_number_through(number: tuple[str, str], separator: str) -> None:
    import polars as pl

    cells = pl.Series([separator.join(number), f"x{separator.join(number)}y"])
    assert cells.str.contains(personnummer.CANDIDATE).all()
