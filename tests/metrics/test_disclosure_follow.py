"""Figures that follow from another one, and counts that divide a whole: hidden where they would tell what is hidden beside them."""

from __future__ import annotations

import polars as pl
import pytest

from config import Settings
from metrics.disclosure import protect
from metrics.disclosure.county_years import hide_but_county_years
from tests.metrics.small import county, figure, figures


def stock(kommun: str, intyg: int) -> dict[str, object]:
    return {"kommun": kommun, "kvartal": "2025-Q4", "intyg": intyg, "onskar_mhb": 0, "fatt_mhb": 0, "fatt_tandvard": 0, "fatt_stod": 0}


@pytest.mark.parametrize(("intyg", "is_hidden"), [(3, True), (40, False)])
def test_what_is_left_to_the_goal_would_tell_how_many_have_reached_it(settings: Settings, intyg: int, is_hidden: bool) -> None:
    """The goal and the population are public: 600 less what is left is the number that is protected."""
    people = [{"kommun": kommun, "ar": 2025, "alder": age, "antal": 20_000} for kommun in settings.kommuner for age in ("23", "24+")]
    stocks = [stock(kommun, intyg if kommun == "1440" else 500) for kommun in settings.kommuner]
    covered = {"ntandvard": [(k, "2025-Q4") for k in settings.kommuner], "befolkning": [(k, "2025") for k in settings.kommuner]}
    made = figures(county(settings, {"ntandvard": stocks, "befolkning": people}, covered))
    public = protect(settings, made)
    states = {area: figure(public, "intyg_till_malet", area, "2025")["status"] for area in ("1440", "kf-gr", "vs-simba", "lan-14")}
    assert set(states.values()) == {"suppressed" if is_hidden else "no_goal"}
    shown_elsewhere = figure(public, "ntandvard_tackning", "1496", "2025")["status"] != "suppressed"
    assert (figure(public, "intyg_till_malet", "1496", "2025")["status"] == "no_goal") == shown_elsewhere


@pytest.mark.parametrize(("sis", "hidden"), [(3, 5), (30, 0)])
def test_counts_that_divide_a_whole_are_shown_all_or_none(sis: int, hidden: int) -> None:
    forms = {"hvb": 80, "familjehem": 40, "hvah": 20, "sis": sis, "skyddat_boende": 10}
    rows = [("placeringar", "lan", "lan-14", "year", "2025", 150.0 + sis, None, 150.0 + sis)]
    rows += [(f"placeringar_{form}", "lan", "lan-14", "year", "2025", float(n), None, float(n)) for form, n in forms.items()]
    names = ["indicator", "area_kind", "area", "period_kind", "period", "numerator", "denominator", "value"]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None).with_columns(pl.col("denominator").cast(pl.Float64))
    small = pl.Series([0 < n < 5 for n in (999, *forms.values())])
    found = hide_but_county_years(frame, small, 5)
    assert found.sum() == hidden
    assert not found[0]
