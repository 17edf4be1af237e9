"""Training in allmän munhälsovård and of intygsutfärdare, from three years before the story on: the share of trained units looks back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from random import Random

import periods
from demo.drafts import Cell, Draft, Table
from demo.enheter import Unit, units
from demo.scene import Scene
from demo.utskrivning import poisson

COLUMNS = ("kommun", "enhet", "datum", "slag", "deltagare", "timmar")
_DAYS_AFTER = 18
_YEARS_BEFORE = 3
_OFFICE = "Myndighet"
_ISSUER_COURSES_PER_QUARTER = 0.8


def drafts(scene: Scene) -> Iterator[Draft]:
    """One file for the years before the story, and one for each of its quarters."""
    if not scene.quarters:
        return
    first = int(scene.quarters[0][:4])
    before = tuple(str(year) for year in range(first - _YEARS_BEFORE, first))
    for number, told in enumerate((before, *((quarter,) for quarter in scene.quarters))):
        yield Draft(
            dataset="utbildning",
            stem=f"utbildning_{told[0]}" if len(told) == 1 else f"utbildning_{told[0]}–{told[-1]}",
            content=partial(_table, scene, told),
            day=periods.last_day(told[-1]) + timedelta(days=_DAYS_AFTER),
            title=f"Utbildning till och med {told[-1]}",
            note="Påhittade utbildningar.",
            dialect=number,
            spreadsheet=number % 6 == 5,
            periods=told,
        )


def _table(scene: Scene, told: tuple[str, ...]) -> Table:
    quarters = [quarter for period in told for quarter in (periods.quarters(period) if periods.kind(period) == "year" else (period,))]
    return Table(COLUMNS, [row for kommun in scene.kommuner for quarter in quarters for row in _quarter(scene, kommun, quarter)])


def _quarter(scene: Scene, kommun: str, quarter: str) -> Iterator[tuple[Cell, ...]]:
    eagerness = scene.chance("utbildning", kommun).uniform(0.07, 0.3)
    chance = scene.chance("utbildning", kommun, quarter)
    for unit in units(scene, kommun):
        if _exists(unit, quarter) and chance.random() < eagerness:
            yield kommun, unit.name, _day(chance, quarter), "munhalsa", chance.randint(4, 18), chance.choice((1.5, 2, 3))
    for _ in range(poisson(chance, _ISSUER_COURSES_PER_QUARTER)):
        yield kommun, _OFFICE, _day(chance, quarter), "intygsutfardare", chance.randint(1, 9), 2


def _exists(unit: Unit, quarter: str) -> bool:
    return unit.first <= periods.first_day(quarter) and (unit.last is None or unit.last >= periods.last_day(quarter))


def _day(chance: Random, quarter: str) -> Cell:
    first = periods.first_day(quarter)
    return first + timedelta(days=chance.randint(0, (periods.last_day(quarter) - first).days))
