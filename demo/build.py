"""Builds the demo county in a store: its files go in through the loaders, like anybody's, and the figures are computed."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from config import Settings
from demo.county import write_files
from demo.drafts import DemoFile
from flows.compute import compute
from loaders.intake import take_in
from sql import deliveries, runs
from sql.store import Store

LOADED_BY = "demo"


def build(settings: Settings, store: Store, seed: int, today: date, progress: Callable[[int, int], None] | None = None) -> bool:
    """Mark the store as demo and fill it with the county of the seed, as it stands on `today`.

    A store that already holds a demo county is left as it is: False. One whose building was cut short has no run, and is
    taken up where it ended. `progress` is called with files done and in all.
    Raises StoreError where the store holds real deliveries, RuntimeError when a file is not received as the story says.
    """
    store.mark_demo()
    if runs.current(store) is not None:
        return False
    delivered = {(delivery.dataset, delivery.sha256) for delivery in deliveries.listing(store)}
    with tempfile.TemporaryDirectory() as folder:
        files = [file for file in write_files(settings, Path(folder), seed, today) if not _is_in(file, delivered)]
        for number, file in enumerate(files):
            outcome = take_in(settings, store, file.dataset, file.path, file.periods, file.kommuner, False, LOADED_BY, file.delivered)
            if (outcome.delivery is None) != (file.expected == "refused"):
                raise RuntimeError(f"{file.path.name}: {outcome.problems[:3]}")
            if progress:
                progress(number + 1, len(files))
    compute(settings, store, datetime.now(UTC))
    return True


def _is_in(file: DemoFile, delivered: set[tuple[str, str]]) -> bool:
    return (file.dataset, hashlib.sha256(file.path.read_bytes()).hexdigest()) in delivered
