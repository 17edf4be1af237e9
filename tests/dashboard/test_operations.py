"""Alive, ready, measured: what whoever keeps the server running can ask."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config import Settings
from sql import jobs
from sql.store import Store
from tests.dashboard.served import client, save_run
from tests.sql.made import ALE, NOON, coverage, deliver, discharge


def measured(text: str) -> dict[str, float]:
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


def test_a_server_without_figures_is_alive_but_not_ready(settings: Settings, store: Store) -> None:
    asked = client(settings, store)
    assert asked.get("/health").status_code == 200
    assert asked.get("/ready").status_code == 503
    run = save_run(settings, store)
    assert asked.get("/ready").json() == {"status": "ok", "run": run}


def test_a_store_that_is_gone_is_told_in_swedish(settings: Settings, store: Store) -> None:
    asked = client(settings, store)
    (store.folder / "uppfoljning.db").write_bytes(b"inget")
    for path in ("/health", "/ready", "/metrics"):
        answer = asked.get(path)
        assert answer.status_code == 503
        assert "Databasen" in answer.json()["detail"]


def test_what_is_measured(settings: Settings, store: Store) -> None:
    deliver(store, "utskrivning", [discharge("A1", ALE, "2025-07-03")], coverage([ALE], "2025-Q3"))
    noted = jobs.begin(store, "compute", due=NOON, now=NOON)
    jobs.end(store, noted, "misslyckad", attempts=4, summary="", log="", now=NOON)
    asked = client(settings, store)
    asked.get("/api/v1/indicators")
    found = measured(asked.get("/metrics").text)
    assert found['uppfoljning_dataset_covered_until_seconds{dataset="utskrivning"}'] == pytest.approx(
        datetime(2025, 10, 1, tzinfo=UTC).timestamp(), abs=1
    )
    assert found['uppfoljning_dataset_delivered_seconds{dataset="utskrivning"}'] == NOON.timestamp()
    assert found['uppfoljning_job_ok{job="compute"}'] == 0
    assert found['uppfoljning_request_seconds_count{method="GET",route="/api/v1/indicators",status="200"}'] >= 1


def test_every_request_has_an_id_of_its_own(settings: Settings, store: Store) -> None:
    asked = client(settings, store)
    ids = {asked.get("/health").headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
