"""`python -m tests.bench.sizes`: what a store takes, and a run made from nothing, for counties of several sizes (docs/operations.md)."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import yaml
from distributed import Client
from rich.console import Console
from rich.table import Table

from config import load_settings
from demo.build import build
from metrics.declared import declare
from sql import runs
from sql.deliveries import listing
from sql.files import FOLDER
from sql.store import Store, open_store
from tests.bench import county
from tests.flows.test_cluster import started

ROOT = Path(__file__).parent.parent.parent
CONFIG = ROOT / "config.yaml"
SIZES = ((3, 1), (10, 3), (10, 17))  # years, and how many times over each discharge of the demo county
MEGABYTE = 1 << 20


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    settings = load_settings(CONFIG, {"UPPFOLJNING_STORAGE": str(folder)})
    declare(settings)
    store = open_store(settings)
    yield store
    store.close()


def megabytes(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern)) / MEGABYTE


def computed(storage: Path, config: Path = CONFIG) -> tuple[float, float]:
    """Processor seconds and peak memory in MB of a run that uses nothing again."""
    environment = os.environ | {"UPPFOLJNING_STORAGE": str(storage)}
    process = subprocess.Popen([sys.executable, "-m", "cli", "--config", str(config), "compute", "--full"], cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the computation failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def on_workers(storage: Path, folder: Path) -> tuple[float, float, float]:
    """The same on two workers: processor seconds and peak memory of whoever asks, and the most that a worker held."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    with started(2) as address:
        config = folder / "config.yaml"
        said = yaml.safe_load(CONFIG.read_text(encoding="utf-8")) | {"compute": {"engine": f"dask://{address}"}}
        config.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
        seconds, own = computed(storage, config)
        with Client(address, set_as_default=False) as client:
            most = max(client.run(lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss).values()) / 1024
    del os.environ["POLARS_MAX_THREADS"]
    return seconds, own, most


def figures_of(store: Store) -> int:
    run = runs.current(store)
    if run is None:
        raise RuntimeError("there is no run")
    return runs.frame(store, run.id, "figures").height


def measured(story: Store, folder: Path, years: int, times: int) -> list[float]:
    """One line of the table: what is kept, and what a run costs in one process and with two workers."""
    storage = folder / f"{years}-{times}"
    with opened(storage) as store:
        store.mark_demo()
        for number in range(4 * years):
            county.deliver(story, store, f"{county.STORY[0] + number // 4}-Q{number % 4 + 1}", times)
        discharges = sum(delivery.row_count for delivery in listing(store, "utskrivning"))
        alone = computed(storage)
        figures = figures_of(store)
    kept = megabytes(storage, f"{FOLDER}/utskrivning/*.parquet"), megabytes(storage, "uppfoljning.db*")
    return [years, discharges, *kept, figures, *alone, *on_workers(storage, folder)]


HEADINGS = ("År", "Utskrivningar", "Rader MB", "Databas MB", "Siffror", "Ensam s", "MB", "Med två arbetare s", "MB", "Arbetare MB")


def main() -> None:
    """Print a line for each size."""
    table = Table(*HEADINGS, box=None)
    with tempfile.TemporaryDirectory() as made, opened(Path(made) / "story") as story:
        build(story.settings, story, 1, date(2026, 11, 1))
        for years, times in SIZES:
            table.add_row(*(f"{value:.1f}".removesuffix(".0") for value in measured(story, Path(made), years, times)))
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
