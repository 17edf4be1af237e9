"""The process that runs jobs when they are due: one at a time in the whole system, others wait to take over.

A job that was due while nobody ran jobs is run once when somebody does again. What a job does may be done twice without harm,
so one that was cut off is run again. When the clock jumps, what is due is found out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from config import JobName, Times
from jobs import runner
from jobs.job import Job, Surroundings
from jobs.registry import JOBS
from sql import jobs as history
from sql.errors import StoreError
from sql.leader import StillHeld, leadership

STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
WAIT_SECONDS: Final = 5.0  # between looks at whether another process still leads, and whether this one still does
JUMP_SECONDS: Final = 30.0
_log = structlog.get_logger()


def run(around: Surroundings, jobs: Mapping[JobName, Job] = JOBS, wait_seconds: float = WAIT_SECONDS) -> None:
    """Run jobs until the surroundings are `stopping`; wait while another process does. A silent database is waited for."""
    while not around.stopping.is_set():
        try:
            with leadership(around.store) as still_held:
                if still_held is not None:
                    _lead(around, jobs, still_held, wait_seconds)
        except StoreError as error:
            _log.warning("store_failed", sentence=str(error))
        around.stopping.wait(wait_seconds)


def _lead(around: Surroundings, jobs: Mapping[JobName, Job], still_held: StillHeld, wait_seconds: float) -> None:
    _log.info("schedule_began")
    history.mark_cut_off(around.store)
    while _run_until_the_clock_jumps(around, jobs, still_held, wait_seconds):
        _log.warning("clock_jumped")
    _log.info("schedule_ended")


def _run_until_the_clock_jumps(around: Surroundings, jobs: Mapping[JobName, Job], still_held: StillHeld, wait_seconds: float) -> bool:
    """Whether the clock is why it came to an end: then what is due must be found out anew."""
    scheduler, steady = _scheduler(around, jobs), Steady(around.clock)
    scheduler.start()
    try:
        while not around.stopping.wait(wait_seconds) and still_held():
            if steady.has_jumped():
                return True
        return False
    finally:
        scheduler.shutdown(wait=True)  # a job that is running comes to its end, or sees that it is to stop


class Steady:
    """Whether the clock goes as time passes. It does not when somebody sets it, and when the machine has slept.

    The scheduler sleeps for as long as it was to the next job; it would wake up late, or not for years.
    """

    def __init__(self, clock: Callable[[], datetime], passed: Callable[[], float] = monotonic) -> None:
        self._clock, self._passed = clock, passed
        self._began = self._apart()

    def has_jumped(self) -> bool:
        """Whether it has gone otherwise by more than clocks are set right by in passing."""
        return abs(self._apart() - self._began) > JUMP_SECONDS

    def _apart(self) -> float:
        return self._clock().timestamp() - self._passed()


def _scheduler(around: Surroundings, jobs: Mapping[JobName, Job]) -> BackgroundScheduler:
    """Each job from the settings, first due at the first time after it was last run for, or from now on when it never was."""
    scheduler = BackgroundScheduler(timezone=STOCKHOLM, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1})
    done, now = history.last_due(around.store), around.clock()
    for name, times in around.settings.schedule.items():
        trigger = trigger_of(times)
        first = first_due(trigger, done.get(name), now)
        scheduler.add_job(_fire, trigger, (around, jobs[name], trigger), id=name, name=name, next_run_time=first)
    return scheduler


def first_due(trigger: CronTrigger, done: datetime | None, now: datetime) -> datetime | None:
    """The first time that a job is to be run for, which was last run for `done`; it may have been missed.

    A clock that has been set back may have let it run for the time that comes next: it is not run for that again. One that was further
    ahead was wrong, and what was run by it says nothing of what is due.
    """
    if done is not None and done <= now:
        return _after(trigger, done)
    coming = _next(trigger, None, now)
    if done is None or coming is None or done < coming:
        return coming
    following = _after(trigger, coming)
    return coming if following is None or done >= following else following


def _after(trigger: CronTrigger, moment: datetime) -> datetime | None:
    found = _next(trigger, None, moment)
    return _next(trigger, found, found) if found == moment else found


def _next(trigger: CronTrigger, before: datetime | None, since: datetime) -> datetime | None:
    found: datetime | None = trigger.get_next_fire_time(before, since)
    return found


def trigger_of(times: Times) -> CronTrigger:
    """When the job is due, by the clock in Sweden. Raises ValueError for what cron cannot read."""
    return CronTrigger(minute=times.minute, hour=times.hour, day=times.day, day_of_week=times.day_of_week, timezone=STOCKHOLM)


def latest_due(trigger: CronTrigger, now: datetime, since: datetime) -> datetime:
    """The last time up to now that the job was due; `since` when it was not due after that."""
    due, following = since, trigger.get_next_fire_time(None, since)
    while following is not None and following <= now:
        due, following = following, trigger.get_next_fire_time(following, following)
    return due


def _fire(around: Surroundings, job: Job, trigger: CronTrigger) -> None:
    """Run the job for the latest time it was due; earlier ones that were missed are done by the same."""
    now = around.clock()
    try:
        since = min(now, history.last_due(around.store).get(job.name, now))  # a clock that was ahead has left times that have not been
        runner.run(job, around, latest_due(trigger, now, since))
    except StoreError as error:
        _log.error("job_not_noted", job=job.name, sentence=str(error))
