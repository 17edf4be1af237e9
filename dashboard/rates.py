"""How often one reader may ask, so that nobody guesses keys or takes the server's time: a bucket that fills evenly, per process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import ceil
from threading import Lock
from time import monotonic
from typing import Final

_MOST_KEPT: Final = 10_000
_MINUTE: Final = 60


class Rates:
    """Holds readers to so many requests per minute; a reader who has been quiet may spend a minute's worth at once."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._spent: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, key: Hashable, per_minute: int) -> int:
        """Count a request; 0 where it may pass, else in how many seconds the next one may."""
        with self._lock:
            now = self._clock()
            spent, since = self._spent.pop(key, (0.0, now))
            spent = max(0.0, spent - (now - since) * per_minute / _MINUTE)
            over = spent + 1 - per_minute
            self._spent[key] = (spent if over > 0 else spent + 1, now)
            while len(self._spent) > _MOST_KEPT:
                self._spent.popitem(last=False)
        return ceil(over * _MINUTE / per_minute) if over > 0 else 0
