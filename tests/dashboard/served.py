"""A server with the routes that are not Dash's, over a real store with a run of a made county."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
from fastapi import FastAPI
from starlette.testclient import TestClient

from config import Settings
from dashboard.access import Access, form_token
from dashboard.routes import add_routes
from dashboard.shell import Head, Page, document
from dashboard.snapshot import Snapshots
from sql import runs
from sql.store import Store
from tests.dashboard import county

HOME = "http://127.0.0.1:8050"
HEAD = Head("/static/site.css", "/static/font.woff2", "/static/icon.svg", ())


def page(page_: Page) -> str:
    """A whole page in the shell."""
    return document(page_.title, page_.main, HEAD)


@cache
def _frames(quarters: int, settings_json: str) -> dict[str, pl.DataFrame]:
    view = county.view(Settings.model_validate_json(settings_json), quarters=quarters)
    return {"figures": view.figures.drop("run"), "conditions": view.conditions}


def save_run(settings: Settings, store: Store, quarters: int = 2) -> str:
    """A run of the made county; one county per test process."""
    said = settings.model_copy(update={"storage": "-", "database_url": None})
    return runs.save(store, _frames(quarters, said.model_dump_json()), as_of=None, now=county.COMPUTED, deliveries=[])


def client(settings: Settings, store: Store, host: str = "127.0.0.1", base_url: str = HOME) -> TestClient:
    """A browser at the server's own address."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    access = Access(settings, host, form_token(store.folder))
    add_routes(app, settings, Snapshots(settings, store, clock=_ticking()), access, page)
    return TestClient(app, base_url=base_url)


def _ticking() -> Any:
    """A clock on which each look is ten seconds after the last, so that nothing is held back by time."""
    now = 0.0

    def look() -> float:
        nonlocal now
        now += 10
        return now

    return look
