"""Training: persons of each kind, hours once, and what a covered month without courses is."""

from __future__ import annotations

from datetime import date
from typing import Any

from config import Settings
from tests.metrics.small import county, covering, figure, figures


def course(day: date, kind: str = "munhalsa", people: int = 8, hours: float = 2.5) -> dict[str, Any]:
    return {"kommun": "1440", "enhet": "Eken", "datum": day, "slag": kind, "deltagare": people, "timmar": hours}


def test_staff_and_issuers_are_counted_apart_and_hours_are_those_of_staff(settings: Settings) -> None:
    rows = [course(date(2025, 3, 4)), course(date(2025, 3, 18), people=5), course(date(2025, 3, 5), "intygsutfardare", people=3)]
    made = figures(county(settings, {"utbildning": rows}, {"utbildning": covering(["1440"], "2025")}))
    found = [
        figure(made, id_, "1440", "2025-03")["value"] for id_ in ("utbildning_deltagare", "utbildning_timmar", "intygsutfardare_utbildade")
    ]
    assert found == [13, 5.0, 3]
    assert figure(made, "utbildning_deltagare", "1440", "2025")["value"] == 13
    assert figure(made, "utbildning_deltagare", "1440", "2025-04")["value"] == 0, "a covered month without courses is a zero"


def test_what_nobody_has_told_of_is_no_zero(settings: Settings) -> None:
    made = figures(county(settings, {"utbildning": [course(date(2025, 3, 4))]}, {"utbildning": covering(["1440"], "2025-03")}))
    year = figure(made, "utbildning_deltagare", "1440", "2025")
    assert (year["value"], year["status"]) == (8, "incomplete")
    assert figure(made, "utbildning_deltagare", "1441", "2025-03")["status"] == "missing"
