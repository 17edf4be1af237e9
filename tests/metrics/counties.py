"""Synthetic counties for the tests of disclosure: rows of events and stocks from one seed, through the real engine."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

import periods
from config import Settings
from metrics.engine import figures
from metrics.indicators import INDICATORS

REPORT_SCHEMA = {"kommun": pl.String, "registrerad": pl.Date, "aterkopplad": pl.Date, "steg": pl.Int64}
CONDITIONS = ("inskrivningsmeddelande", "utskrivningsklar_meddelad", "oppenvard_planering", "oppenvard_insatser")
_PLAIN = ("fast_vardkontakt", "sip_erbjuden", "tvangsvard", "vardplan", "it_stod")


@dataclass(frozen=True)
class Density:
    """Mean events per kommun and month, and mean persons with intyg per kommun."""

    discharges: float = 6.0
    avvikelser: float = 2.0
    intyg: float = 20.0


def county(
    settings: Settings, seed: int, density: Density, year: int = 2025, kommuner: Sequence[str] | None = None, absent: float = 0.0
) -> pl.DataFrame:
    """Figures for one year. `absent` is the share of kommun-months (and -quarters) that nobody has delivered."""
    return figures(settings, *_delivered(settings, seed, density, year, kommuner, absent))


def editions(
    settings: Settings, seed: int, density: Density, count: int, kommuner: Sequence[str], late: float = 0.04
) -> list[pl.DataFrame]:
    """Figures of one year, so many times over: a share of the rows and of the answers comes late, some in each edition."""
    rows, covered = _delivered(settings, seed, density, 2025, kommuner, 0.0)
    rng = random.Random(-seed)
    arrivals = {
        name: pl.Series([rng.randrange(1, count) if rng.random() < late else 0 for _ in range(frame.collect().height)], dtype=pl.Int64)
        for name, frame in rows.items()
    }
    answers = arrivals["avvikelser"].shuffle(seed)
    made = []
    for edition in range(count):
        come = {name: rows[name].filter(arrivals[name] <= edition) for name in ("utskrivning", "avvikelser")}
        answered = pl.when(answers <= edition).then("aterkopplad").alias("aterkopplad")
        come["avvikelser"] = rows["avvikelser"].with_columns(answered).filter(arrivals["avvikelser"] <= edition)
        corrected = pl.when((arrivals["ntandvard"] > edition) & (pl.col("intyg") > 0)).then(pl.col("intyg") + 1).otherwise("intyg")
        made.append(figures(settings, rows | come | {"ntandvard": rows["ntandvard"].with_columns(corrected.alias("intyg"))}, covered))
    return made


Frames = tuple[dict[str, pl.LazyFrame], dict[str, pl.DataFrame]]


def _delivered(settings: Settings, seed: int, density: Density, year: int, kommuner: Sequence[str] | None, absent: float) -> Frames:
    """Rows and coverage by dataset."""
    rng = random.Random(seed)
    codes = list(kommuner or settings.kommuner)
    size = {code: rng.lognormvariate(-0.4, 0.9) for code in codes}
    months, quarters = periods.months(str(year)), periods.quarters(str(year))
    covered = {
        "utskrivning": _coverage(rng, codes, months, absent),
        "avvikelser": _coverage(rng, codes, months, absent),
        "ntandvard": _coverage(rng, codes, quarters, absent),
        "befolkning": _coverage(rng, codes, [str(year - 1), str(year)], 0.0),
    }
    rows = {
        "utskrivning": _discharges(rng, covered["utskrivning"], size, density.discharges),
        "avvikelser": _avvikelser(rng, covered["avvikelser"], size, density.avvikelser),
        "ntandvard": _stocks(rng, covered["ntandvard"], size, density.intyg),
        "befolkning": _population(covered["befolkning"], size),
    }
    return rows, covered


def reports(
    settings: Settings, counts: Mapping[tuple[str, str], int], answered: Mapping[tuple[str, str], int] | None = None
) -> pl.DataFrame:
    """Figures of avvikelser alone, given reports per kommun and month, and how many of them are answered (all, on the same day)."""
    told = answered or {}
    rows = [
        (kommun, day, day if n < told.get((kommun, month), count) else None, 0)
        for (kommun, month), count in counts.items()
        for day in [periods.first_day(month)]
        for n in range(count)
    ]
    rng, nobody = random.Random(0), _coverage(random.Random(0), (), (), 0.0)
    covered = pl.DataFrame([(*key, True) for key in counts], schema=nobody.schema, orient="row")
    frames = {
        "utskrivning": _discharges(rng, nobody, {}, 0),
        "avvikelser": _whole_reports(pl.LazyFrame(rows, schema=REPORT_SCHEMA, orient="row")),
        "ntandvard": _stocks(rng, nobody, {}, 0),
        "befolkning": _population(nobody, {}),
    }
    made = figures(settings, frames, {name: covered if name == "avvikelser" else nobody for name in frames})
    everywhere = [indicator.id for indicator in INDICATORS.values() if indicator.openly == "everywhere"]
    return made.filter(pl.col("numerator").is_not_null(), pl.col("indicator").is_in(everywhere))


def _coverage(rng: random.Random, codes: Sequence[str], wanted: Sequence[str], absent: float) -> pl.DataFrame:
    kept = [(code, period, True) for code in codes for period in wanted if rng.random() >= absent]
    return pl.DataFrame(kept, schema={"kommun": pl.String, "period": pl.String, "complete": pl.Boolean}, orient="row")


def _poisson(rng: random.Random, mean: float) -> int:
    count, left = 0, rng.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + rng.expovariate(1.0)
    return count


def _day_in(rng: random.Random, month: str) -> date:
    first, last = periods.first_day(month), periods.last_day(month)
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _discharges(rng: random.Random, covered: pl.DataFrame, size: dict[str, float], mean: float) -> pl.LazyFrame:
    rows = []
    for code, month, _ in covered.iter_rows():
        for _ in range(_poisson(rng, mean * size[code])):
            out = _day_in(rng, month)
            days = rng.choice((0, 1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8, 10, 14))
            state = rng.choices((True, None, False), (0.93, 0.02, 0.05))[0]
            rows.append((code, out, out - timedelta(days=days), state))
    frame = pl.DataFrame(
        rows, schema={"kommun": pl.String, "utskriven": pl.Date, "utskrivningsklar": pl.Date, "state": pl.Boolean}, orient="row"
    )
    yes = pl.lit(value=True)
    return frame.lazy().with_columns(
        pl.col("state").alias("inskrivningsmeddelande"),
        *(yes.alias(name) for name in (*CONDITIONS[1:], *_PLAIN)),
        pl.lit(value=False).alias("sip_behov"),
        pl.lit(None, pl.Date).alias("sip_kallelse"),
        pl.col("utskriven").alias("information_overford"),
        *(pl.lit(value=False).alias(f"lacks_{name}") for name in ("sip_kallelse", "information_overford")),
    )


def _avvikelser(rng: random.Random, covered: pl.DataFrame, size: dict[str, float], mean: float) -> pl.LazyFrame:
    rows = []
    for code, month, _ in covered.iter_rows():
        for _ in range(_poisson(rng, mean * size[code])):
            day = _day_in(rng, month)
            answered = day + timedelta(days=rng.randrange(40)) if rng.random() < 0.6 else None
            rows.append((code, day, answered, rng.choices((0, 1, 3), (0.85, 0.1, 0.05))[0]))
    return _whole_reports(pl.LazyFrame(rows, schema=REPORT_SCHEMA, orient="row"))


def _whole_reports(rows: pl.LazyFrame) -> pl.LazyFrame:
    """With what the figures that the public sees everywhere do not need."""
    return rows.with_columns(pl.lit("in_utskrivning").alias("omrade"), pl.lit("annat").alias("kategori"), avslutad="aterkopplad")


def _stocks(rng: random.Random, covered: pl.DataFrame, size: dict[str, float], mean: float) -> pl.LazyFrame:
    rows = []
    for code, quarter, _ in covered.iter_rows():
        intyg = _poisson(rng, mean * size[code])
        rows.append((code, quarter, intyg, *(sum(rng.random() < share for _ in range(intyg)) for share in (0.6, 0.5, 0.2))))
    schema = {"kommun": pl.String, "kvartal": pl.String} | dict.fromkeys(("intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard"), pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row").lazy().with_columns(fatt_stod=pl.max_horizontal("fatt_mhb", "fatt_tandvard"))


def _population(covered: pl.DataFrame, size: dict[str, float]) -> pl.LazyFrame:
    rows = [(code, int(year), age, int(9000 * size[code]) + 10) for code, year, _ in covered.iter_rows() for age in ("0", "24", "25+")]
    schema = {"kommun": pl.String, "ar": pl.Int64, "alder": pl.String, "antal": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").lazy()
