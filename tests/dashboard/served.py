"""A server with the routes that are not Dash's, over a real store with a run of a made county."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from fastapi import Depends, FastAPI
from starlette.testclient import TestClient

from config import Settings
from dashboard import doors
from dashboard.access import Access, form_token
from dashboard.recomputing import Recomputing
from dashboard.routes import add_guards, add_routes
from dashboard.shell import Head, Page, document
from dashboard.snapshot import Snapshots
from dashboard.uploads import Uploads
from loaders.intake import take_in
from sql import runs
from sql.store import Store, open_store
from tests.conftest import settings_of
from tests.dashboard import county

DATABASE = "uppfoljning.db"
HOME = "http://127.0.0.1:8050"
HEAD = Head("/static/site.css", "/static/font.woff2", "/static/icon.svg", ())


def page(page_: Page) -> str:
    """A whole page in the shell."""
    return document(page_.title, page_.main, HEAD)


@cache
def _frames(quarters: int, settings_json: str) -> dict[str, pl.DataFrame]:
    return county.made_frames(Settings.model_validate_json(settings_json), quarters=quarters)


@cache
def _empty_database() -> bytes:
    """A migrated SQLite database: copying it is much quicker than migrating."""
    with TemporaryDirectory() as folder:
        open_store(settings_of(Path(folder))).close()
        return (Path(folder) / DATABASE).read_bytes()


@contextmanager
def sqlite_store(settings: Settings, content: bytes | None = None) -> Iterator[Store]:
    """A store where the settings say: empty, or with another's database."""
    folder = Path(settings.storage)
    folder.mkdir(mode=0o700, parents=True)
    (folder / DATABASE).touch(0o600)
    (folder / DATABASE).write_bytes(content or _empty_database())
    opened = open_store(settings)
    yield opened
    opened.close()


def save_run(settings: Settings, store: Store, quarters: int = 2, only: str | None = None) -> str:
    """A run of the made county; one county per test process. `only` keeps a single indicator, which is quick to protect."""
    said = settings.model_copy(update={"storage": "-", "database_url": None})
    frames = _frames(quarters, said.model_dump_json())
    kept = frames if only is None else frames | {"figures": frames["figures"].filter(pl.col("indicator") == only)}
    return runs.save(store, kept, as_of=None, now=county.COMPUTED, deliveries=[])


def uploads(settings: Settings, store: Store, host: str = "127.0.0.1", recompute: Callable[[], object] = lambda: None) -> Uploads:
    """Uploading with the real loaders."""
    access = Access(settings, host, form_token(store.folder))
    return Uploads(settings, store, access, take_in, Recomputing(recompute), page)


def client(
    settings: Settings, store: Store, host: str = "127.0.0.1", base_url: str = HOME, recompute: Callable[[], object] = lambda: None
) -> TestClient:
    """A browser at the server's own address."""
    taking = uploads(settings, store, host, recompute)
    check = doors.check_with(taking.access, store, lambda: datetime.now(UTC))
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(check)])
    snapshots = Snapshots(settings, store, clock=_ticking())
    add_routes(app, snapshots, taking)
    add_guards(app, snapshots, taking)
    return TestClient(app, base_url=base_url)


def _ticking() -> Any:
    """A clock on which each look is ten seconds after the last, so that nothing is held back by time."""
    now = 0.0

    def look() -> float:
        nonlocal now
        now += 10
        return now

    return look
