"""A made-up nämndplan for each plan kommun and year of the story, from namndplan.yaml, and its outcomes' levels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from demo.drafts import Draft
from demo.scene import Scene

_FILE = Path(__file__).parent / "namndplan.yaml"
_DATES = ("klart_senast", "fran")


def template() -> dict[str, Any]:
    """namndplan.yaml."""
    read: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return read


def plan_kommuner(scene: Scene) -> tuple[str, ...]:
    """The kommuner of the story that are in the settings."""
    return tuple(kommun for kommun in scene.story.plan_kommuner if kommun in scene.kommuner)


def drafts(scene: Scene) -> Iterator[Draft]:
    """A plan for each plan kommun and each year that the story's quarters lie in, delivered early that year."""
    years = sorted({int(quarter[:4]) for quarter in scene.quarters})
    for year in years[-2:]:
        for kommun in plan_kommuner(scene):
            yield Draft(
                dataset="namndplan",
                stem=f"namndplan_{year}_{kommun}",
                content=partial(_text, scene, kommun, year),
                day=date(year, 1, 15),
                title="",
                note="Påhittad plan.",
            )


def _text(scene: Scene, kommun: str, year: int) -> str:
    made = template()
    plan = {"kommun": kommun, "namnd": made["plan"]["namnd"], "ar": year, "dnr": f"DEMO {year}/1"} | _with_year(made["plan"], year)
    persons = scene.population.everyone(kommun, year - 1)
    budget = {area: [round(per_person * persons / 1000) for per_person in amounts] for area, amounts in made["budget_per_person"].items()}
    plan["budget_tkr"] = budget | {"Totalt": [sum(amounts) for amounts in zip(*budget.values(), strict=True)]}
    return yaml.safe_dump(plan, allow_unicode=True, sort_keys=False, width=120)


def _with_year(node: Any, year: int) -> Any:
    """The same tree with the year put before each month-day."""
    if isinstance(node, dict):
        return {key: date.fromisoformat(f"{year}-{value}") if key in _DATES else _with_year(value, year) for key, value in node.items()}
    return [_with_year(item, year) for item in node] if isinstance(node, list) else node
