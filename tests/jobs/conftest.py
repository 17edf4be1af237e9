"""Surroundings for a job: a store of its own, an inbox and a clock that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import Inbox, Retries, Settings
from jobs.job import Surroundings
from sql.store import open_store

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = field(default=START)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def around(settings: Settings, tmp_path: Path, clock: Clock) -> Iterator[Surroundings]:
    """Nothing waits between attempts; a file is taken as soon as it lies there."""
    changed = settings.model_copy(
        update={
            "inboxes": (Inbox(folder=str(tmp_path / "inkorg"), settle_seconds=60),),
            "retries": Retries(times=2, first_wait_seconds=0),
        }
    )
    store = open_store(changed)
    yield Surroundings(changed, store, clock)
    store.close()
