"""The nämndplaner as they are followed up: what is kept of them put together with the figures, for pages, reports and commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock

from config import Settings
from metrics.indicators import INDICATORS
from metrics.namndplan import follow_up as followed_up
from metrics.plan_values import FigureOf, FollowUp, InFile, Said, Sources, Spoken
from namndplan import Plan
from sql import plan_entries, plans
from sql.plan_entries import Entry
from sql.plans import Delivered, StoredPlan
from sql.store import Store
from swedish import in_order


@dataclass(frozen=True)
class Start:
    """What begins on a day in a kommun and aims at an indicator."""

    day: date
    name: str


@dataclass(frozen=True)
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


@dataclass
class Plans:
    """The plans of a store, read again when they have changed."""

    store: Store
    _lock: Lock = field(default_factory=Lock)
    _book: Book | None = None

    def book(self) -> Book:
        """What counts now. Raises StoreError."""
        with self._lock:
            stamp = plans.stamp(self.store)
            if self._book is None or self._book.stamp != stamp:
                self._book = _read(self.store, stamp)
            return self._book


def _read(store: Store, stamp: tuple[int, int]) -> Book:
    files: dict[str, dict[tuple[str, str], InFile]] = {}
    for each in plans.delivered(store):
        files.setdefault(each.kommun, {})[each.measure, each.period] = _in_file(each)
    return Book(stamp, {(stored.plan.kommun, stored.plan.ar): stored for stored in plans.plans(store)}, files)


def _in_file(each: Delivered) -> InFile:
    source = each.source
    return InFile(each.value, each.goal, each.comment, source.delivery, source.by, source.at, source.file_name)


def follow_up(
    settings: Settings, store: Store, book: Book, plan: Plan, period: str, today: date, figure: FigureOf, *, protected: bool
) -> FollowUp:
    """The plan followed up in the period. `figure` gives the kommun's figures, `protected` what the public may see. Raises StoreError."""
    said = {_spoken(entry): _said(entry) for entry in plan_entries.newest(store, plan.kommun).values()}
    sources = Sources(
        said=said,
        files=book.files.get(plan.kommun, {}),
        figure=figure,
        peers=_peers(store, book, plan),
        protect_below=settings.disclosure.threshold if protected else None,
    )
    return followed_up(plan, period, today, sources, settings.namndplan)


def _spoken(entry: Entry) -> Spoken:
    place = entry.place
    return Spoken(place.period, place.kind, place.item, place.field)


def _said(entry: Entry) -> Said:
    return Said(entry.value, entry.by, entry.at, entry.number, entry.reason)


def _peers(store: Store, book: Book, plan: Plan) -> Mapping[tuple[str, str], Mapping[str, float]]:
    """Other kommuner's outcomes of the plan's own measures, by name and period: what was delivered or written, whichever is newer."""
    names = {measure.namn for measure in plan.every_measure if measure.indikator not in INDICATORS}
    found: dict[tuple[str, str], dict[str, float]] = {}
    for kommun, files in book.files.items():
        for (name, period), in_file in files.items():
            if name in names and kommun != plan.kommun:
                found.setdefault((name, period), {})[kommun] = in_file.value
    for entry in _newer(plan_entries.of_items(store, "matt", "utfall", names), book):
        place = entry.place
        if place.kommun != plan.kommun:
            of_others = found.setdefault((place.item, place.period), {})
            of_others.pop(place.kommun, None)
            if entry.value is not None:
                of_others[place.kommun] = float(entry.value)
    return found


def _newer(entries: Iterable[Entry], book: Book) -> Iterable[Entry]:
    """Those that no file has come after."""
    for entry in entries:
        in_file = book.files.get(entry.place.kommun, {}).get((entry.place.item, entry.place.period))
        if in_file is None or entry.at >= in_file.at:
            yield entry


def kommuner_in_order(settings: Settings, codes: Iterable[str]) -> list[str]:
    """The kommuner's codes in the order of the Swedish alphabet of their names."""
    return sorted(codes, key=lambda code: in_order(settings.kommuner.get(code, code)))
