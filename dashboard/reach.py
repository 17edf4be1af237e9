"""How many kommuner reach a goal: counted only over those whose figure can be judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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


def since(series: Iterable[Figure], last: str) -> Figure | None:
    """The first of the unbroken run of figures, up to `last`, that have its state; None where the last is not judged.

    A period that is missing or incomplete breaks the run: nothing is said about what is not known.
    """
    run: Figure | None = None
    for figure in sorted((each for each in series if each.period <= last), key=lambda each: each.period, reverse=True):
        if run is None and (figure.period != last or figure.status not in JUDGED):
            return None
        if run is not None and figure.status != run.status:
            return run
        run = figure
    return run
