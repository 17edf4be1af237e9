"""Avvikelser mellan vårdgivare: parts per kommun and month, and the six indicators."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import polars as pl

from config import Settings
from metrics import handlaggning
from metrics.befolkning import POPULATION
from metrics.indicator import NO_DENOMINATOR, Indicator

DATASET: Final = "avvikelser"
PARTS: Final = ("reports", "answered", "answer_days", "disagreements", "disputes", "wrong_unit", "declined", *handlaggning.PARTS)


def counts() -> Iterator[pl.Expr]:
    """Counts over rows. An empty `steg` is 0, an avvikelse that has not become an oenighet."""
    answer_days = pl.col("aterkopplad").to_physical() - pl.col("registrerad").to_physical()
    yield pl.len().cast(pl.Int64).alias("reports")
    yield pl.col("aterkopplad").is_not_null().sum().cast(pl.Int64).alias("answered")
    yield answer_days.cast(pl.Int64).sum().alias("answer_days")
    yield pl.col("steg").is_between(1, 2).sum().cast(pl.Int64).alias("disagreements")
    yield (pl.col("steg") == 3).sum().cast(pl.Int64).alias("disputes")
    for category, part in (("fel_boendeenhet", "wrong_unit"), ("avbojd_mhb", "declined")):
        yield ((pl.col("omrade") == "munhalsa") & (pl.col("kategori") == category)).sum().cast(pl.Int64).alias(part)
    yield from handlaggning.counts()


def counted(_settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """In `PARTS`, reports per kommun and month (`base`), or days for the parts in days."""
    return rows.group_by("kommun", base=handlaggning.month_of("registrerad")).agg(*counts())


def parts(counted: pl.DataFrame, opened: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """One row per covered kommun and month: `kommun`, `base`, `complete`, and in `PARTS` reports, or days for the parts in days.

    A covered month without a row is zero.
    """
    covered = coverage.select("kommun", pl.col("period").alias("base"), "complete")
    monthly = covered.join(counted, on=("kommun", "base"), how="left", maintain_order="left")
    still_open = opened.group_by("kommun", "base").agg(pl.col("open_reports").sum())
    cells = monthly.join(still_open, on=("kommun", "base"), how="left", maintain_order="left")
    return cells.with_columns(pl.col(*PARTS, "open_reports").fill_null(0))


_AVVIKELSER = "Avtal 2023–2026, del A, Avvikelser; avtal 2027–2030, 5.1 Avvikelser mellan vårdgivare"
_OENIGHET = "Avtal 2023–2026, del A, Oenighet om tolkning av avtal; avtal 2027–2030, 6 Oenighet och tvist"
_SOURCE = "Avvikelser i samverkan, MedControl PRO"
_REPORTED = "Avvikelser som har registrerats under perioden"
_ANSWERED = "Avvikelser som har registrerats under perioden och har fått återkoppling"
_REPORTING = "Siffran räknar det som rapporteras. Fler avvikelser kan betyda bättre rapportering, inte sämre vård."
_LATE = "Avvikelsen räknas i den månad då den registrerades. Återkoppling som ges senare ändrar siffran för den månaden."

_MOUTH = "Avtal 2023–2026, del C munhälsa, Uppföljning och utvärdering"


def _of_munhalsa(id_: str, name: str, counts: str, part: str, label: str) -> Indicator:
    return Indicator(
        id=id_,
        name=name,
        theme="munhalsa",
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
        section=_MOUTH,
        source=_SOURCE,
        caveats=(_REPORTING, f"Räknar avvikelser inom munhälsa med kategorin {id_}.", "Avtalet 2027–2030 nämner inte måttet."),
    )


_of_reports = partial(
    Indicator,
    theme="avvikelser",
    kind="flow",
    dataset=DATASET,
    ruled=False,
)

_counted = partial(
    _of_reports,
    denominator=None,
    denominator_label=NO_DENOMINATOR,
    scale=1,
    unit="antal",
    interval="poisson",
    source=_SOURCE,
)

INDICATORS: Final = (
    _of_munhalsa(
        "fel_boendeenhet",
        "Avvikelser: registrerad på fel boendeenhet",
        "Hur många avvikelser som visar att en person med intyg är registrerad på fel boendeenhet.",
        "wrong_unit",
        "Avvikelser där en person med intyg är registrerad på fel boendeenhet",
    ),
    _of_munhalsa(
        "avbojd_mhb",
        "Avvikelser: munhälsobedömning avböjs på plats",
        "Hur många avvikelser som visar att en person inte vill ha munhälsobedömning när tandvården kommer, trots ett registrerat ja.",
        "declined",
        "Avvikelser där en person tackar nej på plats trots ett registrerat ja",
    ),
    _counted(
        id="avvikelser",
        name="Avvikelser mellan vårdgivare",
        counts="Hur många avvikelser som har registrerats under perioden, från kommunen och regionen tillsammans.",
        numerator="reports",
        numerator_label=_REPORTED,
        direction="none",
        section=_AVVIKELSER,
        caveats=(_REPORTING, "Antalet följer kommunens storlek. Jämför kommuner med antalet per 10 000 invånare."),
    ),
    _of_reports(
        id="avvikelser_per_10000",
        name="Avvikelser per 10 000 invånare",
        counts="Hur många avvikelser som har registrerats under perioden, per 10 000 invånare.",
        numerator="reports",
        numerator_label=_REPORTED,
        denominator=POPULATION,
        denominator_label="Alla invånare, senaste 31 december",
        scale=10000,
        unit="per_10000",
        direction="none",
        interval="poisson",
        section=_AVVIKELSER,
        source=f"{_SOURCE}; SCB, folkmängd 31 december",
        caveats=(
            _REPORTING,
            "En månad, ett kvartal och ett år har samma invånarantal som nämnare. Jämför bara perioder av samma längd.",
        ),
    ),
    _of_reports(
        id="aterkoppling_dagar",
        name="Dagar till återkoppling",
        counts="Hur många dagar det i genomsnitt tar från att en avvikelse registreras till att den som rapporterade får återkoppling.",
        numerator="answer_days",
        numerator_label="Dagar från registrering till återkoppling, för de avvikelser som har fått återkoppling",
        denominator="answered",
        denominator_label=_ANSWERED,
        scale=1,
        unit="dagar",
        direction="lower",
        interval="none",
        section=_AVVIKELSER,
        source=_SOURCE,
        caveats=(
            "Avtalet säger skyndsamt men anger inget antal dagar. Därför finns inget mål.",
            "Avvikelser som väntar på återkoppling är inte med, så nya perioder ser snabbare ut än de till slut blir.",
            _LATE,
        ),
        measures=("answered",),
    ),
    _of_reports(
        id="aterkopplade",
        name="Avvikelser som har fått återkoppling",
        counts="Så stor del av avvikelserna som har fått återkoppling.",
        numerator="answered",
        numerator_label=_ANSWERED,
        denominator="reports",
        denominator_label=_REPORTED,
        scale=100,
        unit="%",
        direction="higher",
        interval="wilson",
        section=_AVVIKELSER,
        source=_SOURCE,
        caveats=("En avvikelse utan datum för återkoppling räknas som obesvarad, också när filen saknar den kolumnen.", _LATE),
    ),
    _counted(
        id="oenigheter",
        name="Oenigheter",
        counts="Hur många av avvikelserna som har blivit en oenighet, steg 1 eller 2 i eskaleringstrappan.",
        numerator="disagreements",
        numerator_label="Avvikelser i steg 1 eller 2",
        direction="none",
        section=_OENIGHET,
        caveats=(
            "Eskaleringstrappan med steg 1–3 finns i avtalet 2027–2030. En avvikelse utan uppgift om steg räknas inte som oenighet.",
            "Oenigheter som inte började som en avvikelse är inte med.",
        ),
    ),
    _counted(
        id="tvister",
        name="Tvister",
        counts="Hur många av avvikelserna som har gått vidare till tvist, steg 3 i eskaleringstrappan.",
        numerator="disputes",
        numerator_label="Avvikelser i steg 3",
        direction="lower",
        section=_OENIGHET,
        caveats=("Tvister är få. Ett enstaka ärende mer eller mindre säger lite om utvecklingen.",),
    ),
)
