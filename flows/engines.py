"""Which engine counts, and how the work is cut for it: as `compute.engine` says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import polars as pl

from config import Settings
from flows import counting
from flows.cluster import on_cluster
from flows.counting import Task
from sql.store import Store


def counted(
    settings: Settings, store: Store, covered: Mapping[str, pl.DataFrame], wanted: Mapping[str, Collection[str]]
) -> Iterator[tuple[Task, dict[str, pl.DataFrame]]]:
    """The counts of each dataset's `wanted` periods, task by task; `covered` as in `flows.counting.whole`. Raises StoreError.

    One process counts a dataset at a time, since Polars uses every processor for each; a cluster's workers a dataset and year each.
    """
    if settings.compute.engine == "local":
        tasks = counting.whole(store, covered, wanted)
        return zip(tasks, counting.here(settings, tasks), strict=True)
    tasks = counting.yearly(store, covered, wanted)
    return zip(tasks, on_cluster(settings, tasks), strict=True)
