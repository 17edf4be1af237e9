"""Stocks per kommun and quarter."""

from __future__ import annotations

from config import Settings
from metrics import ntandvard
from tests.metrics.small import county, figure, figures

Q3 = {"kommun": "1440", "kvartal": "2025-Q3", "intyg": 8, "onskar_mhb": 4, "fatt_mhb": 5, "fatt_tandvard": 2}


def test_one_row_per_covered_quarter(settings: Settings) -> None:
    made = county(settings, {"ntandvard": [Q3]}, {"ntandvard": {("1440", "2025-Q3"): True, ("1440", "2025-Q4"): False}})
    found = ntandvard.parts(ntandvard.counted(settings, made.frames()["ntandvard"]).collect(), made.coverage()["ntandvard"])
    assert found.rows() == [("1440", "2025-Q3", True, 8, 4, 5, 2, None), ("1440", "2025-Q4", False, None, None, None, None, None)]


def test_shares_of_those_who_wish_and_of_all(settings: Settings) -> None:
    frame = figures(county(settings, {"ntandvard": [Q3]}, {"ntandvard": [("1440", "2025-Q3")]}))
    values = {name: figure(frame, name, "1440", "2025-Q3")["value"] for name in ("mhb_onskas", "mhb_utford", "mhb_utford_av_intyg")}
    assert values == {"mhb_onskas": 50.0, "mhb_utford": 125.0, "mhb_utford_av_intyg": 62.5}
    over = figure(frame, "mhb_utford", "1440", "2025-Q3")
    assert (over["lower"], over["upper"]) == (None, None)
    count = figure(frame, "ntandvard_intyg", "1440", "2025-Q3")
    assert (count["denominator"], count["lower"], count["unit"]) == (None, None, "antal")
