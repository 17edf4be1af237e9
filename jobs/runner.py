"""Running one job: tried again when it fails, its history kept, somebody told when it has failed for good."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

import faults
from jobs import notices
from jobs.job import Job, JobFailed, Log, Surroundings
from sql import jobs as history
from sql.errors import StoreError

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_log = structlog.get_logger()


class _Attempts:
    """The attempts at one job, and the lines of its log."""

    def __init__(self, job: Job, around: Surroundings) -> None:
        self.job, self.around = job, around
        self.made = 0
        self.lines: list[str] = []

    def note(self, line: str) -> None:
        """One more line, with the time in Sweden."""
        self.lines.append(f"{self.around.clock().astimezone(_STOCKHOLM):%H:%M:%S} {line}")

    def make(self) -> tuple[history.Outcome, str]:
        """Try until it goes well, cannot, or has been tried often enough; the wait doubles each time."""
        retries = self.around.settings.retries
        while True:
            self.made += 1
            try:
                return "klar", self.job.run(self.around, self.note)
            except (JobFailed, StoreError) as error:
                sentence, may_pass = str(error), not isinstance(error, JobFailed) or error.may_pass
            except Exception as error:  # a job that falls must not take the schedule with it
                sentence, may_pass = faults.unexpected(error), False
            self.note(sentence)
            wait = retries.first_wait_seconds * 2 ** (self.made - 1)
            if not may_pass or self.made > retries.times or self.around.stopping.wait(wait):
                return "misslyckad", sentence


def run(job: Job, around: Surroundings, due: datetime) -> history.Outcome:
    """Run the job that was due, and note how it went. Raises StoreError only where not even that can be noted."""
    noted = history.begin(around.store, job.name, due=due, now=around.clock())
    with structlog.contextvars.bound_contextvars(job=job.name, job_run=noted):
        _log.info("job_began", due=due.isoformat())
        attempts = _Attempts(job, around)
        outcome, summary = attempts.make()
        if outcome == "misslyckad":
            _tell(job, around, summary, attempts.note)
        log = "\n".join(attempts.lines)
        history.end(around.store, noted, outcome, attempts=attempts.made, summary=summary, log=log, now=around.clock())
        _log.info("job_ended", outcome=outcome, attempts=attempts.made, summary=summary)
    return outcome


def _tell(job: Job, around: Surroundings, summary: str, note: Log) -> None:
    subject = f"Jobbet {job.title} misslyckades"
    for failure in notices.send(around.settings.notices, notices.Notice(subject, f"{subject}.\n\n{summary}")):
        note(failure)
