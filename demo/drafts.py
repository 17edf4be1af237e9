"""A file before and after it is written: what it holds, whom it speaks for, and when it is delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

Cell = str | int | float | bool | date | None
Expected = Literal["accepted", "refused"]


@dataclass(frozen=True)
class Table:
    """Columns by field name, and rows in their order."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]


@dataclass(frozen=True)
class Draft:
    """A file to be. `content` makes its table (or its text) when it is written; `day` is when it would be delivered."""

    dataset: str
    stem: str
    content: Callable[[], Table | str]
    day: date
    title: str
    note: str
    dialect: int = 0
    spreadsheet: bool = False
    periods: tuple[str, ...] = ()
    kommuner: tuple[str, ...] | None = None
    expected: Expected = "accepted"


@dataclass(frozen=True)
class DemoFile:
    """A written file and how to deliver it.

    `periods` is empty for datasets whose rows say what they cover, `kommuner` None for the whole county, `delivered` is UTC,
    and `note` a Swedish sentence about what the file shows.
    """

    dataset: str
    path: Path
    periods: tuple[str, ...]
    kommuner: tuple[str, ...] | None
    delivered: datetime
    note: str
    expected: Expected
