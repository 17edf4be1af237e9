"""The units of each kommun, as they stand at each year's end and at the end of the last quarter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import periods
from demo.drafts import Draft, Table
from demo.scene import Scene

COLUMNS = ("kommun", "enhet", "fran", "till")
_DAYS_AFTER = 11
_PERSONS_PER_UNIT = 3500
_FEWEST = 3
_KINDS = ("Hemtjänst", "Särskilt boende", "LSS-boende", "Korttidsboende")


class Unit(NamedTuple):
    """A unit and the days between which it exists."""

    name: str
    first: date
    last: date | None


def units(scene: Scene, kommun: str) -> tuple[Unit, ...]:
    """The kommun's units; one in twelve has closed along the way, and one in twelve has opened."""
    chance = scene.chance("enheter", kommun)
    count = max(_FEWEST, scene.population.everyone(kommun, scene.story.first_population_year) // _PERSONS_PER_UNIT)
    return tuple(_unit(scene, number, chance.randrange(12), chance.randrange(900)) for number in range(count))


def _unit(scene: Scene, number: int, fate: int, days: int) -> Unit:
    begun = periods.first_day(scene.story.first_quarter) + timedelta(days=days)
    name = f"{_KINDS[number % len(_KINDS)]} {number // len(_KINDS) + 1}"
    return Unit(name, begun if fate == 1 else date(2012, 1, 1), begun if fate == 0 else None)


def drafts(scene: Scene) -> Iterator[Draft]:
    """One file for each December, and for the last month of the story."""
    months = [month for month in scene.months() if month.endswith("-12") or month == scene.months()[-1]]
    for number, month in enumerate(months):
        yield Draft(
            dataset="enheter",
            stem=f"enheter_{month}",
            content=partial(_table, scene, month),
            day=periods.last_day(month) + timedelta(days=_DAYS_AFTER),
            title=f"Enheter {periods.last_day(month)}",
            note="Påhittade enheter.",
            dialect=number + 1,
            spreadsheet=number % 3 == 1,
            periods=(month,),
        )


def _table(scene: Scene, month: str) -> Table:
    day = periods.last_day(month)
    rows = [
        (kommun, unit.name, unit.first, unit.last if unit.last and unit.last <= day else None)
        for kommun in scene.kommuner
        for unit in units(scene, kommun)
        if unit.first <= day
    ]
    return Table(COLUMNS, rows)
