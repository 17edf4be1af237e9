"""The database gone for a while, with PostgreSQL stopped and started again: it is said, nobody need do anything, and no job is lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from config import Retries, Times
from dashboard.app import create_app
from jobs import schedule
from jobs.job import Job, Log, Surroundings
from sql import jobs as history
from sql import runs
from sql.store import Store, open_store
from tests.conftest import PostgreSQL, database_on, settings_of, soak
from tests.dashboard.served import HOME, save_run
from tests.program import ROOT

GONE_SECONDS = soak(0.5, 60.0)
PATHS = ("/", "/kommun/1440", "/leveranser", "/nyckeltal/1440", "/arsuppfoljning", "/avtal")


@pytest.fixture(scope="module")
def store(postgresql_process: PostgreSQL, migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with database_on(postgresql_process.url, f"TEMPLATE {migrated_database}") as url:
        opened = open_store(settings_of(tmp_path_factory.mktemp("away") / "storage", url))
        save_run(opened.settings, opened, only="avvikelser")
        yield opened
        opened.close()


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def served_without(client: Any) -> None:
    """What readers and watchers are told meanwhile."""
    for path in PATHS:
        page = client.get(path)
        assert page.status_code == 503, path
        assert "Databasen svarar inte" in page.text, path
        assert "Traceback" not in page.text
    assert client.get("/api/v1/figures").status_code == 503
    for path in ("/health", "/ready", "/metrics"):
        assert client.get(path).status_code == 503, path


def is_back(client: Any) -> bool:
    return all(client.get(path).status_code == 200 for path in ("/", "/health", "/ready", "/metrics"))


def test_pages_say_so_and_come_back_by_themselves(postgresql_process: PostgreSQL, store: Store) -> None:
    app = create_app(store.settings, store, recompute=lambda: None, ahead=False)
    client = TestClient(app, base_url=HOME, raise_server_exceptions=False)
    until(lambda: is_back(client))
    with postgresql_process.away():
        until(lambda: client.get("/").status_code == 503)  # the run it holds is looked after once a second
        served_without(client)
        time.sleep(GONE_SECONDS)
    until(lambda: is_back(client))
    assert {client.get(path).status_code for path in PATHS} == {200}


@pytest.mark.skipif(soak(True, False), reason="a minute with a process of the whole program: make soak")
def test_a_server_of_two_processes_comes_back(postgresql_process: PostgreSQL, store: Store) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"UPPFOLJNING_STORAGE": store.settings.storage, "UPPFOLJNING_DATABASE_URL": str(store.settings.database_url)}
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        until(lambda: _answers(client), 120)
        with postgresql_process.away():
            until(lambda: client.get("/").status_code == 503)  # the run it holds is looked after once a second
            served_without(client)
            time.sleep(GONE_SECONDS)
        until(lambda: is_back(client), 60)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said


def _answers(client: httpx2.Client) -> bool:
    try:
        return is_back(client)
    except httpx2.HTTPError:
        return False


def test_a_job_in_the_midst_of_its_work_tries_again_and_the_schedule_goes_on(postgresql_process: PostgreSQL, store: Store) -> None:
    """The job asks the database, which is away; when it is back the job is done, by this attempt or by the next."""
    began, go_on = threading.Event(), threading.Event()

    def work(around: Surroundings, log: Log) -> str:
        began.set()
        go_on.wait(30)
        run = runs.current(around.store)
        return f"Läste {run.id}." if run else "Läste inget."

    update = {"schedule": {"compute": Times(hour="4", minute="15")}, "retries": Retries(times=9, first_wait_seconds=0.1)}
    around = Surroundings(store.settings.model_copy(update=update), store, lambda: datetime.now(UTC))
    before = around.clock() - timedelta(days=1)
    history.end(store, history.begin(store, "compute", due=before, now=before), "klar", attempts=1, summary="", log="", now=before)
    thread = threading.Thread(target=schedule.run, args=(around, {"compute": Job("compute", work)}, 0.1))
    thread.start()
    assert began.wait(30)
    with postgresql_process.away():
        go_on.set()
        time.sleep(GONE_SECONDS)
    until(lambda: history.latest(store)["compute"].outcome == "klar", 90)
    around.stopping.set()
    thread.join(60)
    assert not thread.is_alive()
    newest = history.latest(store)["compute"]
    assert newest.summary.startswith("Läste ")
    others = [run for run in history.listing(store) if run.due_at == newest.due_at and run.id != newest.id]
    assert {run.outcome for run in others} <= {"avbruten", "misslyckad"}
    assert newest.attempts > 1 or others
    told = newest.log + "".join(run.log + run.summary for run in others)
    assert "Databasen svarar inte" in told or "Avbröts" in told
