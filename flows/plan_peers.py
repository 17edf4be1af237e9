"""What other kommuner have of a plan's measures: outcomes of a measure with the same name, and who follows the same indicator.

Names are the same when only case and spaces differ. A measure is looked for by the name that the other kommun calls it now: what it
was called before may have meant something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from metrics.indicators import INDICATORS
from metrics.namndplan import unit_of
from namndplan import Matt, Plan, plainly
from sql import plan_entries
from sql.store import Store

if TYPE_CHECKING:
    from flows.planning import Book


def by_name(store: Store, book: Book, plan: Plan) -> Mapping[tuple[str, str], Mapping[str, float]]:
    """By the plan's own measures and period: the other kommuner's outcomes, delivered or written, whichever is newer. Raises StoreError."""
    own = {plainly(each.namn): each for each in plan.every_measure if each.indikator not in INDICATORS}
    given: dict[tuple[str, str, str], tuple[datetime, float | None]] = {
        (kommun, *place): (each.at, each.value) for kommun, files in book.files.items() for place, each in files.items()
    }
    for entry in plan_entries.of_items(store, "matt", "utfall", _names(book, own)):
        place = (entry.place.kommun, entry.place.item, entry.place.period)
        if place not in given or entry.at >= given[place][0]:
            given[place] = (entry.at, None if entry.value is None else float(entry.value))
    mine, found = _Mine(book, plan, own), dict[tuple[str, str], dict[str, float]]()
    for (kommun, name, period), (_, value) in sorted(given.items(), key=lambda each: each[1][0]):
        measure = mine.of(kommun, name, period)
        if measure:
            found.setdefault((measure, period), {}).pop(kommun, None)
            if value is not None:
                found[measure, period][kommun] = value
    return found


def by_indicator(book: Book, plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """By indicator that is a measure of the plan: the other kommuner whose plans of the year have it as a measure too."""
    found: dict[str, tuple[str, ...]] = {}
    for each in plan.every_measure:
        if each.indikator in INDICATORS:
            found[str(each.indikator)] = tuple(
                kommun
                for (kommun, year), stored in sorted(book.plans.items())
                if year == plan.ar
                and kommun != plan.kommun
                and any(theirs.indikator == each.indikator for theirs in stored.plan.every_measure)
            )
    return found


def _names(book: Book, own: Mapping[str, Matt]) -> set[str]:
    """Every name that somebody's measure may be kept under."""
    names = {measure.namn for measure in own.values()}
    for stored in book.plans.values():
        for each in stored.plan.every_measure:
            if plainly(each.namn) in own:
                names |= {each.namn, *each.hette}
    return names


class _Mine:
    """Which of the plan's own measures another kommun's name stands for; empty where it stands for none."""

    def __init__(self, book: Book, plan: Plan, own: Mapping[str, Matt]) -> None:
        self._own, self._kommun = own, plan.kommun
        self._known: dict[tuple[str, int], dict[str, str]] = {
            place: {plainly(name): self._same(each) for each in stored.plan.every_measure for name in (*each.hette, each.namn)}
            for place, stored in book.plans.items()
        }

    def _same(self, theirs: Matt) -> str:
        """The measure with the same name, unless the units say that they count different things."""
        own = self._own.get(plainly(theirs.namn))
        same = own is not None and (not unit_of(theirs) or not unit_of(own) or unit_of(theirs) == unit_of(own))
        return own.namn if own and same else ""

    def of(self, kommun: str, name: str, period: str) -> str:
        """The measure that the other kommun's name stood for in the period."""
        if kommun == self._kommun:
            return ""
        own = self._own.get(plainly(name))
        return self._known.get((kommun, int(period[:4])), {}).get(plainly(name), own.namn if own else "")
