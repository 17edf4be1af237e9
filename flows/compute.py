"""The wiring from kept facts to a run of figures, shared by the commands, the web app and the jobs."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from config import ConfigError, Settings
from flows.incremental import LostPieceError, Making
from loaders.registry import DATASETS
from metrics import counting, engine
from metrics.indicators import of
from sql import coverage, runs
from sql.files import readable
from sql.pieces import Piece
from sql.store import Store

DATASETS_WITH_FIGURES = counting.DATASETS
GALLRADE = tuple(sorted(set(counting.DATASETS) - {counting.POPULATION}))
"""Datasets whose rows may be removed while their figures stay. Population is open statistics."""


def check_names(settings: Settings) -> None:
    """Hold the names in config.yaml against the code's. Raises ConfigError for a column or an indicator that does not exist.

    A misspelt column in a condition would otherwise make it unknown for every discharge, in silence.
    """
    indicators = of(settings)
    columns = {column.name for column in DATASETS["utskrivning"].columns}
    problems = [
        f"agreements, {agreement.id}, {condition.id}: kolumnen {name} finns inte i utskrivning. Rätta stavningen."
        for agreement in settings.agreements
        for condition in agreement.utskrivning.conditions
        for name in (condition.applies_if, condition.yes_in, condition.date_in, condition.of)
        if name is not None and name not in columns
    ]
    problems += [
        f"agreements, {agreement.id}: indikatorn {name} finns inte. Rätta stavningen."
        for agreement in settings.agreements
        for names in (*(clause.indicators for clause in agreement.follow_up), *(change.indicators for change in agreement.changes))
        for name in names
        if name not in indicators
    ]
    problems += [f"goals.{name}: indikatorn finns inte. Rätta stavningen." for name in settings.goals if name not in indicators]
    problems += [f"due.{name}: datamängden finns inte. Rätta stavningen." for name in settings.due if name not in DATASETS]
    problems += [
        f"retention.{name}: bara rader som siffror räknas av kan gallras: {', '.join(GALLRADE)}. Ta bort eller rätta."
        for name in settings.retention
        if name not in GALLRADE
    ]
    if problems:
        raise ConfigError(problems)


def compute(settings: Settings, store: Store, now: datetime, as_of: datetime | None = None, *, full: bool = False) -> str:
    """Compute every figure from the deliveries that count (at `as_of`, when given) and save them as a new run.

    The new run becomes current in the same commit, unless `as_of` is given. Returns the run's id. What the current run has of the same
    inputs is used again (docs/adr/0012); with `full` nothing is, and every figure is made from the rows.
    """
    check_names(settings)
    covered = coverage.all_in_force(store, DATASETS_WITH_FIGURES, as_of)
    deliveries = (delivery for cells in covered.values() for delivery in cells["delivery"].unique())
    with readable():
        pieces = _pieces(Making.beside_current(settings, store, covered), full=full)
    columns = {name: pl.DataFrame(schema=schema) for name, schema in engine.SCHEMAS.items()}
    return runs.save(store, columns, as_of=as_of, now=now, deliveries=deliveries, pieces=pieces, sorted_by=engine.SORTED_BY)


def _pieces(making: Making, *, full: bool) -> list[Piece]:
    try:
        return (making.from_rows() if full else making).pieces()
    except LostPieceError:
        return making.from_rows().pieces()
