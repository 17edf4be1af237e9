"""Avvikelser taken apart: by area of the agreement, category, reason and direction, by step, by time to an answer, by age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import polars as pl

from config import Settings
from metrics import avvikelser, handlaggning
from metrics.breakdowns.dimension import Dimension

_HANDLED: Final = ("avvikelser", "aterkopplade", "aterkoppling_dagar", "avslutade", "avslut_dagar")
_ANSWERED_WITHIN: Final = (7, 14, 30, 60, 90)  # for showing alone: no agreement names a number of days
_AGES: Final = (30, 90, 180, 365)
_WAITING: Final = "vantar"
_NO_REASON: Final = "ej_angivet"
_NOT_JUDGED: Final = "Fler avvikelser kan betyda bättre rapportering, inte sämre vård."


def _classes(limits: Sequence[int]) -> dict[str, str]:
    """Ids that sort as numbers do, and names: 0–7 dagar, 8–14 dagar, … , 91 dagar eller fler."""
    lows = [0, *(limit + 1 for limit in limits)]
    inner = {f"{low:03}-{high:03}": f"{low}–{high} dagar" for low, high in zip(lows, limits, strict=False)}
    return inner | {f"{lows[-1]:03}+": f"{lows[-1]} dagar eller fler"}


def _class_of(days: pl.Expr, limits: Sequence[int]) -> pl.Expr:
    *inner, last = _classes(limits)
    found: pl.Expr = pl.lit(last)
    for limit, name in reversed(list(zip(limits, inner, strict=True))):
        found = pl.when(days <= limit).then(pl.lit(name)).otherwise(found)
    return found


def _dimension(
    id_: str,
    name: str,
    heading: str,
    labels: Mapping[str, str],
    note: str = _NOT_JUDGED,
    *,
    is_free: bool = False,
    tells: tuple[str, ...] = (),
) -> Dimension:
    return Dimension(
        id=id_,
        dataset="avvikelser",
        name=name,
        heading=heading,
        note=note,
        indicators=_HANDLED,
        labels=MappingProxyType(dict(labels)),
        is_free=is_free,
        tells=tells,
    )


DIMENSIONS: Final = (
    _dimension(
        "omrade",
        "Område",
        "Per område i avtalet",
        {
            "huvudavtal": "Huvudavtalet",
            "in_utskrivning": "In- och utskrivning",
            "lakarmedverkan": "Läkarmedverkan",
            "psykisk": "Psykisk funktionsnedsättning och skadligt bruk",
            "munhalsa": "Munhälsa",
        },
        tells=("reports_at_discharge",),
    ),
    _dimension(
        "riktning",
        "Riktning",
        "Vem som rapporterar",
        {"kommun": "Kommunen om regionen", "region": "Regionen om kommunen"},
        "Den som rapporterar är den som har sett bristen. Den kan finnas hos någon av dem eller mellan dem.",
    ),
    _dimension(
        "kategori",
        "Kategori",
        "Per kategori",
        {"fel_boendeenhet": "Registrerad på fel boendeenhet", "avbojd_mhb": "Tackar nej till munhälsobedömning trots registrerat ja"},
        "Kategorierna är avsändarens egna ord. Två av dem står i avtalet om munhälsa.",
        is_free=True,
        tells=("wrong_unit", "declined"),
    ),
    _dimension("skal", "Skäl", "Per skäl", {_NO_REASON: "Inget skäl angivet"}, "Skälen är avsändarens egna ord.", is_free=True),
    _dimension(
        "steg",
        "Steg",
        "Eskaleringstrappan",
        {"0": "Avvikelse", "1": "Steg 1: chef närmast patienten", "2": "Steg 2: chefens chef", "3": "Steg 3: tvist"},
        "Steget är det högsta som ärendet har nått. När det gick från ett steg till nästa står inte i uppgifterna, "
        "så hur länge det låg i varje steg går inte att säga. Dagarna är från registrering till återkoppling eller avslut.",
        tells=("disagreements", "disputes"),
    ),
    Dimension(
        id="svarstid",
        dataset="avvikelser",
        name="Tid till återkoppling",
        heading="Hur länge det tog till återkoppling",
        note="Avtalet säger skyndsamt men anger inget antal dagar. Gränserna mellan raderna är bara till för att visa.",
        indicators=("avvikelser",),
        labels=MappingProxyType({**_classes(_ANSWERED_WITHIN), _WAITING: "Har inte fått återkoppling"}),
        tells=("answered",),
    ),
    Dimension(
        id="alder",
        dataset="avvikelser",
        name="Ålder",
        heading="Hur gamla de öppna är",
        note="Åldern räknas från att avvikelsen registrerades till periodens sista dag.",
        indicators=("avvikelser_oppna",),
        labels=MappingProxyType(_classes(_AGES)),
    ),
)


def counted(_settings: Settings, rows: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    """By dimension: `kommun`, `base` (month), `category`, and the counts of `metrics.avvikelser`; see `utskrivning`."""
    days = pl.col("aterkopplad").to_physical() - pl.col("registrerad").to_physical()
    categories: Mapping[str, pl.Expr] = {
        "omrade": pl.col("omrade"),
        "riktning": pl.col("rapportor"),
        "kategori": pl.col("kategori"),
        "skal": pl.col("skal").fill_null(_NO_REASON),
        "steg": pl.col("steg").fill_null(0).cast(pl.String),
        "svarstid": pl.when(days.is_null()).then(pl.lit(_WAITING)).otherwise(_class_of(days, _ANSWERED_WITHIN)),
    }
    month = handlaggning.month_of("registrerad")
    return {id_: rows.group_by("kommun", base=month, category=category).agg(*avvikelser.counts()) for id_, category in categories.items()}


def ages(opened: pl.DataFrame) -> pl.DataFrame:
    """The open ones of each month by age: `kommun`, `base`, `category`, `open_reports`; `opened` is `handlaggning.open_reports`."""
    classed = opened.with_columns(category=_class_of(pl.col("age_days"), _AGES))
    return classed.group_by("kommun", "base", "category").agg(pl.col("open_reports").sum())
