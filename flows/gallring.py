"""Gallring as `retention` in config.yaml decides it: which deliveries' rows are to go, and letting them (docs/adr/0015)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import polars as pl

from config import Settings
from flows.compute import DATASETS_WITH_FIGURES, check_names
from flows.incremental import RULED, LostPieceError, Making, apart
from metrics import counting, engine
from policy import Person
from sql import coverage, gallring
from sql.gallring import Kept, Old
from sql.store import Store


def plan(settings: Settings, store: Store, today: date) -> list[Old]:
    """What is older than it may be on that day, for each dataset with a `retention`. Raises ConfigError for one that cannot have it."""
    check_names(settings)
    return [gallring.older(store, dataset, date(today.year - kept.years, 1, 1)) for dataset, kept in settings.retention.items()]


def gallra(settings: Settings, store: Store, old: Old, by: Person | str, now: datetime) -> None:
    """Remove the rows of the deliveries that are wholly older, and keep what figures are made of. Raises StoreError and removes nothing."""
    if not old.wholly:
        return
    covered = coverage.all_in_force(store, DATASETS_WITH_FIGURES)
    ids = [each.id for each in old.wholly]
    counting_now = covered[old.dataset].filter(pl.col("delivery").is_in(ids))
    kept = list(_kept(settings, store, old.dataset, covered, counting_now)) if counting_now.height else []
    gallring.gallra(store, old.wholly, counting_now, kept, by, now)


def _kept(settings: Settings, store: Store, dataset: str, covered: Mapping[str, pl.DataFrame], going: pl.DataFrame) -> Iterator[Kept]:
    """What figures need of the cells in `going`, which are in force: their counts, and what rules had made of them."""
    buckets = {counting.bucket(period) for period in going["period"].unique()}
    making = Making.beside_current(settings, store, covered)
    try:
        counted = making.counts_for(buckets)
    except LostPieceError:
        counted = making.from_rows().counts_for(buckets)
    found = {name: rows for name, rows in counted.items() if name.split(".")[0] == dataset}
    if dataset == "utskrivning":
        asked = {**covered, dataset: going}
        found |= {f"{RULED}{name}": rows for name, rows in engine.ruled(settings, counted, asked).items()}
    cells = going.select("kommun", "delivery", base="period")
    for name, rows in found.items():
        mine = rows.join(cells, on=("kommun", "base"), maintain_order="left")
        yield from (Kept(name, held, each) for held, each in apart(mine, "base", buckets).items() if each.height)
