"""A synthetic county for the reports: three years of rows from one seed, computed by the real engine.

What is missing on purpose: two kommuner lack months of avvikelser, one lacks N-tandvård in one quarter, and no year has an amount.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import polars as pl

import periods
from config import Settings
from metrics import engine

YEARS = (2023, 2024, 2025)
SILENT = {"1447": tuple(periods.months("2025")), "1430": ("2025-10", "2025-11", "2025-12")}
WITHOUT_NTANDVARD = ("1439", "2025-Q2")
_MONTHS = [month for year in YEARS for month in periods.months(str(year))]
_QUARTERS = [quarter for year in YEARS for quarter in periods.quarters(str(year))]
_ANSWERS = ("inskrivningsmeddelande", "utskrivningsklar_meddelad", "oppenvard_planering", "oppenvard_insatser", "sip_behov")
_YES = (0.98, 0.99, 0.95, 0.96, 0.35)


def frames(settings: Settings, seed: int = 2025) -> dict[str, pl.DataFrame]:
    """`figures` and `conditions` as the engine makes them from the county's rows."""
    random = Random(seed)
    size = {code: 600_000 if code == "1480" else random.randrange(4_000, 60_000) for code in settings.kommuner}
    rows = {
        "befolkning": _population(size),
        "ntandvard": _ntandvard(random, size),
        "utskrivning": _discharges(random, size),
        "avvikelser": _reports(random, size),
    }
    return engine.frames(settings, {name: frame.lazy() for name, frame in rows.items()}, _coverage(settings))


def _coverage(settings: Settings) -> dict[str, pl.DataFrame]:
    def cells(chosen: list[str]) -> pl.DataFrame:
        pairs = [(kommun, period, "", 1, True) for kommun in settings.kommuner for period in chosen]
        schema = {"kommun": pl.String, "period": pl.String, "key": pl.String, "delivery": pl.Int64, "complete": pl.Boolean}
        return pl.DataFrame(pairs, schema=schema, orient="row")

    lacking = pl.DataFrame([(k, m) for k, months in SILENT.items() for m in months], schema=["kommun", "period"], orient="row")
    gap = pl.DataFrame([WITHOUT_NTANDVARD], schema=["kommun", "period"], orient="row")
    return {
        "befolkning": cells([str(year) for year in YEARS]),
        "ntandvard": cells(_QUARTERS).join(gap, on=["kommun", "period"], how="anti"),
        "utskrivning": cells(_MONTHS),
        "avvikelser": cells(_MONTHS).join(lacking, on=["kommun", "period"], how="anti"),
    }


def _population(size: dict[str, int]) -> pl.DataFrame:
    rows = [
        (kommun, year, age, count)
        for kommun, people in size.items()
        for year in YEARS
        for age, count in (("23", people // 4), ("24+", people - people // 4))
    ]
    return pl.DataFrame(rows, schema=["kommun", "ar", "alder", "antal"], orient="row")


def _ntandvard(random: Random, size: dict[str, int]) -> pl.DataFrame:
    rows = []
    for kommun, people in size.items():
        share = random.uniform(0.021, 0.037)
        for number, quarter in enumerate(_QUARTERS):
            intyg = round(people * 0.75 * (share - 0.0003 * (len(_QUARTERS) - number)) + random.uniform(-3, 3))
            wants = round(intyg * random.uniform(0.7, 0.8))
            rows.append((kommun, quarter, intyg, wants, round(wants * random.uniform(0.7, 0.9)), round(intyg * random.uniform(0.4, 0.55))))
    names = ["kommun", "kvartal", "intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard"]
    return (
        pl.DataFrame(rows, schema=names, orient="row")
        .filter(~((pl.col("kommun") == WITHOUT_NTANDVARD[0]) & (pl.col("kvartal") == WITHOUT_NTANDVARD[1])))
        .with_columns(fatt_stod=pl.max_horizontal("fatt_mhb", "fatt_tandvard"))
    )


def _discharges(random: Random, size: dict[str, int]) -> pl.DataFrame:
    rows = []
    for kommun, people in size.items():
        slow = random.uniform(0.6, 1.05)
        for number, month in enumerate(_MONTHS):
            for _ in range(max(1, round(people / 2500 * random.uniform(0.6, 1.4)))):
                days = min(40, round(random.expovariate(1 / (3.1 * slow * (1.1 - number / 200)))))
                left = periods.first_day(month) + timedelta(days=random.randrange(27))
                answers = [None if random.random() < 0.005 else random.random() < yes for yes in _YES]
                called = left if answers[-1] and random.random() < 0.85 else None
                rows.append((kommun, left - timedelta(days=days + 4), left - timedelta(days=days), left, *answers, called))
    names = ["kommun", "inskriven", "utskrivningsklar", "utskriven", *_ANSWERS, "sip_kallelse"]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None).with_columns(*_empty())


def _empty() -> list[pl.Expr]:
    yes_no = ("fast_vardkontakt", "sip_erbjuden", "tvangsvard", "vardplan", "it_stod")
    return [
        *(pl.lit(None, pl.Boolean).alias(name) for name in yes_no),
        pl.lit("Sjukhuset").alias("enhet"),
        pl.lit(None, pl.Date).alias("information_overford"),
        *(pl.lit(value=False).alias(f"lacks_{name}") for name in ("sip_kallelse", "information_overford")),
    ]


def _reports(random: Random, size: dict[str, int]) -> pl.DataFrame:
    rows: list[tuple[str, date, date | None, int]] = []
    for kommun, people in size.items():
        for month in _MONTHS:
            if month in SILENT.get(kommun, ()):
                continue
            for _ in range(round(people / 9_000 * random.uniform(0, 2))):
                day = periods.first_day(month) + timedelta(days=random.randrange(28))
                answered = day + timedelta(days=random.randrange(1, 60)) if random.random() < 0.88 else None
                rows.append((kommun, day, answered, random.choices((0, 1, 2, 3), (90, 6, 3, 1))[0]))
    made = pl.DataFrame(rows, schema=["kommun", "registrerad", "aterkopplad", "steg"], orient="row", infer_schema_length=None)
    said = {"rapportor": "kommun", "omrade": "in_utskrivning", "kategori": "sip_saknas"}
    return made.with_columns(
        *(pl.lit(word).alias(name) for name, word in said.items()), skal=pl.lit(None, pl.String), avslutad="aterkopplad"
    )
