"""The made county as pages see it: one per test process."""

from __future__ import annotations

import pytest

from config import Settings
from dashboard.areas import Areas
from dashboard.context import Context
from dashboard.lookup import Lookup
from tests.conftest import settings_of
from tests.dashboard import county


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
