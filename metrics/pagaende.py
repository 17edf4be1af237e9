"""Patients who are utskrivningsklara and still in hospital when a month ends: parts per kommun and month, and the two indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from config import Settings
from metrics.indicator import NO_DENOMINATOR, Indicator

DATASET: Final = "pagaende"
_PARTS: Final = ("ongoing", "ongoing_long")


def waiting(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with `base`, their month, and `days` from utskrivningsklar to its last day; without those who were ready later."""
    last = pl.col("manad").str.to_date("%Y-%m").dt.month_end()
    days = last.to_physical() - pl.col("utskrivningsklar").to_physical()
    return rows.with_columns(base=pl.col("manad"), days=days).filter(pl.col("days") >= 0)


def counted(settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Patients per kommun and month (`base`): `ongoing`, `ongoing_long`."""
    long = pl.col("days") > settings.utskrivning.long_stay_days
    counts = pl.len().cast(pl.Int64).alias("ongoing"), long.sum().cast(pl.Int64).alias("ongoing_long")
    return waiting(rows).group_by("kommun", "base").agg(*counts)


def parts(_settings: Settings, counted: Mapping[str, pl.DataFrame], coverage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per covered kommun and month: `kommun`, `base`, `complete`, `ongoing`, `ongoing_long`. No row in a covered month is zero."""
    covered = coverage[DATASET].select("kommun", pl.col("period").alias("base"), "complete")
    cells = covered.join(counted[DATASET], on=("kommun", "base"), how="left", maintain_order="left")
    return cells.with_columns(pl.col(_PARTS).fill_null(0))


_MODEL = "Avtal 2023–2026, del C in- och utskrivning, 5.2 Ekonomisk modell; avtal 2027–2030, betalningsansvar 7 §"
_SOURCE = "Uppgifter om utskrivningsklara patienter ur SAMSA, läget månadens sista dag"
_NOT_YET = (
    "De är inte med i betaldagar och kronor än. En vårdtid räknas där i den månad då patienten skrivs ut, med alla sina dagar på en gång. "
    "Avtalen säger inte när den som är kvar ska räknas."
)
_DAYS = "Dagar räknas från utskrivningsklar till periodens sista dag. Samma dag är 0 dagar."

INDICATORS: Final = (
    Indicator(
        id="pagaende",
        name="Kvar på sjukhus, utskrivningsklara",
        theme="utskrivning",
        counts="Hur många patienter som är utskrivningsklara och ännu inte utskrivna den sista dagen i perioden.",
        numerator="ongoing",
        numerator_label="Patienter som är utskrivningsklara och kvar på sjukhus den sista dagen",
        denominator=None,
        denominator_label=NO_DENOMINATOR,
        scale=1,
        unit="antal",
        direction="none",
        kind="status",
        dataset=DATASET,
        interval="none",
        ruled=False,
        section=_MODEL,
        source=_SOURCE,
        caveats=("Antalet följer kommunens storlek.", _NOT_YET),
        openly="county_years",
    ),
    Indicator(
        id="pagaende_over_sju_dagar",
        name="Kvar på sjukhus efter mer än sju dagar",
        theme="utskrivning",
        counts="Hur många patienter som har varit utskrivningsklara i mer än sju dagar och är kvar den sista dagen i perioden.",
        numerator="ongoing_long",
        numerator_label="Patienter som är kvar på sjukhus den sista dagen, med fler än 7 dagar som utskrivningsklara",
        denominator=None,
        denominator_label=NO_DENOMINATOR,
        scale=1,
        unit="antal",
        direction="lower",
        kind="status",
        dataset=DATASET,
        interval="none",
        ruled=False,
        section=_MODEL,
        source=_SOURCE,
        caveats=(
            _NOT_YET,
            "Vart och ett av de här ärendena kan bli många betaldagar på en gång den dag då patienten skrivs ut.",
            _DAYS,
        ),
        openly="county_years",
    ),
)
