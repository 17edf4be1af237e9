"""Primary suppression: rows that show a small count, or something built on one.

Source: issue on publishing, point 3; contract, section 6 (`--public`). SKR and VGR have no published threshold; it is a setting.
"""

from __future__ import annotations

import polars as pl

from config import Settings
from metrics.disclosure import shown

_PLACE = ("area", "period")


def small_rows(settings: Settings, figures: pl.DataFrame) -> pl.Series:
    """True for each row of `figures` that must not be shown by itself.

    Small is 1 to threshold - 1: in a numerator or denominator that counts persons or events, in the rest of a share, or in a
    count behind days, means and kronor. Zero is not small.
    """
    indicators = figures["indicator"].unique().to_list()
    rows = figures.lazy().with_row_index("line").with_columns(_part("numerator", indicators), _part("denominator", indicators))
    behind = _small_behind(settings, rows)
    count_above = pl.col("numerator_part").is_in([shown.numerator(i) for i in indicators if shown.is_count(shown.numerator(i))])
    count_below = pl.col("denominator_part").is_in([d for i in indicators if (d := shown.denominator(i)) and shown.is_count(d)])
    rest = pl.col("denominator") - pl.col("numerator")
    silent = pl.col("numerator_part").is_in(list(shown.SILENT_AT_ZERO)) & (pl.col("numerator") == 0)
    found = rows.join(behind, on=("area", "period", "numerator_part"), how="left", maintain_order="left").with_columns(
        small=(count_above & _small(settings, pl.col("numerator")))
        | (count_below & _small(settings, pl.col("denominator")))
        | (count_above & count_below & _small(settings, rest))
        | (pl.col("behind").fill_null(value=False) & pl.col("numerator").is_not_null() & ~silent)
    )
    return found.sort("line").collect()["small"].fill_null(value=False)


def _small(settings: Settings, count: pl.Expr) -> pl.Expr:
    return count.is_between(1, settings.disclosure.threshold - 1).fill_null(value=False)


def _part(side: str, indicators: list[str]) -> pl.Expr:
    names = [getattr(shown, side)(indicator) for indicator in indicators]
    return pl.col("indicator").replace_strict(indicators, names, return_dtype=pl.String).alias(f"{side}_part")


def counts_of(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`area`, `period`, `part`, `count`: every part that the rows carry, once, and the stays that are counted alone."""
    sides = [
        rows.select(*_PLACE, pl.col(f"{side}_part").alias("part"), pl.col(side).alias("count")) for side in ("numerator", "denominator")
    ]
    carried = pl.concat(sides).drop_nulls().unique(("area", "period", "part"), keep="first", maintain_order=True)
    return pl.concat([carried, _alone(carried)])


def _alone(carried: pl.LazyFrame) -> pl.LazyFrame:
    """Those who are not left out of payment are in the mean or counted alone: the rest are counted alone."""
    names = ("compliant", "unjudged", "short_stays")
    wide = (
        carried.filter(pl.col("part").is_in(names))
        .group_by(_PLACE)
        .agg(*(pl.col("count").filter(pl.col("part") == name).first().alias(name) for name in names))
    )
    alone = (pl.col("compliant") + pl.col("unjudged") - pl.col("short_stays")).alias("count")
    return wide.select(*_PLACE, pl.lit("alone_stays").alias("part"), alone).drop_nulls()


def _small_behind(settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """`area`, `period`, `numerator_part`, `behind`: whether a count that the part is built on is small there."""
    links = pl.LazyFrame(
        [(part, count) for part, counts in shown.BEHIND.items() for count in counts], schema=["numerator_part", "part"], orient="row"
    )
    small = counts_of(rows).filter(_small(settings, pl.col("count")))
    return small.join(links, on="part").select(*_PLACE, "numerator_part").unique().with_columns(behind=pl.lit(value=True))
