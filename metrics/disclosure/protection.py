"""The public version of a run's figures."""

from __future__ import annotations

import polars as pl

from config import Settings
from metrics.disclosure import shown
from metrics.disclosure.primary import small_rows


def protect(settings: Settings, figures: pl.DataFrame) -> pl.DataFrame:
    """`figures` with the same rows, columns and order, where small numbers are suppressed.

    A suppressed row has status `suppressed` and no numerator, value, interval or denominator (unless that is a population).
    """
    return suppress(figures, small_rows(settings, figures))


def suppress(figures: pl.DataFrame, hidden: pl.Series) -> pl.DataFrame:
    """`figures` with the rows where `hidden` is true suppressed."""
    known = [i for i in figures["indicator"].unique().to_list() if shown.is_per_inhabitant(i)]
    keep = pl.col("indicator").is_in(known)
    return figures.with_columns(
        *(pl.when(~hidden).then(pl.col(name)).alias(name) for name in ("numerator", "value", "lower", "upper")),
        pl.when(~hidden | keep).then(pl.col("denominator")).alias("denominator"),
        pl.when(hidden).then(pl.lit("suppressed")).otherwise(pl.col("status")).alias("status"),
    )
