"""What has moved since a year was published, and the deliveries behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

import periods
from config import Settings
from metrics import lineage, spans
from metrics.befolkning import POPULATION_PARTS
from metrics.completeness import POPULATION
from metrics.indicator import BASE_KINDS
from metrics.indicators import INDICATORS
from metrics.spans import membership

_ORDER: Final = ("indicator", "area_kind", "area", "period_kind", "period")
_KEY: Final = (*_ORDER, "area_name")
_SHOWN: Final = ("numerator", "denominator", "value", "status")


def changes(published: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """One row per figure whose parts, value or status differ, sorted as figures are.

    Both are figures of the same periods. Columns: those that name the figure, `published_*` and `now_*` for numerator, denominator,
    value and status (null where there was no such figure), and `difference` (now_value - published_value).
    """
    then = published.select(*_KEY, *(pl.col(name).alias(f"published_{name}") for name in _SHOWN))
    later = now.select(*_KEY, *(pl.col(name).alias(f"now_{name}") for name in _SHOWN))
    both = then.join(later, on=_KEY, how="full", coalesce=True)
    moved = pl.any_horizontal(pl.col(f"published_{name}").ne_missing(pl.col(f"now_{name}")) for name in _SHOWN)
    return both.filter(moved).with_columns(difference=pl.col("now_value") - pl.col("published_value")).sort(_ORDER)


def causes(settings: Settings, changed: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    """`changed` with `deliveries` (a list of ids): those that speak for a kommun and a base period of the figure.

    `deliveries` has `delivery`, `dataset`, `kommun`, `period`: the coverage of those that came or ended in between. Population
    counts for every figure per inhabitant from its own year on.
    """
    numbered = changed.with_row_index("line")
    parts = numbered.select("line", "area", "period", "indicator").join(
        membership(settings, changed["period"].unique()), on=["area", "period"]
    )
    found = pl.concat([_events(parts, deliveries), _inhabitants(parts, deliveries)]).unique()
    listed = found.group_by("line").agg(pl.col("delivery").sort().alias("deliveries"))
    return (
        numbered.join(listed, on="line", how="left", maintain_order="left")
        .drop("line")
        .with_columns(pl.col("deliveries").fill_null(pl.lit([], dtype=pl.List(pl.Int64))))
    )


def _events(parts: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    told = [(i.id, dataset, i.kind) for i in INDICATORS.values() for dataset in lineage.datasets(i) if dataset != POPULATION]
    indicators = pl.DataFrame(told, ["indicator", "dataset", "kind"], orient="row")
    months = _months({*parts["period"], *deliveries["period"]})
    wanted = parts.join(indicators, on="indicator").join(months, on="period").filter(pl.col("kinds").list.contains(pl.col("kind")))
    spoken = deliveries.join(months, on="period")
    return wanted.join(spoken, on=["dataset", "kommun", "month"]).select("line", "delivery")


def _months(names: Iterable[str]) -> pl.DataFrame:
    """`period`, `month`, and the `kinds` of indicators that the month counts for: of a stock, only its closing quarter's."""
    rows = [
        (name, month, [k for k in BASE_KINDS if k == "flow" or month in periods.months(spans.closing(name, k))])
        for name in names
        for month in periods.months(name)
    ]
    return pl.DataFrame(rows, schema={"period": pl.String, "month": pl.String, "kinds": pl.List(pl.String)}, orient="row")


def _inhabitants(parts: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    per_inhabitant = [indicator.id for indicator in INDICATORS.values() if indicator.denominator in POPULATION_PARTS]
    counted = deliveries.filter(pl.col("dataset") == POPULATION).select("delivery", "kommun", pl.col("period").alias("of_year"))
    return (
        parts.filter(pl.col("indicator").is_in(per_inhabitant))
        .join(counted, on="kommun")
        .filter(pl.col("of_year") <= pl.col("period").str.slice(0, 4))
        .select("line", "delivery")
    )
