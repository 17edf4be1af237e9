"""Workbooks: numbers as numbers with a format, text as text and never a formula, headings frozen. The same sheets give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import Final

from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

_AS_IT_IS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_HEADINGS_ROW: Final = 2


@dataclass(frozen=True)
class Number:
    """A number and the decimals that it is shown with; the cell holds all of it."""

    value: float
    places: int


Cell = str | Number | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title, columns as heading -> width in characters, and rows with a cell for each column."""

    name: str
    title: str
    columns: Mapping[str, float]
    rows: Sequence[Sequence[Cell]]
    frozen_columns: int = 0
    wrapped: bool = field(default=False, kw_only=True)


class _Exact(float):
    """A float that is written with all its digits; xlsxwriter would keep sixteen."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def workbook(sheets: Sequence[Sheet], *, title: str, tags: Sequence[str], created: date) -> bytes:
    """The sheets as XLSX. `tags` (such as UTKAST) stand on every sheet and in its printed head; `created` stands for the clock."""
    file = BytesIO()
    with Workbook(file, _AS_IT_IS) as book:
        book.set_properties({"title": ", ".join([title, *tags]), "created": datetime.combine(created, time())})
        formats: dict[int, Format] = {}
        for sheet in sheets:
            _write(book, sheet, " · ".join(tags), formats)
    return file.getvalue()


def _write(book: Workbook, sheet: Sheet, tags: str, formats: dict[int, Format]) -> None:
    page = book.add_worksheet(sheet.name)
    bold = book.add_format({"bold": True})
    page.write_string(0, 0, sheet.title, bold)
    page.write_string(1, 0, tags, bold)
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for column, (words, width) in enumerate(sheet.columns.items()):
        page.write_string(_HEADINGS_ROW, column, words, heading)
        page.set_column(column, column, width)
    text = book.add_format({"valign": "top", "text_wrap": sheet.wrapped})
    for row, cells in enumerate(sheet.rows, _HEADINGS_ROW + 1):
        for column, cell in enumerate(cells):
            _write_cell(book, page, (row, column), cell, text, formats)
    _lay_out(page, sheet, tags)


def _write_cell(book: Workbook, page: Worksheet, place: tuple[int, int], cell: Cell, text: Format, formats: dict[int, Format]) -> None:
    if isinstance(cell, Number):
        if cell.places not in formats:
            formats[cell.places] = book.add_format(
                {"num_format": "#,##0" + ("." + "0" * cell.places if cell.places else ""), "valign": "top"}
            )
        page.write_number(*place, _Exact(cell.value), formats[cell.places])
    elif cell is not None:
        page.write_string(*place, cell, text)


def _lay_out(page: Worksheet, sheet: Sheet, tags: str) -> None:
    page.freeze_panes(_HEADINGS_ROW + 1, sheet.frozen_columns)
    page.autofilter(_HEADINGS_ROW, 0, _HEADINGS_ROW + max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.repeat_rows(0, _HEADINGS_ROW)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    if tags:
        page.set_header(f"&C{tags.replace('&', '&&')}")
