"""Counts that SKR asks for and no indicator has: per kommun and year, from the rows that count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

import periods
from metrics.indicators import INDICATORS
from reports.settings import SkrColumn

CATEGORY: Final = "avvikelser_"
"""A count by this prefix and a kategori counts the year's munhälsa avvikelser of that kategori."""

SCHEMA: Final = {"kommun": pl.String, "count": pl.String, "value": pl.Float64}


def counts(rows: Mapping[str, pl.LazyFrame], coverage: Mapping[str, pl.DataFrame], names: frozenset[str], year: int) -> pl.DataFrame:
    """`kommun`, `count`, `value` (persons, or avvikelser) for each of `names`; what a kommun has not left has no row.

    `rows` and `coverage` hold `ntandvard` and `avvikelser`, as sql.facts and sql.coverage give them. `fatt_stod` is persons who have
    got munhälsobedömning or tandvård, at the year's last quarter. Other names than those and `CATEGORY` + kategori have no rows.
    """
    found = [pl.DataFrame(schema=SCHEMA)]
    if "fatt_stod" in names:
        found.append(_supported(rows["ntandvard"], coverage["ntandvard"], year))
    categories = sorted(name.removeprefix(CATEGORY) for name in names if name.startswith(CATEGORY))
    found += [_category(rows["avvikelser"], coverage["avvikelser"], category, year) for category in categories]
    return pl.concat(found).sort("count", "kommun")


def dataset_of(column: SkrColumn) -> str:
    """The dataset that the column's indicator or count rests on; a count that is not known here has a name of its own."""
    if column.indicator is not None:
        return INDICATORS[column.indicator].dataset
    count = column.count or ""
    return "avvikelser" if count.startswith(CATEGORY) else "ntandvard" if count == "fatt_stod" else count


def _supported(rows: pl.LazyFrame, coverage: pl.DataFrame, year: int) -> pl.DataFrame:
    last = periods.quarters(str(year))[-1]
    whole = coverage.filter(pl.col("period") == last, pl.col("complete"))["kommun"].to_list()
    mine = rows.filter(pl.col("kvartal") == last, pl.col("kommun").is_in(whole), pl.col("fatt_stod").is_not_null())
    return mine.select("kommun", pl.lit("fatt_stod").alias("count"), pl.col("fatt_stod").cast(pl.Float64).alias("value")).collect()


def _category(rows: pl.LazyFrame, coverage: pl.DataFrame, category: str, year: int) -> pl.DataFrame:
    """A kommun that has left every month of the year and reported none has a zero."""
    months = periods.months(str(year))
    left = coverage.filter(pl.col("period").is_in(list(months)), pl.col("complete")).group_by("kommun").agg(pl.col("period").n_unique())
    whole = left.filter(pl.col("period") == len(months)).select("kommun")
    mine = rows.filter(pl.col("registrerad").dt.year() == year, pl.col("omrade") == "munhalsa", pl.col("kategori") == category)
    counted = mine.group_by("kommun").agg(pl.len().cast(pl.Float64).alias("value")).collect()
    return (
        whole.join(counted, on="kommun", how="left")
        .select("kommun", pl.lit(CATEGORY + category).alias("count"), pl.col("value").fill_null(0.0))
        .cast(SCHEMA)  # type: ignore[arg-type]
    )
