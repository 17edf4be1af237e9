"""A clock that is set forwards or back, by an hour or by years, and the nights when all clocks are: no run is lost, none made twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest
from apscheduler.schedulers import base
from hypothesis import given
from hypothesis import strategies as st

from config import Times
from jobs import schedule
from jobs.job import Job, Log, Surroundings
from jobs.schedule import STOCKHOLM, Steady, first_due, trigger_of
from sql import jobs as history

NIGHTLY = Times(hour="4", minute="15")
TRIGGER = trigger_of(NIGHTLY)
MORNING = datetime(2026, 3, 10, 3, 15, tzinfo=UTC)  # a quarter past four in Sweden
DAYS = 400


def slow(done: datetime | None, now: datetime) -> datetime:
    """What is due first, by a list of every quarter past four: the first after what was run; what is ahead by more than one is no guide."""
    dues = [datetime(2025, 12, 1, 4, 15, tzinfo=STOCKHOLM) + timedelta(days=day) for day in range(DAYS)]
    if done is not None and done <= now:
        return next(due for due in dues if due > done)
    coming, following = [due for due in dues if due >= now][:2]
    return following if done is not None and coming <= done < following else coming


MINUTES = st.integers(60 * 24 * 40, 60 * 24 * 340)
"""Every minute from January to November: both nights when the clock is set are among them."""


@given(MINUTES, st.one_of(st.none(), st.integers(-4000, 4000), st.just(0)))
def test_what_is_due_first_equals_a_slow_count(minute: int, apart: int | None) -> None:
    now = datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=minute)
    done = None if apart is None else now + timedelta(minutes=apart)
    assert first_due(TRIGGER, done, now) == slow(done, now)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_nothing_is_lost_or_doubled_by_a_restart_at_any_minute_of_the_nights_when_the_clock_is_set(night: str) -> None:
    """Stopped and started every minute of the night, the job is run for one time."""
    midnight = datetime.fromisoformat(night).replace(tzinfo=STOCKHOLM).astimezone(UTC)
    done, ran = midnight - timedelta(hours=19), []
    for minute in range(8 * 60):
        now = midnight + timedelta(minutes=minute)
        due = first_due(TRIGGER, done, now)
        assert due is not None
        if due <= now:
            ran.append(due)
            done = due
    assert [due.astimezone(STOCKHOLM).strftime("%H:%M") for due in ran] == ["04:15"]


@pytest.mark.parametrize(("moved", "jumped"), [(0, False), (20, False), (-20, False), (3600, True), (-3600, True)])
def test_a_clock_that_is_set_right_in_passing_has_not_jumped(moved: float, jumped: bool) -> None:
    shown, passed = [MORNING], [100.0]
    steady = Steady(lambda: shown[0], lambda: passed[0])
    passed[0] += 600
    shown[0] += timedelta(seconds=600 + moved)
    assert steady.has_jumped() is jumped


class Wrong:
    """A clock on the wall that is off by so much; the scheduler's own looks go to it too."""

    def __init__(self, at: datetime) -> None:
        self.off = at - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off

    def set(self, at: datetime) -> None:
        self.off = at - datetime.now(UTC)


def show(wrong: Wrong, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the scheduler's own looks at the clock see the wrong one."""

    class Shown(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return wrong().astimezone(tz)

    monkeypatch.setattr(base, "datetime", Shown)


class Noting:
    """The nightly job, which notes that it has run."""

    def __init__(self) -> None:
        self.ran = 0
        self.jobs: Any = {"compute": Job("compute", self._run)}

    def _run(self, around: Surroundings, log: Log) -> str:
        self.ran += 1
        return "Klart."

    def wait_for(self, times: int) -> None:
        deadline = time.monotonic() + 20
        while self.ran < times and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)  # for one run too many
        assert self.ran == times


@contextmanager
def running(around: Surroundings, wrong: Wrong, monkeypatch: pytest.MonkeyPatch) -> Iterator[Noting]:
    """`schedule` by the wrong clock; the job was last run for at quarter past four the day before."""
    show(wrong, monkeypatch)
    before = MORNING - timedelta(days=1)
    history.end(
        around.store, history.begin(around.store, "compute", due=before, now=before), "klar", attempts=1, summary="", log="", now=before
    )
    mine = Surroundings(around.settings.model_copy(update={"schedule": {"compute": NIGHTLY}}), around.store, wrong)
    noting = Noting()
    thread = threading.Thread(target=schedule.run, args=(mine, noting.jobs, 0.02))
    thread.start()
    yield noting
    mine.stopping.set()
    thread.join(20)
    assert not thread.is_alive()


def test_set_forwards_past_the_time_it_is_run_at_once_and_once(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Wrong(MORNING - timedelta(hours=3))
    with running(around, wrong, monkeypatch) as noting:
        noting.wait_for(0)
        wrong.set(MORNING + timedelta(hours=2))
        noting.wait_for(1)
    assert history.last_due(around.store)["compute"] == MORNING


def test_set_back_over_the_time_it_is_not_run_again(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Wrong(MORNING + timedelta(minutes=10))
    with running(around, wrong, monkeypatch) as noting:
        noting.wait_for(1)
        wrong.set(MORNING - timedelta(minutes=20))
        noting.wait_for(1)
        wrong.set(MORNING + timedelta(minutes=20))
        noting.wait_for(1)
        wrong.set(MORNING + timedelta(days=1, minutes=20))
        noting.wait_for(2)


def test_ahead_by_years_and_set_right_it_goes_on_as_if_nothing_had_been(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Wrong(MORNING + timedelta(days=3000))
    with running(around, wrong, monkeypatch) as noting:
        noting.wait_for(1)
        wrong.set(MORNING + timedelta(days=1, seconds=-1.5))
        noting.wait_for(2)
