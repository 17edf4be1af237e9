"""Parquet files: typed columns as the same text that the other kinds of file give."""

from __future__ import annotations

import io

import polars as pl

from config import LimitSettings
from loaders import cells
from loaders.problem import Finding, Unreadable
from loaders.table import Sheet, check_width, name_of

_MB = 1_000_000
_LEAST_CELL_BYTES = 8
_HOME = "Europe/Stockholm"


def sheets(data: bytes, limits: LimitSettings) -> list[Sheet]:
    """The file as one sheet, whose header (row 0) is the names of the columns. Raises `Unreadable`."""
    try:
        frame = _frame(data, limits)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        message = "Parquetfilen är skadad eller ofullständig. Exportera den på nytt."
        raise Unreadable(Finding("skadad_fil", message)) from error
    head = {0: dict(enumerate(frame.columns))}
    text = frame.select(_text(column).alias(name_of(place)) for place, column in enumerate(frame.get_columns()))
    return [Sheet(None, head, lambda _: text.with_row_index("row", offset=1).cast({"row": pl.Int64}))]


def _frame(data: bytes, limits: LimitSettings) -> pl.DataFrame:
    lazy = pl.scan_parquet(io.BytesIO(data))
    columns = lazy.collect_schema()
    check_width(len(columns))
    rows = lazy.select(pl.len()).collect().item()
    # A column of one repeated value takes no room in the file and all of it in memory.
    if rows * len(columns) * _LEAST_CELL_BYTES > limits.unpacked_mb * _MB:
        raise Unreadable(Finding("for_stor_fil", f"Filen packas upp till mer än {limits.unpacked_mb} MB. Dela upp den i flera leveranser."))
    return lazy.collect()


def _text(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if kind == pl.String or kind == pl.Null:
        return column.cast(pl.String)
    if isinstance(kind, pl.Datetime):
        local = column.dt.convert_time_zone(_HOME) if kind.time_zone else column
        return local.dt.to_string("%Y-%m-%d %H:%M:%S")
    if kind == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    if kind.is_float() or kind.is_decimal():
        return pl.Series([None if value is None else cells.number(float(value)) for value in column], dtype=pl.String)
    if kind == pl.Binary:
        return pl.Series([None if value is None else value.decode("utf-8", "replace") for value in column], dtype=pl.String)
    if kind.is_nested() or kind == pl.Duration or kind == pl.Time:
        return pl.Series([None if value is None else str(value) for value in column], dtype=pl.String)
    return column.cast(pl.String)
