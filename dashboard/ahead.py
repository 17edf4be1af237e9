"""Pages made before they are asked for, so that a change of area or period finds its page ready.

A page of figures takes some ten milliseconds to make and the run's figures are the same for everyone, so the pages next to
the one that was opened are made while it is read: one at a time, at rest for as long as at work, and not just after somebody
has asked for something, so that readers notice nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from threading import Lock, Thread
from time import monotonic, sleep, thread_time
from typing import Final

import periods
from dashboard.areas import Area
from dashboard.choices import Choices
from dashboard.context import Context
from metrics.indicators import INDICATORS

_log: Final = logging.getLogger(__name__)
_REST: Final = 1  # times as long as the work
_QUIET_S: Final = 0.1
_MOST_WISHES: Final = 10  # some 130 pages each, so that what is made for the newest is still kept when the oldest has been served


class Ahead:
    """Makes wished pages in the background, those of the newest wish first; the thread ends when none is left.

    A page may be wished for many times: `make` keeps what it has made.
    """

    def __init__(self, make: Callable[[Choices, Context], object]) -> None:
        self._make = make
        self._wishes: list[tuple[Iterator[Choices], Context]] = []
        self._lock = Lock()
        self._working: Thread | None = None
        self._wished = 0.0

    def wish(self, wanted: Iterable[Choices], context: Context) -> None:
        """Wish for pages, the most wanted first. They are named when their turn comes, so a wish costs its reader nothing."""
        with self._lock:
            self._wished = monotonic()
            self._wishes = [*self._wishes[1 - _MOST_WISHES :], (iter(wanted), context)]
            if self._working is None:
                self._working = Thread(target=self._work, name="pages-ahead", daemon=True)
                self._working.start()

    def wait(self, seconds: float) -> None:
        """Wait until every wish has come true, for so long at most."""
        if (working := self._working) is not None:
            working.join(seconds)

    def _work(self) -> None:
        while (wish := self._next()) is not None:
            while (left := self._wished + _QUIET_S - monotonic()) > 0:
                sleep(left)
            begun = thread_time()
            try:
                self._make(*wish)
            except Exception:
                _log.exception("page %s failed ahead of time", wish[0].path)
            sleep(_REST * (thread_time() - begun))

    def _next(self) -> tuple[Choices, Context] | None:
        with self._lock:
            while self._wishes:
                wanted, context = self._wishes[-1]
                if (chosen := next(wanted, None)) is not None:
                    return chosen, context
                self._wishes.pop()
            self._working = None
            return None


def likely(context: Context) -> Iterator[Choices]:
    """What readers open first in a new run: the lists, each indicator, each area."""
    yield from (Choices(path) for path in ("/", "/indikatorer", "/kommuner"))
    yield from (Choices(f"/indikator/{indicator_id}") for indicator_id in INDICATORS)
    yield from (Choices(area.path) for area in _areas(context))


def neighbours(chosen: Choices, context: Context) -> Iterator[Choices]:
    """One choice away from a page: another period of the same kind, the nearest first, another area, a period of another kind."""
    same, other = _other_periods(chosen, context)
    yield from (chosen.but(period=period) for period in same)
    if chosen.path == "/" or chosen.path.startswith("/indikator/"):
        yield from (chosen.but(area=area.id) for area in _areas(context))
    elif any(chosen.path == area.path for area in _areas(context)):
        yield from (chosen.but(path=area.path) for area in _areas(context))
    else:
        return
    yield from (chosen.but(period=period) for period in other)


def _other_periods(chosen: Choices, context: Context) -> tuple[list[str], list[str]]:
    """Those of the chosen period's kind and those of other kinds, the nearest first."""
    here = chosen.period
    if not here:
        return [], []
    nearest = sorted((period for period in context.lookup.all_periods if period != here), key=lambda period: _apart(period, here))
    same = [period for period in nearest if periods.kind(period) == periods.kind(here)]
    return same, [period for period in nearest if period not in same]


def _areas(context: Context) -> list[Area]:
    delregioner = [area for division in context.settings.divisions for area in context.areas.delregioner(division)]
    return [*context.kommuner, *delregioner]


def _apart(one: str, other: str) -> int:
    return abs((periods.first_day(one) - periods.first_day(other)).days)
