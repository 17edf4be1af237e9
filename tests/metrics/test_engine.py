"""What the engine promises of its whole output, and the cases that a random county seldom meets."""

from __future__ import annotations

import random
from datetime import date
from functools import cache

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

import periods
from config import Settings, load_settings
from metrics import engine
from metrics.cases.case import covering, discharge, discharges
from metrics.indicators import INDICATORS
from tests.conftest import SHIPPED, soak
from tests.metrics.random_county import random_county
from tests.metrics.small import county, figure, figures

ALE, LERUM, ALINGSAS, LILLA_EDET = "1440", "1441", "1489", "1462"


def stock(kommun: str, kvartal: str, intyg: int = 0, onskar_mhb: int = 0, fatt_mhb: int = 0) -> dict[str, object]:
    return {"kommun": kommun, "kvartal": kvartal, "intyg": intyg, "onskar_mhb": onskar_mhb, "fatt_mhb": fatt_mhb, "fatt_tandvard": 0}


def test_nothing_delivered_is_a_header(settings: Settings) -> None:
    empty = county(settings, {}, {})
    frames = engine.frames(settings, empty.frames(), empty.coverage())
    assert frames["figures"].schema == engine.FIGURES_SCHEMA
    assert frames["figures"].height == 0
    assert frames["conditions"].columns == ["kommun", "period", "agreement", "condition", "applicable", "met", "not_met", "unknown"]
    assert frames["conditions"].height == 0


def test_one_covered_cell_gives_a_row_for_every_area_and_only_for_its_periods(settings: Settings) -> None:
    frame = figures(county(settings, {}, {"avvikelser": [(ALE, "2025-02")]}))
    of_dataset = {i.id for i in INDICATORS.values() if i.dataset == "avvikelser"}
    assert set(frame["indicator"]) == of_dataset
    assert set(frame["period"]) == {"2025-02", "2025-Q1", "2025"}
    stocks = {i for i in of_dataset if INDICATORS[i].kind == "status"}
    assert frame.height == (len(of_dataset - stocks) * 3 + len(stocks)) * (49 + 4 + 6 + 1)
    assert figure(frame, "avvikelser", ALE, "2025-02")["value"] == 0
    assert figure(frame, "avvikelser", LERUM, "2025-02")["status"] == "missing"
    assert figure(frame, "avvikelser", "lan-14", "2025")["status"] == "incomplete"


def test_a_stock_has_no_months_and_its_year_is_the_fourth_quarter(settings: Settings) -> None:
    third = figures(county(settings, {"ntandvard": [stock(ALE, "2025-Q3", 5)]}, {"ntandvard": [(ALE, "2025-Q3")]}))
    assert set(third["period"]) == {"2025-Q3"}
    fourth = figures(county(settings, {"ntandvard": [stock(ALE, "2025-Q4", 7)]}, {"ntandvard": [(ALE, "2025-Q4")]}))
    assert set(fourth["period"]) == {"2025-Q4", "2025"}
    assert figure(fourth, "ntandvard_intyg", ALE, "2025")["value"] == 7


def test_a_covered_stock_without_a_row_is_missing_and_not_zero(settings: Settings) -> None:
    """--accept-valid rejected the only row: the quarter is known to be delivered, its numbers are not."""
    frame = figures(county(settings, {}, {"ntandvard": {(ALE, "2025-Q4"): False}}))
    row = figure(frame, "ntandvard_intyg", ALE, "2025-Q4")
    assert (row["value"], row["numerator"], row["status"], row["complete"]) == (None, None, "missing", False)
    assert set(frame["period"]) == {"2025-Q4", "2025"}


def test_a_kommun_that_the_settings_do_not_know_is_in_no_figure(settings: Settings) -> None:
    frame = figures(county(settings, {}, {"avvikelser": [("9999", "2024-01"), (ALE, "2025-01")]}))
    assert set(frame["period"]) == {"2025-01", "2025-Q1", "2025"}
    assert "9999" not in set(frame["area"])


def test_an_area_is_the_ratio_of_sums(settings: Settings) -> None:
    """Two unequal kommuner, where the mean of their shares is another number."""
    rows = [stock(LERUM, "2025-Q4", 10, fatt_mhb=9), stock(ALINGSAS, "2025-Q4", 90, fatt_mhb=9)]
    frame = figures(county(settings, {"ntandvard": rows}, {"ntandvard": [(LERUM, "2025-Q4"), (ALINGSAS, "2025-Q4")]}))
    row = figure(frame, "mhb_utford_av_intyg", "vs-samla", "2025")
    assert (row["value"], row["complete"]) == (18.0, True)
    assert row["value"] != (90.0 + 10.0) / 2


def test_an_unplaced_kommun_is_in_the_county_alone(settings: Settings) -> None:
    frame = figures(county(settings, {}, {"avvikelser": [(LILLA_EDET, "2025-01")]}))
    known = frame.filter(pl.col("value").is_not_null(), indicator="avvikelser", period="2025-01")
    assert set(known["area"]) == {LILLA_EDET, "kf-gr", "lan-14"}


def test_rows_come_in_the_contracts_order_and_types(settings: Settings) -> None:
    made = random_county(3, settings)
    frame = figures(made)
    assert frame.schema == engine.FIGURES_SCHEMA
    keys = frame.select("indicator", "area_kind", "area", "period_kind", "period").rows()
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_nothing_that_is_not_a_number_leaves(settings: Settings) -> None:
    for seed in range(6):
        frame = figures(random_county(seed, settings))
        numbers = frame.select(pl.col(pl.Float64))
        assert numbers.select(pl.all().is_finite().fill_null(value=True).all()).row(0) == (True,) * numbers.width
        has_value = frame.filter(pl.col("value").is_not_null() & pl.col("lower").is_not_null())
        assert has_value.filter(~pl.col("value").is_between(pl.col("lower") - 1e-9, pl.col("upper") + 1e-9)).height == 0
        assert (
            frame.filter(
                pl.col("status").is_in(["met", "missed", "no_goal"]) != (pl.col("complete") & pl.col("value").is_not_null())
            ).height
            == 0
        )


@pytest.mark.parametrize("seed", range(soak(3, 40)))
def test_the_order_of_rows_and_coverage_does_not_matter(seed: int, settings: Settings) -> None:
    made = random_county(seed, settings)
    rows, coverage = made.frames(), made.coverage()
    first = engine.frames(made.settings, rows, coverage)
    rng = random.Random(seed)
    mixed = {name: frame.collect().sample(fraction=1, shuffle=True, seed=rng.randrange(99)).lazy() for name, frame in rows.items()}
    again = engine.frames(made.settings, mixed, {name: frame.reverse() for name, frame in coverage.items()})
    assert first["figures"].equals(again["figures"])
    assert first["conditions"].equals(again["conditions"])


# ---- Agreements, goals, months ------------------------------------------------------------------------------------------------


def moved(settings: Settings, last_of_old: date, first_of_new: date) -> Settings:
    raw = settings.model_dump(mode="json")
    raw["agreements"][0]["valid_to"] = str(last_of_old)
    raw["agreements"][1]["valid_from"] = str(first_of_new)
    return Settings.model_validate(raw)


@pytest.mark.parametrize("turn", [date(2027, 1, 1), date(2026, 7, 1), date(2026, 10, 15)])
def test_both_sides_of_an_agreements_date_also_when_it_moves(turn: date, settings: Settings) -> None:
    """A call to SIP that is five days late breaks a condition of the new agreement only, wherever its date is put."""
    before = date.fromordinal(turn.toordinal() - 1)
    set_so = moved(settings, before, turn)
    late = {"sip_kallelse": before}
    rows = [discharge(ALE, before, 5, **late), discharge(ALE, turn, 6, **late)]
    months = {periods.month_of(before), periods.month_of(turn)}
    made = county(set_so, {"utskrivning": rows}, {"utskrivning": [(ALE, month) for month in months]})
    frame = figures(made)
    if len(months) == 2:
        assert figure(frame, "foljsamhet", ALE, periods.month_of(before))["value"] == 100
        assert figure(frame, "foljsamhet", ALE, periods.month_of(turn))["value"] == 0
        assert figure(frame, "foljsamhet", ALE, periods.month_of(turn))["agreement"] == "hsa-2027"
    else:
        row = figure(frame, "foljsamhet", ALE, months.pop())
        assert (row["value"], row["denominator"], row["agreement"], row["status"]) == (50, 2, "hsa-2023+hsa-2027", "no_goal")


def test_a_gap_between_agreements(settings: Settings) -> None:
    """From the 11th to the 20th of May no agreement holds: what is known is used, and the month is incomplete."""
    set_so = moved(settings, date(2026, 5, 10), date(2026, 5, 21))
    rows = [discharge(ALE, date(2026, 5, day), 5) for day in (10, 15, 21)]
    frame = figures(county(set_so, {"utskrivning": rows}, {"utskrivning": [(ALE, "2026-05")]}))
    row = figure(frame, "betaldagar", ALE, "2026-05")
    assert (row["value"], row["status"], row["complete"], row["agreement"]) == (4, "incomplete", False, "hsa-2023+hsa-2027")
    assert figure(frame, "utskrivna", ALE, "2026-05")["value"] == 3
    assert figure(frame, "utskrivna", ALE, "2026-05")["status"] == "no_goal"
    assert figure(frame, "foljsamhet_bortfall", ALE, "2026-05")["denominator"] == 2


def test_outside_every_agreement(settings: Settings) -> None:
    rows = [discharge(ALE, date(2022, 12, 5), 9), discharge(ALE, date(2023, 1, 5), 9)]
    made = county(settings, {"utskrivning": rows}, {"utskrivning": [(ALE, "2022-12"), *covering([ALE], "2023")]})
    frame = figures(made)
    for indicator in ("foljsamhet", "foljsamhet_bortfall", "betaldagar", "betalningsbelopp", "betalningsmanader", "dagar_snitt"):
        assert figure(frame, indicator, ALE, "2022-12")["status"] == "missing"
    for indicator in ("utskrivna", "over_sju_dagar"):
        assert figure(frame, indicator, ALE, "2022-12")["value"] == 1
    assert figure(frame, "betaldagar", ALE, "2022-12")["agreement"] is None
    assert figure(frame, "betaldagar", ALE, "2023")["value"] == 6


def test_settings_without_agreements_amounts_or_goals(settings: Settings) -> None:
    raw = settings.model_dump(mode="json") | {"agreements": [], "goals": {}, "payment_amount_per_day": {}}
    rows = [discharge(ALE, date(2025, 1, 5), 9)]
    frame = figures(county(Settings.model_validate(raw), {"utskrivning": rows}, {"utskrivning": [(ALE, "2025-01")]}))
    assert figure(frame, "utskrivna", ALE, "2025-01")["value"] == 1
    assert figure(frame, "betaldagar", ALE, "2025-01")["status"] == "missing"
    assert frame["goal"].null_count() == frame.height
    assert frame["agreement"].null_count() == frame.height


def test_the_limit_of_days_is_a_goal_for_kommun_and_month_alone(settings: Settings) -> None:
    covered = {"utskrivning": covering(settings.kommuner, "2025-Q1")}
    frame = figures(county(settings, {"utskrivning": discharges(ALE, date(2025, 3, 3), (4, 4))}, covered))
    assert figure(frame, "dagar_snitt", ALE, "2025-03")["status"] == "missed"
    assert figure(frame, "dagar_snitt", ALE, "2025-03")["goal"] == 3.0
    assert figure(frame, "dagar_snitt", ALE, "2025-01")["status"] == "missing"
    assert figure(frame, "dagar_snitt", ALE, "2025-01")["complete"]
    assert figure(frame, "dagar_snitt", ALE, "2025-01")["goal"] == 3.0
    for area, period in ((ALE, "2025-Q1"), ("kf-gr", "2025-03"), ("lan-14", "2025-Q1")):
        row = figure(frame, "dagar_snitt", area, period)
        assert (row["status"], row["goal"], row["complete"]) == ("no_goal", None, True)


@given(st.lists(st.lists(st.integers(0, 12), max_size=6), min_size=2, max_size=2))
@tries(max_examples=25, deadline=None)
def test_a_delregion_is_never_less_than_its_kommuner(days: list[list[int]]) -> None:
    """Payable days add up: one kommun's short stays never pay for another's long ones."""
    kommuner = (LERUM, ALINGSAS)
    rows = [row for kommun, own in zip(kommuner, days, strict=True) for row in discharges(kommun, date(2025, 3, 20), own)]
    frame = figures(county(_shipped(), {"utskrivning": rows}, {"utskrivning": covering(kommuner, "2025-03")}))
    alone = [figure(frame, "betaldagar", kommun, "2025-03")["value"] for kommun in kommuner]
    assert figure(frame, "betaldagar", "vs-samla", "2025-03")["value"] == sum(alone)
    assert alone == [max(0, sum(d - 3 for d in own if d <= 7)) + sum(d - 3 for d in own if d > 7) for own in days]


@cache
def _shipped() -> Settings:
    return load_settings(SHIPPED, {})
