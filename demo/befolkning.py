"""Population files, one a year: SCB's own numbers where they were read, a straight line between two such years else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from demo.drafts import Draft, Table
from demo.scene import Scene, population_published


def drafts(scene: Scene) -> Iterator[Draft]:
    """One file for each year that has been published by the scene's day."""
    for number, year in enumerate(scene.population_years):
        read = scene.population.is_read(year)
        yield Draft(
            dataset="befolkning",
            stem=f"befolkning_{year}" if read else f"befolkning_{year}_interpolerad",
            content=partial(_table, scene, year),
            day=population_published(year),
            title=f"Folkmängd 31 december {year}" + ("" if read else ", beräknad rakt mellan två års folkmängd"),
            note="SCB:s folkmängd." if read else f"Folkmängden {year} är beräknad rakt mellan de två närmaste åren som har riktiga tal.",
            dialect=number + 1,
        )


def _table(scene: Scene, year: int) -> Table:
    rows = [
        (kommun, year, age, persons)
        for kommun in scene.kommuner
        for age, persons in zip(scene.population.ages, scene.population.by_age(kommun, year), strict=True)
    ]
    return Table(("kommun", "ar", "alder", "antal"), rows)
