"""A county of many years, for measuring growth: three whole years of the demo county, told again for others."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import polars as pl

import periods
from metrics.counting import DATASETS, bucket
from sql import facts
from sql.coverage import in_force
from sql.deliveries import NewDelivery, accept
from sql.shapes import shape_of
from sql.store import Store

STORY = (2023, 2024, 2025)
_TEXTS = ("kvartal", "manad", "period")


def deliver(story: Store, store: Store, period: str, times: int = 1, counties: int = 1) -> None:
    """Deliver a quarter, or what comes by the year: each dataset as one delivery; every discharge `times` over.

    The same is told of as many `counties`, whose kommuner have codes of their own (`in_county`).
    """
    year = int(period[:4])
    told = STORY[(year - STORY[0]) % len(STORY)]
    for dataset in DATASETS:
        covered = in_force(story, dataset)
        names = [name for name in covered["period"].unique() if bucket(name) == f"{told}{period[4:]}"]
        if names:
            rows = facts.rows_of(story, dataset, covered, names).collect()
            cells = covered.filter(pl.col("period").is_in(names)).with_columns(_later("period", year - told))
            cells, rows = (pl.concat([frame.with_columns(in_county(number)) for number in range(counties)]) for frame in (cells, rows))
            new = NewDelivery(
                dataset=dataset,
                file_name=f"{dataset}_{period}.csv",
                sha256=f"{dataset} {period}",
                loaded_by="bench",
                loaded_at=datetime.combine(periods.last_day(period), time(), UTC) + timedelta(days=20),
                coverage=cells.drop("delivery"),
            )
            accept(store, new, _moved(dataset, rows, year - told, times if dataset == "utskrivning" else 1))


def in_county(number: int) -> pl.Expr:
    """The kommuner's codes as those of the county that is so many after the first."""
    code = pl.col("kommun")
    return ((code.str.slice(0, 2).cast(pl.Int64) + number).cast(pl.String) + code.str.slice(2)).alias("kommun")


def _later(name: str, years: int) -> pl.Expr:
    """A period as text, so many years later."""
    period = pl.col(name)
    return ((period.str.slice(0, 4).cast(pl.Int64) + years).cast(pl.String) + period.str.slice(4)).alias(name)


def _moved(dataset: str, rows: pl.DataFrame, years: int, times: int) -> pl.DataFrame:
    shape = shape_of(dataset)
    dates = [name for name, kind in shape.stored.items() if kind == pl.Date]
    moved = rows.select(list(shape.stored)).with_columns(
        *(pl.col(name).dt.offset_by(f"{years}y") for name in dates),
        *(_later(name, years) for name in _TEXTS if name in shape.stored),
        *(pl.col("ar") + years for name in ("ar",) if name in shape.stored),
    )
    if shape.id is None:
        return moved
    own = pl.col(shape.id) + "-" + pl.col("kommun")
    several = pl.concat([moved.with_columns(own + f"-{years}-{number}") for number in range(times)])
    # Ids that tell nothing, and rows in no order: copies after one another would take next to no room.
    mixed = several.with_columns(pl.format("a{}", pl.col(shape.id).hash())).sample(fraction=1, shuffle=True, seed=abs(years))
    return mixed.with_columns(row=pl.int_range(2, pl.len() + 2))
