"""Figures that are no sums (`Indicator.why_not_a_sum`): plain functions with the engine's own output.

Each takes the rows and the figures that are sums, and gives rows in the same columns, without a numerator.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from config import Settings
from metrics import handlaggning, spans

_LIKE: Final = "aterkoppling_dagar"
_TENTHS: Final = {"aterkoppling_median": 5, "aterkoppling_p90": 9}


DAYS: Final = "avvikelser.svarsdagar"


def answer_days(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`kommun`, `base`, `days`, `answered`: how many of the month's avvikelser were answered after so many days."""
    days = pl.col("aterkopplad").to_physical() - pl.col("registrerad").to_physical()
    answered = rows.filter(pl.col("aterkopplad").is_not_null())
    found = answered.group_by("kommun", base=handlaggning.month_of("registrerad"), days=days.cast(pl.Int64))
    return found.agg(pl.len().cast(pl.Int64).alias("answered"))


def figures(settings: Settings, answered: pl.DataFrame, coverage: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """Median and ninth tenth of the days to an answer, for every area and period of the mean's figures. `answered`: `answer_days`."""
    counted = _days(settings, answered, coverage)
    like = sums.filter(indicator=_LIKE)
    return pl.concat([sums.clear(), *(_quantile(like, counted, indicator, tenths) for indicator, tenths in _TENTHS.items())])


def _days(settings: Settings, answered: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """`area`, `period`, `days`, `answered`: how many were answered after so many days."""
    covered = coverage.select("kommun", base="period").filter(pl.col("kommun").is_in(list(settings.kommuner)))
    monthly = answered.join(covered, on=("kommun", "base"), how="semi")
    per_kommun = monthly.join(spans.targets(monthly["base"].unique().sort(), "flow"), on="base")
    members = spans.membership(settings, per_kommun["period"].unique().sort())
    joined = per_kommun.join(members, on=("period", "kommun"))
    return joined.group_by("area", "period", "days").agg(pl.col("answered").sum())


def _quantile(like: pl.DataFrame, counted: pl.DataFrame, indicator: str, tenths: int) -> pl.DataFrame:
    """The fewest days within which so many tenths of the answered had their answer: a number of days that somebody waited."""
    place = ("area", "period")
    ordered = counted.sort(*place, "days").with_columns(
        so_far=pl.col("answered").cum_sum().over(place), all_of_them=pl.col("answered").sum().over(place)
    )
    enough = ordered.filter(10 * pl.col("so_far") >= tenths * pl.col("all_of_them"))
    found = enough.group_by(place).agg(pl.col("days").min().cast(pl.Float64).alias("found"))
    return (
        like.join(found, on=place, how="left", maintain_order="left")
        .with_columns(indicator=pl.lit(indicator), numerator=pl.lit(None, pl.Float64), value=pl.col("found"))
        .drop("found")
    )
