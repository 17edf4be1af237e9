"""Files that were refused: what was wrong where, never the value (contract, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import insert
from sqlmodel import col, select

from policy import Person, as_person
from sql.audit import Event, What, record
from sql.store import Store
from sql.tables import RefusalProblemRow, RefusalRow

KEPT_PROBLEMS = 10_000  # of one file; the rest are only counted, since nobody mends so many one by one


@dataclass(frozen=True)
class RefusedProblem:
    """Row as the sender sees it (1-based, None for the whole file), field name, and the rule broken."""

    row: int | None
    column: str | None
    rule: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A refused file. `problem_count` counts them all, also where `problems` was cut short."""

    dataset: str
    file_name: str
    refused_by: Person | str
    refused_at: datetime
    problem_count: int
    problems: Sequence[RefusedProblem]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A refused file as it is remembered."""

    id: int
    dataset: str
    file_name: str
    refused_by: str
    refused_at: datetime
    problem_count: int


def refuse(store: Store, refused: Refused) -> int:
    """Remember a refused file, with its first problems, and return the refusal's id. Raises StoreError."""
    kept = refused.problems[:KEPT_PROBLEMS]
    who = as_person(refused.refused_by)
    with store.writing() as session:
        row = RefusalRow(
            dataset=refused.dataset,
            file_name=refused.file_name,
            refused_by=who.name,
            refused_at=refused.refused_at,
            problem_count=refused.problem_count,
        )
        session.add(row)
        session.flush()
        number = row.id
        if number is None:
            raise RuntimeError("the database gave the refusal no id")
        if kept:
            problems = (
                {"refusal_id": number, "number": i, "row": p.row, "column": p.column, "rule": p.rule} for i, p in enumerate(kept, 1)
            )
            session.execute(insert(RefusalProblemRow), list(problems))
        said = f"{refused.dataset}, {refused.file_name}, {refused.problem_count} fel"
        record(store, session, who, Event(What.REFUSAL, f"avvisad {number}", said=said), refused.refused_at)
        return number


def refusals(store: Store, dataset: str | None = None) -> tuple[Refusal, ...]:
    """Refused files, newest first."""
    query = select(RefusalRow).order_by(col(RefusalRow.id).desc())
    if dataset is not None:
        query = query.where(RefusalRow.dataset == dataset)
    with store.reading() as session:
        return tuple(Refusal(**row.model_dump()) for row in session.exec(query))


def problems(store: Store, refusal: int) -> pl.DataFrame:
    """What was wrong in a refused file: `row` (Int64), `column` and `rule`, in the order they were found."""
    table = RefusalProblemRow
    query = select(table.row, table.column, table.rule).where(table.refusal_id == refusal).order_by(col(table.number))
    with store.reading() as session:
        found = [tuple(row) for row in session.exec(query)]
    return pl.DataFrame(found, schema={"row": pl.Int64, "column": pl.String, "rule": pl.String}, orient="row")
