"""Each worked case gives what its words say, through the engine and through the slow twin."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

import pytest

from config import Settings, load_settings
from metrics import engine
from metrics.cases import CASES, Case
from metrics.indicators import INDICATORS
from tests import slow
from tests.conftest import SHIPPED
from tests.metrics.random_county import County
from tests.metrics.small import DATASETS, IDS
from tests.slow.parts import days_of

ALL = [case for cases in CASES.values() for case in cases]
each_case = pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.indicator}: {case.title}")


@pytest.fixture(scope="module")
def shipped() -> Settings:
    return load_settings(SHIPPED, {})


def settings_of(case: Case, shipped: Settings) -> Settings:
    """The shipped settings with the case's own amounts and dates, checked anew."""
    raw = shipped.model_dump(mode="json")
    if case.amounts is not None:
        raw["payment_amount_per_day"] = {year: {"amount": amount, "source": "exempel"} for year, amount in case.amounts.items()}
    for agreement in raw["agreements"]:
        if agreement["id"] in case.agreements:
            first, last = case.agreements[agreement["id"]]
            agreement |= {"valid_from": str(first), "valid_to": str(last)}
    return Settings.model_validate(raw)


def county_of(case: Case, shipped: Settings) -> County:
    rows = {
        dataset: [
            {"lacks": frozenset(), **row, **({IDS[dataset]: f"a{number}"} if dataset in IDS else {})}
            for number, row in enumerate(case.rows.get(dataset, ()))
        ]
        for dataset in DATASETS
    }
    covered = {dataset: dict.fromkeys(case.covered.get(dataset, ()), True) for dataset in DATASETS}
    return County(settings_of(case, shipped), rows, covered)


def row_of(case: Case, rows: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [row for row in rows if (row["indicator"], row["area"], row["period"]) == (case.indicator, case.area, case.period)]
    return found


def assert_expected(case: Case, row: dict[str, Any]) -> None:
    expected = asdict(case.expected)
    has_interval = expected.pop("has_interval")
    assert {name: row[name] for name in expected} == expected
    assert (row["lower"] is not None) == (row["upper"] is not None) == has_interval


@each_case
def test_the_engine_gives_it(case: Case, shipped: Settings) -> None:
    county = county_of(case, shipped)
    figures = engine.figures(county.settings, county.frames(), county.coverage())
    assert_expected(case, row_of(case, figures.to_dicts()))


@each_case
def test_the_slow_twin_gives_it(case: Case, shipped: Settings) -> None:
    county = county_of(case, shipped)
    figures = slow.Twin(county.settings, county.rows, county.covered).figures([case.indicator])
    assert_expected(case, row_of(case, [asdict(figure) for figure in figures]))


def in_words(number: float) -> str:
    """A number the Swedish way: a space between thousands, a decimal comma, at most two decimals."""
    text = f"{number:,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", " ").replace(".", ",")


@each_case
def test_the_words_hold_the_numbers(case: Case) -> None:
    """A reader sees the value in the result, and the parts in what is given, in the sum or in the result."""
    said = f"{case.given} {case.calculation} {case.result}"
    if case.expected.value is None:
        assert re.search(r"\bsaknas\b", case.result)
    else:
        assert re.search(rf"(?<![\d,]){re.escape(in_words(case.expected.value))}(?![\d]|,\d)", case.result)
    for part in (case.expected.numerator, case.expected.denominator):
        assert part is None or re.search(rf"(?<!\d){re.escape(in_words(part))}(?![\d]|,\d)", said), part
    assert ("ofullständig" in case.result) == (case.expected.status == "incomplete")
    assert ("preliminär" in case.result) == case.expected.preliminary


MONTHS = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
WHEN = re.compile(rf"(\d{{1,2}} )?({MONTHS})( \d{{4}})?|\b20\d\d\b|steg \d|(den|en den) \d+\b")


DAYS = ("utskriven", "registrerad", "start", "datum")


def numbers_of(case: Case) -> set[int]:
    """Every number that the rows hold: counts, days, amounts."""
    found = {24, *(case.amounts or {}).values()}
    for rows in case.rows.values():
        found |= {value for row in rows for value in row.values() if type(value) is int}
        for start, end in (
            ("utskrivningsklar", "utskriven"),
            ("registrerad", "aterkopplad"),
            ("registrerad", "avslutad"),
            ("start", "kostnadsfordelning"),
        ):
            found |= {(row[end] - row[start]).days for row in rows if row.get(start) and row.get(end)}
        found |= {(days_of(row["manad"])[-1] - row["utskrivningsklar"]).days for row in rows if {"manad", "utskrivningsklar"} <= row.keys()}
        for kommun in {row["kommun"] for row in rows}:
            mine = [row for row in rows if row["kommun"] == kommun]
            months = {row[name].replace(day=1) for row in mine for name in DAYS if name in row}
            found |= {len(mine), *(sum(1 for row in mine if _month(row) == month) for month in months)}
    return found


def _month(row: Any) -> object:
    return next(row[name] for name in DAYS if name in row).replace(day=1)


@each_case
def test_the_words_hold_no_number_that_the_rows_do_not(case: Case) -> None:
    """Dates apart, every number in what is given is one of the rows."""
    said = {int(number.replace(" ", "")) for number in re.findall(r"\d+(?: \d{3})*", WHEN.sub("", case.given))}
    assert said <= numbers_of(case)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_indicator_has_two_and_one_with_something_missing(indicator: str) -> None:
    cases = CASES[indicator]
    assert len(cases) >= 2
    assert any(case.expected.status in ("missing", "incomplete") or "saknas" in f"{case.title} {case.given}" for case in cases)
    assert len({case.title for case in cases}) == len(cases)


def test_every_case_is_of_an_indicator() -> None:
    assert set(CASES) == set(INDICATORS)
    assert sum(len(cases) for cases in CASES.values()) == len(ALL)
