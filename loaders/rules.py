"""Rows as text -> typed rows, and every rule of the contract that a cell, a row or a pair of rows breaks.

Findings are frames (`dataset.FINDINGS_SCHEMA`), so that a million bad cells cost no more than a million good ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from config import Settings
from loaders.dataset import FINDINGS_SCHEMA, Column, Dataset, NotAbove
from loaders.table import EXTRA
from loaders.tabular import Table
from loaders.values import ERROR_CELL, Reader, remedies

_ERROR_CELL = ("formelfel", "Cellen håller ett formelfel. Rätta formeln i kalkylbladet och spara filen igen.")


@dataclass(frozen=True)
class Read:
    """`rows`: typed columns and `row`, null where a cell is missing or bad. `findings`: what is wrong, cell by cell."""

    rows: pl.DataFrame
    findings: pl.DataFrame


def none_found() -> pl.DataFrame:
    """No findings."""
    return pl.DataFrame(schema=FINDINGS_SCHEMA)


def read(table: Table, dataset: Dataset, settings: Settings, today: date, tell: Callable[[float], None] = lambda _: None) -> Read:
    """Parse and check the table's rows. Columns come in the dataset's order; `tell` hears which share of them has been read."""
    raw = table.raw
    reader, words = Reader(settings), remedies(settings)
    typed: list[pl.Series] = []
    found: list[pl.DataFrame] = list(_too_long(raw))
    for place, column in enumerate(dataset.columns):
        if column.name not in raw.columns:
            continue
        tell(place / len(dataset.columns))
        cells = raw[column.name]
        values, bad = reader.read(cells, column)
        rule, message = words[column.kind]
        if column.choices:
            message = f"Skriv något av orden {', '.join(column.choices)}."
        found += _bad(raw, column, bad, (rule, message))
        found += _missing(raw, column, values, bad)
        found += _out_of_bounds(raw, column, values, today)
        if column.empty is not None:
            values = values.fill_null(column.empty)
        typed.append(values.alias(column.name))
    rows = pl.DataFrame([raw["row"], *typed])
    found += _order(rows, dataset)
    found += _repeated(rows, raw, dataset)
    found += [rule(rows) for rule in table.group_rules]
    findings = pl.concat([none_found(), *found])
    return Read(rows, findings.sort("row", maintain_order=True))


def finding_frame(rows: pl.DataFrame, column: str, rule: str, message: str | pl.Expr, value: str | None = None) -> pl.DataFrame:
    """Findings on `column`, one per row of `rows` (which has `row`, what the message uses, and the cell's text in `value`)."""
    return rows.select(
        pl.col("row"),
        pl.lit(column).alias("column"),
        (pl.col(value) if value else pl.lit(None)).cast(pl.String).alias("value"),
        pl.lit(rule).alias("rule"),
        (pl.lit(message) if isinstance(message, str) else message).alias("message"),
    )


def _too_long(raw: pl.DataFrame) -> Iterator[pl.DataFrame]:
    if EXTRA in raw.columns and raw[EXTRA].null_count() < raw.height:
        message = "Raden har fler celler än rubrikraden. Sätt citattecken om celler med skiljetecken i, eller ta bort de extra cellerna."
        yield finding_frame(raw.filter(pl.col(EXTRA).is_not_null()), EXTRA, "for_manga_celler", message).with_columns(column=None)


def _bad(raw: pl.DataFrame, column: Column, bad: pl.Series, remedy: tuple[str, str]) -> Iterator[pl.DataFrame]:
    if not bad.any():
        return
    cells = raw.select("row", column.name).filter(bad)
    is_error = pl.col(column.name).str.strip_chars().str.contains(ERROR_CELL)
    yield finding_frame(cells.filter(~is_error), column.name, *remedy, value=column.name)
    yield finding_frame(cells.filter(is_error), column.name, *_ERROR_CELL, value=column.name)


def _missing(raw: pl.DataFrame, column: Column, values: pl.Series, bad: pl.Series) -> Iterator[pl.DataFrame]:
    if column.required and values.null_count():
        empty = raw.select("row", column.name).filter(values.is_null() & ~bad)
        yield finding_frame(empty, column.name, "saknas", f"{column.name} saknas. Fyll i cellen.", value=column.name)


def _out_of_bounds(raw: pl.DataFrame, column: Column, values: pl.Series, today: date) -> Iterator[pl.DataFrame]:
    checks: list[tuple[pl.Series, str, str]] = []
    if column.kind == "count":
        checks.append((values < 0, "negativt", "Antalet är negativt. Skriv 0 eller mer."))
        if column.at_most is not None:
            checks.append((values > column.at_most, "for_stort", f"{column.name} är högst {column.at_most}. Rätta talet."))
    if column.kind == "date" and not column.planned:
        checks.append((values > today, "framtida_datum", f"Datumet ligger efter dagen då filen lästes, {today}. Rätta datumet."))
    for is_out, rule, message in checks:
        if is_out.any():
            yield finding_frame(raw.select("row", column.name).filter(is_out), column.name, rule, message, value=column.name)


def _order(rows: pl.DataFrame, dataset: Dataset) -> Iterator[pl.DataFrame]:
    for rule in dataset.rules:
        if rule.low in rows.columns and rule.high in rows.columns:
            broken = rows.filter(pl.col(rule.low) > pl.col(rule.high))
            yield _not_above(broken, rule, is_date=dataset.column(rule.low).kind == "date")


def _not_above(broken: pl.DataFrame, rule: NotAbove, *, is_date: bool) -> pl.DataFrame:
    low, high = pl.col(rule.low), pl.col(rule.high)
    if is_date:
        message = pl.format(f"{rule.high} ({{}}) ligger före {rule.low} ({{}}). Rätta det datum som är fel.", high, low)
    else:
        message = pl.format(f"{rule.low} ({{}}) är fler än {rule.high} ({{}}). Rätta det tal som är fel.", low, high)
    rule_id = "datumordning" if is_date else "delmangd"
    return finding_frame(broken, rule.blame, rule_id, message, value=rule.blame)


def _repeated(rows: pl.DataFrame, raw: pl.DataFrame, dataset: Dataset) -> Iterator[pl.DataFrame]:
    keys = (dataset.id_column,) if dataset.id_column else dataset.key
    names = [name for name in keys if name in rows.columns]
    if not names:
        return
    if rows.select(pl.struct(names).n_unique() if len(names) > 1 else pl.col(names).n_unique()).item() == rows.height:
        return
    keyed = (
        rows.select("row", *names).with_columns(value=raw[names[-1]]).drop_nulls([name for name in names if dataset.column(name).required])
    )
    doubled = keyed.filter(pl.struct(names).is_duplicated() if len(names) > 1 else pl.col(names[0]).is_duplicated())
    if doubled.is_empty():
        return
    first, second = pl.col("row").min().over(names), pl.col("row").bottom_k(2).max().over(names)
    pairs = doubled.with_columns(other=pl.when(pl.col("row") == first).then(second).otherwise(first))
    words = f"Rad {{}} och rad {{}} har samma {' och '.join(names)}. Behåll en av dem."
    yield finding_frame(pairs, names[-1], "dubblett", pl.format(words, "row", "other"), value="value")
