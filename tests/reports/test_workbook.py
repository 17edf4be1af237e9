"""The forum's workbook read back: every figure to the last digit, text as text, and what the file is on every sheet."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from metrics.indicators import INDICATORS
from reports.measures import THEMES
from reports.sheets import Number, Sheet, workbook
from reports.wording import STATE_WORDS
from reports.workbook import forum_workbook
from tests.conftest import soak
from tests.reports import form

HEADINGS_ROW = 3


@cache
def written(*, is_demo: bool = False) -> bytes:
    return forum_workbook(form.shipped(), form.edition(is_demo=is_demo, decisions=(form.DECISION,)))


@cache
def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def test_it_has_a_sheet_per_theme_and_the_definitions() -> None:
    assert opened(written()).sheetnames == ["Översikt", *THEMES.values(), "Fördelningar", "Definitioner", "Om filen"]


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_read_back_equals_the_figures(theme: str) -> None:
    sheet = opened(written())[THEMES[theme]]
    heads = [cell.value for cell in sheet[HEADINGS_ROW]]
    rows = [dict(zip(heads, line, strict=True)) for line in sheet.iter_rows(min_row=HEADINGS_ROW + 1, values_only=True)]
    ids = {indicator.name: indicator.id for indicator in INDICATORS.values() if indicator.theme == theme}
    figures = form.protected().filter(period="2025")
    expected = {(row["indicator"], row["area"]): row for row in figures.iter_rows(named=True) if row["indicator"] in ids.values()}
    assert {(ids[str(row["Mått"])], row["Områdets id"]) for row in rows} == set(expected)
    for row in rows:
        figure = expected[ids[str(row["Mått"])], row["Områdets id"]]
        numbers = ("Värde", "value"), ("Täljare", "numerator"), ("Nämnare", "denominator"), ("Nedre gräns (95 %)", "lower"), ("Mål", "goal")
        assert [row[head] for head, _ in numbers] == [figure[name] for _, name in numbers]
        assert row["Läge"] == STATE_WORDS[figure["status"]]
        assert row["Fullständig"] == ("ja" if figure["complete"] else "nej")


def test_the_overview_says_in_words_why_there_is_no_number() -> None:
    sheet = opened(written())["Översikt"]
    heads = [cell.value for cell in sheet[HEADINGS_ROW]]
    lines = {line[1]: dict(zip(heads, line, strict=True)) for line in sheet.iter_rows(min_row=HEADINGS_ROW + 1, values_only=True)}
    assert lines["Gullspång"]["Avvikelser mellan vårdgivare"] == "saknas"
    assert lines["Västra Götaland"]["Avvikelser mellan vårdgivare"] == "ofullständig"
    assert isinstance(lines["Ale"]["Täckningsgrad N-tandvård (%)"], float)
    assert list(lines)[:2] == ["Västra Götaland", "Fyrbodal"]


def test_numbers_have_formats_and_headings_stay() -> None:
    sheet = opened(written())["Munhälsa"]
    assert sheet.freeze_panes == "D4"
    assert sheet["F4"].number_format == "#,##0.00"
    assert sheet["J4"].number_format == "#,##0"
    assert sheet["F4"].data_type == "n"


def test_every_sheet_says_what_it_is() -> None:
    for sheet in opened(written(is_demo=True)):
        assert sheet["A2"].value == "DEMODATA"
        assert sheet.oddHeader is not None
        assert sheet.oddHeader.center.text == "DEMODATA"
    for sheet in opened(forum_workbook(form.shipped(), form.internal())):
        assert sheet["A2"].value == "INTERNT UNDERLAG, EJ SKYDDAT"
    for sheet in opened(written()):
        assert not sheet["A2"].value


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert forum_workbook(form.shipped(), form.edition(decisions=(form.DECISION,))) == written()


WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_characters="_"), min_size=1, max_size=30)


@settings(max_examples=soak(25, 500), deadline=None)
@given(WORDS, st.sampled_from("=+-@\t'{"))
def test_text_is_never_a_formula(rest: str, first: str) -> None:
    words = first + rest
    content = workbook([Sheet("A", words, {words: 10.0}, [[words]])], title="t", tags=[words], created=form.CREATED)
    sheet = openpyxl.load_workbook(BytesIO(content))["A"]
    assert [sheet[place].data_type for place in ("A1", "A3", "A4")] == ["s"] * 3
    assert b"<f>" not in b"".join(ZipFile(BytesIO(content)).read(name) for name in ZipFile(BytesIO(content)).namelist())


@settings(max_examples=soak(25, 500), deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_all_its_digits(value: float) -> None:
    content = workbook([Sheet("A", "a", {"b": 10.0}, [[Number(value, 2)]])], title="t", tags=[], created=form.CREATED)
    assert openpyxl.load_workbook(BytesIO(content))["A"]["A4"].value == value
