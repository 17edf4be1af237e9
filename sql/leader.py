"""One runner of jobs at a time: an advisory lock in PostgreSQL, a locked file beside a SQLite database.

Both locks go with the process that holds them, however it ends, so another one can take over.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from sql.errors import storage_errors
from sql.store import Store

_LOCK = 7_305_808  # another number than the writers'
_FILE = "schemat.lock"

StillHeld = Callable[[], bool]


@contextmanager
def leadership(store: Store) -> Iterator[StillHeld | None]:
    """Lead, if nobody else does: gives a function that tells whether the lock is still held, or None. Raises StoreError."""
    holding = _in_database if store.engine.dialect.name == "postgresql" else _in_folder
    with holding(store) as still_held:
        yield still_held


@contextmanager
def _in_folder(store: Store) -> Iterator[StillHeld | None]:
    with storage_errors():
        handle = os.open(store.folder / _FILE, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        taken = True
    except BlockingIOError:
        taken = False
    try:
        yield (lambda: True) if taken else None
    finally:
        os.close(handle)


@contextmanager
def _in_database(store: Store) -> Iterator[StillHeld | None]:
    """The lock belongs to a connection of its own, so it is gone when the connection is."""
    with storage_errors():
        connection = store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        with storage_errors():
            taken = connection.execute(text(f"SELECT pg_try_advisory_lock({_LOCK})")).scalar_one()

        def still_held() -> bool:
            try:
                connection.execute(text("SELECT 1"))
            except SQLAlchemyError:
                return False
            return True

        yield still_held if taken else None
    finally:
        connection.invalidate()  # closes it for good: back in the pool it would keep the lock
        connection.close()
