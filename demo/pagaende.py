"""Patients who are utskrivningsklara and still in hospital on the last day of each of the last year's months.

They are drawn from the month's own discharges: a stay of so many days is met on a given day as often as it is long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial

import periods
from demo.drafts import Cell, Draft, Table
from demo.profiles import Profile
from demo.scene import Scene
from demo.utskrivning import columns_of, expected_in, month_of

_MONTHS = 12
_DAYS_AFTER = 6
_DAYS_IN_A_MONTH = 30.4


def drafts(scene: Scene, profiles: Mapping[str, Profile]) -> Iterator[Draft]:
    """One file for each of the last months of the story."""
    for number, month in enumerate(scene.months()[-_MONTHS:]):
        yield Draft(
            dataset="pagaende",
            stem=f"pagaende_{month}",
            content=partial(_table, scene, profiles, month),
            day=periods.last_day(month) + timedelta(days=_DAYS_AFTER),
            title=f"Kvar på sjukhus {periods.last_day(month)}",
            note="Läget den sista dagen. Den som är kvar räknas i betaldagarna först när hen skrivs ut.",
            dialect=number + 3,
            spreadsheet=number % 5 == 4,
            periods=(month,),
        )


def _table(scene: Scene, profiles: Mapping[str, Profile], month: str) -> Table:
    columns = columns_of(scene, periods.quarter_of(periods.last_day(month)))
    names = ("arende", "kommun", "enhet", "inskriven", "utskrivningsklar", *(column.name for column in columns))
    rows = [
        row
        for kommun, expected in expected_in(scene, profiles, month).items()
        for row in _still_there(scene, month, month_of(scene, profiles[kommun], kommun, month, expected, columns), kommun)
    ]
    return Table(names, [tuple({**row, "arende": f"K{month}-{number:05}"}[name] for name in names) for number, row in enumerate(rows, 1)])


def _still_there(scene: Scene, month: str, discharged: Iterator[dict[str, Cell]], kommun: str) -> Iterator[dict[str, Cell]]:
    """Stays that the month's last day falls within: nothing is known of what came after it."""
    chance, last = scene.chance("pagaende", kommun, month), periods.last_day(month)
    for row in discharged:
        ready, left, admitted = row["utskrivningsklar"], row["utskriven"], row["inskriven"]
        if not (isinstance(ready, date) and isinstance(left, date) and isinstance(admitted, date)):
            raise TypeError("inskriven, utskrivningsklar and utskriven hold dates")
        days = (left - ready).days
        if chance.random() * _DAYS_IN_A_MONTH >= days:
            continue
        moved = last - timedelta(days=chance.randint(0, days)) - ready
        dated = {name: cell + moved for name, cell in row.items() if isinstance(cell, date)}
        yield {**row, **{name: cell if cell <= last else None for name, cell in dated.items()}, "information_overford": None}
