"""Outcomes per quarter of the plan kommuner's own measures, for those that no indicator gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import periods
from demo.drafts import Cell, Draft, Table
from demo.namndplan import plan_kommuner, template
from demo.scene import Scene

COLUMNS = ("kommun", "matt", "period", "utfall", "mal", "kommentar")
_DAYS_AFTER = 20
_QUARTERS = 8


def drafts(scene: Scene) -> Iterator[Draft]:
    """One file for each of the last two years' quarters, with both kommuner."""
    for number, quarter in enumerate(scene.quarters[-_QUARTERS:]):
        yield Draft(
            dataset="matt",
            stem=f"matt_{quarter}",
            content=partial(_table, scene, quarter),
            day=periods.last_day(quarter) + timedelta(days=_DAYS_AFTER),
            title=f"Egna mått {quarter}, påhittade utfall",
            note="Påhittade utfall av nämndplanens egna mått.",
            dialect=number,
            spreadsheet=number % 3 == 2,
        )


def _table(scene: Scene, quarter: str) -> Table:
    outcomes = template()["outcomes"]
    return Table(COLUMNS, [_row(scene, kommun, quarter, outcome) for kommun in plan_kommuner(scene) for outcome in outcomes])


def _row(scene: Scene, kommun: str, quarter: str, outcome: Mapping[str, Any]) -> tuple[Cell, ...]:
    chance = scene.chance("matt", kommun, quarter, outcome["matt"])
    factor = 1 + chance.uniform(-outcome["spread"], outcome["spread"])
    if "level" in outcome:
        value: int | float = round(min(100.0, outcome["level"] * factor), 1)
    else:
        persons = scene.population.everyone(kommun, scene.population_year(periods.last_day(quarter)))
        value = round(outcome["per_10000"] * factor * persons / 10_000)
    return kommun, outcome["matt"], quarter, value, outcome.get("mal"), outcome.get("kommentar")
