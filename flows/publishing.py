"""Publishing a year, and what has moved since: the wiring of store and metrics that commands and pages share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

import periods
import personnummer
import public_figures
from config import Settings
from metrics import completeness, disclosure
from metrics import revisions as compared
from metrics.completeness import Lack
from metrics.spans import of_year
from policy import Person
from sql import catalogue, coverage, publications, runs
from sql.catalogue import Delivery
from sql.publications import BREAKDOWNS, INTERNAL, PROTECTED, NewPublication, Publication
from sql.runs import Run
from sql.store import Store
from swedish import in_order, listed

YEARS_BEFORE = 2  # so far back a report compares
NO_RUN = "Ingen körning finns än. Kör uppfoljning compute först."


class NotPublishedError(Exception):
    """The year cannot be published; `sentences` say why and what to do, in Swedish. `incomplete`: a note would help."""

    def __init__(self, sentences: Sequence[str], *, incomplete: bool = False) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)
        self.incomplete = incomplete


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be published: the year, a person's note (needed where the year is incomplete) and reason, who and when."""

    year: int
    note: str
    reason: str
    by: Person | str
    now: datetime


@dataclass(frozen=True)
class Made:
    """A new publication, what the year lacked when it was made, and how many of its figures are protected."""

    publication: Publication
    lacking: tuple[str, ...]
    hidden: int
    figures: int


# ---- Publishing ---------------------------------------------------------------------------------------------------------------


def publish(settings: Settings, store: Store, wanted: Wanted) -> Made:
    """Freeze the current run's figures of the year as its next edition.

    Raises NotPublishedError where a text holds a personnummer, there is no run, no figure of the year, something is missing and no
    note says why, or the edition would give a protected number away.
    """
    if personnummer.find(wanted.note) or personnummer.find(wanted.reason):
        raise NotPublishedError(["Texten innehåller ett personnummer eller samordningsnummer. Skriv den utan."])
    run = runs.current(store)
    if run is None:
        raise NotPublishedError([NO_RUN])
    figures = figures_of_year(store, run.id, wanted.year)
    lacking = lacking_in_words(settings, figures, wanted.year)
    if lacking and not wanted.note:
        raise NotPublishedError(lacking, incomplete=True)
    before = publications.latest(store, wanted.year)
    public = _protected(settings, store, run.id, figures, wanted.year)
    new = NewPublication(
        year=wanted.year,
        run=run.id,
        note=wanted.note,
        reason=wanted.reason or (_reason(store, before, run) if before else ""),
        by=wanted.by,
        now=wanted.now,
    )
    parts = public_figures.breakdowns_of_year(settings, store, run.id, wanted.year)
    made = publications.publish(store, new, {INTERNAL: figures, PROTECTED: public, BREAKDOWNS: parts})
    _protect_years_before(settings, store, made)
    return Made(made, lacking, public.filter(pl.col("status") == "suppressed").height, public.height)


def _protect_years_before(settings: Settings, store: Store, made: Publication) -> None:
    """Find out now what the report must hide of earlier years that were never published: it takes seconds, and is kept."""
    for year in range(made.year - YEARS_BEFORE, made.year):
        if publications.latest(store, year) is None:
            public_figures.of_year(settings, store, made.run, year, made.published_at)


def figures_of_year(store: Store, run: str, year: int) -> pl.DataFrame:
    """The run's figures of the year. Raises NotPublishedError where it has none."""
    mine = of_year(runs.frame(store, run, "figures"), year)
    if mine.is_empty():
        raise NotPublishedError([f"Det finns inga siffror för {year}. Ladda leveranser som gäller året och kör uppfoljning compute."])
    return mine


def _protected(settings: Settings, store: Store, run: str, figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """The public version, also beside every earlier edition of the year; proved to give nothing away, or refused."""
    public = public_figures.of_year(settings, store, run, year)
    earlier = public_figures.published(store, year)
    if found := disclosure.audit(settings, figures, public, earlier):
        names = [f"publikation {each.id}" for each in reversed(publications.listing(store, year))]
        told = public_figures.in_words(settings, found, [*names, "den nya publikationen"])
        raise NotPublishedError(
            [f"{len(found)} skyddade tal för {year} går att räkna ut ur det som skulle visas:", *told, "Inget har publicerats."]
        )
    return public


def lacking_in_words(settings: Settings, figures: pl.DataFrame, year: int) -> tuple[str, ...]:
    """What the year's figures lack and from whom, a sentence each; empty for a complete year."""
    return tuple(_lack_in_words(settings, lack) for lack in completeness.lacking(settings, figures, year))


def _lack_in_words(settings: Settings, lack: Lack) -> str:
    names = sorted((settings.kommuner[kommun] for kommun in lack.kommuner), key=in_order)
    who = f"alla {len(names)} kommuner" if len(names) == len(settings.kommuner) else listed(names)
    return f"{lack.dataset} {'är ofullständig, rader avvisades' if lack.partly else 'saknas'} för {_spans(lack.periods)}: {who}."


def _spans(names: Sequence[str]) -> str:
    return ", ".join(first if first == last else f"{first}–{last}" for first, last in periods.stretches(names))


# ---- What has moved since -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """A delivery that the figures rest on now and did not then (`came`), or the other way round."""

    delivery: Delivery
    came: bool

    @property
    def told(self) -> str:
        """In a sentence."""
        d = self.delivery
        return f"Leverans {d.id}, {d.dataset}, {d.file_name}, {self.how}. Den gäller {d.covers}."

    @property
    def how(self) -> str:
        """What happened to it, and why where somebody said so: `kom 2026-05-06`, `är återkallad (fel fil)`."""
        d = self.delivery
        how = f"kom {d.loaded_at[:10]}" if self.came else _ENDED.get(d.status, "gäller inte längre")
        return f"{how} ({d.reason})" if d.reason and not self.came else how


_ENDED = {"återkallad": "är återkallad", "raderad": "är raderad", "ersatt": "är ersatt"}


@dataclass(frozen=True)
class Moves:
    """What differs between a publication and figures of now: rows of `metrics.revisions.causes`, the deliveries, and whether the
    settings are others than when it was published."""

    figures: pl.DataFrame
    deliveries: tuple[Moved, ...]
    settings_changed: bool


def moves(settings: Settings, store: Store, published: Publication, then: pl.DataFrame, run: Run, now: pl.DataFrame) -> Moves:
    """Hold `then`, the publication's figures, against `now`, the run's, both as the same reader may see them."""
    changed = compared.changes(then, of_year(now, published.year))
    moved = moved_deliveries(store, published, run)
    told = compared.causes(settings, changed, coverage.of_deliveries(store, {each.delivery.id for each in moved}))
    before = runs.get(store, published.run)
    return Moves(told, moved, before is not None and before.settings_sha256 != run.settings_sha256)


def moved_deliveries(store: Store, before: Publication, run: Run) -> tuple[Moved, ...]:
    """Deliveries that speak for the published year and differ between its run and the given one, in order of id."""
    published = runs.get(store, before.run)
    then, later = set(published.deliveries if published else ()), set(run.deliveries)
    ids = _speaking_for(store, before.year, then ^ later)
    return tuple(Moved(delivery, delivery.id in later) for delivery in catalogue.listing(store) if delivery.id in ids)


def _speaking_for(store: Store, year: int, deliveries: Collection[int]) -> set[int]:
    """Those that cover some of the year; population counts in every year after its own."""
    cells = coverage.of_deliveries(store, deliveries)
    within = pl.col("period").str.slice(0, 4) == str(year)
    population = (pl.col("dataset") == completeness.POPULATION) & (pl.col("period") <= str(year))
    return set(cells.filter(within | population)["delivery"])


def _reason(store: Store, before: Publication, run: Run) -> str:
    told = [moved.told for moved in moved_deliveries(store, before, run)]
    return " ".join(told) or f"Samma leveranser som i {before.id}."
