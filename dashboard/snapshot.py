"""The current run, held in memory: read once when it becomes current, shared by every request until the next.

A page or an answer takes one `View` and keeps to it, so that all its figures are of one run.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from threading import Lock, Thread
from time import monotonic
from typing import TypeAlias

import polars as pl

import figuresio
import public_figures
from config import Settings
from metrics import breakdowns
from policy import Sight
from sql import publications, runs
from sql.errors import StoreError
from sql.store import Store

_RECHECK_SECONDS = 1.0
Key: TypeAlias = tuple[str, str, Sight]
Protecting: TypeAlias = Callable[[Settings, Store, str], pl.DataFrame]
"""A run's figures as the public sees them."""


@dataclass(frozen=True)
class View:
    """What one reader may see of a run: `figures` in the contract's columns, `breakdowns` in those of `metrics.breakdowns`.

    A protected view holds whole those of the reader's own kommuner (`own`).
    `edition` is the newest publication, which the protected figures are protected beside.
    """

    run: str
    created_at: datetime
    is_demo: bool
    protected: bool
    figures: pl.DataFrame
    breakdowns: pl.DataFrame
    own: frozenset[str] = frozenset()
    edition: str = ""

    @property
    def sight(self) -> Sight:
        """What of it its reader sees unprotected."""
        return Sight(not self.protected, self.own)

    @property
    def key(self) -> Key:
        """What everything that is made from it is kept by: another key may show other numbers."""
        return (self.run, self.edition, self.sight)


class BeingProtectedError(StoreError):
    """The figures of the run, computed at `created_at`, are not protected yet, which goes on; whoever asks comes back in a while."""

    def __init__(self, created_at: datetime) -> None:
        self.created_at = created_at
        super().__init__("Nya siffror har räknats, och små tal i dem skyddas innan de visas. Det tar någon minut. Försök igen om en stund.")


@dataclass(frozen=True)
class Snapshot:
    """A run as it was read; the protected figures are made when first asked for, once, in a thread of their own.

    `patience`: for so many seconds somebody who asks for them waits; None: until they are made.
    """

    run: str
    created_at: datetime
    edition: str
    is_demo: bool
    figures: pl.DataFrame
    breakdowns: pl.DataFrame
    protect: Callable[[str], pl.DataFrame]
    protect_parts: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
    patience: float | None = None
    _lock: Lock = field(default_factory=Lock, compare=False, repr=False)
    _made: list[Future[View]] = field(default_factory=list, compare=False, repr=False)

    @property
    def is_protected(self) -> bool:
        """Whether somebody has asked for protected figures, so that they are made or soon will be."""
        return bool(self._made)

    def key(self, sight: Sight) -> Key:
        """The key of the view."""
        return (self.run, self.edition, sight)

    def view(self, sight: Sight) -> View:
        """The run as a reader may see it: the protected figures, but for those of the reader's own kommuner.

        Raises BeingProtectedError when that takes longer than a reader should wait, and StoreError when it fails.
        """
        if sight.everything:
            return self._open_view
        try:
            protected = self._begun().result(self.patience)
        except TimeoutError as error:
            raise BeingProtectedError(self.created_at) from error
        return self._with_own(protected, sight.kommuner) if sight.kommuner else protected

    def make_protected(self) -> None:
        """Make the protected figures and wait for them, however long it takes. Raises StoreError."""
        self._begun().result()

    def _begun(self) -> Future[View]:
        """The making of the protected figures, begun by the first who asks; one that has failed is tried anew."""
        with self._lock:
            if self._made and self._made[0].done() and self._made[0].exception() is not None:
                self._made.clear()
            if not self._made:
                self._made.append(Future())
                Thread(target=self._make, args=(self._made[0],), name="protect", daemon=True).start()
            return self._made[0]

    def _make(self, making: Future[View]) -> None:
        try:
            making.set_result(self._protected_view())
        except Exception as error:  # whoever waits for it is told
            making.set_exception(error)

    def _with_own(self, protected: View, own: frozenset[str]) -> View:
        """The protected figures stay safe beside a kommun's own: they are protected against the kommuner as well."""
        mine = (pl.col("area_kind") == "kommun") & pl.col("area").is_in(own)
        figures = pl.concat([protected.figures.filter(~mine), self.figures.filter(mine)]).sort(figuresio.ORDER)
        parts = pl.concat([protected.breakdowns.filter(~mine), self.breakdowns.filter(mine)]).sort(breakdowns.SORT)
        return replace(protected, figures=figures, breakdowns=parts, own=own)

    @cached_property
    def _open_view(self) -> View:
        return View(self.run, self.created_at, self.is_demo, False, self.figures, self.breakdowns, edition=self.edition)

    def _protected_view(self) -> View:
        figures = figuresio.with_run(self.protect(self.run), self.run)
        parts = self.protect_parts(self.breakdowns, figures)
        return View(self.run, self.created_at, self.is_demo, True, figures, parts, edition=self.edition)


class Snapshots:
    """The current run of a store. Asks the database which run that is at most once a second.

    Where readers get protected figures, a new run takes the old one's place when its protected figures are made: that can
    take a while, and nobody waits for it. A publication makes a new snapshot too, since the public knows more from then on.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Callable[[], float] = monotonic,
        protect: Protecting = public_figures.of_run,
        patience: float | None = None,
    ) -> None:
        self._settings, self._store, self._clock, self._protect, self._patience = settings, store, clock, protect, patience
        self._lock = Lock()
        self._checked: float | None = None
        self._is_demo = False
        self._newest: tuple[str, str | None, bool] | None = None
        self._snapshot: Snapshot | None = None
        self._failure: str | None = None

    @property
    def is_demo(self) -> bool:
        """Whether the store is a demo; a second old at most."""
        self.current()
        return self._is_demo

    @property
    def was_demo(self) -> bool:
        """Whether the store was a demo when it last answered."""
        return self._is_demo

    def current(self) -> Snapshot | None:
        """The current run, or None when nothing has been computed yet. Raises `StoreError` when the database does not answer."""
        with self._lock:
            now = self._clock()
            if self._checked is None or now - self._checked >= _RECHECK_SECONDS:
                self._failure = self._try_to_refresh()
                self._checked = now
            if self._failure is not None:
                raise StoreError(self._failure)
            return self._snapshot

    def _try_to_refresh(self) -> str | None:
        """Why it failed, if it did: a database that is slow to fail is not asked by every request."""
        try:
            self._refresh()
        except StoreError as error:
            return str(error)
        return None

    def _refresh(self) -> None:
        self._is_demo = self._store.is_demo
        run = runs.current(self._store)
        newest = (run.id, publications.newest(self._store), self._is_demo) if run else None
        if newest == self._newest:
            return
        fresh = self._read(run, newest[1] or "") if run and newest else None
        self._newest = newest
        if fresh and self._snapshot and self._snapshot.is_protected:
            Thread(target=self._follow, args=(fresh, newest), name="protect", daemon=True).start()
        else:
            self._snapshot = fresh

    def _follow(self, fresh: Snapshot, newest: tuple[str, str | None, bool] | None) -> None:
        try:
            fresh.make_protected()
        finally:  # also when it fails: then whoever asks is told
            with self._lock:
                if self._newest == newest:
                    self._snapshot = fresh

    def _read(self, run: runs.Run, edition: str) -> Snapshot:
        return Snapshot(
            run=run.id,
            created_at=run.created_at,
            edition=edition,
            is_demo=self._is_demo,
            figures=figuresio.with_run(runs.frame(self._store, run.id, "figures"), run.id),
            breakdowns=_or_none_at_all(runs.optional_frame(self._store, run.id, "breakdowns")),
            protect=lambda run_id: self._protect(self._settings, self._store, run_id),
            patience=self._patience,
            protect_parts=partial(public_figures.breakdowns_of_run, self._settings, self._store),
        )


def _or_none_at_all(frame: pl.DataFrame | None) -> pl.DataFrame:
    """Breakdowns of a run that was computed before there were any."""
    return breakdowns.empty() if frame is None else frame
