"""Telling of deliveries that are expected soon, and of those that are late; each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import polars as pl

import periods
from config import Due
from jobs import notices
from jobs.job import Job, JobFailed, Log, Surroundings
from loaders.registry import DATASETS
from sql import coverage
from sql import jobs as history

_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class _Told:
    """What is to be told: of which dataset and period, and which kommuner it concerns."""

    dataset: str
    period: str
    kind: Literal["due", "late"]
    expected: date
    kommuner: tuple[str, ...]

    @property
    def key(self) -> str:
        """What makes it the same notice."""
        return f"{self.kind}:{self.dataset}:{self.period}"


def run(around: Surroundings, log: Log) -> str:
    """Send what has not been sent. Raises JobFailed when it could not be, so that it is tried again."""
    sent = 0
    for told in _to_tell(around):
        if history.is_sent(around.store, told.key):
            continue
        failures = [failure for notice in _notices(around, told) for failure in notices.send(around.settings.notices, notice)]
        if failures:
            raise JobFailed(" ".join(dict.fromkeys(failures)))
        history.mark_sent(around.store, told.key, around.clock())
        log(f"{told.dataset} {told.period}: {len(told.kommuner)} kommuner har inte levererat.")
        sent += 1
    return f"{sent} påminnelser skickade." if sent else "Inget att påminna om."


def _to_tell(around: Surroundings) -> Iterator[_Told]:
    today = around.clock().astimezone(_STOCKHOLM).date()
    for dataset, due in around.settings.due.items():
        period = _last_ended(DATASETS[dataset].base, today)
        expected = periods.last_day(period) + timedelta(days=due.days_after)
        kind = _kind(due, expected, today)
        missing = _missing(around, dataset, period) if kind else ()
        if kind and missing:
            yield _Told(dataset, period, kind, expected, missing)


def _kind(due: Due, expected: date, today: date) -> Literal["due", "late"] | None:
    if today > expected:
        return "late"
    return "due" if today >= expected - timedelta(days=due.remind_days_before) else None


def _last_ended(base: str, today: date) -> str:
    """The last month, quarter or year that was over before today."""
    day = today.replace(day=1) - timedelta(days=1)
    month = f"{day:%Y-%m}"
    if base == "year":
        return str(today.year - 1)
    if base == "quarter":
        ended = periods.quarter_of(day)
        return ended if periods.last_day(ended) <= day else periods.quarter_of(periods.first_day(ended) - timedelta(days=1))
    return month


def _missing(around: Surroundings, dataset: str, period: str) -> tuple[str, ...]:
    covered = coverage.in_force(around.store, dataset).filter(period=period)
    return tuple(kommun for kommun in around.settings.kommuner if covered.filter(pl.col("kommun") == kommun).is_empty())


def _notices(around: Surroundings, told: _Told) -> Iterator[notices.Notice]:
    """One to those who follow all, and one to each kommun with an address of its own."""
    what = f"{told.dataset} för {told.period}"
    subject = f"Snart dags: {what}" if told.kind == "due" else f"Försenat: {what}"
    names = ", ".join(around.settings.kommuner[kommun] for kommun in told.kommuner)
    yield notices.Notice(subject, f"{what} väntas senast {told.expected}. Har inte kommit från: {names}.")
    own = around.settings.notices.mail.kommuner if around.settings.notices.mail else {}
    for kommun in told.kommuner:
        if kommun in own:
            text = f"{what} från {around.settings.kommuner[kommun]} väntas senast {told.expected} och har inte kommit."
            yield notices.Notice(subject, text, kommun)


JOB: Final = Job("reminders", run)
