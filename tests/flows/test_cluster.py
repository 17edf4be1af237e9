"""The engine dask://: the figures are those of the engine local to the last bit, and what can go wrong is told and leaves nothing."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dask
import polars as pl
import pytest
from distributed import Client
from polars.testing import assert_frame_equal

from config import Settings
from config.settings import ComputeSettings
from flows import cluster, counting
from flows.compute import DATASETS_WITH_FIGURES, compute
from flows.engines import counted
from sql import facts, runs
from sql.coverage import in_force
from sql.errors import StoreError
from sql.store import Store, open_store
from tests.conftest import settings_of, soak
from tests.flows.test_counting import in_store
from tests.metrics.random_county import random_county
from tests.program import ROOT
from tests.s3 import KEYS
from tests.sql.made import ALE, coverage, deliver, discharge

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@contextmanager
def started(workers: int) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.flows.cluster_process", str(workers)]
    keys = os.environ | KEYS  # a worker has its own way into the object store
    with subprocess.Popen(command, cwd=ROOT, env=keys, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate("", timeout=60)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A scheduler with two worker processes."""
    with started(2) as found:
        yield found


def engine(settings: Settings, address: str) -> Settings:
    """The settings with the cluster as their engine."""
    return settings.model_copy(update={"compute": ComputeSettings(engine=f"dask://{address}")})


def frames(store: Store, run: str) -> dict[str, pl.DataFrame]:
    return {name: runs.frame(store, run, name) for name in ("figures", "conditions", "breakdowns")}


def same_figures(store: Store, settings: Settings) -> None:
    """Every frame of a run by each engine, to the last bit and in the same order."""
    here, there = compute(store.settings, store, NOW), compute(settings, store, NOW, full=True)
    assert here != there
    found = frames(store, here)
    assert found["figures"].height > 1000
    for name, frame in frames(store, there).items():
        assert_frame_equal(found[name].drop("run", strict=False), frame.drop("run", strict=False), check_exact=True)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    found = open_store(settings)
    yield found
    found.close()


def test_the_figures_are_the_same_to_the_last_bit(tmp_path: Path, bucket: str, address: str) -> None:
    """Both workers count, and read from the object store by themselves."""
    store = open_store(settings_of(tmp_path / "lager").model_copy(update={"deliveries": bucket}))
    in_store(store, random_county(7, store.settings))
    with Client(address, set_as_default=False) as client:
        same_figures(store, engine(store.settings, address))
        done = client.run(lambda dask_worker: dask_worker.state.executed_count)
        assert len(set(client.run(os.getpid).values()) - {os.getpid()}) == 2
    assert all(done.values())
    store.close()


@pytest.mark.parametrize("seed", range(soak(0, 10)))
def test_from_a_folder_that_all_share(store: Store, address: str, seed: int) -> None:
    in_store(store, random_county(seed, store.settings))
    same_figures(store, engine(store.settings, address))


@pytest.mark.skipif(soak(True, False), reason="two more runs: make soak")
def test_a_worker_that_is_killed_is_made_up_for(store: Store, address: str) -> None:
    in_store(store, random_county(2, store.settings))
    with Client(address, set_as_default=False) as client:
        victim = next(iter(client.run(os.getpid).values()))
        killing = threading.Timer(0.2, os.kill, (victim, signal.SIGKILL))
        killing.start()
        same_figures(store, engine(store.settings, address))
        killing.join()
        client.wait_for_workers(2, timeout=60)


# ---- What travels -------------------------------------------------------------------------------------------------------------


def test_neither_rows_nor_secrets_travel(tmp_path: Path) -> None:
    store = open_store(settings_of(tmp_path / "lager"))
    deliver(store, "utskrivning", [discharge("hemligt-arende", ALE, "2025-01-03")], coverage([ALE], "2025-01"))
    covered = {dataset: in_force(store, dataset) for dataset in DATASETS_WITH_FIGURES}
    (task,) = counting.yearly(store, covered, {"utskrivning": ["2025-01"]})
    settings = store.settings.model_copy(update={"database_url": "postgresql://anna:losenord@vard/x"})
    sent = pickle.dumps((cluster._without_secrets(settings), task))
    assert b"hemligt-arende" in pickle.dumps(facts.rows(store, "utskrivning").collect())
    assert b"hemligt-arende" not in sent
    assert b"losenord" in pickle.dumps(settings)
    assert b"losenord" not in sent
    store.close()


# ---- What can go wrong --------------------------------------------------------------------------------------------------------


def refused(store: Store, address: str, said: str) -> None:
    """The computation is refused with the words, and there is no run."""
    with pytest.raises(StoreError, match=said):
        compute(engine(store.settings, address), store, NOW)
    assert runs.listing(store) == ()


@pytest.fixture
def filled(store: Store) -> Store:
    deliver(store, "utskrivning", [discharge("a", ALE, "2025-01-03")], coverage([ALE], "2025-01"))
    return store


def test_a_worker_with_another_program_does_nothing(filled: Store, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PROGRAM", "another")
    refused(filled, address, "annan version av programmet")


def test_no_scheduler(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        refused(filled, f"127.0.0.1:{free.getsockname()[1]}", "svarar inte, eller har inga arbetare")


@pytest.mark.skipif(soak(True, False), reason="a cluster of its own: make soak")
def test_no_worker(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with started(0) as empty:
        refused(filled, empty, "svarar inte, eller har inga arbetare")


def test_a_worker_that_never_comes_back(filled: Store, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "TASK_SECONDS", 0.01)
    refused(filled, address, "svarar inte")


def test_a_worker_that_does_not_reach_the_files(filled: Store, address: str) -> None:
    """As when each machine has a storage folder of its own: the paths lead nowhere there."""
    covered = {"utskrivning": in_force(filled, "utskrivning")}
    there = counted(engine(filled.settings, address), filled, covered, {"utskrivning": ["2025-01"]})
    for path in (filled.folder / "leveranser").rglob("*.parquet"):
        path.rename(path.with_suffix(".annanstans"))
    with pytest.raises(StoreError, match="når inte leveransernas filer"):
        list(there)


def test_dask_is_not_installed(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    refused(filled, "127.0.0.1:1", "make dask")


def test_another_machine_is_spoken_to_by_tls_alone(filled: Store) -> None:
    refused(filled, "klustret.example.org:8786", "ska nås med TLS")


def test_certificates_that_are_not_there(filled: Store, tmp_path: Path) -> None:
    with dask.config.set({"distributed.comm.default-scheme": "tls"}):
        refused(filled, "127.0.0.1:1", "Certifikaten för klustret")
        with dask.config.set({"distributed.comm.tls.ca-file": str(tmp_path / "saknas.pem")}):
            refused(filled, "127.0.0.1:1", "Certifikaten för klustret")
    with dask.config.set({"distributed.comm.require-encryption": True}):
        refused(filled, "127.0.0.1:1", "ska nås med TLS")
