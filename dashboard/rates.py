"""How often one reader may ask, so that nobody guesses keys or takes the server's time: a bucket that fills evenly.

The buckets stand in a file, which the processes of one server share: two numbers each, what has been spent and when that was. A
reader's bucket is found by a keyed hash. There are so many that two readers seldom share one, and never more, whoever asks.
"""

from __future__ import annotations

import hashlib
import os
import struct
import weakref
from collections.abc import Callable, Hashable
from fcntl import LOCK_EX, LOCK_UN, lockf
from math import ceil
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryFile
from threading import Lock
from time import monotonic
from typing import Final

_BUCKETS: Final = 1 << 16
_BUCKET: Final = struct.Struct("dd")
_EMPTY: Final = bytes(_BUCKET.size)
_FILE: Final = "fragor"
_MINUTE: Final = 60


class Rates:
    """Holds readers to so many requests per minute; a reader who has been quiet may spend a minute's worth at once.

    With `folder`, all who name the same one count together; its name must be hard to guess, since it keys the hash. The clock must be
    the same for them all, as the machine's own is.
    """

    def __init__(self, clock: Callable[[], float] = monotonic, folder: Path | None = None) -> None:
        self._clock = clock
        self._key = hashlib.sha256((str(folder) if folder else token_hex()).encode()).digest()
        self._file = os.open(folder / _FILE, os.O_CREAT | os.O_RDWR, 0o600) if folder else _nameless()
        weakref.finalize(self, os.close, self._file)
        self._lock = Lock()  # a lock on a file is its process's, so threads need one more

    def wait(self, reader: Hashable, per_minute: int) -> int:
        """Count a request; 0 where it may pass, else in how many seconds the next one may."""
        place = self._place(reader)
        with self._lock:
            lockf(self._file, LOCK_EX, _BUCKET.size, place)
            try:
                over = self._spend(place, per_minute)
            finally:
                lockf(self._file, LOCK_UN, _BUCKET.size, place)
        return ceil(over * _MINUTE / per_minute) if over > 0 else 0

    def _place(self, reader: Hashable) -> int:
        found = hashlib.blake2b(repr(reader).encode(), digest_size=8, key=self._key).digest()
        return int.from_bytes(found) % _BUCKETS * _BUCKET.size

    def _spend(self, place: int, per_minute: int) -> float:
        """How much the request is over what may be spent; one that is over spends nothing."""
        now = self._clock()
        spent, since = _BUCKET.unpack(os.pread(self._file, _BUCKET.size, place) or _EMPTY)
        spent = max(0.0, spent - (now - since) * per_minute / _MINUTE)
        over: float = spent + 1 - per_minute
        os.pwrite(self._file, _BUCKET.pack(spent if over > 0 else spent + 1, now), place)
        return over


def _nameless() -> int:
    """A file for one process alone."""
    with TemporaryFile() as file:
        return os.dup(file.fileno())
