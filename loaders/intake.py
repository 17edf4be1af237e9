"""Taking a file in: read, check everything, and, when all is well, keep it as a delivery.

The door of the room: `check` stores nothing, `take_in` does. Source: contract, sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from config import Settings
from loaders import coverage, examined, rejects, stated
from loaders.dataset import Dataset
from loaders.examined import Examined, Progress
from loaders.problem import Finding, Problem, UnknownDataset, Usage
from loaders.registry import DATASETS
from loaders.stated import Stated
from policy import Person
from sql import deliveries, facts, gallring
from sql.coverage import in_force
from sql.deliveries import NewDelivery, Receipt, Refused, RefusedProblem, accept, refuse
from sql.errors import StoreError, storage_errors
from sql.files import readable
from sql.shapes import shape_of
from sql.store import Store

__all__ = ["Checked", "Outcome", "Problem", "Progress", "Usage", "check", "take_in"]

_HOME = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Checked:
    """What a check found: every problem, notes in Swedish, and how many rows the table has."""

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    row_count: int


@dataclass(frozen=True)
class Outcome:
    """What became of a file. `delivery` is None when it was refused; `already`: it counted since before.

    `problems` of a delivery that was taken in are those of the rows left out, which `reject_file` holds.
    `answer` is a Swedish sentence or two for the person who delivered.
    """

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    delivery: int | None
    already: bool
    row_count: int
    reject_file: Path | None
    answer: str


def check(
    settings: Settings,
    store: Store | None,
    dataset: str,
    path: Path,
    periods: Sequence[str],
    kommuner: Sequence[str] | None,
    today: date,
    progress: Progress | None = None,
) -> Checked:
    """Read and check a file; store nothing. With a store, kommuner that the file would turn into zero are looked for too.

    Raises `Usage` when the command names an unknown dataset, period or kommun, or no period where one is needed.
    """
    declared = _declared(dataset)
    said = partial(stated.read, declared, settings, periods, kommuner, path.name)
    found = _examine(settings, store, declared, path, said, today, progress)
    return Checked(found.problems(), found.notes, found.row_count)


def take_in(
    settings: Settings,
    store: Store,
    dataset: str,
    path: Path,
    periods: Sequence[str],
    kommuner: Sequence[str] | None,
    accept_valid: bool,
    by: Person | str,
    now: datetime,
    progress: Progress | None = None,
) -> Outcome:
    """Check a file and keep it as a delivery, or refuse it and remember where it was wrong.

    `accept_valid` keeps the rows that are right and writes the others to a file. `now` has a time zone.
    Raises `Usage` like `check`, and `StoreError` when the store cannot keep the delivery.
    """
    declared = _declared(dataset)
    said = partial(stated.read, declared, settings, periods, kommuner, path.name)
    found = _examine(settings, store, declared, path, said, now.astimezone(_HOME).date(), progress)
    if found.refusals or (found.findings.height and not (accept_valid and found.kept.height)):
        return _refused(store, declared, found, by, now)
    return _accepted(store, declared, found, by, now)


def _declared(dataset: str) -> Dataset:
    if dataset not in DATASETS:
        raise UnknownDataset(f"Datamängden {dataset!r} finns inte. Välj bland {', '.join(DATASETS)}.")
    return DATASETS[dataset]


def _examine(
    settings: Settings,
    store: Store | None,
    dataset: Dataset,
    path: Path,
    said: Callable[[], Stated],
    today: date,
    progress: Progress | None,
) -> Examined:
    found = examined.examine(path, dataset, settings, said, today, progress)
    if store is None or found.refusals or found.stated is None or found.stated.is_chosen or not dataset.is_stated:
        return found
    turned = _turned_to_zero(store, dataset, found, found.stated)
    if not turned or _same(store, dataset, found):
        return found
    message = (
        f"{coverage.named(turned, settings)} har rader för perioden i en tidigare leverans men inga här, och skulle bli noll. "
        f"Ange --kommun för dem som filen gäller, eller --kommun {stated.EVERYONE} om noll är rätt."
    )
    return replace(found, refusals=(Finding("blir_noll", message, column="kommun"),))


def _turned_to_zero(store: Store, dataset: Dataset, found: Examined, said: Stated) -> tuple[str, ...]:
    """Kommuner without a row here that have rows in the deliveries that count for the months."""
    empty = coverage.empty_kommuner(found.placed, said)
    kommun, period, _ = shape_of(dataset.name).cell()
    counting = facts.rows(store, dataset.name).filter(kommun.is_in(empty), period.is_in(said.months))
    with readable():
        there = set(counting.select(kommun.unique()).collect().to_series())
    return tuple(sorted(there | (gallring.had_rows(store, dataset.name, said.months) & set(empty))))


def _same(store: Store, dataset: Dataset, found: Examined) -> bool:
    """Whether a delivery of the same bytes already counts for just this coverage."""
    sha256 = found.source.sha256 if found.source else None
    whole = [kept.id for kept in deliveries.listing(store, dataset.name) if kept.sha256 == sha256 and kept.status == "gäller"]
    counting = in_force(store, dataset.name) if whole else pl.DataFrame()
    wanted = found.coverage.select(*coverage.CELL, "complete").sort(coverage.CELL)
    return any(
        counting.filter(pl.col("delivery") == delivery).select(*coverage.CELL, "complete").sort(coverage.CELL).equals(wanted)
        for delivery in whole
    )


def _refused(store: Store, dataset: Dataset, found: Examined, by: Person | str, now: datetime) -> Outcome:
    problems = found.problems()
    kept = [RefusedProblem(problem.row, problem.column, problem.rule) for problem in problems]
    refused = Refused(
        dataset=dataset.name, file_name=found.file_name, refused_by=by, refused_at=now, problem_count=len(kept), problems=kept
    )
    notes = found.notes
    try:
        refuse(store, refused)
    except StoreError as error:  # the sender's errors matter more than that they could not be noted
        notes = (*notes, str(error))
    answer = f"{found.file_name}: avvisad, {len(problems)} fel. Inget har lagrats."
    return Outcome(problems, notes, None, False, found.row_count, None, answer)


def _accepted(store: Store, dataset: Dataset, found: Examined, by: Person | str, now: datetime) -> Outcome:
    if found.source is None:
        raise RuntimeError("a file without a refusal has been read")
    new = NewDelivery(
        dataset=dataset.name,
        file_name=found.file_name,
        sha256=found.source.sha256,
        loaded_by=by,
        loaded_at=now,
        coverage=found.coverage,
    )
    problems = found.problems()
    reject_file = _reject_file(store, found, now) if problems else None
    receipt = None
    try:
        receipt = accept(store, new, found.kept)
    finally:
        if reject_file and (receipt is None or receipt.already):
            reject_file.unlink(missing_ok=True)
    if receipt.already:
        answer = f"{found.file_name}: samma innehåll gäller redan som leverans {receipt.id}. Inget har ändrats."
        return Outcome(problems, found.notes, receipt.id, True, found.kept.height, None, answer)
    left_out = f" {examined.rejected(found).height} rader är utelämnade och ligger i {reject_file}." if reject_file else ""
    rows = "1 rad" if found.kept.height == 1 else f"{found.kept.height} rader"
    answer = f"{found.file_name}: leverans {receipt.id} med {rows} är lagrad.{left_out}"
    notes = (*found.notes, *_shared(receipt, dataset))
    return Outcome(problems, notes, receipt.id, False, found.kept.height, reject_file, answer)


def _reject_file(store: Store, found: Examined, now: datetime) -> Path:
    with storage_errors():
        return rejects.write(store.rejects, found.file_name, now, examined.rejected(found), found.table.titles, found.findings)


def _shared(receipt: Receipt, dataset: Dataset) -> Iterator[str]:
    for other in receipt.shared:
        more = " med flera" if other.count > len(other.ids) else ""
        yield (
            f"{other.count} {dataset.id_column} finns också i leverans {other.delivery} ({', '.join(other.ids)}{more}). "
            "Raderna i den här leveransen gäller."
        )
