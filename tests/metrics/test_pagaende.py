"""Patients who are still in hospital when a month ends."""

from __future__ import annotations

from datetime import date
from typing import Any

from config import Settings
from metrics import breakdowns, engine
from tests.metrics.small import county, covering, figure, figures


def patient(ready: date, month: str, kommun: str = "1440") -> dict[str, Any]:
    return {"kommun": kommun, "enhet": "SU", "inskriven": ready, "utskrivningsklar": ready, "manad": month}


def test_the_same_patient_counts_in_each_month_that_ends_with_them_there(settings: Settings) -> None:
    rows = [patient(date(2025, 1, 30), month) for month in ("2025-01", "2025-02", "2025-03")]
    made = figures(county(settings, {"pagaende": rows}, {"pagaende": covering(["1440"], "2025-Q1")}))
    found = {period: figure(made, "pagaende", "1440", period)["value"] for period in ("2025-01", "2025-02", "2025-03", "2025-Q1")}
    assert found == {"2025-01": 1, "2025-02": 1, "2025-03": 1, "2025-Q1": 1}, "a quarter is its last day, never a sum"
    long = {period: figure(made, "pagaende_over_sju_dagar", "1440", period)["value"] for period in ("2025-01", "2025-02")}
    assert long == {"2025-01": 0, "2025-02": 1}


def test_who_is_ready_later_is_not_waiting_yet(settings: Settings) -> None:
    rows = [patient(date(2025, 2, 1), "2025-01"), patient(date(2025, 1, 31), "2025-01")]
    made = figures(county(settings, {"pagaende": rows}, {"pagaende": covering(["1440"], "2025-01")}))
    assert figure(made, "pagaende", "1440", "2025-01")["value"] == 1


def test_a_year_is_its_december(settings: Settings) -> None:
    rows = [patient(date(2025, 11, 1), "2025-11")]
    made = figures(county(settings, {"pagaende": rows}, {"pagaende": covering(["1440"], "2025-11")}))
    assert made.filter(indicator="pagaende", period="2025").is_empty()


def test_they_are_in_no_figure_of_payment(settings: Settings) -> None:
    """A stay lands in the month of discharge, however long it has been."""
    covered = {"pagaende": covering(["1440"], "2025-03"), "utskrivning": covering(["1440"], "2025-03")}
    made = figures(county(settings, {"pagaende": [patient(date(2025, 1, 1), "2025-03")]}, covered))
    assert figure(made, "pagaende_over_sju_dagar", "1440", "2025-03")["value"] == 1
    assert figure(made, "betaldagar", "1440", "2025-03")["value"] == 0
    assert figure(made, "over_sju_dagar", "1440", "2025-03")["value"] == 0


def test_how_long_they_have_waited(settings: Settings) -> None:
    rows = [patient(date(2025, 3, day), "2025-03") for day in (31, 31, 24, 10)]
    made = county(settings, {"pagaende": rows}, {"pagaende": covering(["1440"], "2025-03")})
    frames = engine.frames(made.settings, made.frames(), made.coverage())
    found = frames["breakdowns"].filter(dimension="vantat", area="1440", period="2025-03")
    assert dict(found.select("category", "numerator").iter_rows()) == {"00": 2, "07": 1, "15-30": 1}
    assert breakdowns.DIMENSIONS["vantat"].name_of("00") == "samma dag"
