"""XLS workbooks (Excel 97-2003) through xlrd, which keeps formula errors as what they are."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import xlrd
from xlrd.sheet import Cell
from xlrd.sheet import Sheet as XlrdSheet

from loaders import cells
from loaders.archive import damaged, locked
from loaders.problem import Unreadable
from loaders.table import Cells, Sheet, sheet_of_rows
from loaders.xlsx import too_many_sheets


def sheets(data: bytes) -> list[Sheet]:
    """Every sheet of the workbook, hidden ones too, in its order. Raises `Unreadable`."""
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), ragged_rows=True)
        since_1904 = book.datemode == 1
        read = [] if book.nsheets > cells.MOST_SHEETS else [(sheet.name, _rows(sheet, since_1904=since_1904)) for sheet in book.sheets()]
    except Exception as error:  # a damaged file makes xlrd fail in every way that Python has
        raise Unreadable(locked() if "encrypted" in str(error) else damaged()) from error
    if book.nsheets > cells.MOST_SHEETS:
        raise Unreadable(too_many_sheets(book.nsheets))
    return [sheet_of_rows(name, rows) for name, rows in read]


def _rows(sheet: XlrdSheet, *, since_1904: bool) -> list[tuple[int, Cells]]:
    read: Mapping[int, Callable[[Cell], str]] = {
        xlrd.XL_CELL_TEXT: lambda cell: str(cell.value),
        xlrd.XL_CELL_NUMBER: lambda cell: cells.number(float(cell.value)),
        xlrd.XL_CELL_DATE: lambda cell: cells.from_serial(float(cell.value), since_1904=since_1904),
        xlrd.XL_CELL_BOOLEAN: lambda cell: "true" if cell.value else "false",
        xlrd.XL_CELL_ERROR: lambda cell: xlrd.error_text_from_code.get(int(cell.value), cells.UNCOMPUTED),
    }
    rows = []
    for number in range(sheet.nrows):
        row = {column: read[cell.ctype](cell) for column, cell in enumerate(sheet.row(number)) if cell.ctype in read}
        rows.append((number + 1, {column: text for column, text in row.items() if text}))
    return [(number, row) for number, row in rows if row]
