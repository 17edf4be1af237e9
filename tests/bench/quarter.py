"""One new quarter against a full run: the same store, the same figures, by the processor's clock and by the wall's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from demo.build import build
from flows.compute import compute
from metrics.engine import SCHEMAS
from sql import runs
from sql.store import Store, open_store
from tests.bench.county import deliver
from tests.conftest import settings_of

YEARS = 10
LAST = 2025
DISCHARGES_TIMES = 15  # some 110 000 discharges a quarter, more than four million in ten years
RUNS = 3
Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class _Spent:
    """Seconds."""

    processor: float
    wall: float


def measure(folder: Path) -> Iterator[Row]:
    """Rows for the table of benchmarks: ten years of a county, four years of one, and ten years with many more rows."""
    story = open_store(settings_of(folder / "story"))
    build(story.settings, story, 1, date(LAST + 1, 2, 27))
    yield from _new_quarter(story, folder / "ten", YEARS, 1)
    yield from _new_quarter(story, folder / "four", 4, 1)
    yield from _new_quarter(story, folder / "rows", YEARS, DISCHARGES_TIMES)
    story.close()


def _new_quarter(story: Store, folder: Path, years: int, times: int) -> Iterator[Row]:
    store = open_store(settings_of(folder))
    for year in range(LAST - years + 1, LAST + 1):
        for name in (f"{year}-Q1", f"{year}-Q2", f"{year}-Q3", *([f"{year}-Q4"] if year < LAST else []), str(year)):
            deliver(story, store, name, times)
    compute(store.settings, store, datetime.now(UTC))
    deliver(story, store, f"{LAST}-Q4", times)
    new = _spent(lambda: compute(store.settings, store, datetime.now(UTC)))
    quick = _frames(store)
    whole = min(
        (_spent(lambda: compute(store.settings, store, datetime.now(UTC), full=True)) for _ in range(RUNS)), key=lambda each: each.wall
    )
    if _frames(store) != quick:
        raise RuntimeError("a new quarter did not give the figures of a full run")
    what = f"ett nytt kvartal, {years} år" + (f", {times} gånger så många utskrivna" if times > 1 else "")
    yield _row(f"{what}, processortid", new.processor, whole.processor)
    yield _row(f"{what}, klocktid", new.wall, whole.wall)
    store.close()


def _row(what: str, ours: float, whole: float) -> Row:
    return what, f"{ours:.2f} s", f"hel körning {whole:.2f} s", f"{ours / whole:.3f}", "högst 0,1"


def _frames(store: Store) -> list[bytes]:
    run = runs.current(store)
    if run is None:
        raise RuntimeError("there is no run")
    return [runs.parquet_bytes(runs.frame(store, run.id, name)) for name in SCHEMAS]


def _spent(do: Callable[[], object]) -> _Spent:
    processor, wall = time.process_time(), time.perf_counter()
    do()
    return _Spent(time.process_time() - processor, time.perf_counter() - wall)
