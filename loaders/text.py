"""CSV, TSV and semicolon files. A fast way for plain text, an exact slow way for the rest; both give the same frame."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import polars as pl

from loaders.problem import Finding, Unreadable
from loaders.table import EXTRA, HEAD_ROWS, Cells, Sheet, check_width, name_of

DELIMITERS = (";", ",", "\t")
MOST_CHARACTERS = csv.field_size_limit()
_CHUNK = 20_000
_QUOTED = '^"[^"]*"$'
_QUOTED_CELL = re.compile(rb'"[^"]*(?:""[^"]*)*("?)')


@dataclass(frozen=True)
class Line:
    """A row of the head: its cells, and the last line of the file that it takes up (1-based)."""

    cells: Sequence[str]
    last_line: int


def sheets(text: bytes) -> list[Sheet]:
    """The file once for each delimiter. Takes what `encoding.utf8` gives.

    Raises `Unreadable` when not even a first row can be read: a quotation mark that is never closed, or a cell beyond all
    bounds. Further down such a thing leaves the head short, and is raised when the body is read.
    """
    heads = {delimiter: _head(text, delimiter) for delimiter in DELIMITERS}
    if not any(heads.values()):
        next(_rows(text, DELIMITERS[0]), None)
    return [_sheet(text, delimiter, head) for delimiter, head in heads.items()]


def _sheet(text: bytes, delimiter: str, head: Sequence[Line]) -> Sheet:
    def body(after: int) -> pl.DataFrame:
        width = len(head[after - 1].cells) if after else max((len(line.cells) for line in head), default=1)
        check_width(width)
        # The fast way skips by lines, which is right only when each row above is one line.
        on_one_line = after > 0 and head[after - 1].last_line == after
        frame = fast(text, delimiter, after, width) if on_one_line else None
        return slow(text, delimiter, after, width) if frame is None else frame

    return Sheet(None, {number: _cells(line.cells) for number, line in enumerate(head, start=1)}, body)


def _cells(cells: Sequence[str]) -> Cells:
    return {column: cell for column, cell in enumerate(cells) if cell}


def _head(text: bytes, delimiter: str) -> list[Line]:
    head: list[Line] = []
    with suppress(Unreadable):
        head.extend(Line(cells, last_line) for _, cells, last_line in islice(_rows(text, delimiter), HEAD_ROWS))
    return head


def _rows(text: bytes, delimiter: str) -> Iterator[tuple[int, list[str], int]]:
    """Row number, cells and last line of every row, blank ones included, as RFC 4180 has it and no other way."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells, reader.line_num
    except csv.Error as error:
        raise Unreadable(_broken(number + 1, error)) from error


def _broken(row: int, error: csv.Error) -> Finding:
    if "field larger" in str(error):
        message = f"En cell är längre än {MOST_CHARACTERS} tecken, eller så saknas ett avslutande citattecken. Rätta raden."
        return Finding("for_lang_cell", message, row)
    return Finding("citattecken", 'Citattecknen (") går inte ihop från den här raden. Rätta raden, eller exportera filen på nytt.', row)


def fast(text: bytes, delimiter: str, after: int, width: int) -> pl.DataFrame | None:
    """The rows under line `after`, whose row has `width` cells, or None when only `slow` reads them exactly."""
    frame = _cut(text, delimiter, after, width, None)
    if b'"' in text:
        frame = None if frame is None else _unquoted(frame)
        if frame is None and _is_well_quoted(text, delimiter):
            frame = _cut(text, delimiter, after, width, '"')
    return frame if frame is not None and _is_bounded(frame) else None


def _cut(text: bytes, delimiter: str, after: int, width: int, quote: str | None) -> pl.DataFrame | None:
    """Cut by Polars, with or without regard to quotation marks; None for rows longer than the first."""
    try:
        frame = pl.read_csv(
            text,
            has_header=False,
            separator=delimiter,
            quote_char=quote,
            schema={name_of(column): pl.String for column in range(width)},
            skip_lines=after - 1,
            row_index_name="row",
            row_index_offset=after,
        )
    except (pl.exceptions.PolarsError, OverflowError):
        return None
    cells = pl.col(pl.String)
    frame = frame.slice(1).with_columns(pl.col("row").cast(pl.Int64))
    return frame if quote is None else frame.with_columns(pl.when(cells != "").then(cells))


def _unquoted(frame: pl.DataFrame) -> pl.DataFrame | None:
    """The cells without their marks, where every quoted cell is whole although the text was cut without regard to marks.

    A delimiter, line break or doubled mark inside a quoted cell shows itself as a mark that is not the cell's first or last.
    """
    columns = []
    for column in frame.drop("row"):
        has_mark = column.str.contains('"', literal=True)
        if has_mark.any():
            if not column.filter(has_mark).str.contains(_QUOTED).all():
                return None
            bare = pl.col(column.name).str.replace_all('"', "", literal=True)
            columns.append(pl.when(bare != "").then(bare).alias(column.name))
    return frame.with_columns(columns)


def _is_well_quoted(text: bytes, delimiter: str) -> bool:
    """Whether every mark opens, doubles or closes in a quoted cell that fills its place: then all readers read it alike."""
    edges = f"{delimiter}\n".encode()
    for cell in _QUOTED_CELL.finditer(text):
        first, last = cell.span()
        if not cell[1] or (first and text[first - 1] not in edges) or (last < len(text) and text[last] not in edges):
            return False
    return True


def _is_bounded(frame: pl.DataFrame) -> bool:
    longest = frame.select(pl.max_horizontal(pl.col(pl.String).str.len_bytes().max().fill_null(0)))
    return frame.is_empty() or frame.width == 1 or longest.item() <= MOST_CHARACTERS


def slow(text: bytes, delimiter: str, after: int, width: int) -> pl.DataFrame:
    """The rows after row `after` in `width` columns, read by the rules of RFC 4180; what stands to the right goes to `extra`."""
    rows = ((number, cells) for number, cells, _ in _rows(text, delimiter) if number > after)
    chunks = []
    while chunk := list(islice(rows, _CHUNK)):
        chunks.append(_frame(chunk, delimiter, width))
    return pl.concat(chunks) if chunks else _frame([], delimiter, width)


def _frame(rows: Sequence[tuple[int, Sequence[str]]], delimiter: str, width: int) -> pl.DataFrame:
    numbers = pl.Series([number for number, _ in rows], dtype=pl.Int64)
    columns = {
        name_of(column): pl.Series([cells[column] or None if column < len(cells) else None for _, cells in rows], dtype=pl.String)
        for column in range(width)
    }
    extra = pl.Series([_extra(cells[width:], delimiter) for _, cells in rows], dtype=pl.String)
    return pl.DataFrame({"row": numbers, **columns, EXTRA: extra})


def _extra(cells: Sequence[str], delimiter: str) -> str | None:
    return delimiter.join(cells) if any(cell.strip() for cell in cells) else None
