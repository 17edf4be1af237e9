"""Several processes on one PostgreSQL: started at once they migrate once, and whoever signs in is known to every worker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import yaml
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from sql import audit_trail, sessions
from sql.migration import HEAD
from sql.sessions import SignedIn
from sql.store import open_store
from tests.conftest import settings_of, soak
from tests.dashboard.people import VGR
from tests.program import ROOT
from tests.sql.test_secret import SHARED

AT_ONCE = 3


def started(command: list[str], folder: Path, url: str | None, config: Path = ROOT / "config.yaml") -> subprocess.Popen[str]:
    """A command in a process of its own, on a storage folder of its own: only the database can make it wait for others."""
    own = {"UPPFOLJNING_STORAGE": str(folder), "UPPFOLJNING_CONFIG": str(config)} | ({"UPPFOLJNING_DATABASE_URL": url} if url else {})
    arguments = [sys.executable, "-m", "cli", *command]
    return subprocess.Popen(arguments, cwd=ROOT, env=os.environ | own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_three_that_start_at_once_migrate_once(tmp_path: Path, postgresql_url: str) -> None:
    processes = [started(["init"], tmp_path / str(number), postgresql_url) for number in range(AT_ONCE)]
    ended = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * AT_ONCE, ended
    engine = create_engine(postgresql_url, poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]


@contextmanager
def serving(folder: Path, url: str | None, config: Path, workers: int = AT_ONCE, log: list[str] | None = None) -> Iterator[str]:
    """`serve --workers N`; its address. What it logs is put in `log` when it has ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = started(["serve", "--port", str(port), "--workers", str(workers)], folder, url, config)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        _, logged = process.communicate(timeout=60)
        if log is not None:
            log += logged.splitlines()


def of_ours(measured: str) -> float:
    """How many requests for the areas all processes together have answered."""
    lines = (line for line in measured.splitlines() if "request_seconds_count" in line and 'route="/api/v1/areas"' in line)
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


@pytest.mark.parametrize("workers", soak([1], [1, 2, 4]))
def test_workers_measure_and_hold_readers_together_and_log_as_a_service(tmp_path: Path, workers: int) -> None:
    """What Prometheus is told is of all of them; a reader who is held is held by all; the head of the audit trail is in the log."""
    said = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    config, log = tmp_path / "config.yaml", list[str]()
    config.write_text(yaml.safe_dump(said | {"rates": {"sign_in_per_minute": 2, "api_per_minute": 10}}), encoding="utf-8")
    plan = ROOT / "tests" / "data" / "ale_namndplan_2026.yaml"
    with serving(tmp_path / "storage", None, config, workers, log) as url:
        answers = [httpx2.get(f"{url}/api/v1/areas").status_code for _ in range(14)]  # each on a connection of its own
        assert (answers.count(200), answers.count(429)) == (10, 4)
        assert {of_ours(httpx2.get(f"{url}/metrics").text) for _ in range(6)} == {10}, "those that are held are not answered"
        form = {"uppgifter": "namndplan"}
        with plan.open("rb") as file:
            sent = httpx2.post(f"{url}/leveranser/ladda-upp", data=form, files={"fil": file}, headers={"X-Uppfoljning": "1"}, timeout=60)
        assert sent.status_code == 200
    told = [json.loads(line) for line in log if line.startswith("{")]
    heads = [line["event"].removeprefix("audit head ") for line in told if line["event"].startswith("audit head ")]
    store = open_store(settings_of(tmp_path / "storage"))
    assert heads[-1] == str(audit_trail.verify(store).head)
    store.close()


def _wait(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx2.get(f"{url}/health", timeout=10).is_success:
                return
        except httpx2.HTTPError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


@pytest.mark.skipif(soak(True, False), reason="four processes of the whole program: make soak")
def test_every_worker_knows_who_has_signed_in_also_after_a_restart(tmp_path: Path, postgresql_url: str) -> None:
    said = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    said |= {"access": "signin", "web": {"url": "http://127.0.0.1:8050"}}
    said["oidc"] = {
        "issuer": "https://login.example.org", "client_id": "x", "roles_claim": "groups", "roles": {"v": "vgr"}, "session_hours": 8,
    }  # fmt: skip
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    secret = ""
    for _ in range(2):
        with serving(tmp_path / "storage", postgresql_url, config) as url:
            store = open_store(settings_of(tmp_path / "storage", postgresql_url))
            now = datetime.now(UTC)
            who = SignedIn("v", VGR.name, ("v",), "token", now + timedelta(hours=1))
            secret = secret or sessions.open_session(store, who, VGR, now)
            store.close()
            seen = {httpx2.get(f"{url}/jag", cookies={"inloggad": secret}, timeout=60).text.count(VGR.name) > 0 for _ in range(12)}
            assert seen == {True}
            assert VGR.name not in httpx2.get(f"{url}/jag", timeout=60).text


@pytest.mark.skipif(soak(True, False), reason="four processes of the whole program: make soak")
def test_servers_without_a_folder_in_common(tmp_path: Path, postgresql_url: str, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of two servers, with workers of its own, shows what the other has taken in and computed."""
    monkeypatch.setenv("UPPFOLJNING_SECRET", SHARED)
    monkeypatch.setenv("UPPFOLJNING_DELIVERIES", bucket)
    config = ROOT / "config.yaml"
    with serving(tmp_path / "a", postgresql_url, config, 2) as one, serving(tmp_path / "b", postgresql_url, config, 2) as other:
        for url, quarter in ((one, "2025-Q1"), (other, "2025-Q2")):
            content = f"kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard\nAle;{quarter};600;400;300;200\n"
            sent = httpx2.post(
                f"{url}/leveranser/ladda-upp",
                data={"uppgifter": "ntandvard"},
                files={"fil": (f"tandvard_{quarter}.csv", content.encode())},
                headers={"X-Uppfoljning": "1"},
                timeout=60,
            )
            assert "Filen är inläst" in sent.text
        for url in (one, other):
            page = httpx2.get(f"{url}/leveranser", timeout=60).text
            assert "tandvard_2025-Q1.csv" in page
            assert "tandvard_2025-Q2.csv" in page
        assert _both_quarters(one)
        assert _both_quarters(other)


def _both_quarters(url: str) -> bool:
    """Whether the figures of both uploads come to show."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = httpx2.get(f"{url}/api/v1/figures", params={"indicator": "mhb_utford", "area": "1440"}, timeout=60)
        if answer.is_success and {"2025-Q1", "2025-Q2"} <= {row["period"] for row in answer.json()["figures"] if row["value"] is not None}:
            return True
        time.sleep(0.5)
    return False
