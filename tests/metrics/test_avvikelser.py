"""Reports per kommun and month."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from config import Settings
from metrics import avvikelser, counting, handlaggning
from metrics.intervals import exact_poisson
from tests.metrics.small import county, covering, figure, figures


def report(kommun: str, day: date, **other: Any) -> dict[str, Any]:
    return {"kommun": kommun, "registrerad": day, "rapportor": "region", "omrade": "psykisk", "kategori": "k", **other}


def test_parts_of_a_month(settings: Settings) -> None:
    rows = [
        report("1440", date(2025, 3, 1), steg=1, aterkopplad=date(2025, 4, 10)),
        report("1440", date(2025, 3, 31), steg=2),
        report("1440", date(2025, 3, 31), steg=3, aterkopplad=date(2025, 3, 31)),
        report("1440", date(2025, 3, 31), steg=None),
    ]
    made = county(settings, {"avvikelser": rows}, {"avvikelser": covering(["1440"], "2025-03", "2025-04")})
    counts, covered = counting.of_all(settings, made.frames()), made.coverage()["avvikelser"]
    found = avvikelser.parts(counts["avvikelser"], handlaggning.open_reports(counts[handlaggning.OPEN], covered), covered)
    counted = found.select("kommun", "base", "complete", "reports", "answered", "answer_days", "disagreements", "disputes")
    assert counted.rows() == [("1440", "2025-03", True, 4, 2, 40, 2, 1), ("1440", "2025-04", True, 0, 0, 0, 0, 0)]


def test_a_rate_has_its_population_once_and_only_that_of_kommuner_with_reports_delivered(settings: Settings) -> None:
    people = [{"kommun": kommun, "ar": 2024, "alder": "40", "antal": count} for kommun, count in (("1441", 40_000), ("1489", 60_000))]
    rows = [report("1441", date(2025, month, 9)) for month in (1, 2, 3)]
    covered = {"avvikelser": covering(["1441"], "2025-Q1"), "befolkning": [("1441", "2024"), ("1489", "2024")]}
    row = figure(
        figures(county(settings, {"avvikelser": rows, "befolkning": people}, covered)), "avvikelser_per_10000", "vs-samla", "2025-Q1"
    )
    assert (row["numerator"], row["denominator"], row["value"], row["status"]) == (3, 40_000, 0.75, "incomplete")
    assert [row["lower"], row["upper"]] == pytest.approx([limit / 4 for limit in exact_poisson(3.0)], rel=1e-14)


def test_a_population_of_nobody_gives_no_rate(settings: Settings) -> None:
    people = [{"kommun": "1440", "ar": 2024, "alder": "40", "antal": 0}]
    made = county(
        settings,
        {"avvikelser": [report("1440", date(2025, 1, 9))], "befolkning": people},
        {"avvikelser": covering(["1440"], "2025-01"), "befolkning": [("1440", "2024")]},
    )
    row = figure(figures(made), "avvikelser_per_10000", "1440", "2025-01")
    assert (row["numerator"], row["denominator"], row["value"], row["lower"], row["status"], row["complete"]) == (
        1,
        0,
        None,
        None,
        "missing",
        True,
    )
