"""What a year lacks: named by dataset, kommun and period, and never a rule or an amount that no kommun can deliver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

import periods
from config import Settings
from metrics.completeness import Lack, lacking
from tests.metrics.small import Cells, county, figures

ALE, GBG = "1440", "1480"


def made(settings: Settings, **covered: Cells) -> pl.DataFrame:
    """A county where all 49 have left everything for 2024 but what is given; no amount is known for the year."""
    everyone = list(settings.kommuner)
    whole: dict[str, Cells] = {
        "befolkning": [(kommun, "2024") for kommun in everyone],
        "ntandvard": [(kommun, quarter) for kommun in everyone for quarter in periods.quarters("2024")],
        "utskrivning": [(kommun, month) for kommun in everyone for month in periods.months("2024")],
        "avvikelser": [(kommun, month) for kommun in everyone for month in periods.months("2024")],
    }
    people: list[Mapping[str, Any]] = [{"kommun": kommun, "ar": 2024, "alder": "24+", "antal": 1000} for kommun in everyone]
    quarters = [
        {"kommun": kommun, "kvartal": quarter, "intyg": 9, "onskar_mhb": 5, "fatt_mhb": 3, "fatt_tandvard": 2}
        for kommun in everyone
        for quarter in periods.quarters("2024")
    ]
    return figures(county(settings, {"befolkning": people, "ntandvard": quarters}, whole | covered))


def without(settings: Settings, kommun: str, gone: tuple[str, ...], every: tuple[str, ...]) -> Cells:
    return [(k, period) for k in settings.kommuner for period in every if k != kommun or period not in gone]


def test_a_complete_year_lacks_nothing_though_no_amount_is_known(settings: Settings) -> None:
    frame = made(settings)
    assert not frame.filter(indicator="betalningsbelopp", period="2024", area=ALE)["complete"][0]
    assert lacking(settings, frame, 2024) == ()


def test_months_and_quarters_are_named(settings: Settings) -> None:
    discharges = without(settings, ALE, ("2024-03", "2024-05"), periods.months("2024"))
    quarters = without(settings, GBG, ("2024-Q2",), periods.quarters("2024"))
    found = lacking(settings, made(settings, utskrivning=discharges, ntandvard=quarters), 2024)
    assert found == (
        Lack("ntandvard", (GBG,), ("2024-Q2",), partly=False),
        Lack("utskrivning", (ALE,), ("2024-03", "2024-05"), partly=False),
    )


def test_a_dataset_that_nobody_has_left(settings: Settings) -> None:
    found = lacking(settings, made(settings, avvikelser=[]), 2024)
    assert found == (Lack("avvikelser", tuple(settings.kommuner), periods.months("2024"), partly=False),)


def test_rejected_rows_are_another_thing(settings: Settings) -> None:
    cells = {(kommun, month): (kommun, month) != (ALE, "2024-07") for kommun in settings.kommuner for month in periods.months("2024")}
    assert lacking(settings, made(settings, utskrivning=cells), 2024) == (Lack("utskrivning", (ALE,), ("2024-07",), partly=True),)


@pytest.mark.parametrize("year", ["2024"])
def test_a_kommun_without_population(settings: Settings, year: str) -> None:
    cells = [(kommun, year) for kommun in settings.kommuner if kommun != GBG]
    assert lacking(settings, made(settings, befolkning=cells), 2024) == (Lack("befolkning", (GBG,), ("2024",), partly=False),)
