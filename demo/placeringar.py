"""Placements outside the home. Each quarter's file speaks for the quarter before too, so that costs divided since are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial

import periods
from demo.drafts import Cell, Draft, Table
from demo.scene import Scene
from demo.utskrivning import poisson

COLUMNS = (
    "placering", "kommun", "start", "slut", "form", "akut", "inom_lanet", "sip", "kostnadsfordelning", "region_andel", "schablon",
)  # fmt: skip
_DAYS_AFTER = 17
_PER_INHABITANT_AND_MONTH = 1 / 26_000
_FORMS: Mapping[str, float] = {"hvb": 46, "familjehem": 27, "hvah": 13, "sis": 8, "skyddat_boende": 6}


def drafts(scene: Scene) -> Iterator[Draft]:
    """One file for each quarter."""
    for number, quarter in enumerate(scene.quarters):
        told = scene.quarters[max(0, number - 1) : number + 1]
        day = periods.last_day(quarter) + timedelta(days=_DAYS_AFTER)
        yield Draft(
            dataset="placeringar",
            stem=f"placeringar_{quarter}",
            content=partial(_table, scene, told, min(day, scene.today)),
            day=day,
            title=f"Placeringar till och med {quarter}",
            note="Påhittade placeringar.",
            dialect=number + 3,
            spreadsheet=number % 5 == 2,
            periods=told,
        )


def _table(scene: Scene, told: tuple[str, ...], known: date) -> Table:
    months = [month for period in told for month in periods.months(period)]
    return Table(COLUMNS, [row for month in months for kommun in scene.kommuner for row in _month(scene, kommun, month, known)])


def _month(scene: Scene, kommun: str, month: str, known: date) -> Iterator[tuple[Cell, ...]]:
    """The kommun's placements of the month, with what was known of them on the day."""
    habit = scene.chance("placeringar", kommun)
    has_plan, in_time, inside, standard = (
        habit.uniform(0.5, 0.95),
        habit.uniform(10, 30),
        habit.uniform(0.6, 0.95),
        habit.uniform(0.03, 0.25),
    )
    chance = scene.chance("placeringar", kommun, month)
    persons = scene.population.everyone(kommun, int(month[:4]) - 1)
    first, length = periods.first_day(month), (periods.last_day(month) - periods.first_day(month)).days
    for number in range(1, poisson(chance, persons * _PER_INHABITANT_AND_MONTH) + 1):
        start = first + timedelta(days=chance.randint(0, length))
        acute, uses_standard = chance.random() < 0.3, chance.random() < standard
        plan = start + timedelta(days=chance.randint(1, 30) if acute else -chance.randint(0, 40)) if chance.random() < has_plan else None
        settled = start + timedelta(days=int(chance.gammavariate(2.5, in_time / 2.5)) if acute else -chance.randint(0, 10))
        yield (
            f"PL{month[2:4]}{month[5:]}-{kommun}-{number:02}",
            kommun,
            start,
            start + timedelta(days=chance.randint(20, 500)) if chance.random() < 0.7 else None,
            chance.choices(list(_FORMS), weights=list(_FORMS.values()))[0],
            acute,
            chance.random() < inside,
            plan if plan and plan <= known else None,
            settled if settled <= known else None,
            33 if uses_standard else chance.choice((20, 25, 40, 50, None)),
            uses_standard,
        )
