"""Computing the figures anew in the background, one computation at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock, Thread

from sql.errors import StoreError

_log = logging.getLogger(__name__)


class Recomputing:
    """Runs `recompute` in a thread of its own. Asked while it runs, it runs once more afterwards: the newest delivery is never left out."""

    def __init__(self, recompute: Callable[[], object]) -> None:
        self._recompute = recompute
        self._lock = Lock()
        self._running = self._again = False
        self._thread: Thread | None = None
        self._failure: str | None = None

    @property
    def running(self) -> bool:
        """Whether figures are being computed now."""
        return self._running

    @property
    def failure(self) -> str | None:
        """Why the last computation came to nothing, as a Swedish sentence, or None when it went well."""
        return self._failure

    def ask(self) -> None:
        """Compute as soon as may be, without waiting for it."""
        with self._lock:
            self._again = True
            if not self._running:
                self._running = True
                self._thread = Thread(target=self._work, name="recompute", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait until nothing is being computed, for so long at most."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self) -> None:
        while self._take():
            try:
                self._recompute()
            except StoreError as error:
                self._failure = str(error)
            except Exception:
                _log.exception("recompute failed")
                self._failure = "Beräkningen avbröts av ett fel i programmet. Felet finns i serverns logg."
            else:
                self._failure = None

    def _take(self) -> bool:
        """Whether there is more to do; if not, the thread ends, and the next who asks starts another."""
        with self._lock:
            self._running, self._again = self._again, False
            return self._running
