"""Two `schedule` at once: one works and the other waits, and takes over within seconds when the first is killed in the midst of a job."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from select import select

import pytest

from sql import jobs as history
from sql.store import Store
from tests.conftest import soak
from tests.program import ROOT


@contextmanager
def scheduler(store: Store, seconds: float) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-m",
        "tests.faults.scheduler_process",
        store.settings.storage,
        store.settings.database_url or "",
        str(seconds),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def leads(started: subprocess.Popen[str], within: float) -> bool:
    assert started.stdout is not None
    found, _, _ = select([started.stdout], [], [], within)
    return bool(found) and started.stdout.readline() == "leads\n"


@pytest.mark.parametrize("store", soak(["sqlite"], ["sqlite", "postgresql"]), indirect=True)
def test_one_works_and_the_other_takes_over_after_kill_9(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(days=1)
    history.end(store, history.begin(store, "compute", due=before, now=before), "klar", attempts=1, summary="", log="", now=before)
    with scheduler(store, seconds=60) as first:
        assert leads(first, within=60)
        with scheduler(store, seconds=0) as second:
            assert not leads(second, within=soak(2.0, 20.0)), "both lead"
            first.send_signal(signal.SIGKILL)
            first.wait()
            assert leads(second, within=30)
            _until_done(store)
            second.send_signal(signal.SIGTERM)
            assert second.wait(30) == 0
    newest, cut_off, _ = history.listing(store)
    assert (cut_off.outcome, cut_off.summary) == ("avbruten", "Avbröts.")
    assert (newest.outcome, newest.due_at) == ("klar", cut_off.due_at)


def _until_done(store: Store) -> None:
    deadline = time.monotonic() + 20
    while history.listing(store)[0].outcome == "pågår" and time.monotonic() < deadline:
        time.sleep(0.05)
