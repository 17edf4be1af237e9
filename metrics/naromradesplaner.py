"""Närområdesplaner: parts per kommun and year, and the two indicators."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import polars as pl

from config import Settings
from metrics.indicator import Indicator

DATASET: Final = "naromradesplaner"


def counted(_settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Närområden per kommun and year (`base`): `districts`, `planned_districts`, `followed_up`.

    A närområde is counted once, however many rows it has. It has a plan for the year when one was made (`upprattad`) no later than
    the year's end, and has followed it up when that was within the year itself.
    """
    year = pl.col("ar")
    planned = (pl.col("upprattad").dt.year() <= year).fill_null(value=False)
    followed = planned & (pl.col("uppfoljd").dt.year() == year).fill_null(value=False)
    districts = rows.group_by("kommun", "ar", "naromrade").agg(
        planned.any().alias("planned_districts"), followed.any().alias("followed_up")
    )
    return districts.group_by("kommun", base=year.cast(pl.String)).agg(
        pl.len().cast(pl.Int64).alias("districts"), pl.col("planned_districts", "followed_up").sum().cast(pl.Int64)
    )


def parts(_settings: Settings, counted: Mapping[str, pl.DataFrame], coverage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per covered kommun and year: `kommun`, `base`, `complete`, and the närområden of `counted`."""
    covered = coverage[DATASET].select("kommun", pl.col("period").alias("base"), "complete")
    return covered.join(counted[DATASET], on=("kommun", "base"), how="left", maintain_order="left")


_SOURCE = "Kommunernas och vårdcentralernas uppgifter om närområdesplaner"
_DISTRICTS = "Närområden i kommunen"
_YEARLY = "Det finns en siffra per år. Den räknar närområden, inte invånare."

_plans = partial(
    Indicator,
    theme="lakarmedverkan",
    denominator="districts",
    denominator_label=_DISTRICTS,
    scale=100,
    unit="%",
    direction="higher",
    kind="year",
    dataset=DATASET,
    interval="wilson",
    ruled=False,
    source=_SOURCE,
)

INDICATORS: Final = (
    _plans(
        id="naromradesplaner_upprattade",
        name="Närområden med plan för året",
        counts="Så stor del av närområdena som har en gemensam närområdesplan upprättad för året.",
        numerator="planned_districts",
        numerator_label="Närområden där planen är upprättad senast årets sista dag",
        section="Avtal 2023–2026, del C läkarmedverkan, Gemensamt ansvar; avtal 2027–2030, läkaransvar, 6 Gemensamt ansvar",
        caveats=("Att planen ska upprättas varje år står i avtalet 2027–2030. Avtalet 2023–2026 säger att den ska finnas.", _YEARLY),
        not_sensitive=("planned_districts", "districts"),
    ),
    _plans(
        id="naromradesplaner_uppfoljda",
        name="Närområden med plan som är uppföljd under året",
        counts="Så stor del av närområdena som har en plan för året och har följt upp den under samma år.",
        numerator="followed_up",
        numerator_label="Närområden där planen är upprättad och uppföljd under året",
        section="Avtal 2023–2026, del C läkarmedverkan, Uppföljning; avtal 2027–2030, läkaransvar, 8 Uppföljning",
        caveats=("Säger om planen har följts upp, inte vad uppföljningen visade.", _YEARLY),
        not_sensitive=("followed_up", "districts"),
    ),
)
