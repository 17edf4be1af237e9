"""Yearly hälsosamtal and somatic check: parts per kommun and year, and the indicator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from config import Settings
from metrics.indicator import Indicator

DATASET: Final = "halsosamtal"


def counted(_settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Persons per kommun and year (`base`): `target_group`, `offered`. Several rows are added."""
    counts = pl.col("malgrupp").sum().alias("target_group"), pl.col("erbjudna").sum().alias("offered")
    return rows.group_by("kommun", base=pl.col("ar").cast(pl.String)).agg(*counts)


def parts(_settings: Settings, counted: Mapping[str, pl.DataFrame], coverage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per covered kommun and year: `kommun`, `base`, `complete`, `target_group`, `offered` (persons).

    Without a row the parts are null: unknown, not zero.
    """
    covered = coverage[DATASET].select("kommun", pl.col("period").alias("base"), "complete")
    return covered.join(counted[DATASET], on=("kommun", "base"), how="left", maintain_order="left")


INDICATORS: Final = (
    Indicator(
        id="halsosamtal_erbjudna",
        name="Erbjudna årligt hälsosamtal och somatisk kontroll",
        theme="psykisk",
        counts="Så stor del av personerna med långvarig psykisk funktionsnedsättning som under året har erbjudits hälsosamtal och "
        "somatisk kontroll.",
        numerator="offered",
        numerator_label="Personer i målgruppen som har erbjudits hälsosamtal och somatisk kontroll under året",
        denominator="target_group",
        denominator_label="Personer med långvarig psykisk funktionsnedsättning",
        scale=100,
        unit="%",
        direction="higher",
        kind="year",
        dataset=DATASET,
        interval="wilson",
        ruled=False,
        section="Avtal 2027–2030, psykisk funktionsnedsättning, 7.1 VGR:s ansvar; avtal 2023–2026 har inget sådant krav",
        source="VGR:s uppgifter om hälsosamtal",
        caveats=(
            "Kravet gäller från avtalet 2027–2030. Siffror för tidigare år visar läget innan det började gälla.",
            "Ansvaret är VGR:s. Kommunen är den där personen är folkbokförd.",
            "Alla i målgruppen är inte kända.",
        ),
        may_exceed=True,
    ),
)
