"""Primary suppression against a slow twin: loops that a statistician can read."""

from __future__ import annotations

import polars as pl
import pytest

from config import Settings, load_settings
from metrics.disclosure import protect
from metrics.disclosure.county_years import hide_but_county_years
from metrics.disclosure.primary import small_rows
from metrics.indicators import INDICATORS
from tests.conftest import SHIPPED
from tests.metrics.counties import Density, county

COUNTS = {
    "intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard", "fatt_stod", "wrong_unit", "declined", "discharges", "ruled_discharges",
    "long_stays", "short_stays", "judged", "compliant", "unjudged", "reports", "answered", "disagreements", "disputes",
}  # fmt: skip


@pytest.fixture(scope="module")
def module_settings() -> Settings:
    return load_settings(SHIPPED, {})


@pytest.fixture(scope="module")
def sparse(module_settings: Settings) -> pl.DataFrame:
    return county(module_settings, 7, Density(), absent=0.05)


@pytest.fixture(scope="module")
def public(module_settings: Settings, sparse: pl.DataFrame) -> pl.DataFrame:
    return protect(module_settings, sparse)


def twin(threshold: int, figures: pl.DataFrame) -> list[bool]:
    rows = figures.to_dicts()
    at = {(row["indicator"], row["area"], row["period"]): row for row in rows}

    def small(count: float | None) -> bool:
        return count is not None and 1 <= count < threshold

    def behind(row: dict[str, object]) -> list[float | None]:
        place = (row["area"], row["period"])
        mean, alone, kept, unknown = (at[i, *place] for i in ("dagar_snitt", "over_sju_dagar", "foljsamhet", "foljsamhet_bortfall"))
        counts = [mean["denominator"]]
        if row["indicator"] != "betalningsmanader":
            counts += [alone["numerator"], kept["numerator"] + unknown["numerator"] - mean["denominator"]]
        return counts

    def hidden(row: dict[str, object]) -> bool:
        declared = INDICATORS[str(row["indicator"])]
        num, den = row["numerator"], row["denominator"]
        assert isinstance(num, float | None)
        assert isinstance(den, float | None)
        if num is None:
            return False
        if declared.id in ("betaldagar", "betalningsbelopp"):
            return num > 0 and any(small(count) for count in behind(row))
        if declared.id == "betalningsmanader":
            return any(small(count) for count in behind(row))
        above, below = declared.numerator in COUNTS, declared.denominator in COUNTS
        rest = den - num if den is not None else None
        return (above and small(num)) or (below and small(den)) or (above and below and small(rest))

    return [hidden(row) for row in rows]


@pytest.mark.parametrize("threshold", [1, 2, 5, 10])
def test_small_rows_equal_the_slow_twin(module_settings: Settings, sparse: pl.DataFrame, threshold: int) -> None:
    """The threshold comes from the settings; 1 protects nothing."""
    settings = module_settings.model_copy(update={"disclosure": module_settings.disclosure.model_copy(update={"threshold": threshold})})
    seen_everywhere = sparse.filter(pl.col("indicator").is_in([i.id for i in INDICATORS.values() if i.openly == "everywhere"]))
    found = small_rows(settings, seen_everywhere).to_list()
    assert found == twin(threshold, seen_everywhere)
    assert any(found) == (threshold > 1)


def test_conditions_are_shown_for_county_years_alone(public: pl.DataFrame) -> None:
    """They say too much about each other and about who met them all to be taken apart."""
    mine = public.filter(pl.col("indicator").str.starts_with("villkor_"), pl.col("status") != "missing")
    county_years = (pl.col("area_kind") == "lan") & (pl.col("period_kind") == "year")
    assert mine.filter(~county_years)["status"].unique().to_list() == ["suppressed"]
    assert mine.filter(~county_years)["denominator"].null_count() == mine.filter(~county_years).height
    assert mine.filter(county_years & (pl.col("value").is_not_null())).height > 0


def test_a_county_year_that_repeats_a_hidden_count_is_hidden(module_settings: Settings, sparse: pl.DataFrame) -> None:
    """How many were discharged is in both: hidden in the one, it is not shown by the other."""
    place = sparse.filter(area_kind="lan", period="2025")
    both = pl.concat([place.filter(indicator=name) for name in ("utskrivna", "samma_dag", "sip_i_tid")])
    assert hide_but_county_years(both, pl.Series([True, False, False]), 5).to_list() == [True, True, False]
    assert hide_but_county_years(both, pl.Series([False, False, False]), 5).to_list() == [False, False, False]


def test_a_suppressed_row_keeps_its_population_and_nothing_else(sparse: pl.DataFrame, public: pl.DataFrame) -> None:
    assert public.columns == sparse.columns
    hidden = public.filter(pl.col("status") == "suppressed")
    assert hidden.height > 1000
    assert hidden.select(pl.col("numerator", "value", "lower", "upper").is_not_null().any()).row(0) == (False,) * 4
    per_inhabitant = pl.col("indicator").is_in(["ntandvard_tackning", "avvikelser_per_10000"])
    assert hidden.filter(~per_inhabitant)["denominator"].null_count() == hidden.filter(~per_inhabitant).height
    assert hidden.filter(per_inhabitant)["denominator"].null_count() == 0
