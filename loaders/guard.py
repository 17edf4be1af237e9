"""Refuses a file that holds a personnummer or samordningsnummer anywhere, before any other rule, without repeating it.

Source: contract, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

import personnummer
from loaders.header import Header
from loaders.problem import Finding, Unreadable
from loaders.table import Cells, Sheet, letter_of, number_of

HIDDEN_NAME = "(filnamnet visas inte)"
_REMEDY = "Ta bort det ur källan och exportera filen på nytt; använd en pseudonym i stället."


def check_name(name: str) -> None:
    """Raises `Unreadable` for a file name with a number in it."""
    if personnummer.find(name):
        raise Unreadable(Finding("personnummer", "Filens namn innehåller ett personnummer eller samordningsnummer. Byt namn på filen."))


def check_sheets(sheets: Sequence[Sheet], header: Header, body: pl.DataFrame) -> None:
    """Raises `Unreadable` with a finding for every cell, in every sheet, that holds a number.

    `body` is the rows under the header, read already. Of several readings of one text only the header's is looked at.
    """
    found = list(_in_sheet(header.sheet, header, header.row, body, _named(sheets, header.sheet)))
    for sheet in sheets:
        if sheet.name is not None and sheet is not header.sheet:
            other = Header(sheet, 0, {})
            found += _in_sheet(sheet, other, 0, sheet.body(0), _named(sheets, sheet))
    if found:
        raise Unreadable(*found)


def check_lines(text: str) -> None:
    """Raises `Unreadable` for a text that cannot be cut into cells, line by line."""
    lines = pl.Series([text]).str.split("\n").explode()
    suspects = pl.DataFrame({"row": pl.int_range(1, lines.len() + 1, eager=True), "line": lines}).filter(
        lines.str.contains(personnummer.CANDIDATE)
    )
    found = [_finding(None, row, None) for row, line in suspects.iter_rows() if personnummer.find(line)]
    if found:
        raise Unreadable(*found)


def _named(sheets: Sequence[Sheet], sheet: Sheet) -> str | None:
    """How to name the sheet without repeating a number; None for a file without sheets."""
    if sheet.name is None:
        return None
    if personnummer.find(sheet.name):
        return f"blad nummer {sheets.index(sheet) + 1}"
    return f"bladet {sheet.name}"


def _in_sheet(sheet: Sheet, header: Header, body_after: int, body: pl.DataFrame, where: str | None) -> Iterator[Finding]:
    if sheet.name is not None and personnummer.find(sheet.name):
        yield Finding("personnummer", f"Namnet på {where or 'bladet'} innehåller ett personnummer eller samordningsnummer. {_REMEDY}")
    above: Mapping[int, Cells] = {row: cells for row, cells in sheet.head.items() if row <= body_after}
    for row, cells in sorted(above.items()):
        for column, cell in sorted(cells.items()):
            if personnummer.find(cell):
                # A title stands in no field's column, though it shares one with it.
                yield _finding(where, row or None, _place(header, column) if row == header.row else letter_of(column))
    yield from sorted(_in_body(header, body, where), key=lambda finding: finding.row or 0)


def _in_body(header: Header, body: pl.DataFrame, where: str | None) -> Iterator[Finding]:
    for name in body.columns:
        if name == "row":
            continue
        suspects = body.select("row", name).filter(pl.col(name).str.contains(personnummer.CANDIDATE))
        for row, cell in suspects.iter_rows():
            if personnummer.find(cell):
                yield _finding(where, row, _place(header, number_of(name)))


def _place(header: Header, column: int | None) -> str | None:
    """The field, or the heading, or, where the heading itself holds a number, the column's letter."""
    if column is None:
        return None
    name = header.place(column)
    return letter_of(column) if personnummer.find(name) else name


def _finding(where: str | None, row: int | None, column: str | None) -> Finding:
    places = [place for place in (where, f"rad {row}" if row else None, column and f"kolumnen {column}") if place]
    sentence = f"Personnummer eller samordningsnummer ({', '.join(places)})." if places else "Personnummer eller samordningsnummer."
    return Finding("personnummer", f"{sentence} {_REMEDY}", row, column)
