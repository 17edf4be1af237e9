"""A file's bytes -> the rows of one table as text, by field name. Every kind of file and layout meets here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from config import Settings
from loaders import encoding, guard, header, jsonstat, kinds
from loaders.dataset import Dataset, FrameRule
from loaders.problem import Unreadable
from loaders.source import Source
from loaders.table import EXTRA, Sheet, check_width, name_of, number_of


@dataclass(frozen=True)
class Table:
    """`raw`: `row` and a text column per field that the file has, blank rows left out; perhaps `extra` (cells beyond the header).

    `sender`: the same rows with all of the sender's columns, called as `titles` says. `lacking`: optional columns that the file has not.
    """

    raw: pl.DataFrame
    sender: pl.DataFrame
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    group_rules: tuple[FrameRule, ...] = ()


def read(source: Source, dataset: Dataset, settings: Settings) -> Table:
    """Read the table of the file. Raises `Unreadable` with every reason why there is none, a personnummer before all others."""
    if not kinds.is_text(source.data):
        return _of_sheets(_found(kinds.sheets(source.data, settings.limits), dataset, settings), dataset, settings)
    try:
        text = encoding.utf8(source.data)
    except Unreadable:
        guard.check_lines(source.data.decode("latin-1"))
        raise
    encoding.check_lines(text)
    if dataset.foreign_answer and jsonstat.is_json(text):
        guard.check_lines(text.decode())
        answer = dataset.foreign_answer(text, settings)
        return Table(answer.rows, answer.rows, notes=answer.notes, group_rules=answer.group_rules)
    try:
        found = _found(kinds.sheets(text, settings.limits), dataset, settings)
    except Unreadable:  # no cells to look in, so the guard takes it line by line
        guard.check_lines(text.decode())
        raise
    return _of_sheets(found, dataset, settings)


@dataclass(frozen=True)
class _Found:
    sheets: Sequence[Sheet]
    header: header.Header
    body: pl.DataFrame


def _found(sheets: Sequence[Sheet], dataset: Dataset, settings: Settings) -> _Found:
    found = header.find(sheets, header.fields_by_name(dataset, settings), dataset.required)
    return _Found(sheets, found, found.sheet.body(found.row))


def _of_sheets(found: _Found, dataset: Dataset, settings: Settings) -> Table:
    guard.check_sheets(found.sheets, found.header, found.body)
    check_width(sum(_is_used(found.header, found.body, name) for name in found.body.columns))
    missing = found.header.missing(dataset.required)
    if missing and dataset.foreign_table and (foreign := dataset.foreign_table(found.sheets, settings)):
        return Table(foreign.rows, foreign.rows, notes=foreign.notes, group_rules=foreign.group_rules)
    if findings := list(header.findings(found.header, dataset.required)):
        raise Unreadable(*findings)
    return _own_table(found.body, found.header, dataset)


def _own_table(body: pl.DataFrame, found: header.Header, dataset: Dataset) -> Table:
    body = _without_blank_rows(body, found, dataset)
    extra = [EXTRA] if EXTRA in body.columns else []
    raw = body.select("row", *(pl.col(name_of(column)).alias(name) for column, name in found.fields.items()), *extra)
    titles = {name: found.title(column) for name in body.columns if (column := number_of(name)) is not None}
    lacking = tuple(column.name for column in dataset.columns if column.name not in raw.columns and column.kept)
    return Table(
        raw, body, titles | dict.fromkeys(extra, "fler celler"), tuple(_notes(body, found, lacking, dataset)), lacking, dataset.group_rules
    )


def _without_blank_rows(body: pl.DataFrame, found: header.Header, dataset: Dataset) -> pl.DataFrame:
    """Rows with anything in them. Looks at all cells only where a required one is empty."""
    required = next(name_of(column) for column, name in found.fields.items() if name == dataset.required[0])
    suspects = body.filter(_is_blank(required))
    if suspects.is_empty():
        return body
    cells = [name for name in body.columns if name != "row"]
    blank = suspects.filter(pl.all_horizontal(_is_blank(name) for name in cells))
    return body.filter(~pl.col("row").is_in(blank["row"].implode()))


def _is_blank(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().fill_null("") == ""


def _notes(body: pl.DataFrame, found: header.Header, lacking: tuple[str, ...], dataset: Dataset) -> Iterator[str]:
    others = [column for name in body.columns if (column := number_of(name)) is not None and column not in found.fields]
    unknown = [found.title(column) for column in others if _is_used(found, body, name_of(column))]
    if unknown:
        yield f"Kolumner som inte hör till {dataset.name} har utelämnats: {', '.join(unknown)}."
    if lacking:
        yield f"Kolumner som saknas i filen: {', '.join(lacking)}. Det som bygger på dem blir okänt."


def _is_used(found: header.Header, body: pl.DataFrame, name: str) -> bool:
    """Whether the column has a heading or anything under it."""
    column = number_of(name)
    if column is None:
        return False
    return bool(found.sheet.head.get(found.row, {}).get(column, "").strip()) or body[name].null_count() < body.height
