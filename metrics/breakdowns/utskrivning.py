"""Discharges taken apart: by hospital, by number of days, and by how each one counts under the agreement's rule."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from config import Settings
from metrics import pagaende, utskrivning
from metrics.breakdowns.dimension import Dimension

_EXACT: Final = 7
_CLASSES: Final = ((8, 14), (15, 30))  # for showing alone: no rule speaks of these lengths
_LONGEST: Final = "31+"

IN_MEAN, ALONE, LEFT_OUT, NO_RULE = "snitt", "ensam", "brister", "utan_regel"
SAME_DAY: Final = "_samma_dag"
"""How a discharge counts: in the month's mean, alone, not at all since a condition failed, or outside every agreement; and the same
word with `SAME_DAY` for those who left on the day itself, whom SKR does not count."""

_COUNTED: Final = {
    IN_MEAN: "I månadens genomsnitt, minst en dag",
    IN_MEAN + SAME_DAY: "I månadens genomsnitt, samma dag",
    ALONE: "För sig, fler dagar än genomsnittet tar med",
    LEFT_OUT: "Inte med: ett villkor brister, minst en dag",
    LEFT_OUT + SAME_DAY: "Inte med: ett villkor brister, samma dag",
    NO_RULE: "Inget avtal gäller, minst en dag",
    NO_RULE + SAME_DAY: "Inget avtal gäller, samma dag",
}


def _lengths() -> dict[str, str]:
    exact = {f"{days:02}": "samma dag" if days == 0 else "1 dag" if days == 1 else f"{days} dagar" for days in range(_EXACT + 1)}
    return exact | {f"{low:02}-{high}": f"{low}–{high} dagar" for low, high in _CLASSES} | {_LONGEST: "31 dagar eller fler"}


DIMENSIONS: Final = (
    Dimension(
        id="enhet",
        dataset="utskrivning",
        name="Sjukhus",
        heading="Per sjukhus",
        note="Sjukhuset är det som har skrivit ut patienten. Kommunen är den som har ansvaret efteråt.",
        indicators=("utskrivna", "dagar_snitt", "over_sju_dagar", "samma_dag"),
        labels=MappingProxyType({}),
        is_free=True,
    ),
    Dimension(
        id="dagar",
        dataset="utskrivning",
        name="Dagar",
        heading="Hur många dagar",
        note="Alla utskrivna är med, också de där ett villkor brister.",
        indicators=("utskrivna",),
        labels=MappingProxyType(_lengths()),
        tells=("long_stays", "same_day", "waited"),
    ),
    Dimension(
        id="rakning",
        dataset="utskrivning",
        name="Så räknas de",
        heading="Så räknas de utskrivna",
        note="Vilka som räknas avgörs av det avtal som gällde den dag då patienten skrevs ut.",
        indicators=("utskrivna", "dagar_snitt_alla"),
        labels=MappingProxyType(_COUNTED),
        tells=("short_stays", "short_days", "ruled_discharges", "compliant", "same_day", "waited"),
    ),
    Dimension(
        id="dagar_i_snittet",
        dataset="utskrivning",
        name="Dagar i genomsnittet",
        heading="Dagar bland dem som räknas i genomsnittet",
        note="Det är de här patienterna som avgör om månaden är över gränsen.",
        indicators=("dagar_snitt",),
        labels=MappingProxyType(_lengths()),
        is_by_size=True,
        within="dagar",
    ),
    Dimension(
        id="vantat",
        dataset="pagaende",
        name="Har väntat",
        heading="Hur länge de har väntat",
        note="Dagar räknas från utskrivningsklar till periodens sista dag. De räknas i betaldagar och kronor först när de skrivs ut.",
        indicators=("pagaende",),
        labels=MappingProxyType(_lengths()),
        tells=("ongoing_long",),
    ),
)


def _length() -> pl.Expr:
    days = pl.col("days")
    found: pl.Expr = pl.lit(_LONGEST)
    for low, high in reversed(_CLASSES):
        found = pl.when(days <= high).then(pl.lit(f"{low:02}-{high}")).otherwise(found)
    return pl.when(days <= _EXACT).then(days.cast(pl.String).str.zfill(2)).otherwise(found)


def _counted() -> pl.Expr:
    kind = (
        pl.when(pl.col("agreement").is_null())
        .then(pl.lit(NO_RULE))
        .when("not_met")
        .then(pl.lit(LEFT_OUT))
        .when("alone")
        .then(pl.lit(ALONE))
        .otherwise(pl.lit(IN_MEAN))
    )
    return kind + pl.when(pl.col("days") == 0).then(pl.lit(SAME_DAY)).otherwise(pl.lit(""))


def counted(settings: Settings, rows: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    """By dimension: `kommun`, `base` (month), `category`, and the counts of `metrics.utskrivning.counts`.

    They are the same as the figures are made of, so each category adds up to them.
    """
    judged = utskrivning.judged(settings, rows)
    ruled = pl.col("agreement").is_not_null()  # without a rule nobody is in a mean
    categories: Mapping[str, pl.Expr] = {"enhet": pl.col("enhet"), "dagar": _length(), "rakning": _counted(), "dagar_i_snittet": _length()}
    return {
        dimension.id: judged.group_by("kommun", "month", ruled=ruled, category=categories[dimension.id])
        .agg(*utskrivning.counts(settings))
        .with_columns(pl.when("ruled").then(pl.col("short_stays", "short_days")).otherwise(0), base=utskrivning.MONTH_TEXT)
        .drop("month")
        for dimension in DIMENSIONS
        if dimension.dataset == utskrivning.DATASET
    }


def ongoing(_settings: Settings, rows: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    """The same for those who are still in hospital, by the days they have waited."""
    waiting = pagaende.waiting(rows).group_by("kommun", "base", category=_length())
    return {"vantat": waiting.agg(pl.len().cast(pl.Int64).alias("ongoing"))}
