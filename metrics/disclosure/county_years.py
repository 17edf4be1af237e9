"""Figures that the public sees for the county's whole years alone (`Indicator.openly`).

Some figures say much about each other: which condition failed, and that some did; days counted one way, and another. To hold
every such pair apart in each kommun and month would hide more than it shows. County years neither add up to each other nor to
anything else that is shown of these indicators, so a row may be shown when it is not small by itself and no hidden row beside
it shows the same count. Counts that together divide a whole (`Indicator.divides`) are shown all or none: the whole less the others is
the one that is hidden.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from metrics.disclosure import shown

_PLACE = ("area", "period")


def hide_but_county_years(figures: pl.DataFrame, hidden: pl.Series) -> pl.Series:
    """`hidden`, and every row of those indicators that is not a county year or repeats a count that is hidden in the same place."""
    named = figures["indicator"].unique().to_list()
    narrow = pl.col("indicator").is_in([indicator for indicator in named if shown.is_for_county_years(indicator)])
    rows = figures.lazy().with_row_index("line").with_columns(hidden=hidden, narrow=narrow)
    shows = pl.concat(
        [
            rows.select("line", *_PLACE, "hidden", "narrow", part=_part(side, named)).drop_nulls("part")
            for side in (shown.numerator, shown.denominator)
        ]
    )
    secret = shows.filter("hidden", ~pl.col("narrow")).select(*_PLACE, "part").unique()
    repeating = shows.filter("narrow").join(secret, on=[*_PLACE, "part"], how="semi").select("line").unique().collect()["line"]
    county_year = (pl.col("area_kind") == "lan") & (pl.col("period_kind") == "year")
    says = pl.any_horizontal(pl.col("numerator", "denominator", "value").is_not_null())
    more = pl.col("narrow") & (~county_year | pl.col("line").is_in(repeating.implode())) & says
    made = rows.sort("line").with_columns(hidden=pl.col("hidden") | more, divides=_divided(named))
    apart = pl.col("divides").is_not_null() & pl.col("hidden").any().over(*_PLACE, "divides")
    return made.select(pl.col("hidden") | apart).collect().to_series()


def _divided(indicators: list[str]) -> pl.Expr:
    return pl.col("indicator").replace_strict(indicators, [shown.divides(each) for each in indicators], return_dtype=pl.String)


def _part(side: Callable[[str], str | None], indicators: list[str]) -> pl.Expr:
    parts = [side(indicator) for indicator in indicators]
    return pl.col("indicator").replace_strict(indicators, parts, return_dtype=pl.String)
