"""A nämndplan in the form of the workbook that `load namndplan` reads, so that what is written out can be read in again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

from namndplan import KEYS, SHEETS, Matt, Part, Plan

Cell: TypeAlias = str | int | float | date | None
Rows: TypeAlias = list[list[Cell]]


def form(plan: Plan) -> Mapping[str, Rows]:
    """The rows of each sheet, without headings, in the order of `namndplan.SHEETS`."""
    filled: dict[str, list[Mapping[str, Cell]]] = {
        "Plan": [{"nyckel": key, "varde": getattr(plan, key)} for key in KEYS if getattr(plan, key) is not None],
        "Riktningsmål": [{"namn": top.namn} for top in plan.riktningsmal],
        "Mål": [_cells(each, riktningsmal=top.namn) for top in plan.riktningsmal for each in top.mal],
        "Uppdrag": [_cells(each, riktningsmal=top.namn) for top in plan.riktningsmal for each in top.uppdrag],
        "Delsteg": [_cells(step, uppdrag=each.namn) for each in plan.uppdrag for step in each.delsteg],
        "Mått": list(_measures(plan)),
        "Förbättringar": [_cells(each, prioriterad="ja" if each.prioriterad else None) for each in plan.forbattringar],
        "Budget": [dict(zip(SHEETS["Budget"], (area, *amounts), strict=True)) for area, amounts in plan.budget_tkr.items()],
    }
    return {sheet: [[row.get(column) for column in columns] for row in filled[sheet]] for sheet, columns in SHEETS.items()}


def _measures(plan: Plan) -> Iterator[Mapping[str, Cell]]:
    for area, measures in plan.verksamhetsmatt.items():
        yield from (_measure(each, verksamhetsomrade=area) for each in measures)
    for goal in plan.goals:
        yield from (_measure(each, visar_mal=goal.namn) for each in goal.matt)


def _measure(measure: Matt, **place: str) -> Mapping[str, Cell]:
    return _cells(measure, **place)


def _cells(part: Part, **more: Cell) -> Mapping[str, Cell]:
    own = {name: value for name, value in part if isinstance(value, str | int | float | date)}
    return own | ({"hette": "\n".join(part.hette) or None} if isinstance(part, Matt) else {}) | more
