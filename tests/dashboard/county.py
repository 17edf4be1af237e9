"""A county for the pages' tests: 49 kommuner from January 2023 on, from one seed, through the real engine.

It holds what pages must be able to show: kommuner on both sides of the goal, slow ones and empty ones, small numbers,
a kommun that did not deliver a month, one that has never reported an avvikelse, and a file without a column.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import polars as pl

import periods
from config import Settings
from dashboard.snapshot import View
from metrics import breakdowns, disclosure
from metrics.engine import frames

RUN = "demo-20251114T050010-a1b2c3"
COMPUTED = datetime(2025, 11, 14, 5, 0, 10, tzinfo=UTC)
LAST_QUARTER = "2025-Q3"
_POPULATION = Path(__file__).parent.parent.parent / "demo" / "population.csv"
_ABSENT = {("utskrivning", "1447", "2025-08"), ("avvikelser", "1461", "2025-08"), ("ntandvard", "1492", "2024-Q2")}
_NEVER = {("avvikelser", "1438")}
_CONDITIONS = {
    "inskrivningsmeddelande": 0.985,
    "utskrivningsklar_meddelad": 0.99,
    "oppenvard_planering": 0.94,
    "oppenvard_insatser": 0.965,
}
_NEXT_AGREEMENT = 2027
_UNUSED = ("fast_vardkontakt", "sip_erbjuden", "tvangsvard", "vardplan", "it_stod")


@cache
def _size() -> dict[str, tuple[int, int]]:
    """Inhabitants aged 24 and more, and younger ones, by kommun: the file's latest year."""
    with _POPULATION.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row["kommun"]: (int(row["24+"]), sum(int(row[str(age)]) for age in range(24))) for row in rows}


def view(
    settings: Settings, *, quarters: int = 11, seed: int = 7, protected: bool = False, is_demo: bool = True, first_year: int = 2023
) -> View:
    """The county's run as a reader sees it, with this many quarters from the first year's first."""
    made = made_frames(settings, quarters=quarters, seed=seed, first_year=first_year)
    figures, parts = made["figures"], made["breakdowns"]
    if protected:
        figures = disclosure.protect(settings, figures)
        parts = breakdowns.public(settings, parts, figures)
    return View(RUN, COMPUTED, is_demo, protected, figures.with_columns(run=pl.lit(RUN)), parts)


def made_frames(settings: Settings, *, quarters: int = 11, seed: int = 7, first_year: int = 2023) -> dict[str, pl.DataFrame]:
    """All that the county's run keeps. From 2027 on the discharges answer what the agreement then asks."""
    rng = random.Random(seed)
    wanted = [f"{first_year + number // 4}-Q{number % 4 + 1}" for number in range(quarters)]
    months = [month for quarter in wanted for month in periods.months(quarter)]
    covered = {
        "ntandvard": _coverage("ntandvard", settings, wanted),
        "utskrivning": _coverage("utskrivning", settings, months),
        "avvikelser": _coverage("avvikelser", settings, months),
        "befolkning": _coverage("befolkning", settings, [str(year) for year in range(first_year - 1, first_year + 2)]),
    }
    rows = {
        "ntandvard": _stocks(rng, covered["ntandvard"], wanted),
        "utskrivning": _discharges(rng, covered["utskrivning"]),
        "avvikelser": _avvikelser(rng, covered["avvikelser"]),
        "befolkning": _population(covered["befolkning"]),
    }
    return frames(settings, rows, covered)


def _coverage(dataset: str, settings: Settings, wanted: list[str]) -> pl.DataFrame:
    kept = [
        (code, period, True)
        for code in settings.kommuner
        for period in wanted
        if (dataset, code, period) not in _ABSENT and (dataset, code) not in _NEVER
    ]
    return pl.DataFrame(kept, schema={"kommun": pl.String, "period": pl.String, "complete": pl.Boolean}, orient="row")


def _stocks(rng: random.Random, covered: pl.DataFrame, wanted: list[str]) -> pl.LazyFrame:
    """A level per kommun from 1.6 to 3.9 per cent that drifts upwards."""
    level = {code: rng.triangular(1.6, 3.8, 2.7) for code in _size()}
    drift = {code: rng.triangular(-0.01, 0.07, 0.025) for code in _size()}
    rows = []
    for code, quarter, _ in covered.iter_rows():
        share = (level[code] + drift[code] * wanted.index(quarter) + rng.gauss(0, 0.03)) / 100
        intyg = round(share * _size()[code][0])
        wishes = round(intyg * rng.uniform(0.62, 0.75))
        rows.append((code, quarter, intyg, wishes, round(wishes * rng.uniform(0.6, 0.95)), round(intyg * rng.uniform(0.3, 0.5))))
    schema = {"kommun": pl.String, "kvartal": pl.String} | dict.fromkeys(("intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard"), pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row").lazy().with_columns(fatt_stod=pl.max_horizontal("fatt_mhb", "fatt_tandvard"))


def _discharges(rng: random.Random, covered: pl.DataFrame) -> pl.LazyFrame:
    slow = {code: rng.choices((1.0, 1.5, 2.4), (0.7, 0.2, 0.1))[0] for code in _size()}
    columns = ("kommun", "utskriven", "utskrivningsklar", "sip_behov", "sip_kallelse", *_CONDITIONS)
    made = [row for code, month, _ in covered.iter_rows() for row in _discharges_of(rng, code, month, slow[code])]
    yes = dict.fromkeys(("utskriven", "utskrivningsklar", "sip_kallelse"), pl.Date)
    schema = {name: yes.get(name, pl.String if name == "kommun" else pl.Boolean) for name in columns}
    frame = pl.DataFrame(made, schema=schema, orient="row").lazy()
    asked = pl.col("utskriven").dt.year() >= _NEXT_AGREEMENT
    return frame.with_columns(
        *(pl.when(asked).then(pl.int_range(pl.len()) % 50 != place).alias(name) for place, name in enumerate(_UNUSED)),
        (pl.lit("Sjukhus ") + pl.when(pl.col("kommun") > "1460").then(pl.lit("A")).otherwise(pl.lit("B"))).alias("enhet"),
        pl.when(asked).then(pl.col("utskriven")).alias("information_overford"),
        (~asked).alias("lacks_information_overford"),
        pl.lit(value=False).alias("lacks_sip_kallelse"),
    )


def _discharges_of(rng: random.Random, code: str, month: str, slow: float) -> Iterator[tuple[object, ...]]:
    first, last = periods.first_day(month), periods.last_day(month)
    for _ in range(round(_size()[code][0] / 1400 * rng.uniform(0.6, 1.4))):
        out = first + timedelta(days=rng.randrange((last - first).days + 1))
        days = min(int(rng.expovariate(1 / (2.4 * slow))), 40)
        ready = out - timedelta(days=days)
        sip = rng.random() < 0.6
        called = ready + timedelta(days=1) if sip and rng.random() < 0.93 else None
        states = (None if rng.random() < 0.01 else rng.random() < share for share in _CONDITIONS.values())
        yield code, out, ready, sip, called, *states


def _avvikelser(rng: random.Random, covered: pl.DataFrame) -> pl.LazyFrame:
    rows: list[tuple[str, date, date | None, int]] = []
    for code, month, _ in covered.iter_rows():
        first, last = periods.first_day(month), periods.last_day(month)
        for _ in range(round(_size()[code][0] / 7000 * rng.expovariate(1.0))):
            day = first + timedelta(days=rng.randrange((last - first).days + 1))
            answered = day + timedelta(days=rng.randrange(5, 60)) if rng.random() < 0.8 else None
            rows.append((code, day, answered, rng.choices((0, 1, 2, 3), (0.93, 0.04, 0.02, 0.01))[0]))
    schema = {"kommun": pl.String, "registrerad": pl.Date, "aterkopplad": pl.Date, "steg": pl.Int64}
    number = pl.int_range(pl.len())
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .lazy()
        .with_columns(
            rapportor=pl.when(number % 3 == 0).then(pl.lit("region")).otherwise(pl.lit("kommun")),
            omrade=pl.when(number % 5 == 0).then(pl.lit("munhalsa")).otherwise(pl.lit("in_utskrivning")),
            kategori=pl.when(number % 5 == 0)
            .then(pl.lit("fel_boendeenhet"))
            .when(number == 7)
            .then(pl.lit("=udda"))
            .otherwise(pl.lit("sip_saknas")),
            skal=pl.when(number % 4 == 0).then(pl.lit("rutin okänd")),
            avslutad=pl.when(number % 2 == 0).then(pl.col("aterkopplad").dt.offset_by("9d")),
        )
    )


def _population(covered: pl.DataFrame) -> pl.LazyFrame:
    rows = [
        (code, int(year), age, number)
        for code, year, _ in covered.iter_rows()
        for age, number in (("0", _size()[code][1]), ("24+", _size()[code][0]))
    ]
    schema = {"kommun": pl.String, "ar": pl.Int64, "alder": pl.String, "antal": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").lazy()
