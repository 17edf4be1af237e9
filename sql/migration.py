"""Bringing the database up to the tables of this version, with Alembic and only when needed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from sql.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = max(path.stem[1:5] for path in (Path(__file__).parent / "migrations" / "versions").glob("m*.py"))
"""The newest revision: known from the files' names, so that opening need not import Alembic."""
NEWER = "Databasen är gjord av en nyare version av programmet. Uppgradera programmet."


def stored_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def bring_up_to_date(engine: Engine, folder: Path, lock: Callable[[Connection], None]) -> None:
    """Migrate to HEAD in one transaction; others who open the store meanwhile wait. Raises StoreError for a newer database."""
    with engine.connect() as connection:
        if stored_revision(connection) == HEAD:
            return
    with _alone(folder):
        if engine.dialect.name == "sqlite":
            _write_ahead_log(engine)
        with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
            lock(connection)
            if stored_revision(connection) != HEAD:
                upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Run the migrations on a connection whose transaction the caller commits. Raises StoreError for a newer database."""
    from alembic import command
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = alembic_config(connection)
    try:
        ScriptDirectory.from_config(config).get_revision(stored_revision(connection) or HEAD)
    except CommandError as error:
        raise StoreError(NEWER) from error
    command.upgrade(config, HEAD)


def alembic_config(connection: Connection) -> Config:
    """What Alembic's commands need to work on the connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time per folder. SQLite cannot switch to its write-ahead log while others open the file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_ahead_log(engine: Engine) -> None:
    """Readers go on while one writes. The file remembers it, so it is set once."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
