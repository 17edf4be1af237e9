"""How a dataset is declared: its columns, what its rows speak for, and the rules that rows must keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import polars as pl

from config import Settings
from loaders.table import Sheet

Kind: TypeAlias = Literal[
    "kommun", "party", "count", "decimal", "date", "yes_no", "word", "text", "pseudonym", "quarter", "period", "year", "age"
]
FrameRule: TypeAlias = Callable[[pl.DataFrame], pl.DataFrame]

FINDINGS_SCHEMA = {"row": pl.Int64, "column": pl.String, "value": pl.String, "rule": pl.String, "message": pl.String}
"""A frame with one row per thing wrong in a cell."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a dataset. `planned` dates may lie ahead of the day of loading; `choices` are the only words allowed.

    `at_most` bounds a count; `empty` is what an empty cell of a count stands for where the contract says so.
    A column that is not `kept` is summed away, so nobody misses it.
    """

    name: str
    kind: Kind
    required: bool = False
    planned: bool = False
    choices: tuple[str, ...] = ()
    at_most: int | None = None
    empty: int | None = None
    kept: bool = True


@dataclass(frozen=True)
class Foreign:
    """Somebody else's table brought into our form: text columns by field name and `row`, notes, and the rules it must keep."""

    rows: pl.DataFrame
    notes: tuple[str, ...]
    group_rules: tuple[FrameRule, ...]


@dataclass(frozen=True)
class NotAbove:
    """The value in `low` may not be above (or, for dates, after) the one in `high`; the problem is put on `blame`."""

    low: str
    high: str
    blame: str


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset as the contract's section 4 declares it.

    `coverage`: whether rows say what the delivery speaks for, or the sender does (of events, or of a status on the last day of
    one month), or it is the whole, or all that the parties have decided, at no time in particular.
    `base`: the period that coverage is counted in. `period`: the column that places a row in time: a date for events;
    for a status a column of ours, with the month that the sender states.
    `id_column` is unique in a file; `key` columns are so together. `group_rules` take the parsed rows and give findings.
    `shape` makes the rows that are kept of those that were read. `foreign_table` and `foreign_answer` know other senders'
    tables (None: not theirs) and saved JSON answers.
    """

    name: str
    columns: tuple[Column, ...]
    coverage: Literal["rows", "sender", "status", "whole", "parties"]
    base: Literal["month", "quarter", "year", "period"]
    period: str
    id_column: str | None = None
    key: tuple[str, ...] = ()
    coverage_key: str | None = None
    rules: tuple[NotAbove, ...] = ()
    group_rules: tuple[FrameRule, ...] = ()
    shape: FrameRule | None = None
    foreign_table: Callable[[Sequence[Sheet], Settings], Foreign | None] | None = None
    foreign_answer: Callable[[bytes, Settings], Foreign] | None = None

    @property
    def is_stated(self) -> bool:
        """Whether the sender says what the file speaks for, so that a kommun without a row is zero."""
        return self.coverage in ("sender", "status")

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there, with a value in every row."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)
