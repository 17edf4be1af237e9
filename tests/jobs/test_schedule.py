"""When jobs are due, on the nights that the clock moves too, and who runs them."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import ConfigError, Times, load_settings
from jobs import schedule
from jobs.job import Job, Log, Surroundings
from jobs.registry import JOBS
from jobs.schedule import STOCKHOLM, latest_due, trigger_of
from sql import jobs as history
from sql.leader import leadership
from sql.store import Store, open_store
from tests.conftest import SHIPPED
from tests.jobs.conftest import START

DAILY = trigger_of(Times(hour="4", minute="15"))


def fires(times: Times, first: datetime, last: datetime) -> list[datetime]:
    trigger, found = trigger_of(times), []
    due = trigger.get_next_fire_time(None, first)
    while due is not None and due <= last:
        found.append(due.astimezone(UTC))
        due = trigger.get_next_fire_time(due, due)
    return found


@pytest.mark.parametrize("night", ["2026-10-25", "2027-03-28", "2026-11-26"])
def test_a_daily_job_is_due_once_on_every_night(night: str) -> None:
    midnight = datetime.fromisoformat(night).replace(tzinfo=STOCKHOLM)
    due = fires(Times(hour="4", minute="15"), midnight, midnight + timedelta(hours=20))
    assert [moment.astimezone(STOCKHOLM).strftime("%H:%M") for moment in due] == ["04:15"]


@pytest.mark.parametrize(("night", "hours"), [("2026-10-25", 25), ("2027-03-28", 23)])
def test_a_job_every_half_hour_keeps_its_pace(night: str, hours: int) -> None:
    first = datetime.fromisoformat(night).replace(tzinfo=STOCKHOLM).astimezone(UTC)
    due = fires(Times(minute="*/30"), first, first + timedelta(hours=hours, minutes=-1))
    assert len(due) == 2 * hours
    assert {later - earlier for earlier, later in pairwise(due)} == {timedelta(minutes=30)}


@pytest.mark.parametrize("text", ['{hour: "2"}', '{day_of_week: "1"}', '{minute: "nu"}'])
def test_times_that_nobody_can_mean_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(SHIPPED.read_text(encoding="utf-8").replace('compute: {hour: "4", minute: "15"}', f"compute: {text}"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"schedule\.compute"):
        load_settings(path, {})


@given(st.integers(0, 60 * 24 * 400), st.integers(0, 60 * 24 * 3))
def test_the_latest_due_time_equals_a_slow_count(since_minutes: int, passed: int) -> None:
    since = datetime(2026, 1, 1, 3, 15, tzinfo=UTC) + timedelta(minutes=since_minutes)
    now = since + timedelta(minutes=passed)
    minutes = (since + timedelta(minutes=n) for n in range(passed + 1))
    slow = [m for m in minutes if m.astimezone(STOCKHOLM).strftime("%H:%M") == "04:15"]
    assert latest_due(DAILY, now, since) == (slow[-1] if slow else since)


class Counting:
    """Jobs that note that they have run."""

    def __init__(self) -> None:
        self.ran = threading.Event()
        self.times = 0
        self.jobs = {name: Job(name, self._run) for name in JOBS}

    def _run(self, around: Surroundings, log: Log) -> str:
        self.times += 1
        self.ran.set()
        return "Klart."


def running(around: Surroundings, counting: Counting) -> threading.Thread:
    thread = threading.Thread(target=schedule.run, args=(around, counting.jobs, 0.05))
    thread.start()
    return thread


def done(store: Store) -> None:
    """The nightly job has been run for START."""
    history.end(store, history.begin(store, "compute", due=START, now=START), "klar", attempts=1, summary="", log="", now=START)


def only_compute(around: Surroundings) -> Surroundings:
    """Surroundings with the real clock, where only the nightly job is scheduled."""
    settings = around.settings.model_copy(update={"schedule": {"compute": Times(hour="4", minute="15")}})
    return Surroundings(settings, around.store, lambda: datetime.now(UTC))


def test_a_job_that_was_missed_is_run_once(around: Surroundings) -> None:
    mine, counting = only_compute(around), Counting()
    history.end(
        around.store, history.begin(around.store, "compute", due=START, now=START), "klar", attempts=1, summary="", log="", now=START
    )
    thread = running(mine, counting)
    assert counting.ran.wait(20)
    time.sleep(0.3)
    mine.stopping.set()
    thread.join(20)
    assert counting.times == 1
    assert history.last_due(around.store)["compute"] > START + timedelta(days=30)


def test_a_job_that_was_cut_off_is_run_again(around: Surroundings) -> None:
    mine, counting = only_compute(around), Counting()
    history.end(
        around.store, history.begin(around.store, "compute", due=START, now=START), "klar", attempts=1, summary="", log="", now=START
    )
    cut_off = history.begin(around.store, "compute", due=datetime.now(UTC), now=START)
    thread = running(mine, counting)
    assert counting.ran.wait(20)
    mine.stopping.set()
    thread.join(20)
    assert {run.id: run.outcome for run in history.listing(around.store)}[cut_off] == "avbruten"


def test_only_one_leads_and_another_takes_over(store: Store) -> None:
    other = open_store(store.settings)
    with leadership(store) as first:
        assert first is not None
        assert first()
        with leadership(other) as second:
            assert second is None
    with leadership(other) as second:
        assert second is not None
    other.close()
