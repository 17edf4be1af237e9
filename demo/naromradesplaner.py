"""Närområdesplaner: one file for each whole year of the story."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from demo.drafts import Cell, Draft, Table
from demo.scene import Scene

COLUMNS = ("kommun", "naromrade", "ar", "upprattad", "uppfoljd")
_PERSONS_PER_DISTRICT = 18_000
_PLACES = ("Norra", "Södra", "Mellersta", "Östra", "Västra")


def drafts(scene: Scene) -> Iterator[Draft]:
    """The county's file for each year that has ended."""
    for number, year in enumerate(scene.whole_years()):
        day = date(year + 1, 1, 25)
        yield Draft(
            dataset="naromradesplaner",
            stem=f"naromradesplaner_{year}",
            content=partial(_table, scene, year, min(day, scene.today)),
            day=day,
            title=f"Närområdesplaner {year}",
            note="Påhittade planer.",
            dialect=number + 2,
        )


def _table(scene: Scene, year: int, known: date) -> Table:
    return Table(COLUMNS, [row for kommun in scene.kommuner for row in _districts(scene, kommun, year, known)])


def _districts(scene: Scene, kommun: str, year: int, known: date) -> Iterator[tuple[Cell, ...]]:
    habit = scene.chance("naromradesplaner", kommun).uniform(0.55, 1.0)
    chance = scene.chance("naromradesplaner", kommun, year)
    name = scene.settings.kommuner[kommun]
    for number in range(max(1, scene.population.everyone(kommun, year) // _PERSONS_PER_DISTRICT)):
        made = date(year, 1, 10) + timedelta(days=chance.randint(0, 120)) if chance.random() < habit else None
        followed = made + timedelta(days=chance.randint(150, 330)) if made and chance.random() < habit else None
        place = _PLACES[number % len(_PLACES)] + (f" {number // len(_PLACES) + 1}" if number >= len(_PLACES) else "")
        yield kommun, f"{place} {name}", year, made, followed if followed and followed < known else None
