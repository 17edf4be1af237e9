"""Training in allmän munhälsovård and of intygsutfärdare: parts per kommun and month, and the three indicators."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import polars as pl

from config import Settings
from metrics.indicator import NO_DENOMINATOR, Indicator

DATASET: Final = "utbildning"
STAFF: Final = "munhalsa"
ISSUERS: Final = "intygsutfardare"
PARTS: Final = ("trained_staff", "training_hours", "trained_issuers")
UNITS: Final = "utbildning.enheter"
_MONTH: Final = pl.date(pl.col("datum").dt.year(), pl.col("datum").dt.month(), 1).dt.strftime("%Y-%m")


def counted(_settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Per kommun and month (`base`), in `PARTS`, persons, or hours for `training_hours`."""
    day, of_staff = pl.col("datum"), pl.col("slag") == STAFF
    found = (
        rows.sort("kommun", "datum", "timmar")  # hours may be fractions: added in a fixed order, the sum is the same in every run
        .group_by("kommun", base=pl.date(day.dt.year(), day.dt.month(), 1), maintain_order=True)
        .agg(
            pl.col("deltagare").filter(of_staff).sum().alias("trained_staff"),
            pl.col("timmar").filter(of_staff).sum().alias("training_hours"),
            pl.col("deltagare").filter(pl.col("slag") == ISSUERS).sum().alias("trained_issuers"),
        )
    )
    return found.with_columns(pl.col("base").dt.strftime("%Y-%m"))


def units(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The units whose staff has been trained in each month: `kommun`, `base`, `unit` (its name in lower case)."""
    return rows.filter(pl.col("slag") == STAFF).select("kommun", _MONTH.alias("base"), unit=pl.col("enhet").str.to_lowercase()).unique()


def parts(_settings: Settings, counted: Mapping[str, pl.DataFrame], coverage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per covered kommun and month: `kommun`, `base`, `complete`, and in `PARTS` persons, or hours for `training_hours`.

    A covered month without a row is zero. A person who takes part twice is counted twice: the rows hold no names.
    """
    covered = coverage[DATASET].select("kommun", pl.col("period").alias("base"), "complete")
    cells = covered.join(counted[DATASET], on=("kommun", "base"), how="left", maintain_order="left")
    return cells.with_columns(pl.col(PARTS).fill_null(0))


_FOLLOW_UP = "Avtal 2023–2026, del C munhälsa, Uppföljning och utvärdering; avtal 2027–2030, munhälsa, 8 Utbildning"
_SOURCE = "Kommunernas och tandvårdsleverantörens uppgifter om utbildning"
_PLACES = "Den som har deltagit två gånger räknas två gånger."
_OWN = "Utbildning som kommunen ordnar själv räknas bara om den är med i uppgifterna."

_trained = partial(
    Indicator,
    theme="munhalsa",
    denominator=None,
    denominator_label=NO_DENOMINATOR,
    scale=1,
    unit="antal",
    direction="higher",
    kind="flow",
    dataset=DATASET,
    interval="none",
    ruled=False,
    source=_SOURCE,
)
"""What is counted at the period's courses."""

INDICATORS: Final = (
    _trained(
        id="utbildning_deltagare",
        name="Deltagare i utbildning i munhälsovård",
        counts="Hur många ur vård- och omsorgspersonalen som har deltagit i utbildning i allmän munhälsovård.",
        numerator="trained_staff",
        numerator_label="Deltagare vid periodens utbildningar i allmän munhälsovård",
        section=_FOLLOW_UP,
        caveats=(_PLACES, _OWN, "Antalet följer kommunens storlek."),
    ),
    _trained(
        id="utbildning_timmar",
        name="Utbildningstimmar i munhälsovård, antal timmar",
        counts="Hur många timmar utbildning i allmän munhälsovård som har hållits för kommunens vård- och omsorgspersonal.",
        numerator="training_hours",
        numerator_label="Timmar vid periodens utbildningar i allmän munhälsovård",
        section=_FOLLOW_UP,
        caveats=("Ett utbildningstillfälle räknas med sina timmar en gång, hur många som än deltar.", _OWN),
        not_sensitive=("training_hours",),
    ),
    _trained(
        id="intygsutfardare_utbildade",
        name="Intygsutfärdare som deltagit i utbildning",
        counts="Hur många intygsutfärdare som har deltagit i de utbildningar som VGR erbjuder.",
        numerator="trained_issuers",
        numerator_label="Deltagare vid periodens utbildningar för intygsutfärdare",
        section="Avtal 2023–2026, del C munhälsa, 7.1, mått som ska följas upp; avtal 2027–2030, munhälsa, 7.2 Kommunens ansvar",
        caveats=(_PLACES, "Hur många intygsutfärdare som finns är inte känt här, så någon andel går inte att räkna."),
    ),
)
