"""Every job there is, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from config import JobName
from jobs import computing, gallring, inbox, kolada, opendata, population, reminders
from jobs.job import Job

JOBS: Final[Mapping[JobName, Job]] = {
    job.name: job for job in (inbox.JOB, computing.JOB, population.JOB, kolada.JOB, reminders.JOB, opendata.JOB, gallring.JOB)
}
