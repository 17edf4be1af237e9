"""What has run by itself, as the deliveries page tells it."""

from __future__ import annotations

from datetime import timedelta

from config import Settings, Times
from dashboard.sections import job_history
from dashboard.tree import Element, find, text_of
from sql import jobs
from sql.jobs import Outcome
from sql.store import Store
from tests.sql.made import NOON


def ran(store: Store, job: str, outcome: Outcome, summary: str, log: str = "", seconds: float = 1.5) -> None:
    noted = jobs.begin(store, job, due=NOON, now=NOON)
    jobs.end(store, noted, outcome, attempts=1, summary=summary, log=log, now=NOON + timedelta(seconds=seconds))


def rows(section: Element) -> list[str]:
    return [" ".join(text_of(row).split()) for row in find(section, tag="tr")]


def test_before_anything_has_run_it_says_what_to_do(settings: Settings, store: Store) -> None:
    assert "kommandot schedule" in text_of(job_history.section(settings, store, with_log=True))


def test_the_latest_run_of_each_job_is_shown(settings: Settings, store: Store) -> None:
    mine = settings.model_copy(update={"schedule": {"compute": Times(hour="4"), "kolada": Times(hour="6")}})
    ran(store, "compute", "misslyckad", "Disken är full.")
    ran(store, "compute", "klar", "Allt är beräknat.")
    told = rows(job_history.section(mine, store, with_log=True))
    assert len(told) == 3
    assert "har inte gått än" in told[1]
    assert "1,5 s" in told[2]
    assert "Allt är beräknat." in told[2]


def test_logs_are_for_those_who_may_see_names_of_files(settings: Settings, store: Store) -> None:
    ran(store, "inbox", "klar", "1 mottagna.", log="12:00:00 ale.csv: leverans 3")
    assert "ale.csv" in text_of(job_history.section(settings, store, with_log=True))
    assert "ale.csv" not in text_of(job_history.section(settings, store, with_log=False))
