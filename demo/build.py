"""Builds the demo county in a store: its files go in through the loaders, like anybody's, and the figures are computed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from compute import compute
from config import Settings
from demo.county import write_files
from loaders.intake import take_in
from sql import deliveries
from sql.store import Store

LOADED_BY = "demo"


def build(settings: Settings, store: Store, seed: int, today: date, progress: Callable[[int, int], None] | None = None) -> bool:
    """Mark the store as demo and fill it with the county of the seed, as it stands on `today`.

    A store that already holds a demo county is left as it is: False. `progress` is called with files done and in all.
    Raises StoreError where the store holds real deliveries, RuntimeError when a file is not received as the story says.
    """
    store.mark_demo()
    if deliveries.listing(store):
        return False
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(settings, Path(folder), seed, today)
        for number, file in enumerate(files):
            outcome = take_in(settings, store, file.dataset, file.path, file.periods, file.kommuner, False, LOADED_BY, file.delivered)
            if (outcome.delivery is None) != (file.expected == "refused"):
                raise RuntimeError(f"{file.path.name}: {outcome.problems[:3]}")
            if progress:
                progress(number + 1, len(files))
    compute(settings, store, datetime.now(UTC))
    return True
