"""Placements outside the home where both parties take part: parts per kommun and month, and the indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

import polars as pl

import periods
from config import Dated, PlacementRules, Settings
from metrics import spans
from metrics.indicator import NO_DENOMINATOR, Indicator

DATASET: Final = "placeringar"
FORMS: Final = ("hvb", "familjehem", "hvah", "sis", "skyddat_boende")
PARTS: Final = (
    "placements",
    *FORMS,
    "inside_county",
    "planned",
    "sip_before",
    "acute",
    "settled_in_time",
    "standard_used",
)
_UNLESS: Final = {
    "planned": "no_sip",
    "sip_before": "no_sip",
    "acute": "no_division",
    "settled_in_time": "no_division",
    "standard_used": "no_answer",
}


def parts(settings: Settings, counted: Mapping[str, pl.DataFrame], coverage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per covered kommun and month: `kommun`, `base`, `complete`, `whole_rule`, and placements that began in the month.

    Every part counts placements. Where the sender's file lacks the column `sip`, `planned` (placements that are not acute) and
    `sip_before` are null, and where it lacks `kostnadsfordelning` so are `acute` and `settled_in_time`, which also are null in a
    month without a rule and count those alone that began under one. `standard_used` is null where `schablon` is lacking.
    Source: agreement 2023–2026, psykisk 6.3; agreement 2027–2030, 9.3–9.4.
    """
    covered = coverage[DATASET].select("kommun", pl.col("period").alias("base"), "complete")
    held = spans.rules_of([dated for dated, _ in _rules(settings)], covered["base"])
    cells = covered.join(counted[DATASET], on=("kommun", "base"), how="left", maintain_order="left")
    cells = cells.join(held, on="base", how="left", maintain_order="left").with_columns(
        pl.col(PARTS).fill_null(0),
        no_sip=pl.col("lacks_sip").fill_null(value=False),
        no_division=pl.col("lacks_kostnadsfordelning").fill_null(value=False) | ~pl.col("ruled"),
        no_answer=pl.col("lacks_schablon").fill_null(value=False),
    )
    unknown = [pl.when(~pl.col(unless)).then(name).alias(name) for name, unless in _UNLESS.items()]
    return cells.with_columns(unknown).select("kommun", "base", "complete", "whole_rule", *PARTS)


def is_ruled(settings: Settings, period: str) -> bool:
    """Whether there is a rule on all the period's days: then every placement is either `planned` or `acute`."""
    return spans.holds_all_days([dated for dated, _ in _rules(settings)], periods.first_day(period), periods.last_day(period))


def counted(settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Placements per kommun and month (`base`) in each of `PARTS`, and whether any row's file lacks a column that some of them need."""
    day = pl.col("start")
    within = _days_allowed(settings)
    is_planned, is_acute = ~pl.col("akut"), pl.col("akut") & within.is_not_null()
    days = pl.col("kostnadsfordelning").to_physical() - day.to_physical()
    counts = {
        "placements": pl.lit(value=True),
        **{form: pl.col("form") == form for form in FORMS},
        "inside_county": pl.col("inom_lanet"),
        "planned": is_planned,
        "sip_before": is_planned & (pl.col("sip") <= day).fill_null(value=False),
        "acute": is_acute,
        "settled_in_time": is_acute & (days <= within).fill_null(value=False),
        "standard_used": pl.col("schablon").fill_null(value=False),
    }
    answered = rows.select(
        "kommun",
        pl.date(day.dt.year(), day.dt.month(), 1).alias("base"),
        "lacks_sip",
        "lacks_kostnadsfordelning",
        "lacks_schablon",
        *(answer.alias(name) for name, answer in counts.items()),
    )
    found = answered.group_by("kommun", "base").agg(
        pl.col(*counts).sum().cast(pl.Int64), pl.col("lacks_sip", "lacks_kostnadsfordelning", "lacks_schablon").any()
    )
    return found.with_columns(pl.col("base").dt.strftime("%Y-%m"))


def _rules(settings: Settings) -> Iterable[tuple[Dated, PlacementRules]]:
    return ((agreement, agreement.placeringar) for agreement in settings.agreements if agreement.placeringar is not None)


def _days_allowed(settings: Settings) -> pl.Expr:
    """Days until the costs of an acute placement are to be divided, by the agreement in force on its first day; null without one."""
    allowed = pl.lit(None, pl.Int64)
    for agreement, rules in _rules(settings):
        holds = pl.col("start") >= agreement.valid_from
        if agreement.valid_to is not None:
            holds &= pl.col("start") <= agreement.valid_to
        allowed = pl.when(holds).then(pl.lit(rules.cost_division_within_days, pl.Int64)).otherwise(allowed)
    return allowed


_PLACEMENT = "Avtal 2023–2026, del C psykisk funktionsnedsättning, 6.3 Placering utanför hemmet; avtal 2027–2030, psykisk, 9"
_PLANNING = "Avtal 2023–2026, del C psykisk funktionsnedsättning, 6.3 Gemensam planering; avtal 2027–2030, psykisk, 9.3"
_COSTS = "Avtal 2023–2026, del C psykisk funktionsnedsättning, 6.3 Överenskommelse om kostnadsansvar; avtal 2027–2030, psykisk, 9.4"
_SOURCE = "Kommunernas uppgifter om placeringar där både kommun och region är delaktiga"
_BEGUN = "Placeringar som har börjat under perioden"
_MONTH = "En placering räknas i den månad då den börjar."
_FEW = "Placeringar är få. En enstaka placering mer eller mindre kan ändra siffran mycket."
_FORM_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "hvb": ("Placeringar i HVB", "hem för vård eller boende (HVB)"),
    "familjehem": ("Placeringar i familjehem", "familjehem"),
    "hvah": ("Placeringar i hem för viss annan heldygnsvård", "hem för viss annan heldygnsvård (HVAH)"),
    "sis": ("Placeringar hos SIS", "institution hos Statens institutionsstyrelse (SIS)"),
    "skyddat_boende": ("Placeringar i skyddat boende", "skyddat boende"),
}


def _count(id_: str, name: str, counts: str, part: str, label: str, *, is_form: bool = False) -> Indicator:
    return Indicator(
        id=id_,
        name=name,
        theme="psykisk",
        counts=counts,
        numerator=part,
        numerator_label=label,
        denominator=None,
        denominator_label=NO_DENOMINATOR,
        scale=1,
        unit="antal",
        direction="none",
        kind="flow",
        dataset=DATASET,
        interval="poisson",
        ruled=False,
        section=_PLACEMENT,
        source=_SOURCE,
        caveats=("Antalet följer kommunens storlek och säger inget om behovet är väl tillgodosett.", _MONTH, _FEW),
        openly="county_years" if is_form else "everywhere",
        divides="placements" if is_form else None,
    )


_share = partial(
    Indicator,
    theme="psykisk",
    scale=100,
    unit="%",
    kind="flow",
    dataset=DATASET,
    interval="wilson",
    source=_SOURCE,
    openly="county_years",
)

INDICATORS: Final = (
    _count(
        "placeringar",
        "Placeringar utanför hemmet",
        "Hur många placeringar utanför hemmet, där både kommun och region är delaktiga, som har börjat under perioden.",
        "placements",
        _BEGUN,
    ),
    *(
        _count(
            f"placeringar_{form}",
            name,
            f"Hur många placeringar i {where} som har börjat under perioden.",
            form,
            f"{_BEGUN}, i {where}",
            is_form=True,
        )
        for form, (name, where) in _FORM_NAMES.items()
    ),
    _share(
        id="placeringar_inom_lanet",
        name="Placeringar inom länet",
        counts="Så stor del av placeringarna som är inom Västra Götaland.",
        numerator="inside_county",
        numerator_label=f"{_BEGUN}, inom länet",
        denominator="placements",
        denominator_label=_BEGUN,
        direction="higher",
        ruled=False,
        section=_PLACEMENT,
        caveats=("Resurser i närmiljön ska övervägas först, men en placering på annat håll kan vara bäst för personen.", _MONTH, _FEW),
    ),
    _share(
        id="sip_fore_placering",
        name="SIP före planerad placering",
        counts="Så stor del av de planerade placeringarna där en samordnad individuell plan (SIP) var upprättad när placeringen började.",
        numerator="sip_before",
        numerator_label="Planerade placeringar med SIP senast den dag då placeringen började",
        denominator="planned",
        denominator_label="Planerade placeringar som har börjat under perioden",
        direction="higher",
        ruled=False,
        section=_PLANNING,
        caveats=(
            "Akuta placeringar är inte med: där ska planeringen göras skyndsamt, men kan sällan vara klar i förväg.",
            "En placering utan datum för SIP räknas som att ingen fanns. Saknar filen kolumnen är placeringen inte med.",
            "Den som inte vill ha en SIP kan ändå ha en plan enligt samma mall. Den syns inte här.",
            _FEW,
        ),
        divides="placements",
    ),
    _share(
        id="kostnadsfordelning_i_tid",
        name="Kostnadsfördelning klar i tid vid akut placering",
        counts="Så stor del av de akuta placeringarna där kostnadsfördelningen var klarlagd inom avtalets 30 dagar.",
        numerator="settled_in_time",
        numerator_label="Akuta placeringar med skriftlig kostnadsfördelning inom 30 dagar från att placeringen började",
        denominator="acute",
        denominator_label="Akuta placeringar som har börjat under perioden",
        direction="higher",
        ruled=True,
        section=_COSTS,
        caveats=(
            "Avtalet 2023–2026 säger att kostnadsfördelningen bör vara klar inom 30 dagar, avtalet 2027–2030 att den ska vara det.",
            "En placering utan datum räknas som inte klar, också när de 30 dagarna inte har gått när filen levererades. "
            "En senare leverans ändrar siffran.",
            "Utan avtal finns ingen regel och därför ingen siffra.",
            _FEW,
        ),
        divides="placements",
    ),
    _share(
        id="schablon_anvand",
        name="Placeringar där schablonen 33/67 används",
        counts="Så stor del av placeringarna där kostnaden delas efter schablonen: VGR en tredjedel och kommunen två tredjedelar.",
        numerator="standard_used",
        numerator_label="Placeringar där schablonen används",
        denominator="placements",
        denominator_label=_BEGUN,
        direction="lower",
        ruled=False,
        section=_COSTS,
        caveats=(
            "Schablonen ska användas restriktivt, bara när fördelningen är oklar och inte kan bestämmas på annat sätt.",
            "En tom uppgift räknas som att schablonen inte används. Saknar filen kolumnen finns ingen siffra.",
            _MONTH,
            _FEW,
        ),
    ),
)
