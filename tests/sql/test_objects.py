"""Deliveries in an object store: what holds of a folder holds there, and a store that is slow, fails or lies leaves nothing half."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import obstore
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlmodel import select

from config import ConfigError, Settings, load_settings
from policy import here
from sql import deliveries, objects
from sql.audit import Event, What, note
from sql.backup import backup, restore
from sql.coverage import in_force
from sql.deliveries import Receipt, erase, listing
from sql.errors import StoreError
from sql.facts import rows
from sql.files import readable
from sql.objects import ObjectFiles
from sql.store import Store, open_store
from sql.tables import PendingFileRow
from tests.conftest import SHIPPED, settings_of, soak
from tests.s3 import Between, Fault, failing
from tests.sql.loader_process import PLAN, load, save_run
from tests.sql.made import ALE, GBG, NOON, coverage, deliver, discharge, ids
from tests.sql.test_crash import STEPS, age_what_is_pending, is_whole, kill_within, process, release


def opened(tmp_path: Path, bucket: str, url: str | None = None) -> Store:
    return open_store(settings_of(tmp_path / "lager", url).model_copy(update={"deliveries": f"{bucket}/uppf"}))


@pytest.fixture
def store(tmp_path: Path, bucket: str) -> Iterator[Store]:
    """An empty store whose deliveries lie in a bucket."""
    found = opened(tmp_path, bucket)
    yield found
    found.close()


def there(store: Store) -> set[str]:
    """The names of all files in the bucket."""
    assert isinstance(store.files, ObjectFiles)
    return {found["path"].rsplit("/", 1)[1] for page in obstore.list(store.files._store) for found in page}


def one(store: Store, arende: str = "A1") -> Receipt:
    return deliver(store, "utskrivning", [discharge(arende, ALE, "2025-07-03")], coverage([ALE], "2025-07"))


# ---- As in a folder -----------------------------------------------------------------------------------------------------------


def filled(store: Store) -> Store:
    """Deliveries of every kind: one superseded in part, two that share an id, one that lacks a column, one erased, one of no rows."""
    deliver(store, "utskrivning", [discharge("A1", ALE, "2025-07-03"), discharge("G1", GBG, "2025-08-03")], coverage([ALE, GBG], "2025-Q3"))
    deliver(store, "utskrivning", [discharge("A2", ALE, "2025-07-04", sip_behov=True)], coverage([ALE], "2025-07"), columns=["sip_behov"])
    deliver(store, "utskrivning", [discharge("G1", GBG, "2025-10-04")], coverage([GBG], "2025-10"))
    gone = deliver(store, "utskrivning", [discharge("X1", ALE, "2025-11-03")], coverage([ALE], "2025-11"))
    erase(store, gone.id, "fel fil", by="anna", now=NOON)
    deliver(store, "utskrivning", [], coverage([ALE], "2025-12"))
    return store


def test_what_counts_is_what_counts_in_a_folder(store: Store, tmp_path: Path) -> None:
    folder = filled(open_store(settings_of(tmp_path / "mapp")))
    filled(store)
    order = ["delivery", "row"]
    assert_frame_equal(rows(store, "utskrivning").collect().sort(order), rows(folder, "utskrivning").collect().sort(order))
    assert_frame_equal(in_force(store, "utskrivning"), in_force(folder, "utskrivning"))
    assert ids(store) == [("A2", 2), ("G1", 3)]
    assert len(there(store)) == 4
    assert not list(store.folder.rglob("*.parquet"))
    folder.close()


def test_a_file_is_written_once(store: Store) -> None:
    first, second = pl.DataFrame({"row": [1]}), pl.DataFrame({"row": [2]})
    store.files.write("utskrivning", "ab.parquet", first)
    store.files.write("utskrivning", "ab.parquet", first)  # the same once more, as when an answer was lost
    with pytest.raises(StoreError, match="redan en annan fil"):
        store.files.write("utskrivning", "ab.parquet", second)
    with store.files.open("utskrivning", "ab.parquet") as file:
        assert_frame_equal(pl.read_parquet(file), first)


def test_of_several_writers_of_one_name_one_wins(store: Store) -> None:
    outcomes: list[int | None] = []

    def write(number: int) -> None:
        try:
            store.files.write("utskrivning", "ab.parquet", pl.DataFrame({"row": [number]}))
        except StoreError:
            outcomes.append(None)
        else:
            outcomes.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = (number for number in outcomes if number is not None)
    with store.files.open("utskrivning", "ab.parquet") as file:
        assert pl.read_parquet(file)["row"].to_list() == [winner]


def test_a_file_that_is_gone_is_named(store: Store) -> None:
    made = one(store)
    store.files.discard("utskrivning", there(store))
    with pytest.raises(StoreError, match=f"Filen för leverans {made.id} saknas i lagret .s3://"):
        rows(store, "utskrivning")


def test_a_damaged_file_is_told_of(store: Store) -> None:
    one(store)
    (name,) = there(store)
    store.files.discard("utskrivning", [name])
    store.files.put_back("utskrivning", name, BytesIO(b"hej"))
    with pytest.raises(StoreError, match="skadad"), readable():
        rows(store, "utskrivning").collect()


def test_what_crashes_left_is_swept_and_nothing_else(store: Store) -> None:
    made = one(store)
    (erased,) = there(store)
    with store.files.open("utskrivning", erased) as file:
        kept = file.read()
    erase(store, made.id, "begäran", "bo", NOON)
    assert there(store) == set()
    for name in (erased, "gammal.parquet", "ung.parquet", "annans.parquet"):
        store.files.put_back("utskrivning", name, BytesIO(kept))
    now = datetime.now(UTC)
    with store.writing() as session:
        session.add(PendingFileRow(parquet="gammal.parquet", dataset="utskrivning", since=now - deliveries.LONGEST_LOAD))
        session.add(PendingFileRow(parquet="ung.parquet", dataset="utskrivning", since=now))
    one(store, "A2")
    assert len(there(store)) == 3
    assert {"ung.parquet", "annans.parquet"} < there(store)
    with store.reading() as session:
        assert session.exec(select(PendingFileRow.parquet)).all() == ["ung.parquet"]


@pytest.mark.parametrize("way", ["to the bucket", "from the bucket"])
def test_a_backup_moves_a_store_to_a_bucket_and_back(store: Store, tmp_path: Path, way: str) -> None:
    folder = open_store(settings_of(tmp_path / "mapp"))
    source, target = (folder, store) if way == "to the bucket" else (store, folder)
    made = backup(filled(source), tmp_path / "kopia.tar.gz", NOON)
    assert made.files == 4
    restore(target, tmp_path / "kopia.tar.gz")
    assert ids(target) == ids(source)
    folder.close()


def test_a_bucket_that_outlived_its_database_is_restored_to(store: Store, tmp_path: Path, bucket: str) -> None:
    backup(filled(store), tmp_path / "kopia.tar.gz", NOON)
    before = there(store)
    again = opened(tmp_path / "ny", bucket)
    restore(again, tmp_path / "kopia.tar.gz")
    assert (ids(again), there(again)) == (ids(store), before)
    again.close()


# ---- When the store fails -----------------------------------------------------------------------------------------------------


def answers(status: int, content: bytes = b"<Error><Code>InternalError</Code></Error>") -> Fault:
    def fault(handler: Between, *_: Any) -> bool:
        handler.answer(status, content)
        return True

    return fault


def resets(handler: Between, *_: Any) -> bool:
    handler.hang_up()
    return True


def sleeps(handler: Between, *_: Any) -> bool:
    threading.Event().wait(1.5)
    handler.hang_up()
    return True


def half_an_answer(handler: Between, method: str, path: str, body: bytes) -> bool:
    status, headers, content = handler.asked(body) if method == "GET" else (200, {"ETag": "x"}, b"")
    handler.answer(status, content[: len(content) // 2], {**headers, "Content-Length": str(len(content) + 1)})
    handler.hang_up()
    return True


NO_BUCKET = b"<Error><Code>NoSuchBucket</Code></Error>"
FAULTS: dict[str, tuple[Fault, str]] = {
    "500": (answers(500), "svarar inte som det ska"),
    "429": (answers(429), "svarar inte som det ska"),
    "slow": (sleeps, "svarar inte som det ska"),
    "reset": (resets, "svarar inte som det ska"),
    "another page": (answers(200, b"<html>Logga in</html>"), "svarar inte som det ska"),
    "half an answer": (half_an_answer, "svarar inte som det ska"),
    "no right": (answers(403), "nekar programmet"),
    "no bucket": (answers(404, NO_BUCKET), "ingen sådan hink"),
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "ASK", timedelta(seconds=1))
    monkeypatch.setattr(objects, "ANSWER", timedelta(seconds=1))
    monkeypatch.setattr(objects, "RETRIES", 0)


def through(store: Store, monkeypatch: pytest.MonkeyPatch, port: int) -> Store:
    """The store as reached by another address."""
    assert isinstance(store.files, ObjectFiles)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    return replace(store, files=ObjectFiles(store.files.url))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", soak(["slow", "another page", "half an answer", "no right"], list(FAULTS)))
def test_a_failing_store_is_told_of_and_leaves_nothing_half(
    store: Store, s3_server: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fault, said = FAULTS[name]
    one(store, "A0")
    kept = there(store)
    with failing(s3_server, fault) as server:
        spoiled = through(store, monkeypatch, server.server_port)
        with pytest.raises(StoreError, match=said):
            one(spoiled)
        with pytest.raises(StoreError, match=said), readable():
            rows(spoiled, "utskrivning").collect()
        with pytest.raises(StoreError, match=said):
            backup(spoiled, store.folder / "kopia", NOON)
    assert not list(store.folder.glob("kopia*"))
    assert [d.id for d in listing(store)] == [1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    mended(store)
    assert ids(store) == [("A1", listing(store)[-1].id)]
    assert kept < there(store)


def mended(store: Store) -> None:
    """The load is made again, and once what it left is old the next one sweeps it away."""
    age_what_is_pending(store)
    one(store)
    assert len(there(store)) == len([d for d in listing(store) if d.status != "raderad"])
    with store.reading() as session:
        assert not session.exec(select(PendingFileRow)).all()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", [resets, answers(500)], ids=["reset", "500"])
def test_a_write_that_was_made_but_not_answered(store: Store, s3_server: str, monkeypatch: pytest.MonkeyPatch, answer: Fault) -> None:
    """The file is there and the writer does not know it. The load is made, or refused with nothing left for good; never both."""
    monkeypatch.setattr(objects, "RETRIES", 1)
    lost: list[str] = []

    def fault(handler: Between, method: str, path: str, body: bytes) -> bool:
        if method != "PUT" or lost:
            return False
        lost.append(path)
        handler.asked(body)
        return answer(handler, method, path, body)

    with failing(s3_server, fault) as server:
        try:
            one(through(store, monkeypatch, server.server_port))
        except StoreError:
            assert not listing(store)
        else:
            assert ids(store) == [("A1", 1)]
    assert lost
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    mended(store)
    assert len(listing(store)) == 1


@pytest.mark.usefixtures("impatient")
def test_an_erased_delivery_counts_no_more_though_its_file_remains(store: Store, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = one(store)
    with failing(s3_server, answers(503)) as server, pytest.raises(StoreError, match="är raderad, men dess fil ligger kvar"):
        erase(through(store, monkeypatch, server.server_port), made.id, "begäran", "bo", NOON)
    assert (ids(store), len(there(store))) == ([], 1)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    mended(store)


def test_nobody_else_waits_for_a_slow_store(store: Store, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a file is on its way to the store others write to the database: were the writers' lock held they would be refused."""
    written, on_its_way = threading.Event(), threading.Event()

    def fault(*_: Any) -> bool:
        on_its_way.set()
        return not written.wait(30)

    with failing(s3_server, fault) as server:
        slow = through(store, monkeypatch, server.server_port)
        loading = threading.Thread(target=one, args=(slow,))
        loading.start()
        assert on_its_way.wait(30)
        note(store, here("anna"), Event(What.EXPORT, "x"), NOON)
        written.set()
        loading.join()
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    assert ids(store) == [("A1", 1)]


@pytest.mark.parametrize("kill", range(soak(0, 12)))
def test_a_loader_that_is_killed_leaves_the_old_or_the_new(tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch, kill: int) -> None:
    monkeypatch.setenv("UPPFOLJNING_DELIVERIES", bucket)
    settings = settings_of(tmp_path / "lager").model_copy(update={"deliveries": bucket})
    chance = random.Random(kill)
    with process(settings) as started:
        release(started)
        kill_within(started, chance.randrange(STEPS), chance.uniform(0, 1.2))
    store = open_store(settings)
    is_whole(store)
    list(load(store, PLAN))
    save_run(store)
    is_whole(store)
    age_what_is_pending(store)
    deliver(store, "avvikelser", [], coverage([ALE], "2025-01"))
    assert len(there(store)) == len(listing(store)) == len(PLAN) + 1
    store.close()


# ---- What may be said of it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://nyckel:hemlighet@hink", "nycklar hör inte hemma i filen"),
        ("s3://hink?key=hemlighet", "nycklar hör inte hemma i filen"),
        ("s3://", "ska vara s3://HINK"),
        ("s3://hink//a", "ska vara s3://HINK"),
        ("s3://hink/å b", "ska vara s3://HINK"),
        ("gs://hink", "ska vara s3://HINK"),
        ("leveranser", "ska vara s3://HINK"),
    ],
)
def test_only_a_bucket_without_keys_will_do(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=f"deliveries: {said}") as refused:
        load_settings(SHIPPED, {"UPPFOLJNING_DELIVERIES": url})
    assert "hemlighet" not in str(refused.value)


def test_the_environment_says_where() -> None:
    assert load_settings(SHIPPED, {"UPPFOLJNING_DELIVERIES": "s3://hink/a/b/"}).deliveries == "s3://hink/a/b"
    assert load_settings(SHIPPED, {"UPPFOLJNING_DELIVERIES": ""}).deliveries is None


@pytest.mark.parametrize("does", [one, ids], ids=["load", "read"])
def test_rows_never_travel_in_the_clear(store: Store, monkeypatch: pytest.MonkeyPatch, does: Callable[[Store], object]) -> None:
    one(store, "A0")
    assert isinstance(store.files, ObjectFiles)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://lager.example.org")
    with pytest.raises(StoreError, match="ska börja med https://"):
        does(replace(store, files=ObjectFiles(store.files.url)))


def test_the_keys_are_in_no_text(store: Store, settings: Settings) -> None:
    assert "hemlighet" not in repr(store) + repr(settings)
