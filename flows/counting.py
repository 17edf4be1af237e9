"""What a run has to count, as tasks that depend on nothing but themselves, and where they are done.

A task is a dataset and some of its periods. Doing one is pure: `metrics.counting.counted` of its rows under the settings. So they may
be done in any order, at the same time, on other machines that reach the same files, and twice. How the work is cut is the
engine's choice alone (`whole` for one process, `yearly` to spread it): the counts that come back are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import polars as pl

from config import Settings
from metrics import counting
from sql import facts
from sql.shapes import shape_of
from sql.store import Store


@dataclass(frozen=True)
class Task:
    """Count `dataset` in `periods` (base periods, as its coverage names them). `rows`: those that count there, not yet read."""

    dataset: str
    periods: tuple[str, ...]
    rows: pl.LazyFrame


Engine: TypeAlias = Callable[[Settings, Sequence[Task]], Iterable[dict[str, pl.DataFrame]]]
"""Does every task, in the order given: for each the counts by name, as `metrics.counting.counted` gives them."""


def here(settings: Settings, tasks: Sequence[Task]) -> Iterator[dict[str, pl.DataFrame]]:
    """The engine `local`: one after the other, in this process; Polars uses every processor for each."""
    return (counting.counted(settings, task.dataset, task.rows) for task in tasks)


def whole(store: Store, covered: Mapping[str, pl.DataFrame], wanted: Mapping[str, Collection[str]]) -> list[Task]:
    """One task for each dataset's `wanted` periods. `covered` is all that is in force of each dataset, also in other periods."""
    return [_task(store, covered, dataset, sorted(periods)) for dataset, periods in wanted.items()]


def yearly(store: Store, covered: Mapping[str, pl.DataFrame], wanted: Mapping[str, Collection[str]]) -> list[Task]:
    """As `whole`, with one task for each dataset and year."""
    years = ((dataset, list(year)) for dataset, periods in wanted.items() for _, year in groupby(sorted(periods), lambda each: each[:4]))
    return [_task(store, covered, dataset, year) for dataset, year in years]


def put_together(settings: Settings, counted: Iterable[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """The counts of several tasks as one; a dataset that nothing was counted of has its frames, without rows."""
    found: dict[str, list[pl.DataFrame]] = {}
    for each in counted:
        for name, frame in each.items():
            found.setdefault(name, []).append(frame)
    nothing = {dataset: pl.LazyFrame(schema=shape_of(dataset).schema) for dataset in counting.DATASETS if dataset not in found}
    return {name: pl.concat(frames) for name, frames in found.items()} | counting.of_all(settings, nothing)


def _task(store: Store, covered: Mapping[str, pl.DataFrame], dataset: str, periods: Sequence[str]) -> Task:
    return Task(dataset, tuple(periods), facts.rows_of(store, dataset, covered[dataset], periods))
