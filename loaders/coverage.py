"""What a delivery speaks for: kommun × period (× measure), and whether every row of it could be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

import periods
from config import Settings
from loaders.dataset import Dataset
from loaders.rules import finding_frame
from loaders.stated import Stated, first_uncovered_day
from sql.shapes import EVER

CELL = ("kommun", "period", "key")
_UNPLACED_RULES = ("for_manga_celler", "framtida_datum")
"""Rules whose breach casts doubt on which kommun or period the row is about, although its cells can be read."""


def cells(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """`row` and the cell that each row belongs to: `kommun`, `period`, `key`, null where it cannot be read."""
    if dataset.coverage == "parties":
        return rows.select("row", pl.col("part").alias("kommun"), pl.lit(EVER).alias("period"), pl.lit("").alias("key"))
    place = pl.col(dataset.period)
    is_day = dataset.coverage == "sender"
    period = place.dt.to_string("%Y-%m") if is_day else place.cast(pl.String)
    key = pl.col(dataset.coverage_key) if dataset.coverage_key else pl.lit("", dtype=pl.String)
    return rows.select("row", "kommun", period.alias("period"), key.alias("key"))


def outside(
    rows: pl.DataFrame, raw: pl.DataFrame, placed: pl.DataFrame, dataset: Dataset, stated: Stated, today: date
) -> Iterator[pl.DataFrame]:
    """Findings for rows outside what the sender stated, or of a period that has not ended.

    `rows` are the typed rows, `raw` their texts, `placed` what `cells` gives, all in the same order.
    """
    column = "part" if dataset.coverage == "parties" else "kommun"
    if stated.is_chosen:
        strangers = placed.with_columns(_kommun=raw[column]).filter(~pl.col("kommun").is_in(stated.parties(dataset)))
        message = "Kommunen hör inte till dem som filen gäller. Rätta den, eller ange den också med --kommun."
        yield finding_frame(strangers, column, "utanfor_tackning", message, value="_kommun")
    if dataset.coverage not in ("status", "parties"):  # whose rows have no period of their own
        yield from _out_of_time(placed.with_columns(_period=raw[dataset.period], _typed=rows[dataset.period]), dataset, stated, today)


def _out_of_time(table: pl.DataFrame, dataset: Dataset, stated: Stated, today: date) -> Iterator[pl.DataFrame]:
    """`table`: what `cells` gives, with `_period` (the text) and `_typed` (its value)."""
    known = table["period"].unique().drop_nulls()
    is_event = dataset.coverage == "sender"
    late = [] if is_event else [period for period in known if periods.last_day(period) >= first_uncovered_day(today)]
    words = "Perioden är inte slut. Ta bort raden och leverera den när perioden är över."
    yield finding_frame(table.filter(pl.col("period").is_in(late)), dataset.period, "framtida_period", words, value="_period")
    if stated.periods:
        months = set(stated.months)
        wrong = [period for period in known if period not in late and not months.issuperset(periods.months(period))]
        beyond = table.filter(pl.col("period").is_in(wrong))
        if is_event:
            beyond = beyond.filter(pl.col("_typed") <= today)  # a date that lies ahead has been found wrong already
        message = f"Perioden hör inte till det som filen gäller ({', '.join(stated.periods)}). Rätta den, eller ange rätt --period."
        yield finding_frame(beyond, dataset.period, "utanfor_tackning", message, value="_period")


def build(placed: pl.DataFrame, findings: pl.DataFrame, dataset: Dataset, stated: Stated) -> pl.DataFrame:
    """The coverage: `kommun`, `period`, `key`, `complete`. `placed` holds every row, also those that `findings` rejects."""
    rejected = placed.filter(pl.col("row").is_in(findings["row"].implode()))
    doubtful = findings.filter(pl.col("rule").is_in(_UNPLACED_RULES) & (pl.col("column").is_null() | (pl.col("column") == dataset.period)))
    unplaced = rejected.filter(pl.any_horizontal(pl.col(name).is_null() for name in CELL) | pl.col("row").is_in(doubtful["row"].implode()))
    if dataset.is_stated:
        covered = pl.DataFrame({"kommun": sorted(stated.kommuner)}).join(pl.DataFrame({"period": stated.months}), how="cross")
        covered = covered.with_columns(key=pl.lit(""))
    elif dataset.coverage == "parties":
        covered = pl.DataFrame({"kommun": sorted(stated.parties(dataset)), "period": EVER, "key": ""})
    else:
        covered = placed.select(CELL).drop_nulls().unique().sort(CELL)
    if unplaced.height:
        return covered.with_columns(complete=pl.lit(value=False))
    lost = rejected.select(CELL).unique().with_columns(complete=pl.lit(value=False))
    return covered.join(lost, on=CELL, how="left", maintain_order="left").with_columns(pl.col("complete").fill_null(value=True))


def empty_kommuner(placed: pl.DataFrame, stated: Stated) -> tuple[str, ...]:
    """Covered kommuner without a single row."""
    return tuple(sorted(set(stated.kommuner) - set(placed["kommun"].drop_nulls())))


def zero_notes(placed: pl.DataFrame, stated: Stated, settings: Settings) -> Iterator[str]:
    """Which kommuner become zero, altogether or in some months."""
    empty = empty_kommuner(placed, stated)
    if empty:
        yield f"Utan rader, och därmed noll för hela perioden: {named(empty, settings)}."
    wanted = pl.DataFrame({"kommun": [code for code in stated.kommuner if code not in empty]}, schema={"kommun": pl.String})
    gaps = wanted.join(pl.DataFrame({"period": stated.months}), how="cross").join(placed, on=["kommun", "period"], how="anti")
    if gaps.height:
        months = gaps.group_by("kommun").agg(pl.col("period").sort()).sort("kommun")
        some = "; ".join(f"{settings.kommuner[code]} ({', '.join(found)})" for code, found in months.iter_rows())
        yield f"Utan rader i någon månad, som blir noll: {some}."


def named(codes: Sequence[str], settings: Settings) -> str:
    """The kommuner's names, in alphabetical order of their codes."""
    names: Mapping[str, str] = settings.kommuner
    return ", ".join(names[code] for code in codes)
