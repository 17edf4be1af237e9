"""Placements: SIP before, costs divided in time, and what a column that the file lacks makes unknown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from config import Settings
from tests.metrics.small import county, covering, figure, figures

DAY = date(2025, 3, 10)


def placement(**other: Any) -> dict[str, Any]:
    usual = {"kommun": "1440", "start": DAY, "form": "hvb", "akut": False, "inom_lanet": True, "sip": None, "kostnadsfordelning": None}
    return {**usual, "schablon": None, **other}


def value(settings: Settings, indicator: str, *rows: dict[str, Any]) -> tuple[float | None, float | None]:
    """Numerator and denominator of Ale's month."""
    made = figures(county(settings, {"placeringar": list(rows)}, {"placeringar": covering(["1440"], "2025-03")}))
    row = figure(made, indicator, "1440", "2025-03")
    return row["numerator"], row["denominator"]


@pytest.mark.parametrize(("days", "met"), [(-1, 1), (0, 1), (1, 0), (None, 0)])
def test_a_plan_comes_before_a_planned_placement_or_the_same_day(settings: Settings, days: int | None, met: int) -> None:
    when = None if days is None else DAY + timedelta(days=days)
    assert value(settings, "sip_fore_placering", placement(sip=when), placement(akut=True)) == (met, 1)


@pytest.mark.parametrize(("days", "met"), [(0, 1), (30, 1), (31, 0), (None, 0)])
def test_costs_of_an_acute_placement_are_divided_within_thirty_days(settings: Settings, days: int | None, met: int) -> None:
    when = None if days is None else DAY + timedelta(days=days)
    assert value(settings, "kostnadsfordelning_i_tid", placement(akut=True, kostnadsfordelning=when), placement()) == (met, 1)


def test_form_and_place_are_parts_of_all_placements(settings: Settings) -> None:
    rows = (placement(), placement(form="sis", inom_lanet=False), placement(form="familjehem"))
    assert value(settings, "placeringar", *rows) == (3, None)
    assert value(settings, "placeringar_sis", *rows) == (1, None)
    assert value(settings, "placeringar_inom_lanet", *rows) == (2, 3)


def test_a_column_that_the_file_lacks_makes_its_figure_missing_and_no_other(settings: Settings) -> None:
    assert value(settings, "schablon_anvand", placement(schablon=True), placement()) == (1, 2)
    assert value(settings, "schablon_anvand", placement(lacks=frozenset({"schablon"}))) == (None, None)
    assert value(settings, "placeringar", placement(lacks=frozenset({"schablon"}))) == (1, None)
