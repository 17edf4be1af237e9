"""N-tandvård: parts per kommun and quarter, and the six indicators of munhälsa."""

from __future__ import annotations

from typing import Final

import polars as pl

from metrics.befolkning import POPULATION_FROM_AGE
from metrics.indicator import NO_DENOMINATOR, Indicator

DATASET: Final = "ntandvard"
PARTS: Final = ("intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard")


def parts(rows: pl.LazyFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """One row per covered kommun and quarter: `kommun`, `base`, `complete` and persons in each of `PARTS`.

    A covered quarter without a row has null parts: a stock that nobody has counted is unknown, not zero.
    """
    covered = coverage.select("kommun", pl.col("period").alias("base"), "complete")
    counted = rows.select("kommun", pl.col("kvartal").alias("base"), *PARTS).collect()
    return covered.join(counted, on=("kommun", "base"), how="left", maintain_order="left")


_FOLLOW_UP = "Avtal 2023–2026, del C munhälsa, Uppföljning och utvärdering; avtal 2027–2030, munhälsa, 9 Uppföljning"
_SOURCE = "Intygsbeställningen, VGR:s it-stöd för intyg om N-tandvård"
_INTYG = "Personer med giltigt intyg om N-tandvård kvartalets sista dag"
_WANTS = "Personer med intyg som önskar munhälsobedömning kvartalets sista dag"
_GOT_MHB = "Personer med intyg som har fått munhälsobedömning de senaste tolv månaderna"
_GOT_CARE = "Personer med intyg som har fått nödvändig tandvård de senaste tolv månaderna"
_SNAPSHOT = "Siffran är en ögonblicksbild av kvartalets sista dag. Kvartal summeras aldrig, och årets siffra är fjärde kvartalets."
_TWELVE_MONTHS = "Det som har utförts räknas över tolv månader till och med kvartalets sista dag. Kvartal summeras aldrig."
_UNKNOWN_NEED = "Alla som har rätt till intyg är inte kända. En låg siffra kan betyda att få har fått intyg, inte att få har rätt till det."

INDICATORS: Final = (
    Indicator(
        id="ntandvard_tackning",
        name="Täckningsgrad N-tandvård",
        theme="munhalsa",
        counts="Så stor del av invånarna som är 24 år eller äldre som har ett giltigt intyg om N-tandvård.",
        numerator="intyg",
        numerator_label=_INTYG,
        denominator=POPULATION_FROM_AGE,
        denominator_label="Invånare som är 24 år eller äldre, senaste 31 december",
        scale=100,
        unit="%",
        direction="higher",
        kind="stock",
        dataset=DATASET,
        interval="wilson",
        ruled=False,
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
    Indicator(
        id="ntandvard_intyg",
        name="Personer med intyg om N-tandvård",
        theme="munhalsa",
        counts="Hur många som har ett giltigt intyg om N-tandvård kvartalets sista dag.",
        numerator="intyg",
        numerator_label=_INTYG,
        denominator=None,
        denominator_label=NO_DENOMINATOR,
        scale=1,
        unit="antal",
        direction="none",
        kind="stock",
        dataset=DATASET,
        interval="none",
        ruled=False,
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=("Antalet följer kommunens storlek. Jämför kommuner med täckningsgraden.", _SNAPSHOT),
    ),
    Indicator(
        id="mhb_onskas",
        name="Önskar munhälsobedömning",
        theme="munhalsa",
        counts="Så stor del av dem som har intyg som önskar munhälsobedömning.",
        numerator="onskar_mhb",
        numerator_label=_WANTS,
        denominator="intyg",
        denominator_label=_INTYG,
        scale=100,
        unit="%",
        direction="none",
        kind="stock",
        dataset=DATASET,
        interval="wilson",
        ruled=False,
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=("Den som har tackat nej ska erbjudas på nytt varje år, så svaret kan ändras.", _SNAPSHOT),
    ),
    Indicator(
        id="mhb_utford",
        name="Munhälsobedömning utförd",
        theme="munhalsa",
        counts="Hur många som har fått munhälsobedömning, i förhållande till dem som önskar det.",
        numerator="fatt_mhb",
        numerator_label=_GOT_MHB,
        denominator="onskar_mhb",
        denominator_label=_WANTS,
        scale=100,
        unit="%",
        direction="higher",
        kind="stock",
        dataset=DATASET,
        interval="wilson",
        ruled=False,
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=(
            "Siffran kan bli över 100 procent: täljaren räknar tolv månader, nämnaren en enda dag. Då visas inget intervall.",
            _TWELVE_MONTHS,
        ),
        may_exceed=True,
    ),
    Indicator(
        id="mhb_utford_av_intyg",
        name="Munhälsobedömning utförd, av alla med intyg",
        theme="munhalsa",
        counts="Så stor del av dem som har intyg som har fått munhälsobedömning de senaste tolv månaderna.",
        numerator="fatt_mhb",
        numerator_label=_GOT_MHB,
        denominator="intyg",
        denominator_label=_INTYG,
        scale=100,
        unit="%",
        direction="higher",
        kind="stock",
        dataset=DATASET,
        interval="wilson",
        ruled=False,
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=("Alla med intyg räknas i nämnaren, också de som inte önskar munhälsobedömning.", _TWELVE_MONTHS),
    ),
    Indicator(
        id="tandvard_utford",
        name="Nödvändig tandvård utförd",
        theme="munhalsa",
        counts="Så stor del av dem som har intyg som har fått nödvändig tandvård de senaste tolv månaderna.",
        numerator="fatt_tandvard",
        numerator_label=_GOT_CARE,
        denominator="intyg",
        denominator_label=_INTYG,
        scale=100,
        unit="%",
        direction="higher",
        kind="stock",
        dataset=DATASET,
        interval="wilson",
        ruled=False,
        section=_FOLLOW_UP,
        source=_SOURCE,
        caveats=("Alla med intyg räknas i nämnaren, också de som inte har behövt tandvård under tiden.", _TWELVE_MONTHS),
    ),
)
