"""Hälsosamtal offered in a year."""

from __future__ import annotations

from config import Settings
from tests.metrics.small import county, figure, figures


def test_rows_of_a_year_are_added_and_years_are_not(settings: Settings) -> None:
    rows = [{"kommun": "1440", "ar": year, "malgrupp": 40, "erbjudna": offered} for year, offered in ((2027, 10), (2027, 30), (2028, 0))]
    made = figures(county(settings, {"halsosamtal": rows}, {"halsosamtal": [("1440", "2027"), ("1440", "2028")]}))
    first, second = (figure(made, "halsosamtal_erbjudna", "1440", year) for year in ("2027", "2028"))
    assert (first["numerator"], first["denominator"], first["value"]) == (40, 80, 50.0)
    assert second["value"] == 0.0
    assert set(made.filter(indicator="halsosamtal_erbjudna")["period_kind"]) == {"year"}


def test_a_group_of_nobody_gives_no_share(settings: Settings) -> None:
    rows = [{"kommun": "1440", "ar": 2027, "malgrupp": 0, "erbjudna": 0}]
    row = figure(
        figures(county(settings, {"halsosamtal": rows}, {"halsosamtal": [("1440", "2027")]})), "halsosamtal_erbjudna", "1440", "2027"
    )
    assert (row["denominator"], row["value"], row["status"], row["complete"]) == (0, None, "missing", True)
