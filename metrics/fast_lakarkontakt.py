"""Fast läkarkontakt for patients with kommunal primärvård: parts per kommun and quarter, and the indicator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from config import Settings
from metrics.indicator import Indicator

DATASET: Final = "fast_lakarkontakt"


def counted(_settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Patients per kommun and quarter (`base`): `patients`, `with_doctor`. Several rows (one per vårdcentral, say) are added."""
    counts = pl.col("patienter").sum().alias("patients"), pl.col("med_fast_lakarkontakt").sum().alias("with_doctor")
    return rows.group_by("kommun", pl.col("kvartal").alias("base")).agg(*counts)


def parts(_settings: Settings, counted: Mapping[str, pl.DataFrame], coverage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per covered kommun and quarter: `kommun`, `base`, `complete`, `patients`, `with_doctor` (patients).

    Without a row the parts are null: unknown, not zero.
    """
    covered = coverage[DATASET].select("kommun", pl.col("period").alias("base"), "complete")
    return covered.join(counted[DATASET], on=("kommun", "base"), how="left", maintain_order="left")


INDICATORS: Final = (
    Indicator(
        id="fast_lakarkontakt",
        name="Patienter med fast läkarkontakt",
        theme="lakarmedverkan",
        counts="Så stor del av patienterna i kommunal primärvård som har en utsedd fast läkarkontakt.",
        numerator="with_doctor",
        numerator_label="Patienter i kommunal primärvård med fast läkarkontakt",
        denominator="patients",
        denominator_label="Patienter i kommunal primärvård",
        scale=100,
        unit="%",
        direction="higher",
        kind="stock",
        dataset=DATASET,
        interval="wilson",
        ruled=False,
        section="Avtal 2023–2026, del B, B.2, och del C läkarmedverkan, 5.1; avtal 2027–2030, läkaransvar, 6 och 7.1",
        source="Vårdcentralernas och kommunernas uppgifter om patienter i kommunal primärvård",
        caveats=(
            "Avtalet 2023–2026 säger att patienten ska ges möjlighet till fast läkarkontakt. "
            "Avtalet 2027–2030 säger att varje patient ska ha en.",
            "Inget av avtalen anger ett tal att nå. Därför finns inget mål.",
            "Patienterna kan vara räknade av flera vårdcentraler. Uppgifterna läggs ihop som de lämnas.",
            "Siffran är en ögonblicksbild. Kvartal summeras aldrig, och årets siffra är fjärde kvartalets.",
        ),
        may_exceed=True,
    ),
)
