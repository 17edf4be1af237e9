"""Närområden with a plan made for the year, and those that followed it up within it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from config import Settings
from tests.metrics.small import county, figure, figures


def plan(name: str, made: date | None, followed: date | None = None) -> dict[str, Any]:
    return {"kommun": "1440", "naromrade": name, "ar": 2025, "upprattad": made, "uppfoljd": followed}


@pytest.mark.parametrize(
    ("made", "followed", "counted"),
    [
        (date(2025, 2, 1), date(2025, 11, 1), (1, 1)),
        (date(2024, 11, 1), date(2025, 12, 31), (1, 1)),
        (date(2025, 12, 31), None, (1, 0)),
        (date(2026, 1, 1), date(2026, 2, 1), (0, 0)),
        (date(2025, 2, 1), date(2026, 1, 1), (1, 0)),
        (None, date(2025, 11, 1), (0, 0)),
    ],
)
def test_a_plan_is_made_by_the_years_end_and_followed_up_within_it(
    settings: Settings, made: date | None, followed: date | None, counted: tuple[int, int]
) -> None:
    found = figures(county(settings, {"naromradesplaner": [plan("Norr", made, followed)]}, {"naromradesplaner": [("1440", "2025")]}))
    ids = ("naromradesplaner_upprattade", "naromradesplaner_uppfoljda")
    assert tuple(figure(found, id_, "1440", "2025")["numerator"] for id_ in ids) == counted


def test_a_district_with_two_rows_is_one_and_there_are_no_shorter_periods(settings: Settings) -> None:
    rows = [plan("Norr", None), plan("Norr", date(2025, 3, 1)), plan("Söder", None)]
    found = figures(county(settings, {"naromradesplaner": rows}, {"naromradesplaner": [("1440", "2025")]}))
    assert figure(found, "naromradesplaner_upprattade", "1440", "2025")["value"] == 50.0
    assert set(found.filter(indicator="naromradesplaner_upprattade")["period_kind"]) == {"year"}
