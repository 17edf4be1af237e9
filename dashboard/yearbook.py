"""Publications as a reader may see them: the frozen figures, and what has moved since. Kept in memory: they never change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import polars as pl

import figuresio
from config import Settings
from dashboard.lookup import Lookup
from dashboard.snapshot import View
from flows import publishing
from flows.publishing import Moves
from metrics import breakdowns
from metrics.spans import of_year
from policy import Sight
from sql import decisions, publications, runs
from sql.decisions import Decision
from sql.publications import INTERNAL, PROTECTED, Publication
from sql.store import Store

_KEPT: Final = 12


@dataclass(frozen=True)
class Year:
    """What is known of a year: its editions, newest first, the one that is `shown`, and what the forum decided on any of them."""

    number: int
    editions: tuple[Publication, ...]
    shown: Publication | None
    decisions: tuple[Decision, ...]


class Yearbooks:
    """Reads publications for the pages, as readers see them."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def listing(self) -> tuple[Publication, ...]:
        """Every publication, the newest year and edition first."""
        return publications.listing(self._store)

    def year(self, number: int, edition: str = "") -> Year | None:
        """The year with the edition, or its newest; None for an edition that does not exist."""
        editions = publications.listing(self._store, number)
        shown = next((each for each in editions if not edition or str(each.edition) == edition), None)
        if edition and shown is None:
            return None
        return Year(number, editions, shown, decisions.listing(self._store, number))

    def figures(self, publication: Publication, sight: Sight) -> pl.DataFrame:
        """The frozen figures in the contract's columns: the protected ones, but for those of the reader's own kommuner."""
        found: pl.DataFrame = self._once(("figures", publication.id, sight), lambda: self._figures(publication, sight))
        return found

    def _figures(self, publication: Publication, sight: Sight) -> pl.DataFrame:
        frozen = publications.frame(self._store, publication.id, INTERNAL if sight.everything else PROTECTED)
        if sight.kommuner and not sight.everything:
            mine = (pl.col("area_kind") == "kommun") & pl.col("area").is_in(sight.kommuner)
            own = publications.frame(self._store, publication.id, INTERNAL).filter(mine)
            frozen = pl.concat([frozen.filter(~mine), own]).sort(figuresio.ORDER)
        return figuresio.with_run(frozen, publication.run)

    def lookup(self, publication: Publication, sight: Sight) -> Lookup:
        """The frozen figures after those that had been published of the years before."""
        found: Lookup = self._once(("lookup", publication.id, sight), lambda: self._lookup(publication, sight))
        return found

    def _lookup(self, publication: Publication, sight: Sight) -> Lookup:
        every = pl.concat([self.figures(each, sight) for each in (*self._before(publication), publication)])
        view = View(
            run=publication.run,
            created_at=publication.published_at,
            is_demo=self._store.is_demo,
            protected=not sight.everything,
            figures=every,
            breakdowns=breakdowns.empty(),
            own=sight.kommuner,
            edition=publication.id,
        )
        return Lookup(view)

    def current(self, view: View) -> Lookup:
        """The current run's figures as the reader sees them."""
        found: Lookup = self._once(("current", view.key), lambda: Lookup(view))
        return found

    def _before(self, publication: Publication) -> list[Publication]:
        """The newest edition then of each of the years before."""
        known = [each for each in self.listing() if each.published_at <= publication.published_at]
        years = range(publication.year - publishing.YEARS_BEFORE, publication.year)
        newest = (next((each for each in known if each.year == year), None) for year in years)
        return [each for each in newest if each is not None]

    def moves(self, publication: Publication, now: pl.DataFrame, run_id: str, sight: Sight) -> Moves | None:
        """What differs between the publication and the run's figures `now`; None when that run is no longer kept."""
        run = runs.get(self._store, run_id)
        if run is None:
            return None
        then = self.figures(publication, sight)
        make = lambda: publishing.moves(self._settings, self._store, publication, then, run, now)  # noqa: E731
        found: Moves = self._once(("moves", publication.id, run.id, sight), make)
        return found

    def lacking(self, year: int, run_id: str) -> tuple[str, ...] | None:
        """What the run lacks of the year and from whom, a sentence each; None where it has no figure of the year."""
        found: tuple[str, ...] | None = self._once(("lacking", year, run_id), lambda: self._lacking(year, run_id))
        return found

    def _lacking(self, year: int, run_id: str) -> tuple[str, ...] | None:
        mine = of_year(runs.frame(self._store, run_id, "figures"), year)
        return None if mine.is_empty() else publishing.lacking_in_words(self._settings, mine, year)

    def _once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made
