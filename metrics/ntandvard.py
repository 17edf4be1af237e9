"""N-tandvård: parts per kommun and quarter, and the indicators of munhälsa that follow from them."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from typing import Final

import polars as pl

from config import Settings
from metrics import spans
from metrics.befolkning import POPULATION_FROM_AGE
from metrics.indicator import NO_DENOMINATOR, Indicator

DATASET: Final = "ntandvard"
PARTS: Final = ("intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard", "fatt_stod")
COVERAGE: Final = "ntandvard_tackning"


def counted(_settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """What each kommun has said of each quarter (`base`): persons in each of `PARTS`."""
    return rows.select("kommun", pl.col("kvartal").alias("base"), *PARTS)


def parts(counted: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """One row per covered kommun and quarter: `kommun`, `base`, `complete` and persons in each of `PARTS`.

    A covered quarter without a row has null parts: a stock that nobody has counted is unknown, not zero. `fatt_stod` is null where
    the sender leaves it out.
    """
    covered = coverage.select("kommun", pl.col("period").alias("base"), "complete")
    return covered.join(counted, on=("kommun", "base"), how="left", maintain_order="left")


def to_the_goal(settings: Settings, summed: pl.DataFrame) -> pl.DataFrame:
    """How many more persons would need an intyg for each kommun to reach the goal of the coverage: 0 where it is reached.

    A plain function, and not a sum of parts, because it is rounded up to whole persons in each kommun, by a goal with dates and a
    population that is looked up: the county's number is the sum of the kommuner's, and no ratio of sums gives it. `summed` has the
    sums per kommun of every indicator; the rows that come back have the same columns. Without a goal on all the period's days
    nothing is known. Source: agreement 2023–2026, munhälsa 7.1.
    """
    mine = summed.filter(indicator=COVERAGE).with_columns(indicator=pl.lit("intyg_till_malet"))
    entries = settings.goals.get(COVERAGE, ())
    goals = {period: goal for period in mine["period"].unique() if (goal := spans.goal_for(entries, "kommun", period))}
    asked = mine.select("period", "numerator", "denominator").iter_rows()
    lacking = [_lacking(goals[period].value, have, of) if period in goals else None for period, have, of in asked]
    known = pl.col("lacking").is_not_null()
    return mine.with_columns(pl.Series("lacking", lacking, pl.Float64)).with_columns(
        numerator=pl.col("lacking").fill_null(0.0),
        denominator=pl.lit(0.0),
        known=pl.when(known).then("known").otherwise(0),
        whole=pl.when(known).then("whole").otherwise(0),
        preliminary=pl.col("preliminary") & known,
    )


def _lacking(goal_percent: float, have: float, among: float) -> float:
    """Exact: 3 per cent of 20 001 is 600.03, so 601 are needed, however a float would have it."""
    return float(max(0, math.ceil(Fraction(str(goal_percent)) * Fraction(among) / 100) - int(have)))


_FOLLOW_UP = "Avtal 2023–2026, del C munhälsa, Uppföljning och utvärdering; avtal 2027–2030, munhälsa, 9 Uppföljning"
_SOURCE = "Intygsbeställningen, VGR:s it-stöd för intyg om N-tandvård"
_INTYG = "Personer med giltigt intyg om N-tandvård kvartalets sista dag"
_WANTS = "Personer med intyg som önskar munhälsobedömning kvartalets sista dag"
_GOT_MHB = "Personer med intyg som har fått munhälsobedömning de senaste tolv månaderna"
_GOT_CARE = "Personer med intyg som har fått nödvändig tandvård de senaste tolv månaderna"
_SNAPSHOT = "Siffran är en ögonblicksbild av kvartalets sista dag. Kvartal summeras aldrig, och årets siffra är fjärde kvartalets."
_TWELVE_MONTHS = "Det som har utförts räknas över tolv månader till och med kvartalets sista dag. Kvartal summeras aldrig."
_UNKNOWN_NEED = "Alla som har rätt till intyg är inte kända. En låg siffra kan betyda att få har fått intyg, inte att få har rätt till det."

_of_intyg = partial(
    Indicator,
    theme="munhalsa",
    kind="stock",
    dataset=DATASET,
    ruled=False,
)

_share = partial(
    _of_intyg,
    scale=100,
    unit="%",
    interval="wilson",
)

INDICATORS: Final = (
    _of_intyg(
        id="ntandvard_tackning",
        name="Täckningsgrad N-tandvård",
        counts="Så stor del av invånarna som är 24 år eller äldre som har ett giltigt intyg om N-tandvård.",
        numerator="intyg",
        numerator_label=_INTYG,
        denominator=POPULATION_FROM_AGE,
        denominator_label="Invånare som är 24 år eller äldre, senaste 31 december",
        scale=100,
        unit="%",
        direction="higher",
        interval="wilson",
        section="Avtal 2023–2026, del C munhälsa, 7.1 Öka andel intyg om N-tandvård",
        source=f"{_SOURCE}; SCB, folkmängd 31 december",
        caveats=(
            _UNKNOWN_NEED,
            "Avtalet 2023–2026 skriver både ”från 24 år och uppåt” och ”över 24 år”. Här räknas 24-åringarna med.",
            "Avtalet 2027–2030 gäller personer i alla åldrar och anger inget tal. Nämnaren är densamma, så att åren kan jämföras.",
            "Målet är satt för varje kommun. Delregion och län jämförs som sammanfattning.",
            _SNAPSHOT,
        ),
    ),
    _of_intyg(
        id="ntandvard_intyg",
        name="Personer med intyg om N-tandvård",
        counts="Hur många som har ett giltigt intyg om N-tandvård kvartalets sista dag.",
        numerator="intyg",
        numerator_label=_INTYG,
        denominator=None,
        denominator_label=NO_DENOMINATOR,
        scale=1,
        unit="antal",
        direction="none",
        interval="none",
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=("Antalet följer kommunens storlek. Jämför kommuner med täckningsgraden.", _SNAPSHOT),
    ),
    _share(
        id="mhb_onskas",
        name="Önskar munhälsobedömning",
        counts="Så stor del av dem som har intyg som önskar munhälsobedömning.",
        numerator="onskar_mhb",
        numerator_label=_WANTS,
        denominator="intyg",
        denominator_label=_INTYG,
        direction="none",
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=("Den som har tackat nej ska erbjudas på nytt varje år, så svaret kan ändras.", _SNAPSHOT),
    ),
    _share(
        id="mhb_utford",
        name="Munhälsobedömning utförd",
        counts="Hur många som har fått munhälsobedömning, i förhållande till dem som önskar det.",
        numerator="fatt_mhb",
        numerator_label=_GOT_MHB,
        denominator="onskar_mhb",
        denominator_label=_WANTS,
        direction="higher",
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=(
            "Siffran kan bli över 100 procent: täljaren räknar tolv månader, nämnaren en enda dag. Då visas inget intervall.",
            _TWELVE_MONTHS,
        ),
        may_exceed=True,
    ),
    _share(
        id="mhb_utford_av_intyg",
        name="Munhälsobedömning utförd, av alla med intyg",
        counts="Så stor del av dem som har intyg som har fått munhälsobedömning de senaste tolv månaderna.",
        numerator="fatt_mhb",
        numerator_label=_GOT_MHB,
        denominator="intyg",
        denominator_label=_INTYG,
        direction="higher",
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=("Alla med intyg räknas i nämnaren, också de som inte önskar munhälsobedömning.", _TWELVE_MONTHS),
    ),
    _share(
        id="tandvard_utford",
        name="Nödvändig tandvård utförd",
        counts="Så stor del av dem som har intyg som har fått nödvändig tandvård de senaste tolv månaderna.",
        numerator="fatt_tandvard",
        numerator_label=_GOT_CARE,
        denominator="intyg",
        denominator_label=_INTYG,
        direction="higher",
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=("Alla med intyg räknas i nämnaren, också de som inte har behövt tandvård under tiden.", _TWELVE_MONTHS),
    ),
    _share(
        id="o25",
        name="Fått munhälsobedömning eller nödvändig tandvård (O25)",
        counts="Så stor del av dem som har intyg som har fått munhälsobedömning eller nödvändig tandvård de senaste tolv månaderna.",
        numerator="fatt_stod",
        numerator_label="Personer med intyg som har fått munhälsobedömning, nödvändig tandvård eller båda de senaste tolv månaderna",
        denominator="intyg",
        denominator_label=_INTYG,
        direction="higher",
        section="Avtal 2027–2030, munhälsa, 9 Uppföljning (indikatorer enligt nationella riktlinjer); avtal 2023–2026 nämner den inte",
        source=f"{_SOURCE}; Socialstyrelsen, nationella riktlinjer för tandvård, indikator O25",
        caveats=(
            "Den nationella indikatorn räknar alla vuxna med rätt till stödet. Här räknas de som har intyg.",
            "Uppgiften är frivillig i leveransen. Utan den finns ingen siffra för kommunen.",
            _UNKNOWN_NEED,
            _TWELVE_MONTHS,
        ),
    ),
    _of_intyg(
        id="intyg_till_malet",
        name="Intyg som återstår till målet",
        counts="Hur många fler personer som behöver få intyg om N-tandvård för att varje kommun ska nå målet för täckningsgraden.",
        numerator="lacking_intyg",
        numerator_label="Intyg som återstår till målet, räknat för varje kommun och uppåt till hela personer",
        denominator=None,
        denominator_label=NO_DENOMINATOR,
        scale=1,
        unit="antal",
        direction="lower",
        interval="none",
        section="Avtal 2023–2026, del C munhälsa, 7.1 Öka andel intyg om N-tandvård",
        source=f"{_SOURCE}; SCB, folkmängd 31 december",
        caveats=(
            "Delregionens och länets tal är summan av kommunernas. En kommun över målet minskar inte det som återstår i en annan.",
            "En kommun som har nått målet har 0, och 0 är inte detsamma som att alla med rätt till intyg har fått det.",
            _UNKNOWN_NEED,
            _SNAPSHOT,
        ),
        not_sensitive=("lacking_intyg",),
        follows=COVERAGE,
    ),
)
