"""Killed at any instant, the store is the old one or the new one, and loading again gives what one clean load gives."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
import pytest
from sqlalchemy import text
from sqlmodel import select

from config import Settings
from sql import deliveries, runs
from sql.coverage import in_force
from sql.deliveries import NewDelivery, listing
from sql.errors import StoreError
from sql.facts import rows
from sql.files import FOLDER
from sql.store import Store, open_store
from sql.tables import PendingFileRow
from tests.conftest import settings_of, soak
from tests.sql.loader_process import KOMMUNER, PLAN, load, save_run
from tests.sql.made import ALE, NOON, coverage, deliver, discharge, frame

ROOT = Path(__file__).parents[2]
Contents: TypeAlias = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
KILLS = soak(2, 16)  # on each database
STEPS = 1 + len(PLAN) + 1  # opening, the plan's deliveries, the run
FIRST_STEP_SECONDS = 0.1


@contextmanager
def process(settings: Settings, *numbers: int) -> Iterator[subprocess.Popen[bytes]]:
    """A loader that waits to be released."""
    command = [sys.executable, "-m", "tests.sql.loader_process", settings.storage, settings.database_url or "", *map(str, numbers)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        yield started
        started.kill()


def release(*waiting: subprocess.Popen[bytes]) -> None:
    """Let them go at the same time, once all have imported everything."""
    for started in waiting:
        assert started.stdout is not None
        assert started.stdout.readline() == b"ready\n"
    for started in waiting:
        assert started.stdin is not None
        started.stdin.write(b"go\n")
        started.stdin.flush()


def files(store: Store) -> set[str]:
    return {path.name for path in (store.folder / FOLDER).rglob("*") if path.is_file()}


def contents(store: Store) -> Contents:
    """What counts, told apart by the senders' file names, since a killed loader may leave gaps among the ids."""
    names = pl.LazyFrame(
        [{"delivery": d.id, "name": d.file_name} for d in listing(store)], schema={"delivery": pl.Int64, "name": pl.String}
    )
    found = rows(store, "utskrivning").join(names, on="delivery").drop("delivery").collect()
    covered = in_force(store, "utskrivning").lazy().join(names, on="delivery").drop("delivery").collect()
    return sorted(found.iter_rows()), sorted(covered.iter_rows())


def is_whole(store: Store) -> None:
    """Every delivery that the catalogue knows is there to the last row, and so is the current run."""
    known = listing(store)
    assert {d.status for d in known} <= {"gäller"}
    assert [d.file_name for d in known] == [f"{number}.csv" for number in PLAN[: len(known)]]
    counted = dict(rows(store, "utskrivning").group_by("delivery").len().collect().iter_rows())
    shared = {d.id: 1 for d in known[:-1]}
    assert counted == {d.id: d.row_count - shared.get(d.id, 0) for d in known}
    if (run := runs.current(store)) is not None:
        assert runs.frame(store, run.id, "figures").height == len(KOMMUNER)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    store = open_store(settings_of(str(tmp_path_factory.mktemp("clean") / "storage")))
    list(load(store, PLAN))
    return contents(store)


def kill_within(started: subprocess.Popen[bytes], step: int, part: float) -> None:
    """Kill during the step (0 is the opening), when about that part of it is done: a step takes as long as the one before."""
    assert started.stdout is not None
    took = FIRST_STEP_SECONDS
    for _ in range(step):
        begun = time.monotonic()
        started.stdout.readline()
        took = time.monotonic() - begun
    time.sleep(part * took)
    started.send_signal(signal.SIGKILL)
    started.wait()


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_at_a_random_instant(store_settings: Settings, clean: Contents, kill: int) -> None:
    chance = random.Random(f"{kill} {store_settings.database_url is None}")
    with process(store_settings) as started:
        release(started)
        kill_within(started, chance.randrange(STEPS), chance.uniform(0, 1.2))
    store = open_store(store_settings)
    is_whole(store)
    list(load(store, PLAN))
    save_run(store)
    is_whole(store)
    assert contents(store) == clean
    age_what_is_pending(store)
    deliver(store, "avvikelser", [], coverage([ALE], "2025-01"))
    assert len(files(store)) == len(listing(store))
    store.close()


def age_what_is_pending(store: Store) -> None:
    with store.writing() as session:
        for row in session.exec(select(PendingFileRow)):
            row.since -= deliveries.LONGEST_LOAD
            session.add(row)


def test_several_at_once_on_a_store_that_nobody_has_opened(store_settings: Settings, clean: Contents) -> None:
    with process(store_settings, 0, 3, 6) as first, process(store_settings, 1, 4, 7) as second, process(store_settings, 2, 5, 0) as third:
        release(first, second, third)
        for started in (first, second, third):
            assert started.wait(60) == 0
    store = open_store(store_settings)
    assert [d.status for d in listing(store)] == ["gäller"] * len(PLAN)
    found, covered = contents(store)
    # Which of two rows with the same id wins depends on who came last, so ids are compared and not rows.
    assert (len(found), covered) == (len(clean[0]), clean[1])
    assert len(runs.listing(store)) == 3
    assert len(files(store)) == len(PLAN)
    store.close()


def test_only_what_a_loader_left_long_ago_is_swept_away(store: Store) -> None:
    deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    folder = store.folder / FOLDER / "utskrivning"
    now = datetime.now(UTC)
    with store.writing() as session:
        session.add(PendingFileRow(parquet="gammal.parquet", dataset="utskrivning", since=now - deliveries.LONGEST_LOAD))
        session.add(PendingFileRow(parquet="ung.parquet", dataset="utskrivning", since=now - deliveries.LONGEST_LOAD / 2))
    for name in ("gammal.parquet", "gammal.tmp", "ung.parquet", "en-annan-databas.parquet"):
        (folder / name).touch()
    deliver(store, "utskrivning", [], coverage([ALE], "2025-02"))
    assert len(files(store)) == 4
    assert {"ung.parquet", "en-annan-databas.parquet"} < files(store)


def test_a_loader_that_was_swept_away_says_so(store: Store) -> None:
    """As when the machine sleeps in the middle of a load: another loader then takes the file for a dead one's."""
    found = frame("utskrivning", [discharge("a1", ALE, "2025-01-01")])
    new = NewDelivery(dataset="utskrivning", file_name="x", sha256="x", loaded_by="x", loaded_at=NOON, coverage=coverage([ALE], "2025-01"))
    trigger = "CREATE TRIGGER t AFTER INSERT ON pending_file "
    with store.writing() as session:
        if store.engine.dialect.name == "sqlite":
            session.connection().execute(text(trigger + "BEGIN DELETE FROM pending_file; END"))
        else:
            body = "CREATE FUNCTION swept() RETURNS trigger AS $$ BEGIN DELETE FROM pending_file; RETURN NULL; END $$ LANGUAGE plpgsql"
            session.connection().execute(text(body))
            session.connection().execute(text(trigger + "EXECUTE FUNCTION swept()"))
    with pytest.raises(StoreError, match="städats bort"):
        deliveries.accept(store, new, found)
    assert (files(store), listing(store)) == (set(), ())


def test_killed_between_the_two_steps_of_erase(store: Store) -> None:
    """The commit is made and the file still lies there: it is gone with the next delivery."""
    receipt = deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    (path,) = (store.folder / FOLDER / "utskrivning").iterdir()
    kept = path.read_bytes()
    deliveries.erase(store, receipt.id, "begäran", "bo", NOON)
    path.write_bytes(kept)
    deliver(store, "utskrivning", [], coverage([ALE], "2025-02"))
    assert path.name not in files(store)
