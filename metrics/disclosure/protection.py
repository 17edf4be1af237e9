"""The public version of a run's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from config import Settings
from metrics.disclosure import shown
from metrics.disclosure.county_years import hide_but_county_years
from metrics.disclosure.primary import small_rows
from metrics.disclosure.secondary import hide_more
from metrics.disclosure.table import Edition, blocks
from metrics.indicators import INDICATORS
from metrics.spans import membership

SUPPRESSED = "suppressed"


class Published(NamedTuple):
    """Figures that the public has already seen: as they were computed, and as they were shown. Both have the same rows."""

    figures: pl.DataFrame
    public: pl.DataFrame


@dataclass(frozen=True)
class Protection:
    """The public version of a run's figures, and which of its rows are hidden for their own sake (`primary`) and for others'."""

    public: pl.DataFrame
    primary: pl.Series
    secondary: pl.Series


def protect(settings: Settings, figures: pl.DataFrame, earlier: Sequence[Published] = ()) -> pl.DataFrame:
    """`figures` with the same rows, columns and order, where small numbers are suppressed.

    A suppressed row has status `suppressed` and no numerator, value, interval or denominator (unless that is a population). Give
    all figures of a run at once: what can be computed depends on everything that is shown beside it. `earlier` are publications
    that the reader can put beside these figures, of the same years.
    """
    return protection(settings, figures, earlier).public


def protection(settings: Settings, figures: pl.DataFrame, earlier: Sequence[Published] = ()) -> Protection:
    """As `protect`, with which rows were hidden and why."""
    small = small_rows(settings, figures)
    hidden = small.to_list()
    for block in blocks(settings, [*(_edition(settings, published) for published in earlier), Edition(figures, small, small)]):
        hide_more(block, settings.disclosure.threshold, len(earlier))
        for row in [*block.odd, *(row for place in block.places for row in place.rows)]:
            if row.edition == len(earlier):
                hidden[row.line] = row.hidden
    every = _with_followers(
        settings, figures, hide_but_county_years(figures, pl.Series(hidden, dtype=pl.Boolean), settings.disclosure.threshold)
    )
    return Protection(suppress(figures, every), small, every & ~small)


def _with_followers(settings: Settings, figures: pl.DataFrame, hidden: pl.Series) -> pl.Series:
    """Hidden, and every figure that follows from another indicator's where a kommun that it sums does not show that one.

    What follows kommun by kommun from figures that are all shown tells nothing more; where one is hidden it could tell that.
    """
    rows = figures.select("indicator", "area", "period", hidden=hidden)
    for indicator in INDICATORS.values():
        if indicator.follows is None:
            continue
        unseen = rows.filter((pl.col("indicator") == indicator.follows) & pl.col("hidden")).select("period", kommun="area")
        summing = membership(settings, unseen["period"].unique()).join(unseen, on=("period", "kommun"))
        told = summing.select("area", "period", indicator=pl.lit(indicator.id)).unique().with_columns(follows=pl.lit(value=True))
        rows = rows.join(told, on=("indicator", "area", "period"), how="left", maintain_order="left").select(
            "indicator", "area", "period", pl.col("hidden") | pl.col("follows").fill_null(value=False)
        )
    return rows["hidden"]


def tally(settings: Settings, published: Published) -> pl.DataFrame:
    """How much is hidden, by indicator: how many `rows` carry a number, and of them are `shown`, `primary` or `secondary`."""
    small, hidden = small_rows(settings, published.figures), published.public["status"] == SUPPRESSED
    marked = published.figures.select(
        "indicator", rows=pl.col("numerator").is_not_null(), primary=hidden & small, secondary=hidden & ~small
    ).with_columns(shown=pl.col("rows") & ~pl.col("primary") & ~pl.col("secondary"))
    return marked.group_by("indicator", maintain_order=True).agg(pl.col("rows", "shown", "primary", "secondary").sum())


def _edition(settings: Settings, published: Published) -> Edition:
    return Edition(published.figures, small_rows(settings, published.figures), published.public["status"] == SUPPRESSED)


def suppress(figures: pl.DataFrame, hidden: pl.Series) -> pl.DataFrame:
    """`figures` with the rows where `hidden` is true suppressed."""
    known = [i for i in figures["indicator"].unique().to_list() if shown.is_per_inhabitant(i)]
    keep = pl.col("indicator").is_in(known)
    return figures.with_columns(
        *(pl.when(~hidden).then(pl.col(name)).alias(name) for name in ("numerator", "value", "lower", "upper")),
        pl.when(~hidden | keep).then(pl.col("denominator")).alias("denominator"),
        pl.when(hidden).then(pl.lit(SUPPRESSED)).otherwise(pl.col("status")).alias("status"),
    )
