"""`schedule` alone for some weeks: a dropped file, a new year at SCB and a late correction come in and are in the figures."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import Sources, Times
from dashboard.sections import job_history
from dashboard.tree import text_of
from jobs import inbox, schedule
from jobs.job import Surroundings
from jobs.schedule import STOCKHOLM
from sql import deliveries, runs
from sql import jobs as history
from tests.faults.places import DISCHARGES, NTANDVARD
from tests.faults.test_clock import Wrong, show
from tests.jobs.agency import Answer, as_json
from tests.jobs.test_inbox import drop
from tests.jobs.test_population import Scb, scb

MONDAY = datetime(2026, 3, 2, tzinfo=STOCKHOLM)
TIMES = {
    "inbox": Times(minute="*/5"),
    "population": Times(day_of_week="mon", hour="6", minute="10"),
    "compute": Times(hour="4", minute="15"),
}


def at(days: int, hour: int, minute: int) -> datetime:
    return MONDAY + timedelta(days=days, hours=hour, minutes=minute)


def just_before(days: int, hour: int, minute: int) -> datetime:
    """A moment before a job is due for the first time: one that has never run has not been missed."""
    return at(days, hour, minute) - timedelta(seconds=0.5)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "nobody did it"
        time.sleep(0.02)


@contextmanager
def alone(around: Surroundings, wrong: Wrong, monkeypatch: pytest.MonkeyPatch) -> Iterator[Surroundings]:
    """`schedule` with the real jobs, by a clock that is moved on."""
    show(wrong, monkeypatch)
    mine = Surroundings(around.settings.model_copy(update={"schedule": TIMES}), around.store, wrong)
    thread = threading.Thread(target=schedule.run, args=(mine,), kwargs={"wait_seconds": 0.02})
    thread.start()
    try:
        yield mine
    finally:
        mine.stopping.set()
        thread.join(60)


def figure(around: Surroundings, indicator: str, period: str) -> tuple[float | None, float | None]:
    """Ale's numerator and denominator in the current run."""
    run = runs.current(around.store)
    assert run is not None
    found = runs.frame(around.store, run.id, "figures").filter(indicator=indicator, area="1440", period=period)
    return (found["numerator"].item(), found["denominator"].item()) if found.height else (None, None)


def dropped(around: Surroundings, name: str, text: str, dataset: str) -> Path:
    path = drop(around, name, text, dataset)
    os.utime(path, (around.clock().timestamp(),) * 2)
    return path


def discharged(days: int) -> str:
    """Ale's discharges in January 2026, each so many days after the message."""
    lines = (f"A{n};1440;Sjukhus A;2026-01-01;2026-01-{5 + n:02};2026-01-{5 + n + days:02}\n" for n in range(4))
    return DISCHARGES + "".join(lines)


def test_weeks_alone(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Wrong(at(0, 8, 0))

    def not_yet(path: str, number: int) -> Answer | None:
        index = {"Region": around.settings.kommuner, "Alder": ("TotSA", *map(str, range(100))), "Tid": ("2024",)}
        dimension = {name: {"category": {"index": {code: n for n, code in enumerate(codes)}}} for name, codes in index.items()}
        return as_json({"dimension": dimension}) if path.endswith("/metadata") else None

    with _only_the_newer(around) as (sourced, agency), alone(sourced, wrong, monkeypatch) as mine:
        # A file is dropped. Ten minutes later it has been taken in and answered; the night after it is in the figures.
        first = dropped(mine, "utskrivning_2026-01.csv", discharged(days=2), "utskrivning")
        dropped(mine, "ntandvard.csv", NTANDVARD + "1440;2025-Q4;600;400;300;200\n", "ntandvard")
        wrong.set(just_before(0, 8, 5))
        until(lambda: not first.exists())
        until(lambda: len(deliveries.listing(mine.store)) == 2)
        wrong.set(just_before(1, 4, 15))
        until(lambda: runs.current(mine.store) is not None)
        assert figure(mine, "dagar_snitt", "2026-01") == (8, 4)
        assert figure(mine, "ntandvard_tackning", "2025-Q4") == (None, None), "nobody has the population yet"

        # A Monday SCB has nothing new; the next one it has.
        agency.spoil = not_yet
        wrong.set(just_before(7, 6, 10))
        until(lambda: _summary(mine, "population") == "Ingen ny folkmängd hos SCB.")
        agency.spoil = lambda path, number: None
        wrong.set(at(14, 6, 15))
        until(lambda: _summary(mine, "population") == "Folkmängd hämtad för 2025.")

        # A late correction replaces what it corrects.
        dropped(mine, "rättad_2026-01.csv", discharged(days=3), "utskrivning")
        wrong.set(at(14, 6, 30))
        until(lambda: [d.status for d in deliveries.listing(mine.store, "utskrivning")] == ["ersatt", "gäller"])
        wrong.set(at(15, 4, 20))
        until(lambda: figure(mine, "dagar_snitt", "2026-01") == (12, 4))
        numerator, denominator = figure(mine, "ntandvard_tackning", "2025-Q4")
        assert (numerator, bool(denominator)) == (600, True)

    answers = sorted(path.name for path in (Path(around.settings.inboxes[0].folder) / inbox.TAKEN).glob(f"*{inbox.ANSWER}"))
    assert len(answers) == 3
    assert {run.outcome for run in history.listing(around.store, most=1000)} == {"klar"}
    told = text_of(job_history.section(around.settings.model_copy(update={"schedule": TIMES}), around.store, with_log=True))
    for title in ("Inkorgar", "Folkmängd från SCB", "Beräkning"):
        assert title in told


def _summary(around: Surroundings, job: str) -> str:
    latest = history.latest(around.store).get(job)
    return latest.summary if latest else ""


@contextmanager
def _only_the_newer(around: Surroundings) -> Iterator[tuple[Surroundings, Scb]]:
    """SCB with the table that begins in 2025 alone."""
    with scb(around) as (both, agency):
        tables = tuple(table for table in both.settings.sources.population if table.api == "v2")
        yield Surroundings(both.settings.model_copy(update={"sources": Sources(population=tables)}), both.store, both.clock), agency
