"""Kommuner against the county: intervals, funnel and all tested at once."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from metrics import comparison, engine
from metrics.indicators import INDICATORS
from metrics.intervals import exact_poisson


def row(area: str, numerator: float, denominator: float, **other: Any) -> dict[str, Any]:
    made = {
        "indicator": "ntandvard_tackning",
        "area_kind": "lan" if area == "lan-14" else "kommun",
        "area": area,
        "area_name": area,
        "period": "2025",
        "numerator": numerator,
        "denominator": denominator,
        "value": 100 * numerator / denominator,
        "lower": 100 * numerator / denominator - 0.2,
        "upper": 100 * numerator / denominator + 0.2,
        "status": "missed",
    }
    return made | other


def compared(*rows: dict[str, Any], indicator: str = "ntandvard_tackning") -> dict[str, dict[str, Any]]:
    frame = pl.DataFrame([made | {"indicator": indicator} for made in rows], schema=engine.FIGURES_SCHEMA)
    return {found["area"]: found for found in comparison.kommuner(frame, indicator, "2025").to_dicts()}


COUNTY = row("lan-14", 3000, 100_000)


@pytest.mark.parametrize(
    ("lower", "upper", "found"),
    [(2.0, 2.9, "lower"), (3.1, 4.0, "higher"), (2.9, 3.1, "similar"), (2.0, 3.0, "similar"), (None, None, "cannot")],
)
def test_an_interval_that_holds_the_countys_value_says_nothing(lower: float | None, upper: float | None, found: str) -> None:
    assert comparison.benchmark(lower, upper, 3.0) == found
    assert comparison.benchmark(1.0, 2.0, None) == "cannot"


def test_better_and_worse_follow_the_indicators_direction() -> None:
    assert [comparison.judgement(found, "higher") for found in ("higher", "lower", "similar", "cannot")] == [
        "better",
        "worse",
        "none",
        "none",
    ]
    assert [comparison.judgement(found, "lower") for found in ("higher", "lower")] == ["worse", "better"]
    assert [comparison.judgement(found, "none") for found in ("higher", "lower")] == ["none", "none"]


def test_kommuner_in_the_funnel() -> None:
    usual = [row(f"14{number:02}", 300, 10_000) for number in range(10)]
    found = compared(COUNTY, *usual, row("1440", 240, 10_000), row("1480", 460, 10_000), row("1490", 335, 10_000))
    assert (found["1440"]["signal"], found["1440"]["sentence"]) == ("funnel-below-99-8", "lägre än slumpen förklarar")
    assert (found["1480"]["signal"], found["1480"]["sentence"]) == ("funnel-above-99-8", "högre än slumpen förklarar")
    assert (found["1400"]["signal"], found["1400"]["sentence"]) == ("funnel-within", "inom det som slumpen förklarar")
    assert (found["1440"]["benchmark_sentence"], found["1440"]["judgement"]) == ("lägre än länet", "worse")
    assert (found["1400"]["benchmark_sentence"], found["1400"]["judgement"]) == ("går inte att skilja från länet", "none")
    assert found["1440"]["stands_out"]
    assert found["1480"]["stands_out"]
    assert not found["1400"]["stands_out"]


def test_one_of_many_at_95_per_cent_does_not_stand_out() -> None:
    """Beyond the 95 per cent limit alone is what chance does to one of 49 or two."""
    usual = [row(f"14{number:02}", 300, 10_000) for number in range(40)]
    found = compared(COUNTY, *usual, row("1480", 342, 10_000))["1480"]
    assert found["signal"] == "funnel-above-95"
    assert found["p_value"] < 0.05 < found["p_adjusted"]
    assert found["stands_out"] is False


def test_what_is_not_sound_is_left_out() -> None:
    for broken in ({"status": "incomplete"}, {"status": "missing", "value": None}, {"status": "suppressed", "value": None}):
        found = compared(COUNTY, row("1401", 300, 10_000), row("1402", 310, 10_000), row("1440", 9000, 10_000) | broken)
        assert (found["1440"]["signal"], found["1440"]["sentence"], found["1440"]["stands_out"]) == (
            "funnel-cannot",
            "kan inte beräknas",
            None,
        )
        assert found["1440"]["benchmark"] == "cannot"
        assert found["1401"]["signal"] == "funnel-within"


def test_no_common_level_no_funnel() -> None:
    alone = compared(COUNTY, row("1401", 300, 10_000))["1401"]
    assert (alone["signal"], alone["benchmark"]) == ("funnel-cannot", "similar")
    over = compared(COUNTY, row("1401", 300, 200), row("1402", 310, 200), indicator="mhb_utford")
    assert {found["signal"] for found in over.values()} == {"funnel-cannot"}
    assert compared() == {}


def rate(area: str, events: float) -> dict[str, Any]:
    return row(area, events, 10_000, value=events)


def test_rates_have_exact_limits_and_means_and_counts_have_no_funnel() -> None:
    """40 events in 30 000: 13,33 are expected in 10 000."""
    found = compared(COUNTY, rate("1401", 5), rate("1402", 5), rate("1440", 30), indicator="avvikelser_per_10000")
    assert (found["1440"]["lower_95"], found["1440"]["upper_95"]) == pytest.approx(exact_poisson(40 / 3, "95"), rel=1e-12)
    assert (found["1440"]["lower_99_8"], found["1440"]["upper_99_8"]) == pytest.approx(exact_poisson(40 / 3, "99.8"), rel=1e-12)
    assert (found["1440"]["signal"], found["1440"]["judgement"]) == ("funnel-above-99-8", "none")
    nothing = compared(COUNTY, rate("1401", 0), rate("1402", 0), indicator="avvikelser_per_10000")
    assert (nothing["1401"]["lower_95"], nothing["1401"]["upper_95"], nothing["1401"]["signal"]) == (0.0, 0.0, "funnel-within")


def test_only_percentages_and_rates_of_events_have_a_funnel() -> None:
    with_funnel = {name for name, indicator in INDICATORS.items() if comparison.has_funnel(indicator)}
    assert {"ntandvard_tackning", "foljsamhet", "avvikelser_per_10000", "aterkopplade"} <= with_funnel
    without = ("ntandvard_intyg", "utskrivna", "dagar_snitt", "betaldagar", "betalningsbelopp", "avvikelser", "tvister", "enheter")
    assert not with_funnel.intersection(without)
    assert {INDICATORS[name].unit for name in with_funnel} <= {"%", "per_10000"}
