"""Decisions on the agreement that begins next: a list that grows, with three kommuner still to decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from config import Agreement
from demo.drafts import Cell, Draft, Table
from demo.scene import Scene

COLUMNS = ("part", "beslut", "datum", "diarienummer")
_UNDECIDED = 3
_BEGAN, _ENDED = timedelta(days=430), timedelta(days=215)  # before the agreement's first day
_LISTS = (timedelta(days=310), timedelta(days=200))


def drafts(scene: Scene) -> Iterator[Draft]:
    """Two lists for each agreement but the first, as far as the day of the scene."""
    for agreement in scene.settings.agreements[1:]:
        for number, before in enumerate(_LISTS):
            day = agreement.valid_from - before
            if day < scene.today:
                yield Draft(
                    dataset="avtalsbeslut",
                    stem=f"avtalsbeslut_{day:%Y%m%d}",
                    content=partial(_table, scene, agreement, day),
                    day=day,
                    title="Beslut om hälso- och sjukvårdsavtalet",
                    note="Påhittade beslut.",
                    dialect=number,
                )


def _table(scene: Scene, agreement: Agreement, known: date) -> Table:
    undecided = scene.pick(_UNDECIDED, "avtalsbeslut", agreement.id)
    rows = [_row(scene, agreement, part) for part in ("VGR", *scene.kommuner) if part not in undecided]
    return Table(COLUMNS, [row for row, day in rows if day < known])


def _row(scene: Scene, agreement: Agreement, part: str) -> tuple[tuple[Cell, ...], date]:
    chance = scene.chance("avtalsbeslut", agreement.id, part)
    day = agreement.valid_from - _BEGAN + timedelta(days=chance.randrange((_BEGAN - _ENDED).days))
    return (part, "antar", day, f"DEMO {day.year}/{chance.randint(100, 999)}"), day
