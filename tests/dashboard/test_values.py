"""Figures as they are written: decimals, units, signs, states."""

from __future__ import annotations

import pytest

from config import Settings
from dashboard.lookup import Figure
from dashboard.tree import text_of
from dashboard.values import Writer, writer
from metrics.indicators import INDICATORS

NBSP, MINUS = "\u00a0", "\u2212"


def figure(indicator: str = "ntandvard_tackning", **own: object) -> Figure:
    """A kommun's figure of a quarter, met unless told otherwise."""
    base: dict[str, object] = {
        "indicator": indicator,
        "area_kind": "kommun",
        "area": "1440",
        "area_name": "Ale",
        "period_kind": "quarter",
        "period": "2025-Q3",
        "numerator": 600.0,
        "denominator": 20_000.0,
        "value": 3.0,
        "lower": 2.8,
        "upper": 3.2,
        "unit": "%",
        "goal": 3.0,
        "status": "met",
        "complete": True,
        "preliminary": False,
        "agreement": "hsa-2023",
        "run": "demo-1",
    }
    return Figure(**(base | own))  # type: ignore[arg-type]


@pytest.fixture
def by(county_settings: Settings) -> Writer:
    return writer(county_settings, "ntandvard_tackning")


def test_a_figure_with_its_unit(by: Writer, county_settings: Settings) -> None:
    assert by.with_unit(figure(value=2.8712)) == f"2,87{NBSP}%"
    assert writer(county_settings, "utskrivna").with_unit(figure("utskrivna", value=12345.0, goal=None)) == f"12{NBSP}345"
    assert writer(county_settings, "dagar_snitt").with_unit(figure("dagar_snitt", value=1.994, goal=None)) == f"1,99{NBSP}dagar"


def test_number_and_state_never_contradict_each_other(by: Writer) -> None:
    missed = figure(value=2.9962, status="missed")
    assert by.value(missed) == "2,996"
    assert text_of(by.cell(missed)) == "når inte målet: 2,996"


def test_what_has_no_number_has_its_word(by: Writer) -> None:
    assert by.with_unit(None) == "saknas"
    assert by.with_unit(figure(value=None, status="missing")) == "saknas"
    assert by.with_unit(figure(value=None, status="suppressed")) == "skyddad"


def test_zero_is_a_number(county_settings: Settings) -> None:
    nothing = figure("avvikelser", value=0.0, numerator=0.0, denominator=None, goal=None, status="no_goal")
    assert writer(county_settings, "avvikelser").with_unit(nothing) == "0"


def test_so_many_of_so_many(county_settings: Settings) -> None:
    months = figure("betalningsmanader", value=1.0, numerator=1.0, denominator=3.0, goal=None, status="no_goal")
    assert writer(county_settings, "betalningsmanader").value(months) == "1 av 3"


@pytest.mark.parametrize(
    ("now", "then", "words", "judgement"),
    [
        (2.87, 2.75, f"+0,12{NBSP}procentenheter", "bättre"),
        (2.75, 2.87, f"{MINUS}0,12{NBSP}procentenheter", "sämre"),
        (2.8701, 2.8699, f"0,00{NBSP}procentenheter", ""),
    ],
)
def test_a_change_has_a_sign_and_a_judgement(by: Writer, now: float, then: float, words: str, judgement: str) -> None:
    change = by.change(figure(value=now, status="missed"), figure(value=then, status="missed"))
    assert change is not None
    assert (change.with_unit, change.judgement) == (words, judgement)


def test_lower_is_better_where_that_is_so(county_settings: Settings) -> None:
    by = writer(county_settings, "betaldagar")
    change = by.change(figure("betaldagar", value=10.0, status="no_goal"), figure("betaldagar", value=14.0, status="no_goal"))
    assert change is not None
    assert change.judgement == "bättre"


@pytest.mark.parametrize("status", ["incomplete", "missing", "suppressed"])
def test_nothing_is_compared_with_what_is_not_whole(by: Writer, status: str) -> None:
    assert by.change(figure(), figure(status=status)) is None
    assert by.change(figure(status=status), figure()) is None
    assert by.change(figure(), None) is None


def test_an_indicator_has_the_same_decimals_everywhere(county_settings: Settings) -> None:
    assert {i: writer(county_settings, i).places for i in ("ntandvard_tackning", "foljsamhet", "betaldagar", "avvikelser_per_10000")} == {
        "ntandvard_tackning": 2,
        "foljsamhet": 1,
        "betaldagar": 0,
        "avvikelser_per_10000": 1,
    }
    assert all(writer(county_settings, i).places == 0 for i, declared in INDICATORS.items() if not declared.is_ratio)
