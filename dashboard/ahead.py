"""Pages made before they are asked for, so that a change of area or period finds its page ready.

A page of figures takes some twenty milliseconds to make and the run's figures are the same for everyone, so the pages next to
the one that was opened are made while it is read: one at a time, and at rest for longer than at work, so that readers notice nothing.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from threading import Lock, Thread
from time import sleep, thread_time
from typing import Final

import periods
from dashboard.areas import Area
from dashboard.choices import Choices
from dashboard.context import Context
from metrics.indicators import INDICATORS

_log: Final = logging.getLogger(__name__)
_REST: Final = 2  # times as long as the work
_MOST_WISHES: Final = 2000

Wish = tuple[Choices, Context]


class Ahead:
    """Makes wished pages in the background, the newest wishes first; the thread ends when none is left."""

    def __init__(self, make: Callable[[Choices, Context], object]) -> None:
        self._make = make
        self._wishes: OrderedDict[tuple[str, Choices], Wish] = OrderedDict()
        self._lock = Lock()
        self._working: Thread | None = None

    def wish(self, wanted: Iterable[Choices], context: Context) -> None:
        """Wish for pages, the most wanted first."""
        with self._lock:
            for chosen in reversed(list(wanted)):
                key = (context.lookup.view.run, chosen)
                self._wishes[key] = (chosen, context)
                self._wishes.move_to_end(key)
            while len(self._wishes) > _MOST_WISHES:
                self._wishes.popitem(last=False)
            if self._wishes and self._working is None:
                self._working = Thread(target=self._work, name="pages-ahead", daemon=True)
                self._working.start()

    def wait(self, seconds: float) -> None:
        """Wait until every wish has come true, for so long at most."""
        if (working := self._working) is not None:
            working.join(seconds)

    def _work(self) -> None:
        while (wish := self._next()) is not None:
            begun = thread_time()
            try:
                self._make(*wish)
            except Exception:
                _log.exception("page %s failed ahead of time", wish[0].path)
            sleep(_REST * (thread_time() - begun))

    def _next(self) -> Wish | None:
        with self._lock:
            if not self._wishes:
                self._working = None
                return None
            return self._wishes.popitem()[1]


def likely(context: Context) -> Iterator[Choices]:
    """What readers open first in a new run: the lists, each indicator, each area."""
    yield from (Choices(path) for path in ("/", "/indikatorer", "/kommuner"))
    yield from (Choices(f"/indikator/{indicator_id}") for indicator_id in INDICATORS)
    yield from (Choices(area.path) for area in _areas(context))


def neighbours(chosen: Choices, context: Context) -> Iterator[Choices]:
    """One choice away from a page: another period of the same kind, the nearest first, or another area."""
    if chosen.period:
        kind, here = periods.kind(chosen.period), chosen.period
        others = [period for period in context.lookup.of_kind(kind) if period != here]
        yield from (chosen.but(period=period) for period in sorted(others, key=lambda period: _apart(period, here)))
    if chosen.path == "/" or chosen.path.startswith("/indikator/"):
        yield from (chosen.but(area=area.id) for area in _areas(context))
    elif any(chosen.path == area.path for area in _areas(context)):
        yield from (chosen.but(path=area.path) for area in _areas(context))


def _areas(context: Context) -> list[Area]:
    delregioner = [area for division in context.settings.divisions for area in context.areas.delregioner(division)]
    return [*context.kommuner, *delregioner]


def _apart(one: str, other: str) -> int:
    return abs((periods.first_day(one) - periods.first_day(other)).days)
