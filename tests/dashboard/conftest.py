"""Fixtures of the dashboard's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config import Settings
from sql.store import Store
from tests.dashboard.served import sqlite_store


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty SQLite store of the test's own: which database it is makes no difference to a page."""
    with sqlite_store(settings) as opened:
        yield opened
