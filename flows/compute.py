"""The wiring from kept facts to a run of figures, shared by the commands, the web app and the jobs."""

from __future__ import annotations

from datetime import datetime

from config import ConfigError, Settings
from flows import counting, engines
from loaders.registry import DATASETS
from metrics import engine
from metrics.indicators import INDICATORS, of
from sql import coverage, runs
from sql.files import readable
from sql.store import Store

DATASETS_WITH_FIGURES = tuple(dict.fromkeys(("befolkning", *(indicator.dataset for indicator in INDICATORS.values()))))


def check_names(settings: Settings) -> None:
    """Hold the names in config.yaml against the code's. Raises ConfigError for a column or an indicator that does not exist.

    A misspelt column in a condition would otherwise make it unknown for every discharge, in silence.
    """
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
        if name not in of(settings)
    ]
    problems += [f"goals.{name}: indikatorn finns inte. Rätta stavningen." for name in settings.goals if name not in of(settings)]
    problems += [f"due.{name}: datamängden finns inte. Rätta stavningen." for name in settings.due if name not in DATASETS]
    if problems:
        raise ConfigError(problems)


def compute(settings: Settings, store: Store, now: datetime, as_of: datetime | None = None) -> str:
    """Compute every figure from the deliveries that count (at `as_of`, when given) and save them as a new run.

    The new run becomes current in the same commit, unless `as_of` is given. Returns the run's id.
    """
    check_names(settings)
    covered = {dataset: coverage.in_force(store, dataset, as_of) for dataset in DATASETS_WITH_FIGURES}
    deliveries = (delivery for cells in covered.values() for delivery in cells["delivery"].unique())
    with readable():
        wanted = {dataset: cells["period"].unique().to_list() for dataset, cells in covered.items()}
        counts = counting.put_together(settings, (counts for _, counts in engines.counted(settings, store, covered, wanted)))
        frames = engine.of_counts(settings, counts, covered)
    return runs.save(store, frames, as_of=as_of, now=now, deliveries=deliveries)
