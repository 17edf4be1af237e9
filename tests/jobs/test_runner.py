"""Attempts, history and notices of one job."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import structlog

from config import Mail, Notices
from jobs import runner
from jobs.job import Job, JobFailed, Log, Surroundings
from sql import jobs as history
from sql.errors import StoreError
from tests.jobs.conftest import START


def job(run: Callable[[Surroundings, Log], str]) -> Job:
    return Job("compute", run)


def failing(times: int, error: Exception) -> Callable[[Surroundings, Log], str]:
    left = [times]

    def run(around: Surroundings, log: Log) -> str:
        log("försöker")
        if left[0]:
            left[0] -= 1
            raise error
        return "Gick bra."

    return run


def test_a_job_that_goes_well_is_noted(around: Surroundings) -> None:
    assert runner.run(job(failing(0, JobFailed("nej"))), around, START) == "klar"
    (noted,) = history.listing(around.store)
    assert (noted.job, noted.due_at, noted.outcome, noted.attempts, noted.summary) == ("compute", START, "klar", 1, "Gick bra.")
    assert noted.log == "13:00:00 försöker"


@pytest.mark.parametrize("error", [JobFailed("SCB svarar inte."), StoreError("Databasen svarar inte.")])
def test_what_may_pass_is_tried_again(around: Surroundings, error: Exception) -> None:
    assert runner.run(job(failing(2, error)), around, START) == "klar"
    assert history.listing(around.store)[0].attempts == 3


def test_it_is_given_up_after_the_last_attempt(around: Surroundings) -> None:
    assert runner.run(job(failing(3, JobFailed("SCB svarar inte."))), around, START) == "misslyckad"
    (noted,) = history.listing(around.store)
    assert (noted.attempts, noted.summary) == (3, "SCB svarar inte.")


@pytest.mark.parametrize("error", [JobFailed("Tabellen finns inte.", may_pass=False), ZeroDivisionError("4711 av Anna")])
def test_what_will_not_pass_is_not_tried_again(around: Surroundings, error: Exception) -> None:
    assert runner.run(job(failing(1, error)), around, START) == "misslyckad"
    (noted,) = history.listing(around.store)
    assert noted.attempts == 1
    assert "4711" not in noted.summary + noted.log


def test_a_stop_ends_the_wait(around: Surroundings) -> None:
    around.stopping.set()
    runner.run(job(failing(9, JobFailed("nej"))), around, START)
    assert history.listing(around.store)[0].attempts == 1


def told(around: Surroundings, port: int) -> Surroundings:
    mail = Mail(host="127.0.0.1", port=port, sender="uppfoljning@example.org", to=("analys@example.org",))
    return Surroundings(around.settings.model_copy(update={"notices": Notices(mail=mail)}), around.store, around.clock)


def test_somebody_is_told_of_a_failure(around: Surroundings, mailbox: tuple[int, list[str]]) -> None:
    port, messages = mailbox
    runner.run(job(failing(9, JobFailed("SCB svarar inte."))), told(around, port), START)
    assert len(messages) == 1
    assert "To: analys@example.org" in messages[0]
    assert "SCB svarar inte." in messages[0]


def test_a_mail_server_that_is_gone_is_noted_and_nothing_more(around: Surroundings) -> None:
    runner.run(job(failing(9, JobFailed("nej"))), told(around, 1), START)
    assert "E-post kunde inte skickas" in history.listing(around.store)[0].log


def test_every_line_that_a_job_logs_says_which_run_it_is_of(around: Surroundings) -> None:
    def run(around: Surroundings, log: Log) -> str:
        structlog.get_logger().info("in_the_midst")
        return "Gick bra."

    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        runner.run(job(run), around, START)
    (noted,) = history.listing(around.store)
    assert [line["event"] for line in lines] == ["job_began", "in_the_midst", "job_ended"]
    assert {(line["job"], line["job_run"]) for line in lines} == {("compute", noted.id)}
