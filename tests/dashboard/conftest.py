"""Fixtures of the dashboard's tests: a store of one's own, and the made county as pages see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config import Settings
from dashboard.areas import Areas
from dashboard.context import Context
from dashboard.lookup import Lookup
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard import county
from tests.dashboard.served import sqlite_store


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty SQLite store of the test's own: which database it is makes no difference to a page."""
    with sqlite_store(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def county_settings() -> Settings:
    """The shipped settings; nothing is stored."""
    return settings_of("nowhere")


@pytest.fixture(scope="session")
def context(county_settings: Settings) -> Context:
    """Eleven quarters, unprotected."""
    return Context(county_settings, Areas(county_settings), Lookup(county.view(county_settings)))


@pytest.fixture(scope="session")
def protected(county_settings: Settings) -> Context:
    """Two quarters, protected as for the public."""
    return Context(county_settings, Areas(county_settings), Lookup(county.view(county_settings, quarters=2, protected=True)))
