"""Ids that two deliveries hold: found when a delivery is accepted, so that reading need not look for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from sql import files
from sql.coverage import CELL
from sql.shapes import Shape

NAMED = 20  # so many ids are named in the answer; the rest are counted
_SCHEMA = {"id": pl.String, "delivery": pl.Int64, **dict.fromkeys(CELL, pl.String)}


@dataclass(frozen=True)
class SharedIds:
    """Another delivery that counts and holds ids of the new one, whose rows now win: how many, and the first of them."""

    delivery: int
    count: int
    ids: tuple[str, ...]


def find(shape: Shape, rows: pl.DataFrame, others: Mapping[int, str], scanning: Mapping[str, Any]) -> pl.DataFrame:
    """The ids of `rows` that other deliveries (id -> path) hold under another kommun × period; `scanning` as in `sql.files.Files`.

    Columns: id, delivery, and the other row's kommun, period and key. An id under the same kommun × period is no matter:
    there only one of the deliveries is in force.
    """
    if shape.id is None or not others:
        return pl.DataFrame(schema=_SCHEMA)
    about = pl.LazyFrame({"_path": list(others.values()), "delivery": list(others)}, schema_overrides={"delivery": pl.Int64})
    needed = {name: shape.stored[name] for name in dict.fromkeys((shape.id, "kommun", shape.period))}
    mine = rows.lazy().select(shape.id, *(part.alias(f"_{name}") for name, part in zip(CELL, shape.cell(), strict=True)))
    with files.readable():
        theirs = pl.scan_parquet(
            list(others.values()),
            schema=needed,
            extra_columns="ignore",
            include_file_paths="_path",
            glob=False,
            hive_partitioning=False,
            **scanning,
        )
        same_id = theirs.join(mine, on=shape.id, how="inner").with_columns(shape.cell())
        elsewhere = same_id.filter(pl.any_horizontal(pl.col(name) != pl.col(f"_{name}") for name in CELL))
        return elsewhere.join(about, on="_path", how="inner").select(pl.col(shape.id).alias("id"), "delivery", *CELL).collect()


def named(found: pl.DataFrame, in_force: pl.DataFrame) -> tuple[SharedIds, ...]:
    """Of what `find` found, the ids whose other row counts too, per delivery."""
    counting = found.join(in_force, on=["delivery", *CELL], how="semi")
    grouped = counting.sort("id").group_by("delivery", maintain_order=True).agg(pl.len().alias("count"), pl.col("id").head(NAMED))
    return tuple(SharedIds(delivery, count, tuple(ids)) for delivery, count, ids in grouped.sort("delivery").iter_rows())
