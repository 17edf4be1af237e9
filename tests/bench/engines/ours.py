"""Our own counts: `metrics.utskrivning.tally`, as a run makes them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from config import load_settings
from metrics import utskrivning
from tests.bench.engines import timed
from tests.conftest import SHIPPED

_SETTINGS = load_settings(SHIPPED, {})


def count(file: str) -> Mapping[str, int]:
    """Every count by kommun, month and agreement; the sum of each, the conditions' counts as one."""
    made = utskrivning.tally(_SETTINGS, pl.scan_parquet(file)).collect()
    each = {name: int(made[name].sum()) for name in made.columns if made.schema[name].is_integer()}
    tests = sum(total for name, total in each.items() if name.endswith(("|not_met", "|unknown")))
    return {name: total for name, total in each.items() if "|" not in name} | {"tests": tests}


if __name__ == "__main__":
    timed.run(count)
