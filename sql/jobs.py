"""The history of what has run by itself, and which notices have been sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from sql.store import Store
from sql.tables import JobRunRow, NoticeRow

Outcome = Literal["pågår", "klar", "misslyckad", "avbruten"]
KEPT: Final = 1000  # of each job; an inbox that is looked into every fifth minute fills that in half a week
LONGEST_LOG: Final = 100_000


@dataclass(frozen=True)
class JobRun:
    """One time that a job ran. `summary` is a Swedish sentence, `log` what happened, line by line."""

    id: int
    job: str
    due_at: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome
    attempts: int
    summary: str
    log: str

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs and when it was cut off."""
        return None if self.finished_at is None else (self.finished_at - self.started_at).total_seconds()


def begin(store: Store, job: str, *, due: datetime, now: datetime) -> int:
    """Note that a job has begun, and return the note's id; the oldest notes about the job go."""
    with store.writing() as session:
        row = JobRunRow(job=job, due_at=due, started_at=now, outcome="pågår", attempts=0, summary="", log="")
        session.add(row)
        session.flush()
        if row.id is None:
            raise RuntimeError("the database gave the job's run no id")
        _prune(session, job)
        return row.id


def end(store: Store, run: int, outcome: Outcome, *, attempts: int, summary: str, log: str, now: datetime) -> None:
    """Note how it went."""
    with store.writing() as session:
        row = session.get_one(JobRunRow, run)
        row.finished_at, row.outcome, row.attempts, row.summary = now, outcome, attempts, summary
        row.log = log[-LONGEST_LOG:]


def mark_cut_off(store: Store) -> None:
    """What was still running when nobody runs jobs was cut off."""
    with store.writing() as session:
        session.execute(update(JobRunRow).where(col(JobRunRow.outcome) == "pågår").values(outcome="avbruten", summary="Avbröts."))


def last_due(store: Store) -> dict[str, datetime]:
    """For each job the latest time it was due that it has been run for, whether it went well or not; not those that were cut off."""
    query = select(JobRunRow.job, func.max(JobRunRow.due_at)).where(col(JobRunRow.finished_at).is_not(None)).group_by(JobRunRow.job)
    with store.reading() as session:
        return dict(session.exec(query).all())


def listing(store: Store, job: str | None = None, most: int = 100) -> tuple[JobRun, ...]:
    """The latest runs, newest first."""
    query = select(JobRunRow).order_by(col(JobRunRow.id).desc()).limit(most)
    if job is not None:
        query = query.where(JobRunRow.job == job)
    with store.reading() as session:
        return tuple(JobRun(**row.model_dump()) for row in session.exec(query))


def latest(store: Store) -> dict[str, JobRun]:
    """The latest run of every job that has run."""
    newest = select(func.max(JobRunRow.id)).group_by(JobRunRow.job)
    with store.reading() as session:
        rows = session.exec(select(JobRunRow).where(col(JobRunRow.id).in_(newest)).order_by(JobRunRow.job))
        return {row.job: JobRun(**row.model_dump()) for row in rows}


def is_sent(store: Store, key: str) -> bool:
    """Whether the notice has been sent."""
    with store.reading() as session:
        return session.get(NoticeRow, key) is not None


def mark_sent(store: Store, key: str, now: datetime) -> None:
    """Remember that the notice has been sent."""
    with store.writing() as session:
        session.merge(NoticeRow(key=key, sent_at=now))


def _prune(session: Session, job: str) -> None:
    ids = session.exec(select(JobRunRow.id).where(JobRunRow.job == job).order_by(col(JobRunRow.id).desc()).offset(KEPT)).all()
    for number in ids:
        session.delete(session.get_one(JobRunRow, number))
