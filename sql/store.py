"""Opening the store: its folder, its database, and whether it is demo or real."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, PoolProxiedConnection
from sqlmodel import Session

from config import Settings
from sql.errors import FORBIDDEN, StoreError, storage_errors
from sql.errors import URL as URL_SENTENCE
from sql.files import Files, FolderFiles, open_to_others
from sql.migration import bring_up_to_date
from sql.tables import StoreMark

__all__ = ["Store", "StoreError", "lock_for_writing", "mark", "mark_of", "open_store", "private_file", "private_folder"]

WAIT_SECONDS = 10  # for another process's write; a write is a commit of rows already prepared
_WRITERS_LOCK = 7_305_807  # PostgreSQL's advisory locks are numbers; ours stands for "one writer at a time"


@dataclass(frozen=True)
class Store:
    """An open store. Holds no state of its own: processes and threads may open as many as they like."""

    settings: Settings = field(repr=False)  # holds the database's password
    engine: Engine
    folder: Path
    files: Files

    @property
    def is_demo(self) -> bool:
        """Whether everything in it is made up, and must say so."""
        with self.reading() as session:
            return mark_of(session) == "demo"

    def mark_demo(self) -> None:
        """Mark an empty store as demo. Raises StoreError where real data are."""
        with self.writing() as session:
            mark(session, "demo")

    def mark_real(self) -> None:
        """Mark a store as real. Raises StoreError for a demo store."""
        with self.writing() as session:
            mark(session, "real")

    def warnings(self) -> tuple[str, ...]:
        """A Swedish sentence for each part of the store that others than its owner can read."""
        with storage_errors():
            return (*_warnings(self.folder, _sqlite_path(self.engine.url)), *self.files.warnings())

    @property
    def rejects(self) -> Path:
        """The folder of reject files (rows left out with --accept-valid), made when needed, for its owner only."""
        with storage_errors():
            return private_folder(self.folder / "avvisade")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the database throughout. Raises StoreError."""
        options = {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}
        with storage_errors(), Session(self.engine) as session:
            session.connection(execution_options=options)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The only writer there is: all or nothing is committed at the end. Raises StoreError."""
        with storage_errors(), Session(self.engine) as session:
            lock_for_writing(session.connection(execution_options={"sqlite_begin": "IMMEDIATE"}))
            yield session
            session.commit()

    def close(self) -> None:
        """Give the connections back; a store that is used again opens new ones."""
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """Open the store that the settings name; make it, or bring its database up to date, when needed.

    A new folder is 0700 and a new SQLite file 0600. Raises `StoreError` when the folder cannot be used or the
    database is locked, full, damaged or silent.
    """
    with storage_errors():
        folder = private_folder(Path(settings.storage).absolute())
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise StoreError(FORBIDDEN)
        files = _files(settings, folder)
        engine = _engine(settings.effective_database_url)
        try:
            bring_up_to_date(engine, folder, lock_for_writing)
        except BaseException:
            engine.dispose()
            raise
    return Store(settings, engine, folder, files)


def _files(settings: Settings, folder: Path) -> Files:
    if settings.deliveries is None:
        return FolderFiles(folder)
    from sql.objects import ObjectFiles  # obstore is loaded by those who use it

    return ObjectFiles(settings.deliveries)


def private_folder(folder: Path) -> Path:
    """The folder, made for its owner only where it was not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def private_file(path: Path) -> None:
    """Make the file for its owner only, unless it is there."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def mark_of(session: Session) -> str | None:
    """`demo`, `real`, or None for a store that is neither yet."""
    row = session.get(StoreMark, 1)
    return row.kind if row else None


def mark(session: Session, kind: str) -> None:
    """Mark the store. Raises StoreError when it is already the other kind."""
    known = mark_of(session)
    if known == kind:
        return
    if known == "real":
        raise StoreError("Lagret har riktiga leveranser och kan inte bli demo. Ange en annan mapp med UPPFOLJNING_STORAGE.")
    if known == "demo":
        raise StoreError("Lagret är ett demolager och kan inte ta emot riktiga data. Ange en annan mapp med UPPFOLJNING_STORAGE.")
    session.add(StoreMark(kind=kind))


def lock_for_writing(connection: Connection) -> None:
    """Wait for other writers. SQLite has done so by BEGIN IMMEDIATE already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"))


def _engine(database_url: str) -> Engine:
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": WAIT_SECONDS})
    path = _sqlite_path(url)
    if path is None:
        raise StoreError(URL_SENTENCE)
    private_file(path)
    engine = create_engine(url.set(database=str(path)), poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_path(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database)).absolute()


def _sqlite_connected(connection: PoolProxiedConnection, _: ConnectionPoolEntry) -> None:
    """Foreign keys hold, and the driver leaves BEGIN to `_sqlite_begin`: by itself it would commit before every DDL."""
    connection.isolation_level = None  # type: ignore[attr-defined]  # of sqlite3.Connection
    connection.cursor().execute("PRAGMA foreign_keys = ON")


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")


def _warnings(folder: Path, database: Path | None) -> Iterator[str]:
    if open_to_others(folder):
        yield f"Lagrets mapp {folder} kan läsas av andra än ägaren. Kör: chmod 700 '{folder}'"
    if database is not None and open_to_others(database):
        yield f"Databasen {database} kan läsas av andra än ägaren. Kör: chmod 600 '{database}'"
    rejects = folder / "avvisade"
    if any(path.exists() and open_to_others(path) for path in (rejects, *rejects.rglob("*"))):
        yield f"Filer med avvisade rader i {rejects} kan läsas av andra än ägaren. Kör: chmod -R go= '{rejects}'"
