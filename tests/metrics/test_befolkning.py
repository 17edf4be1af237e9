"""Population parts: ages, open groups, and what is not covered."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from config import Settings
from metrics import befolkning
from tests import slow
from tests.metrics.random_county import County
from tests.metrics.small import county, figure, figures


def rows(*ages: tuple[str, int], kommun: str = "1440", ar: int = 2024) -> list[dict[str, Any]]:
    return [{"kommun": kommun, "ar": ar, "alder": age, "antal": count} for age, count in ages]


def parts(settings: Settings, made: County) -> pl.DataFrame:
    counts = befolkning.counted(settings, made.frames()["befolkning"]).collect()
    return befolkning.parts(counts, made.coverage()["befolkning"])


def counted(settings: Settings, *ages: tuple[str, int]) -> tuple[int | None, int | None]:
    made = county(settings, {"befolkning": rows(*ages)}, {"befolkning": [("1440", "2024")]})
    (row,) = parts(settings, made).to_dicts()
    return row["population"], row["population_from_age"]


@pytest.mark.parametrize(
    ("ages", "everyone", "from_24"),
    [
        ((("0", 1), ("23", 2), ("24", 4), ("25", 8), ("100+", 16)), 31, 28),
        ((("0", 1), ("23", 2), ("24+", 4)), 7, 4),
        ((("24", 4),), 4, 4),
        ((("23", 2),), 2, 0),
        ((("19", 2), ("20+", 4)), 6, None),
        ((("23+", 4),), 4, None),
        ((("24", 0), ("100+", 0)), 0, 0),
    ],
)
def test_open_groups(ages: tuple[tuple[str, int], ...], everyone: int, from_24: int | None, settings: Settings) -> None:
    assert counted(settings, *ages) == (everyone, from_24)
    assert slow.persons(rows(*ages), 24) == from_24


def test_the_age_is_a_setting(settings: Settings) -> None:
    raw = settings.model_dump(mode="json")
    raw["ntandvard"]["population_from_age"] = 20
    assert counted(Settings.model_validate(raw), ("19", 2), ("20+", 4)) == (6, 4)


def test_a_year_that_is_not_covered_counts_nobody(settings: Settings) -> None:
    made = county(settings, {"befolkning": rows(("24", 4))}, {"befolkning": []})
    assert parts(settings, made).height == 0


QUARTER = {"kvartal": "2025-Q4", "intyg": 3, "onskar_mhb": 0, "fatt_mhb": 0, "fatt_tandvard": 0}


def coverage_of(settings: Settings, population: list[dict[str, Any]], covered: dict[tuple[str, str], bool]) -> dict[str, Any]:
    made = county(
        settings,
        {"befolkning": population, "ntandvard": [{"kommun": "1440", **QUARTER}]},
        {"befolkning": covered, "ntandvard": [("1440", "2025-Q4")]},
    )
    return figure(figures(made), "ntandvard_tackning", "1440", "2025-Q4")


def test_the_latest_31_december_that_has_passed(settings: Settings) -> None:
    both = rows(("24+", 100), ar=2025) + rows(("24+", 50), ar=2024)
    row = coverage_of(settings, both, {("1440", "2025"): True, ("1440", "2024"): True})
    assert (row["denominator"], row["preliminary"], row["status"]) == (100, False, "met")
    row = coverage_of(settings, both[1:], {("1440", "2024"): True})
    assert (row["denominator"], row["preliminary"], row["status"]) == (50, True, "met")
    row = coverage_of(settings, rows(("24+", 9), ar=2026), {("1440", "2026"): True})
    assert (row["numerator"], row["denominator"], row["status"], row["complete"]) == (None, None, "missing", False)


def test_a_year_where_24_cannot_be_told_gives_way_to_the_one_before(settings: Settings) -> None:
    population = rows(("20+", 100), ar=2025) + rows(("24+", 50), ar=2024)
    row = coverage_of(settings, population, {("1440", "2025"): True, ("1440", "2024"): True})
    assert (row["denominator"], row["preliminary"]) == (50, True)


def test_a_population_with_rejected_rows_makes_the_figure_incomplete(settings: Settings) -> None:
    row = coverage_of(settings, rows(("24+", 100), ar=2025), {("1440", "2025"): False})
    assert (row["value"], row["status"], row["complete"]) == (3.0, "incomplete", False)
