"""The bare scan: every column that the counts need is read once, and nothing is counted."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tests.bench.engines import timed

NOT_NEEDED = ("arende", "enhet", "inskriven", "row", "delivery")


def count(file: str) -> Mapping[str, int]:
    """How many values are empty: it takes each value of the columns, and no work."""
    empty = pl.scan_parquet(file).select(pl.exclude(NOT_NEEDED).null_count()).collect()
    return {"empty": sum(empty.row(0))}


if __name__ == "__main__":
    timed.run(count)
