"""How many kommuner reach a goal: counted only over those whose figure can be judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import periods
from dashboard.areas import Area
from dashboard.lookup import Figure, Lookup

JUDGED = ("met", "missed")


@dataclass(frozen=True)
class Reach:
    """`met` of `judged` kommuner reach the goal, of `total` asked about. `who` are those that do, by id."""

    met: int
    judged: int
    total: int
    who: frozenset[str]
    judged_ids: frozenset[str]


def reach(figures: Iterable[Figure | None]) -> Reach:
    """Count the figures of one indicator and period."""
    every = list(figures)
    judged = [figure for figure in every if figure is not None and figure.status in JUDGED]
    met = frozenset(figure.area for figure in judged if figure.status == "met")
    return Reach(len(met), len(judged), len(every), met, frozenset(figure.area for figure in judged))


def reach_of(lookup: Lookup, indicator: str, areas: Iterable[Area], period: str) -> Reach:
    """Count over the areas in the period."""
    return reach(lookup.figure(indicator, area.id, period) for area in areas)


@dataclass(frozen=True)
class Run:
    """Figures of one state in a row, up to the latest: the first of them, and why the run goes no further back.

    `before` is "first" where the figures begin, "changed" where the state was another, "unknown" where a figure is missing or not whole.
    """

    first: Figure
    before: Literal["first", "changed", "unknown"]


def unbroken(series: Iterable[Figure], last: str) -> Run | None:
    """The run of one state up to `last`; None where the last is not judged."""
    backwards = sorted((each for each in series if each.period <= last), key=lambda each: each.period, reverse=True)
    if not backwards or backwards[0].period != last or backwards[0].status not in JUDGED:
        return None
    first = backwards[0]
    for figure in backwards[1:]:
        if figure.period != periods.previous(first.period):
            return Run(first, "unknown")
        if figure.status != first.status:
            return Run(first, "changed" if figure.status in JUDGED else "unknown")
        first = figure
    return Run(first, "first")
