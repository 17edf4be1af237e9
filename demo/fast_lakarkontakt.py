"""Fast läkarkontakt: one row per kommun and quarter, with a level of each kommun's own that rises a little."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import periods
from demo.drafts import Cell, Draft, Table
from demo.scene import Scene

COLUMNS = ("kommun", "kvartal", "patienter", "med_fast_lakarkontakt")
_DAYS_AFTER = 14
_PATIENTS_PER_INHABITANT = 0.021


def drafts(scene: Scene) -> Iterator[Draft]:
    """The county's file for each quarter."""
    for number, quarter in enumerate(scene.quarters):
        yield Draft(
            dataset="fast_lakarkontakt",
            stem=f"fast_lakarkontakt_{quarter}",
            content=partial(_table, scene, quarter),
            day=periods.last_day(quarter) + timedelta(days=_DAYS_AFTER),
            title=f"Fast läkarkontakt {quarter}",
            note="Hela länet.",
            dialect=number + 1,
            spreadsheet=number % 7 == 6,
        )


def _table(scene: Scene, quarter: str) -> Table:
    return Table(COLUMNS, [_row(scene, kommun, quarter) for kommun in scene.kommuner])


def _row(scene: Scene, kommun: str, quarter: str) -> tuple[Cell, ...]:
    level = scene.chance("fast_lakarkontakt", kommun).uniform(0.58, 0.93)
    chance = scene.chance("fast_lakarkontakt", kommun, quarter)
    persons = scene.population.everyone(kommun, scene.population_year(periods.last_day(quarter)))
    patients = round(persons * _PATIENTS_PER_INHABITANT * chance.uniform(0.97, 1.03))
    share = min(0.99, level + 0.004 * scene.quarters.index(quarter) + chance.uniform(-0.012, 0.012))
    return kommun, quarter, patients, round(patients * share)
