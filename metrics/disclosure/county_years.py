"""Figures that the public sees for the county's whole years alone (`Indicator.openly`).

Some figures say much about each other: which condition failed, and that some did; days counted one way, and another. To hold
every such pair apart in each kommun and month would hide more than it shows. County years neither add up to each other nor to
anything else that is shown of these indicators, so a row may be shown when it is not small by itself, no hidden row beside it
shows the same count, and no kommun that takes its own away is left with a small count of the others. Counts that together divide
a whole (`Indicator.divides`) are shown all or none: the whole less the others is the one that is hidden.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from metrics.disclosure import shown

_PLACE = ("area", "period")


def hide_but_county_years(figures: pl.DataFrame, hidden: pl.Series, threshold: int) -> pl.Series:
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
    few = _few_others(rows.filter("narrow"), county_year, threshold)
    more = pl.col("narrow") & (~county_year | pl.col("line").is_in([*repeating, *few])) & says
    made = rows.sort("line").with_columns(hidden=pl.col("hidden") | more, divides=_divided(named))
    apart = pl.col("divides").is_not_null() & pl.col("hidden").any().over(*_PLACE, "divides")
    return made.select(pl.col("hidden") | apart).collect().to_series()


def _few_others(rows: pl.LazyFrame, county_year: pl.Expr, threshold: int) -> pl.Series:
    """The lines of county years of which some kommun's own numbers leave a small count to the others.

    Numerator and denominator are looked at as counts, and so is what the one is less than the other.
    """
    sides = ("numerator", "denominator")
    own = rows.filter(pl.col("area_kind") == "kommun").select("indicator", "period", *(pl.col(side).alias(f"own_{side}") for side in sides))
    beside = rows.filter(county_year).select("line", "indicator", "period", *sides).join(own, on=("indicator", "period"))
    above, below = (pl.col(side) - pl.col(f"own_{side}").fill_null(0) for side in sides)
    is_few = pl.any_horizontal(count.is_between(1, threshold - 1).fill_null(value=False) for count in (above, below, below - above))
    return beside.filter(is_few).select(pl.col("line").unique().sort()).collect()["line"]


def _divided(indicators: list[str]) -> pl.Expr:
    return pl.col("indicator").replace_strict(indicators, [shown.divides(each) for each in indicators], return_dtype=pl.String)


def _part(side: Callable[[str], str | None], indicators: list[str]) -> pl.Expr:
    parts = [side(indicator) for indicator in indicators]
    return pl.col("indicator").replace_strict(indicators, parts, return_dtype=pl.String)
