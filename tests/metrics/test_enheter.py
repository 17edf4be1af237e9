"""Units that exist, and those of them that were trained within three years, as the agreement says."""

from __future__ import annotations

from datetime import date
from typing import Any

from config import Settings
from tests.metrics.small import county, covering, figure, figures

YEARS = ("2023", "2024", "2025")


def unit(name: str, begun: date = date(2020, 1, 1), ended: date | None = None, month: str = "2025-12") -> dict[str, Any]:
    return {"kommun": "1440", "enhet": name, "fran": begun, "till": ended, "manad": month}


def course(name: str, day: date, kind: str = "munhalsa") -> dict[str, Any]:
    return {"kommun": "1440", "enhet": name, "datum": day, "slag": kind, "deltagare": 4, "timmar": 2.0}


def test_a_unit_is_trained_for_three_years_whatever_the_case_of_its_name(settings: Settings) -> None:
    units = [unit(name) for name in ("Eken", "Linden", "Björken", "Rönnen")]
    courses = [
        course("EKEN", date(2023, 1, 1)),
        course("Linden", date(2022, 12, 31)),
        course("Björken", date(2025, 5, 6), "intygsutfardare"),
        course("Tallen", date(2025, 5, 6)),
    ]
    covered = {"enheter": covering(["1440"], "2025-12"), "utbildning": covering(["1440"], "2022", *YEARS)}
    made = figures(county(settings, {"enheter": units, "utbildning": courses}, covered))
    row = figure(made, "enheter_utbildade", "1440", "2025")
    assert (row["numerator"], row["denominator"], row["value"], row["status"]) == (1, 4, 25.0, "no_goal")


def test_only_units_that_exist_on_the_last_day_count(settings: Settings) -> None:
    units = [
        unit("Eken"),
        unit("Stängd", ended=date(2025, 12, 30)),
        unit("Ny", begun=date(2026, 1, 1)),
        unit("Sista", ended=date(2025, 12, 31)),
    ]
    made = figures(county(settings, {"enheter": units}, {"enheter": covering(["1440"], "2025-12")}))
    assert figure(made, "enheter", "1440", "2025-12")["value"] == 2


def test_without_all_months_of_training_the_share_is_incomplete_and_without_any_it_is_missing(settings: Settings) -> None:
    rows = {"enheter": [unit("Eken")], "utbildning": [course("Eken", date(2025, 3, 3))]}
    listed = covering(["1440"], "2025-12")
    some = figures(county(settings, rows, {"enheter": listed, "utbildning": covering(["1440"], "2025")}))
    assert figure(some, "enheter_utbildade", "1440", "2025-12")["status"] == "incomplete"
    none = figures(county(settings, {"enheter": rows["enheter"]}, {"enheter": listed}))
    assert figure(none, "enheter_utbildade", "1440", "2025-12")["value"] is None
    assert figure(none, "enheter", "1440", "2025-12")["value"] == 1
