"""Hälsosamtal: the two last whole years, before the agreement that asks for them begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from demo.drafts import Cell, Draft, Table
from demo.scene import Scene

COLUMNS = ("kommun", "ar", "malgrupp", "erbjudna")
_GROUP_PER_INHABITANT = 0.0045
_YEARS = 2


def drafts(scene: Scene) -> Iterator[Draft]:
    """The county's file for each year."""
    for number, year in enumerate(scene.whole_years()[-_YEARS:]):
        yield Draft(
            dataset="halsosamtal",
            stem=f"halsosamtal_{year}",
            content=partial(_table, scene, year),
            day=date(year + 1, 2, 20),
            title=f"Hälsosamtal {year}",
            note="Påhittade tal.",
            dialect=number,
        )


def _table(scene: Scene, year: int) -> Table:
    return Table(COLUMNS, [_row(scene, kommun, year) for kommun in scene.kommuner])


def _row(scene: Scene, kommun: str, year: int) -> tuple[Cell, ...]:
    level = scene.chance("halsosamtal", kommun).uniform(0.3, 0.8)
    chance = scene.chance("halsosamtal", kommun, year)
    group = round(scene.population.everyone(kommun, year) * _GROUP_PER_INHABITANT * chance.uniform(0.9, 1.1))
    return kommun, year, group, round(group * min(1.0, level + chance.uniform(-0.03, 0.06)))
