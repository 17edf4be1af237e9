"""The nämndplaner as they are followed up: what is kept of them put together with the figures, for pages, reports and commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, partial
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple

import polars as pl

import public_figures
from config import Settings
from flows import plan_peers
from metrics.namndplan import follow_up as followed_up
from metrics.namndplan import period_to_show
from metrics.plan_values import Figure, FollowUp, InFile, Said, Sources, Spoken
from namndplan import Plan, plainly
from policy import Sight
from sql import plan_entries, plans, runs
from sql.plan_entries import Entry
from sql.plans import Delivered, StoredPlan
from sql.store import Store

_RECHECK_SECONDS: Final = 1.0
FiguresOf = Callable[[str, str, str], Figure | None]
"""Kommun, indicator and period -> the figure as a reader may see it."""


@dataclass(frozen=True)
class Start:
    """What begins on a day in a kommun and aims at an indicator."""

    day: date
    name: str


@dataclass(frozen=True, eq=False)
class Book:
    """Every plan and delivered outcome that counts at one moment, read once. `stamp` changes when they do."""

    stamp: tuple[int, int]
    plans: Mapping[tuple[str, int], StoredPlan]
    files: Mapping[str, Mapping[tuple[str, str], InFile]]

    def years(self, kommun: str) -> list[int]:
        """The years that the kommun has a plan for, newest first."""
        return sorted((year for code, year in self.plans if code == kommun), reverse=True)

    def plan(self, kommun: str, year: int) -> StoredPlan | None:
        """The plan of the year, or None."""
        return self.plans.get((kommun, year))

    def year_to_show(self, kommun: str, today: date) -> int | None:
        """This year where there is a plan for it, else the newest plan that has begun, else the first to come."""
        years = self.years(kommun)
        return next((year for year in years if year <= today.year), years[-1] if years else None)

    def in_files(self, plan: Plan) -> Mapping[tuple[str, str], InFile]:
        """The outcomes in files by the plan's own names of its measures and period; of several names for one the newest file counts."""
        found: dict[tuple[str, str], InFile] = {}
        for (name, at), given in sorted(self.files.get(plan.kommun, {}).items(), key=lambda each: each[1].delivery):
            present = plan.called.get(plainly(name), name)
            found[present, at] = given if present == name else given._replace(name=name)
        return found

    @cached_property
    def kommuner(self) -> frozenset[str]:
        """The kommuner that have a plan."""
        return frozenset(kommun for kommun, _ in self.plans)

    @cached_property
    def starts(self) -> Mapping[tuple[str, str], tuple[Start, ...]]:
        """What begins and when, by kommun and the indicator that it aims at, in order of time; each name once."""
        found: dict[tuple[str, str], dict[str, Start]] = {}
        for (kommun, _), stored in sorted(self.plans.items()):
            for indicator, name, day in stored.plan.starts():
                found.setdefault((kommun, indicator), {}).setdefault(name, Start(day, name))
        return {key: tuple(sorted(starts.values(), key=lambda start: start.day)) for key, starts in found.items()}


@dataclass(frozen=True)
class Planned:
    """The plans at one moment, for pages that are kept: `said` changes for a kommun when something is said about its plans."""

    settings: Settings
    store: Store
    book: Book
    said: Mapping[str, int]
    today: date

    def starts(self, kommun: str, indicator: str) -> tuple[Start, ...]:
        """What begins in the kommun and aims at the indicator."""
        return self.book.starts.get((kommun, indicator), ())

    def newest(self, kommun: str, figures: FiguresOf, sight: Sight) -> FollowUp | None:
        """The kommun's plan in the period to show today, or None where it has none. Raises StoreError."""
        year = self.book.year_to_show(kommun, self.today)
        stored = self.book.plan(kommun, year) if year else None
        if stored is None:
            return None
        at = period_to_show(stored.plan, self.today)
        return follow_up(self.settings, self.store, self.book, stored.plan, at, self.today, figures, sight)


@dataclass
class Plans:
    """The plans of a store, read again when they have changed."""

    settings: Settings
    store: Store
    clock: Callable[[], float] = monotonic
    _lock: Lock = field(default_factory=Lock)
    _book: Book | None = None
    _planned: Planned | None = None
    _looked: float = -_RECHECK_SECONDS

    def book(self) -> Book:
        """What counts now. Raises StoreError."""
        with self._lock:
            stamp = plans.stamp(self.store)
            if self._book is None or self._book.stamp != stamp:
                self._book = _read(self.store, stamp)
            return self._book

    def lately(self, today: date) -> Planned:
        """The plans as they were a second ago at most; the same value as long as nothing has changed. Raises StoreError."""
        now = self.clock()
        if self._planned is None or now - self._looked >= _RECHECK_SECONDS:
            found = Planned(self.settings, self.store, self.book(), plan_entries.stamps(self.store), today)
            if self._planned is None or (found.book, found.said, today) != (self._planned.book, self._planned.said, self._planned.today):
                self._planned = found
            self._looked = now
        return self._planned


def _read(store: Store, stamp: tuple[int, int]) -> Book:
    files: dict[str, dict[tuple[str, str], InFile]] = {}
    for each in plans.delivered(store):
        files.setdefault(each.kommun, {})[each.measure, each.period] = _in_file(each)
    return Book(stamp, {(stored.plan.kommun, stored.plan.ar): stored for stored in plans.plans(store)}, files)


def _in_file(each: Delivered) -> InFile:
    source = each.source
    return InFile(each.value, each.goal, each.comment, source.delivery, source.by, source.at, source.file_name)


def follow_up(
    settings: Settings, store: Store, book: Book, plan: Plan, period: str, today: date, figures: FiguresOf, sight: Sight
) -> FollowUp:
    """The plan followed up in the period. `figures` gives kommuner's figures as a reader with this sight gets them. Raises StoreError."""
    threshold = settings.disclosure.threshold
    sources = Sources(
        said=said(store, plan),
        files=book.in_files(plan),
        figure=partial(figures, plan.kommun),
        peers=plan_peers.by_name(store, book, plan),
        sharing={
            indicator: {kommun: partial(figures, kommun) for kommun in kommuner}
            for indicator, kommuner in plan_peers.by_indicator(book, plan).items()
        },
        protect_below=None if sight.everything or plan.kommun in sight.kommuner else threshold,
        protect_others_below=None if sight.everything else threshold,
        seen=sight.kommuner,
    )
    return followed_up(plan, period, today, sources, settings.namndplan)


def said(store: Store, plan: Plan) -> Mapping[Spoken, Said]:
    """What stands in every field of the kommun's plans, measures by the names that they have in this one. Raises StoreError.

    What was written under a former name (in another year's plan, or while the name was changed) counts where nothing is written
    under the present one since. It is no version of the present field, so nobody has seen any of it there.
    """
    found = {_spoken(entry): _said(entry) for entry in plan_entries.newest(store, plan.kommun).values()}
    for spoken in [each for each in found if each.kind == "matt"]:
        present = spoken._replace(item=plan.called.get(plainly(spoken.item), spoken.item))
        if present != spoken:
            before, now = found.pop(spoken), found.get(present)
            if now is None or now.at < before.at:
                found[present] = before._replace(number=now.number if now else 0)
    return found


class _Given(NamedTuple):
    """A figure of the contract, as far as plans read it."""

    numerator: float | None
    denominator: float | None
    value: float | None
    status: str


def figures_of(settings: Settings, store: Store, *, protected: bool) -> FiguresOf:
    """Every kommun's figures of the current run; none before the first run. Raises StoreError."""
    run = runs.current(store)
    if run is None:
        return no_figures
    return figures_in(public_figures.of_run(settings, store, run.id) if protected else runs.frame(store, run.id, "figures"))


def figures_in(frame: pl.DataFrame) -> FiguresOf:
    """Every kommun's figures in a frame of the contract's columns; each kommun's are read when first asked for."""

    @cache
    def of(kommun: str) -> Mapping[tuple[str, str], _Given]:
        mine = frame.filter(pl.col("area") == kommun).select("indicator", "period", *_Given._fields)
        return {(indicator, at): _Given(*rest) for indicator, at, *rest in mine.iter_rows()}

    return lambda kommun, indicator, at: of(kommun).get((indicator, at))


def no_figures(_kommun: str, _indicator: str, _period: str) -> Figure | None:
    """What there is before the first run, and where figures do not matter."""
    return None


def _spoken(entry: Entry) -> Spoken:
    place = entry.place
    return Spoken(place.period, place.kind, place.item, place.field)


def _said(entry: Entry) -> Said:
    return Said(entry.value, entry.by, entry.at, entry.number, entry.reason)
