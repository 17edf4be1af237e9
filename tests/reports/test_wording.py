"""Judging words follow from sign, direction and state, and nothing is compared that cannot be."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from reports import ntandvard, process, quality, utskrivning, wording
from reports.book import Area, Book, open_at
from tests.reports import form


def book(area: str = "lan-14", **changed: Mapping[str, object]) -> Book:
    """The county's 2025 with every number shown; `changed` gives an indicator's figure of 2025 other values."""
    figures = form.frames()["figures"]
    for indicator, values in changed.items():
        here = (pl.col("indicator") == indicator) & (pl.col("area") == area) & (pl.col("period") == "2025")
        figures = figures.with_columns(
            pl.when(here).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in values.items()
        )
    return open_at(form.shipped(), form.edition(figures, internal=True), area)


def before(area: str, indicator: str) -> float:
    value = book(area).figure(indicator, period="2024").value
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("indicator", "difference", "word"),
    [
        ("tandvard_utford", 2.0, "bättre"),
        ("tandvard_utford", -2.0, "sämre"),
        ("betaldagar", 2.0, "sämre"),
        ("betaldagar", -2.0, "bättre"),
        ("utskrivna", 2.0, ""),
        ("betaldagar", 0.0, "oförändrat"),
        ("tandvard_utford", 0.01, "oförändrat"),
    ],
)
def test_a_change_is_judged_by_its_direction(indicator: str, difference: float, word: str) -> None:
    found = wording.change(book("1440", **{indicator: {"value": before("1440", indicator) + difference}}), indicator)
    assert found.word == word


@pytest.mark.parametrize("status", ["incomplete", "missing", "suppressed"])
def test_only_plain_figures_are_compared(status: str) -> None:
    found = wording.change(book("1440", betaldagar={"status": status}), "betaldagar")
    assert (found.difference, found.text, found.word) == (None, "", "jämförs inte")


def test_minus_is_a_minus_and_percentages_differ_by_points() -> None:
    value = before("1440", "tandvard_utford") - 1.25
    opened = book("1440", tandvard_utford={"value": value})
    assert wording.change(opened, "tandvard_utford").text == "−1,2"
    assert wording.than_before(opened, "tandvard_utford", "högre", "lägre") == ", 1,2\u00a0procentenheter\u00a0lägre än\u00a02024"


def test_a_value_beside_its_goal_is_seen_on_its_own_side() -> None:
    opened = book("1440", ntandvard_tackning={"value": 2.9998, "status": "missed"})
    assert wording.shown(opened, "ntandvard_tackning", opened.figure("ntandvard_tackning")) == "2,9998"
    assert ntandvard.answer(opened) == "Ale når inte 3\u00a0%-målet för N-tandvård: 2,9998\u00a0%"


def test_kommuner_that_cannot_be_judged_are_not_counted_as_missing_the_goal() -> None:
    opened = book()
    whole = wording.reached(opened, "ntandvard_tackning")
    assert wording.of_kommuner(whole) == f"{whole.met} av 49 kommuner"
    less = wording.Reached(20, 47, 49)
    assert wording.of_kommuner(less) == "20 av 47 bedömda kommuner"
    assert wording.more_kommuner(opened, "ntandvard_tackning", less) == ""


def test_the_highest_is_only_of_those_shown_when_some_are_not() -> None:
    areas = tuple(Area(code, "kommun", name) for code, name in (("1440", "Ale"), ("1489", "Alingsås"), ("1447", "Gullspång")))
    opened = book()
    assert wording.highest_and_lowest(opened, "ntandvard_tackning", areas).startswith("Högst: ")
    assert wording.highest_and_lowest(opened, "avvikelser", areas).startswith("Högst av dem som visas: ")
    assert wording.highest_and_lowest(opened, "avvikelser", areas[2:]) == ""


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("no_goal", "Snittet vid utskrivning var över 3,0 dagar i 48 av 588 kommunmånader, fem\u00a0färre än\u00a02024"),
        ("incomplete", "Snittet vid utskrivning var över 3,0 dagar i minst 48 av 588 kommunmånader"),
    ],
)
def test_months_over_the_limit(status: str, said: str) -> None:
    assert utskrivning.answer(book(betalningsmanader={"status": status})) == said


def test_hidden_and_missing_are_said_in_words() -> None:
    hidden = book(betalningsmanader={"status": "suppressed", "value": None})
    assert utskrivning.answer(hidden) == "Månader med snitt över gränsen vid utskrivning: skyddat tal"
    missing = book(betalningsmanader={"status": "missing", "value": None})
    assert utskrivning.answer(missing).endswith("uppgift saknas")


def test_who_has_not_delivered_is_read_from_completeness() -> None:
    opened = book()
    assert quality.lacking(opened, "utskrivning") == ""
    assert quality.lacking(opened, "ntandvard") == "Färgelanda (kvartal\u00a02)"
    assert quality.lacking(opened, "avvikelser") == "Gullspång (hela året) och Munkedal (kvartal\u00a04)"
    assert quality.lacking(book("1440"), "avvikelser") == ""


def test_a_signal_is_told_with_its_whole_extent() -> None:
    """Nine months on one side of the mean are nine months, also where some of them break another rule as well."""
    opened = book()
    wanted = opened.months(3)
    found = process.process(opened, "dagar_snitt", wanted)
    assert process.title(opened, "dagar_snitt", found, wanted, "annars") == "Lägre än väntat nio månader i rad: april–december 2025"
    assert len(found.ranges) == 1


def test_nothing_is_concluded_from_a_hidden_month() -> None:
    figures = form.frames()["figures"].with_columns(
        pl.when(pl.col("indicator") == "dagar_snitt").then(None).otherwise("value").alias("value"),
        pl.when(pl.col("indicator") == "dagar_snitt").then(pl.lit("suppressed")).otherwise("status").alias("status"),
    )
    opened = open_at(form.shipped(), form.edition(figures), "1440")
    wanted = opened.months(3)
    found = process.process(opened, "dagar_snitt", wanted)
    assert found.ranges == ()
    assert process.title(opened, "dagar_snitt", found, wanted, "annars") == "annars"


def test_earlier_years_come_from_what_was_said_then() -> None:
    """A figure for last year in this year's run does not replace what last year's publication showed."""
    figures = form.frames()["figures"]
    then = figures.with_columns(pl.when(pl.col("period") == "2024").then(pl.lit(7.0)).otherwise("value").alias("value"))
    mine = form.edition(figures, internal=True)
    other = type(mine)(**{**vars(mine), "previous": then})
    assert open_at(form.shipped(), other, "1440").figure("betaldagar", period="2024").value == 7.0
    assert (
        open_at(form.shipped(), other, "1440").figure("betaldagar").value
        == open_at(form.shipped(), mine, "1440").figure("betaldagar").value
    )
