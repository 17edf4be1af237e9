"""What every kind of file becomes first: sheets of text cells with the row numbers that the sender sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from loaders.problem import Finding, Unreadable

HEAD_ROWS = 30
"""How far down a header row may stand (contract, section 3)."""

EXTRA = "extra"
"""The column that holds, as one text, the cells of a text row that stand to the right of the header's last cell."""

MOST_COLUMNS = 256
"""More columns than any dataset could need: a table turned on its side, or a file of something else."""

Cells: TypeAlias = Mapping[int, str]
"""The cells of a row by column number, the first being 0; empty cells may be left out."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a file, or the whole of a file without sheets (`name` None).

    `head` holds the first 30 rows by row number, 1-based; blank ones may be left out. `body(after)` reads the rows under
    that row into a frame: `row` (Int64), a String column `c0`, `c1`, … per column (null where empty), and perhaps `extra`.
    """

    name: str | None
    head: Mapping[int, Cells]
    body: Callable[[int], pl.DataFrame]


def sheet_of_rows(name: str | None, rows: Sequence[tuple[int, Cells]]) -> Sheet:
    """A sheet whose rows are all at hand."""
    width = 1 + max((max(cells) for _, cells in rows if cells), default=-1)
    head = {number: cells for number, cells in rows if number <= HEAD_ROWS}
    return Sheet(name, head, lambda after: _frame([row for row in rows if row[0] > after], width))


def _frame(rows: Sequence[tuple[int, Cells]], width: int) -> pl.DataFrame:
    columns = {name_of(column): pl.Series([cells.get(column) for _, cells in rows], dtype=pl.String) for column in range(width)}
    return pl.DataFrame({"row": pl.Series([number for number, _ in rows], dtype=pl.Int64), **columns})


def name_of(column: int) -> str:
    """The name that a column has in a body's frame."""
    return f"c{column}"


def number_of(name: str) -> int | None:
    """The number of the column that has this name in a body's frame; None for `extra` and `row`."""
    return None if name in {EXTRA, "row"} else int(name.removeprefix("c"))


def letter_of(column: int) -> str:
    """The name that a column has in a spreadsheet program: A, B, … Z, AA, …"""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def check_width(width: int) -> None:
    """Raises `Unreadable` for more columns than any dataset could need."""
    if width > MOST_COLUMNS:
        message = f"Filen har {width} kolumner, och högst {MOST_COLUMNS} tas emot. Ta bort de kolumner som inte hör till datamängden."
        raise Unreadable(Finding("for_manga_kolumner", message))
