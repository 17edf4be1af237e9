"""The process that runs jobs when they are due: one at a time in the whole system, others wait to take over.

A job that was due while nobody ran jobs is run once when somebody does again. What a job does may be done twice without harm,
so one that was cut off is run again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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
    scheduler = _scheduler(around, jobs)
    scheduler.start()
    try:
        while not around.stopping.wait(wait_seconds) and still_held():
            pass
    finally:
        scheduler.shutdown(wait=True)  # a job that is running comes to its end, or sees that it is to stop
        _log.info("schedule_ended")


def _scheduler(around: Surroundings, jobs: Mapping[JobName, Job]) -> BackgroundScheduler:
    """Each job from the settings, first due at the first time after it was last run for, or from now on when it never was."""
    scheduler = BackgroundScheduler(timezone=STOCKHOLM, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1})
    done, now = history.last_due(around.store), around.clock()
    for name, times in around.settings.schedule.items():
        trigger = trigger_of(times)
        first = trigger.get_next_fire_time(None, done[name]) if name in done else None
        if first is not None and first == done[name]:
            first = trigger.get_next_fire_time(first, first)
        scheduler.add_job(
            _fire, trigger, (around, jobs[name], trigger), id=name, name=name, next_run_time=first or trigger.get_next_fire_time(None, now)
        )
    return scheduler


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
        runner.run(job, around, latest_due(trigger, now, history.last_due(around.store).get(job.name, now)))
    except StoreError as error:
        _log.error("job_not_noted", job=job.name, sentence=str(error))
