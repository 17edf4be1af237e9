"""One engine for every breakdown: sums parts over kommuner and months, as figures do, and keeps the categories apart.

A category that nothing falls in has no row: where the figure itself is there, that is a zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from config import Settings
from metrics import spans
from metrics.breakdowns.dimension import Dimension
from metrics.indicator import BASE_KINDS, Indicator, Kind

SCHEMA: Final = {
    "indicator": pl.String,
    "area_kind": pl.String,
    "area": pl.String,
    "area_name": pl.String,
    "period_kind": pl.String,
    "period": pl.String,
    "dimension": pl.String,
    "category": pl.String,
    "category_name": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
    "unit": pl.String,
    "status": pl.String,
    "complete": pl.Boolean,
}
"""A breakdown's columns, in order. `status` is no_goal, incomplete, missing (no value over nobody) or, for the public, suppressed."""

SORT: Final = ("indicator", "dimension", "area_kind", "area", "period_kind", "period", "category")
Parts = Mapping[tuple[str, str], pl.DataFrame]
"""By dataset and dimension: `kommun`, `base`, `category`, and part columns that the dataset's indicators name."""


def empty() -> pl.DataFrame:
    """No breakdowns at all."""
    return pl.DataFrame(schema=SCHEMA)


def frame(
    settings: Settings, dimensions: Iterable[Dimension], indicators: Mapping[str, Indicator], parts: Parts, figures: pl.DataFrame
) -> pl.DataFrame:
    """Every breakdown of every area and period, in the columns of `SCHEMA`.

    `figures` are the run's, and say whether what is taken apart is complete; a breakdown of a figure that is missing has no rows.
    """
    made, in_question = [empty()], figures["period"].unique()
    for dimension in dimensions:
        mine = parts[dimension.dataset, dimension.id].filter(pl.col("kommun").is_in(list(settings.kommuner)))
        for kind in BASE_KINDS:
            wanted = [indicators[id_] for id_ in dimension.indicators if indicators[id_].kind == kind]
            if wanted and mine.height:
                made += _of_dimension(dimension, wanted, _summed(settings, mine, kind, _parts_of(wanted), in_question), figures)
    return pl.concat(made).sort(SORT)


def _parts_of(indicators: Iterable[Indicator]) -> list[str]:
    return list(dict.fromkeys(part for each in indicators for part in (each.numerator, each.denominator) if part is not None))


def _summed(settings: Settings, mine: pl.DataFrame, kind: Kind, columns: list[str], in_question: pl.Series) -> pl.DataFrame:
    """Sums per area, period (of those in question) and category."""
    targets = spans.targets(mine["base"].unique().sort(), kind).filter(pl.col("period").is_in(in_question.implode()))
    per_kommun = mine.join(targets, on="base").group_by("kommun", "period", "category").agg(pl.col(columns).sum())
    members = spans.membership(settings, per_kommun["period"].unique().sort())
    return per_kommun.join(members, on=("period", "kommun")).group_by("area", "period", "category").agg(pl.col(columns).sum())


def _of_dimension(dimension: Dimension, wanted: Iterable[Indicator], summed: pl.DataFrame, figures: pl.DataFrame) -> list[pl.DataFrame]:
    return [_of_indicator(dimension, indicator, summed, figures.filter(indicator=indicator.id)) for indicator in wanted]


def _of_indicator(dimension: Dimension, indicator: Indicator, summed: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """The categories of one indicator, beside the figures that they add up to."""
    among = pl.col(indicator.denominator).cast(pl.Float64) if indicator.denominator else pl.lit(None, pl.Float64)
    counted = summed.select("area", "period", "category", numerator=pl.col(indicator.numerator).cast(pl.Float64), denominator=among)
    counted = counted.filter((pl.col("numerator") != 0) | (pl.col("denominator").fill_null(0) != 0))
    known = whole.filter(pl.col("numerator").is_not_null()).select(
        "indicator", "area_kind", "area", "area_name", "period_kind", "period", "unit", "complete"
    )
    ratio = pl.when(pl.col("denominator") > 0).then(indicator.scale * pl.col("numerator") / pl.col("denominator"))
    valued = known.join(counted, on=("area", "period")).with_columns(
        dimension=pl.lit(dimension.id),
        category_name=pl.col("category").replace(dict(dimension.labels)),
        value=ratio if indicator.is_ratio else pl.col("numerator"),
    )
    status = (
        pl.when(pl.col("value").is_null())
        .then(pl.lit("missing"))
        .when(~pl.col("complete"))
        .then(pl.lit("incomplete"))
        .otherwise(pl.lit("no_goal"))
    )
    return valued.with_columns(status=status).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
