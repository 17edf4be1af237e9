"""Work that one does at a time in the whole system, however many processes there are. Beside `leader`, which is for a process's life."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from threading import Lock

from sqlalchemy import text

from sql.errors import storage_errors
from sql.store import Store


@dataclass(frozen=True)
class Alone:
    """One kind of work: PostgreSQL knows it by a number of its own, SQLite by a file in the storage folder."""

    number: int
    file: str
    _here: Lock = field(default_factory=Lock, compare=False, repr=False)

    @contextmanager
    def in_(self, store: Store) -> Iterator[None]:
        """Wait for the others, and let them wait. Raises StoreError.

        Only one thread of a process waits in the database, so that those who wait never take every connection.
        """
        with ExitStack() as held:
            held.enter_context(self._here)
            with storage_errors():
                if store.engine.dialect.name == "postgresql":
                    connection = held.enter_context(store.engine.connect())
                    connection.execute(text(f"SELECT pg_advisory_lock({self.number})"))
                    held.callback(connection.execute, text(f"SELECT pg_advisory_unlock({self.number})"))
                    connection.commit()  # the lock is the connection's own; a transaction would only be left open
                else:
                    handle = os.open(store.folder / self.file, os.O_CREAT | os.O_WRONLY, 0o600)
                    held.callback(os.close, handle)
                    flock(handle, LOCK_EX)
            yield
