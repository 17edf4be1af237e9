"""A year's edition from the store: its latest publication, else the current run as a draft."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

import public_figures
from config import Settings
from metrics import breakdowns
from metrics.spans import of_year
from reports.edition import Edition
from sql import publications, runs
from sql.publications import BREAKDOWNS, INTERNAL, PROTECTED, Publication
from sql.runs import Run
from sql.store import Store

STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_YEARS_BEFORE: Final = 2  # the report's charts and comparisons go back so far


class NothingToShowError(Exception):
    """There is no edition of the year; the message is a Swedish sentence that says what to do."""


def edition_of(
    settings: Settings,
    store: Store,
    year: int,
    *,
    internal: bool,
    publication: Publication | None = None,
    only: Collection[str] | None = None,
) -> Edition:
    """The publication, else the year's latest, else the current run as a draft; protected unless `internal`.

    Everything in a publication's edition is what was frozen, or published by then, so that it gives the same file for ever. Of
    what is not published, `only` these indicators' figures are there, and no breakdowns: to protect everything takes long.
    Raises NothingToShowError where there is neither publication nor figures.
    """
    publication = publication or publications.latest(store, year)
    run = run_of(store, publication)
    draft = _Draft(settings, store, run.id, publication.published_at if publication else None, only, internal=internal)
    return Edition(
        year=year,
        figures=frozen(store, publication, internal=internal) if publication else draft.of_year(year),
        previous=_previous(store, publication, draft, year),
        conditions=runs.frame(store, run.id, "conditions"),
        publication=publication.id if publication else None,
        internal=internal,
        is_demo=store.is_demo,
        created=(publication.published_at if publication else run.created_at).astimezone(STOCKHOLM).date(),
        note=publication.note if publication else "",
        breakdowns=breakdowns.empty() if only is not None else _breakdowns(settings, store, run, year, publication, internal=internal),
    )


def _breakdowns(settings: Settings, store: Store, run: Run, year: int, publication: Publication | None, *, internal: bool) -> pl.DataFrame:
    """Of the year: those of the run, or what the public was given with the publication; none with one from before there were any."""
    if internal:
        return public_figures.computed_breakdowns(store, run.id, year)
    if publication is None:
        return public_figures.breakdowns_of_year(settings, store, run.id, year)
    return frozen_breakdowns(store, publication)


def frozen_breakdowns(store: Store, publication: Publication) -> pl.DataFrame:
    """What the public was given of the year's breakdowns with the publication."""
    frozen_then = publications.optional_frame(store, publication.id, BREAKDOWNS)
    return breakdowns.empty() if frozen_then is None else frozen_then


def run_of(store: Store, publication: Publication | None) -> Run:
    """The run that the publication was frozen from, or the current one for a draft. Raises NothingToShowError before the first."""
    run = (runs.get(store, publication.run) if publication else None) or runs.current(store)
    if run is None:
        raise NothingToShowError("Ingen körning finns än. Kör uppfoljning compute först.")
    return run


def frozen(store: Store, publication: Publication, *, internal: bool) -> pl.DataFrame:
    """The publication's figures: as they were computed, or as the public sees them."""
    return publications.frame(store, publication.id, INTERNAL if internal else PROTECTED)


class _Draft:
    """A run's figures, a year at a time; protected beside what was published `by` then."""

    def __init__(
        self, settings: Settings, store: Store, run: str, by: datetime | None, only: Collection[str] | None, *, internal: bool
    ) -> None:
        self._settings, self._store, self._run, self._by, self._only = settings, store, run, by, only
        self.internal = internal

    def of_year(self, year: int) -> pl.DataFrame:
        mine = self.before(year)
        if mine.is_empty():
            raise NothingToShowError(f"Det finns inga siffror för {year}. Ladda leveranser som gäller året och kör uppfoljning compute.")
        return mine

    def before(self, year: int) -> pl.DataFrame:
        if self.internal:
            return of_year(runs.frame(self._store, self._run, "figures"), year)
        return public_figures.of_year(self._settings, self._store, self._run, year, self._by, self._only)


def _previous(store: Store, publication: Publication | None, draft: _Draft, year: int) -> pl.DataFrame:
    """The years before: as they were published by then, else as the run has them."""
    found = []
    for before in range(year - _YEARS_BEFORE, year):
        editions = publications.listing(store, before)
        by_then = (e for e in editions if publication is None or e.published_at <= publication.published_at)
        edition = next(by_then, None)
        found.append(frozen(store, edition, internal=draft.internal) if edition else draft.before(before))
    return pl.concat(found)
