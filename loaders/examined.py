"""A file read and held against every rule; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

import periods
from config import Settings
from loaders import coverage, guard, namndplan, rules, source, tabular
from loaders.dataset import Dataset
from loaders.problem import Finding, Problem, Unreadable
from loaders.source import Source
from loaders.stated import Stated, too_late
from loaders.table import EXTRA
from loaders.tabular import Table

Progress = Callable[[int, int], None]
_DONE = 100


@dataclass(frozen=True)
class Examined:
    """`kept`: rows without a finding, as they are stored. `placed`: every row's kommun, period and key.

    `refusals` are findings that stop the whole file, `findings` (a frame) those that stop a row.
    """

    file_name: str
    refusals: tuple[Finding, ...]
    findings: pl.DataFrame
    kept: pl.DataFrame
    placed: pl.DataFrame
    coverage: pl.DataFrame
    notes: tuple[str, ...]
    table: Table
    stated: Stated | None = None
    source: Source | None = None

    @property
    def row_count(self) -> int:
        """Rows in the table, good and bad."""
        return self.table.raw.height

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, the whole file's first and then row by row."""
        of_rows = (Problem(self.file_name, *cell) for cell in self.findings.select("row", "column", "value", "rule", "message").iter_rows())
        return (*(finding.in_file(self.file_name) for finding in self.refusals), *of_rows)


def examine(
    path: Path, dataset: Dataset, settings: Settings, stated: Callable[[], Stated], today: date, progress: Progress | None
) -> Examined:
    """Read and check the file. `stated` says what it covers; it may raise `Usage`, but only after a look at the file's name."""
    tell = progress or (lambda _done, _total: None)
    found = _examine(path, dataset, settings, stated, today, tell)
    tell(_DONE, _DONE)
    return found


def _examine(path: Path, dataset: Dataset, settings: Settings, stated: Callable[[], Stated], today: date, tell: Progress) -> Examined:
    try:
        guard.check_name(source.name_of(path))
    except Unreadable as refusal:
        return _refused(guard.HIDDEN_NAME, refusal)
    said = stated()
    try:
        read = source.read(path, settings)
        tell(5, _DONE)
        if dataset.coverage == "whole":
            return _plan(read, dataset, settings, said)
        table = tabular.read(read, dataset, settings)
        tell(40, _DONE)
        return _rows(read, table, dataset, settings, said, today, tell)
    except Unreadable as refusal:
        return _refused(source.name_of(path), refusal)


def _refused(file_name: str, refusal: Unreadable) -> Examined:
    empty = pl.DataFrame()
    nothing = pl.DataFrame({"row": pl.Series(dtype=pl.Int64)})
    return Examined(file_name, tuple(refusal.findings), rules.none_found(), empty, empty, empty, (), Table(nothing, nothing))


def _rows(read: Source, table: Table, dataset: Dataset, settings: Settings, said: Stated, today: date, tell: Progress) -> Examined:
    checked = rules.read(table, dataset, settings, today, lambda share: tell(40 + round(40 * share), _DONE))
    rows = checked.rows
    if dataset.coverage == "status":
        rows = rows.with_columns(pl.lit(said.months[0]).alias(dataset.period))
    placed = coverage.cells(rows, dataset)
    outside = coverage.outside(rows, table.raw, placed, dataset, said, today)
    findings = pl.concat([checked.findings, *outside]).sort("row", maintain_order=True)
    good = rows.filter(~pl.col("row").is_in(findings["row"].implode())) if findings.height else rows
    kept = dataset.shape(good) if dataset.shape else good
    return Examined(
        file_name=read.name,
        refusals=tuple(_refusals(table, dataset, said, today)),
        findings=findings,
        kept=kept,
        placed=placed,
        coverage=coverage.build(placed, findings, dataset, said),
        notes=(*table.notes, *(coverage.zero_notes(placed, said, settings) if dataset.is_stated else ())),
        table=table,
        stated=said,
        source=read,
    )


def _refusals(table: Table, dataset: Dataset, said: Stated, today: date) -> Iterator[Finding]:
    if dataset.is_stated:
        yield from too_late(said, today)
    elif table.raw.is_empty():
        yield Finding("inga_rader", "Filen har en rubrikrad men inga rader under den. Exportera den på nytt.")


def _plan(read: Source, dataset: Dataset, settings: Settings, said: Stated) -> Examined:
    plan = namndplan.read(read.data, settings)
    row = namndplan.row(plan, settings)
    placed = coverage.cells(row, dataset)
    findings = list(_outside(placed, said))
    return Examined(
        file_name=read.name,
        refusals=tuple(findings),
        findings=rules.none_found(),
        kept=row,
        placed=placed,
        coverage=placed.select(*coverage.CELL, complete=pl.lit(value=True)),
        notes=tuple(namndplan.notes(plan)),
        table=Table(row, row),
        stated=said,
        source=read,
    )


def _outside(placed: pl.DataFrame, said: Stated) -> Iterator[Finding]:
    kommun, year = placed.select("kommun", "period").row(0)
    if kommun not in said.kommuner:
        yield Finding("utanfor_tackning", "Kommunen hör inte till dem som filen gäller. Ange den med --kommun.", None, "kommun", kommun)
    if said.periods and not set(said.months).issuperset(periods.months(year)):
        yield Finding("utanfor_tackning", "Året hör inte till det som filen gäller. Ange rätt --period.", None, "ar", year)


def rejected(examined: Examined) -> pl.DataFrame:
    """The sender's rows that have a finding, with `row`; without our own name for the cells beyond the header."""
    rows = examined.table.sender.filter(pl.col("row").is_in(examined.findings["row"].implode()))
    return rows if EXTRA in rows.columns and rows[EXTRA].null_count() < rows.height else rows.drop(EXTRA, strict=False)
