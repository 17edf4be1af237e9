"""Patients with a doctor of their own, quarter by quarter."""

from __future__ import annotations

from typing import Any

from config import Settings
from tests.metrics.small import county, figure, figures


def told(kommun: str, quarter: str, patients: int, with_doctor: int) -> dict[str, Any]:
    return {"kommun": kommun, "kvartal": quarter, "patienter": patients, "med_fast_lakarkontakt": with_doctor}


def test_rows_of_a_quarter_are_added_and_quarters_are_not(settings: Settings) -> None:
    rows = [told("1440", "2025-Q4", 40, 30), told("1440", "2025-Q4", 60, 40), told("1440", "2025-Q3", 10, 1)]
    made = figures(county(settings, {"fast_lakarkontakt": rows}, {"fast_lakarkontakt": [("1440", "2025-Q3"), ("1440", "2025-Q4")]}))
    assert figure(made, "fast_lakarkontakt", "1440", "2025-Q4")["value"] == 70.0
    year = figure(made, "fast_lakarkontakt", "1440", "2025")
    assert (year["numerator"], year["denominator"], year["value"]) == (70, 100, 70.0), "the year is its last quarter"


def test_an_area_is_the_ratio_of_sums(settings: Settings) -> None:
    rows = [told("1441", "2025-Q4", 10, 10), told("1489", "2025-Q4", 90, 45)]
    made = figures(county(settings, {"fast_lakarkontakt": rows}, {"fast_lakarkontakt": [("1441", "2025-Q4"), ("1489", "2025-Q4")]}))
    assert figure(made, "fast_lakarkontakt", "vs-samla", "2025-Q4")["value"] == 55.0, "not the mean of 100 and 50"
