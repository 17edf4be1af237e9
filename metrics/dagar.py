"""The same discharges counted in other ways than the agreements do: the same day, all of them, and as SKR does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import polars as pl

from metrics.indicator import Indicator

PARTS: Final = ("same_day", "waited", "all_days")


def counts() -> Iterator[pl.Expr]:
    """Counts over rows with `days`: discharged the same day, after a day or more, and all days."""
    days = pl.col("days")
    yield (days == 0).sum().cast(pl.Int64).alias("same_day")
    yield (days > 0).sum().cast(pl.Int64).alias("waited")
    yield days.cast(pl.Int64).sum().alias("all_days")


_LAW = "Avtal 2023–2026, del C in- och utskrivning, 5.2 Ekonomisk modell; avtal 2027–2030, betalningsansvar 7 §"
_SOURCE = "Uppgifter om utskrivningsklara patienter ur SAMSA, den gemensamma it-tjänsten"
_SKR = "SKR, Väntetidsdatabasen, utskrivningsklara (vantetider.se)"
_ALL = "Utskrivna patienter som har anmälts utskrivningsklara"
_ALL_DAYS = "Dagar från utskrivningsklar till utskriven, för alla utskrivna"
_DAY_COUNT = "Dagar räknas från utskrivningsklar till utskriven. Samma dag är 0 dagar."
_NOT_PAID_BY = "Ingen betalning räknas på den här siffran. Avtalets eget genomsnitt är Dagar som utskrivningsklar, i genomsnitt."
_LONG = "Ett fåtal mycket långa väntetider kan dra upp genomsnittet i en liten kommun."

_beside_the_rule = partial(
    Indicator,
    theme="utskrivning",
    kind="flow",
    dataset="utskrivning",
    ruled=False,
    section=_LAW,
    openly="county_years",
)
"""Beside what the agreement counts: every discharge, under any agreement or none."""

_mean = partial(
    _beside_the_rule,
    numerator="all_days",
    numerator_label=_ALL_DAYS,
    scale=1,
    unit="dagar",
    decimals=2,
    direction="lower",
    interval="none",
    measures=("discharges", "waited"),
)
"""With the decimals of `dagar_snitt`, which they are held against."""

INDICATORS: Final = (
    _beside_the_rule(
        id="samma_dag",
        name="Utskrivna samma dag",
        counts="Så stor del av patienterna som skrivs ut samma dag som de är utskrivningsklara.",
        numerator="same_day",
        numerator_label="Utskrivna samma dag som de var utskrivningsklara",
        denominator="discharges",
        denominator_label=_ALL,
        scale=100,
        unit="%",
        direction="higher",
        interval="wilson",
        source=_SOURCE,
        caveats=("Alla utskrivna räknas, vad villkoren än säger.", _DAY_COUNT),
    ),
    _mean(
        id="dagar_snitt_alla",
        name="Dagar i genomsnitt, alla utskrivna",
        counts="Hur många dagar patienterna i genomsnitt är kvar efter att de är utskrivningsklara, när alla räknas.",
        denominator="discharges",
        denominator_label=_ALL,
        source=_SOURCE,
        caveats=(_NOT_PAID_BY, "Också de med fler än 7 dagar, och de där ett villkor brister, är med.", _DAY_COUNT, _LONG),
    ),
    _mean(
        id="dagar_snitt_skr",
        name="Dagar i genomsnitt, som SKR räknar",
        counts="Hur många dagar patienterna i genomsnitt är kvar, bland dem som är kvar minst en dag.",
        denominator="waited",
        denominator_label="Utskrivna efter minst en dag",
        source=f"{_SOURCE}; sättet att räkna: {_SKR}",
        caveats=(
            _NOT_PAID_BY,
            "Samma regel som på vantetider.se, men uppgifterna kommer härifrån. SKR:s egen siffra kan därför vara en annan.",
            "Också de med fler än 7 dagar, och de där ett villkor brister, är med.",
            _LONG,
        ),
    ),
)
