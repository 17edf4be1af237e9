"""Cells in every dialect of the contract's section 3; what no dialect writes is bad and never a value."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Settings
from loaders.dataset import Column, Kind
from loaders.values import MISSING, Reader
from tests.conftest import settings_of

READER = Reader(settings_of("unused"))
THOUSANDS = (" ", "\u00a0", "\u202f")
BAD = object()


def read(kind: Kind, *cells: str | None, **how: object) -> list[object]:
    """Values, with BAD where a cell is bad."""
    found = READER.read(pl.Series(cells, dtype=pl.String), Column(name="x", kind=kind, **how))  # type: ignore[arg-type]
    return [BAD if bad else value for value, bad in zip(found.values, found.bad, strict=True)]


def grouped(digits: str, space: str) -> str:
    return f"{int(digits):,}".replace(",", space)


@given(st.integers(0, 10**12), st.sampled_from(("", *THOUSANDS)), st.sampled_from(("", ",0", ".00")), st.sampled_from(("", " ", "\t")))
def test_a_whole_number_reads_back(number: int, space: str, decimals: str, around: str) -> None:
    written = grouped(str(number), space) if space else str(number)
    assert read("count", f"{around}{written}{decimals}{around}") == [number]


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=3), st.sampled_from(("", *THOUSANDS)), st.sampled_from(",."))
def test_a_decimal_reads_back(number: Decimal, space: str, point: str) -> None:
    whole, _, decimals = format(abs(number), "f").partition(".")
    written = f"{'-' if number < 0 else ''}{grouped(whole, space) if space else whole}{point}{decimals}"
    assert read("decimal", written) == [float(number)]


SLOPPY = (
    "12 34|1 2345|12  345|1 234 56| 1 2 |1.234,5|1,234.5|12.5|1e3|+1|1,|,5|1-|--1|1_000|0x10|١٢|1,000|12.000|12st|NaN|inf|Infinity|tolv"
)


@pytest.mark.parametrize("cell", [*SLOPPY.split("|"), "9" * 20, "1\n2", "#REF!"])
def test_sloppy_digits_are_refused(cell: str) -> None:
    assert read("count", cell) == [BAD]


@given(st.text(alphabet="0123456789 \u00a0\u202f,.-+e", min_size=1, max_size=9))
def test_whatever_is_read_as_a_number_is_written_in_a_dialect(cell: str) -> None:
    """An oracle of its own: the contract's words as a pattern, the value by exact decimals."""
    bare = cell.strip()
    dialect = re.fullmatch(r"(-?)(\d+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+)(?:[.,](\d+))?", bare)
    expected: object = None if bare in MISSING else BAD
    if dialect and expected is BAD:
        sign, whole, decimals = dialect.groups()
        expected = float(Decimal(f"{sign}{re.sub(r'[^0-9]', '', whole)}.{decimals or 0}"))
    assert read("decimal", cell) == [expected]
    count = read("count", cell)[0]
    assert count in (BAD, None) or count == expected


@pytest.mark.parametrize("cell", [*MISSING, "  ", "\u00a0", None, " - "])
@pytest.mark.parametrize("kind", ["count", "decimal", "date", "yes_no", "word", "text", "kommun", "period", "age", "pseudonym"])
def test_missing(cell: str | None, kind: Kind) -> None:
    assert read(kind, cell) == [None]


@given(st.dates(date(1, 1, 1)), st.sampled_from(("{:%Y-%m-%d}", "{:%Y%m%d}", "{:%Y-%m-%d} 23:59", "{:%Y-%m-%d} 00:00:59", " {:%Y-%m-%d} ")))
def test_a_date_reads_back(day: date, form: str) -> None:
    written = form.replace("{:%Y", f"{day.year:04}{{:").format(day)
    assert read("date", written) == [day]


NO_DATES = (
    "2025-02-29|2025-13-01|2025-00-10|0000-01-01|2025-7-1|25-07-01|01/07/2025|2025-07-01T10:00|2025-07-01 24:00|2025-07-01 10:60"
    "|2025-07-01 1:00|20250732|202507011|45839|2025-07|2025-07-01 10:00:00.5|igår|12:30:00"
)


@pytest.mark.parametrize("cell", NO_DATES.split("|"))
def test_what_is_no_date(cell: str) -> None:
    assert read("date", cell) == [BAD]


def test_yes_and_no() -> None:
    assert read("yes_no", "ja", "JA", "j", "1", "true", "x", "X", " Ja ") == [True] * 8
    assert read("yes_no", "nej", "N", "0", "False") == [False] * 4
    assert read("yes_no", "y", "sant", "2", "1.0", "ja!", "nix") == [BAD] * 6


@pytest.mark.parametrize(
    "cell",
    ["1440", "1440.0", "1440,0", "Ale", "ale", "ALE KOMMUN", "Ales kommun", "Ales", "Ale stad", " Ale\u00a0kommun ", "ale  kommun"],
)
def test_ale_in_every_way(cell: str) -> None:
    assert read("kommun", cell) == ["1440"]


def test_names_that_bend() -> None:
    assert read("kommun", "Göteborgs stad", "GÖTEBORG KOMMUN", "Go\u0308teborg", "Göteborgs Stad") == ["1480"] * 4
    assert read("kommun", "Borås", "Borås stad", "BORÅS KOMMUN", "Dals-Ed", "dals-eds kommun") == ["1490", "1490", "1490", "1438", "1438"]


@pytest.mark.parametrize(
    "cell",
    ["0180", "144", "14400", "1440.5", "1 440", "1440,", "Stockholm", "Aale", "Ale län", "kommun", "Boråss", "1440 Ale", "Alekommun"],
)
def test_what_is_no_kommun_of_the_county(cell: str) -> None:
    assert read("kommun", cell) == [BAD]


def test_every_kommun_by_every_name() -> None:
    settings: Settings = settings_of("unused")
    for code, name in settings.kommuner.items():
        s = "" if name[-1] in "sxz" else "s"
        forms = [code, name, name.upper(), f"{name} kommun", f"{name}{s} kommun", f"{name}{s} stad", f"{name}{s}"]
        assert read("kommun", *forms) == [code] * len(forms)


def test_periods() -> None:
    assert read("quarter", "2025-Q3", "2025K3", "2025 kv 3", "kv3 2025", "2025q3") == ["2025-Q3"] * 5
    assert read("quarter", "2025", "202507", "2025-Q5", "Q3") == [BAD] * 4
    assert read("period", "202507", "2025-07", "2025-T2", "2025-H1", "2025") == ["2025-07", "2025-07", "2025-T2", "2025-H1", "2025"]
    assert read("period", "2025-13", "2025-07-01", "sommaren") == [BAD] * 3


def test_years() -> None:
    assert read("year", "2025", "2025,0", " 2025 ") == [2025] * 3
    assert read("year", "25", "20255", "1025", "2025-Q1", "-2025") == [BAD] * 5


def test_words() -> None:
    assert read("word", " Kommun ", "REGION", "regionen", choices=("kommun", "region")) == ["kommun", "region", BAD]
    assert read("word", "Fel_Boendeenhet") == ["fel_boendeenhet"]


def test_ages() -> None:
    assert read("age", "0", "24 år", "100+", "100+ år", "7,0") == ["0", "24", "100+", "100+", "7"]
    assert read("age", "tot", "0-4", "-1", "+", "1.5", "100 +", "gammal") == [BAD] * 7


def test_a_pseudonym_has_a_letter() -> None:
    assert read("pseudonym", "P-1", "å1", "123-456", "12345") == ["P-1", "å1", BAD, BAD]


@pytest.mark.parametrize(
    "cell", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#SAKNAS!", "#DIVISION/0!", "#VÄRDEFEL!", "Err:502", "#FORMEL!"]
)
@pytest.mark.parametrize("kind", ["text", "word", "count", "yes_no", "kommun", "date", "pseudonym"])
def test_a_formula_error_is_bad_in_every_column(cell: str, kind: Kind) -> None:
    assert read(kind, cell) == [BAD]


def test_few_and_many_distinct_texts_read_alike() -> None:
    cells = ["2025-07-01", "x", "", "20250702"]
    assert read("date", *cells * 10) == read("date", *cells) * 10
