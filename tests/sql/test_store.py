"""Opening a store, what it says when it cannot, and whether it is demo or real."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import event, text

import sql.store
from config import Settings
from sql import deliveries, errors
from sql.deliveries import listing
from sql.errors import StoreError, sentence_for_os
from sql.files import FOLDER
from sql.migration import HEAD
from sql.store import Store, open_store
from tests.conftest import SHIPPED
from tests.sql.made import ALE, NOON, coverage, deliver, discharge

ROOT = Path(__file__).parents[2]


def test_opening_makes_what_is_lacking_for_the_owner_only(store_settings: Settings) -> None:
    store = open_store(store_settings)
    assert store.folder == Path(store_settings.storage)
    assert store.folder.stat().st_mode & 0o777 == 0o700
    if store_settings.database_url is None:
        deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
        assert {path.stat().st_mode & 0o777 for path in store.folder.glob("uppfoljning.db*")} == {0o600}
        with store.reading() as session:
            assert session.connection().execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert session.connection().execute(text("PRAGMA foreign_keys")).scalar() == 1
    assert store.warnings() == ()
    store.close()


def test_opening_again_keeps_what_is_there(store: Store) -> None:
    receipt = deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    again = open_store(store.settings)
    assert [d.id for d in listing(again)] == [receipt.id]
    again.close()


def test_a_relative_storage_stays_where_it_was_opened(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "annan").mkdir()
    monkeypatch.chdir(tmp_path)
    store = open_store(settings.model_copy(update={"storage": "lager"}))
    monkeypatch.chdir(tmp_path / "annan")
    deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    assert len(listing(store)) == 1
    assert (tmp_path / "lager" / "uppfoljning.db").exists()


def test_opening_what_is_up_to_date_does_not_import_alembic(settings: Settings) -> None:
    open_store(settings)
    code = f"""
import sys
from pathlib import Path
from config import load_settings
from sql.migration import HEAD
from sql.store import open_store
open_store(load_settings(Path({str(SHIPPED)!r}), {{"UPPFOLJNING_STORAGE": {settings.storage!r}}}))
assert "sql.store" in sys.modules and "alembic" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


# --- demo or real -------------------------------------------------------------------------------------------------


def test_a_store_is_real_from_its_first_delivery(store: Store) -> None:
    assert not store.is_demo
    deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    assert not store.is_demo
    with pytest.raises(StoreError, match="riktiga leveranser"):
        store.mark_demo()
    store.mark_real()
    assert not store.is_demo


def test_a_demo_store_stays_demo(store: Store) -> None:
    store.mark_demo()
    deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    store.mark_demo()
    assert store.is_demo
    with pytest.raises(StoreError, match="demolager"):
        store.mark_real()
    assert store.is_demo


# --- who else can read it -----------------------------------------------------------------------------------------


def test_what_others_can_read_is_said(settings: Settings) -> None:
    store = open_store(settings)
    receipt = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-01-01")], coverage([ALE], "2025-01"))
    (store.rejects / "avvisat.csv").touch(mode=0o600)
    assert (store.rejects.stat().st_mode & 0o777, store.warnings(), receipt.already) == (0o700, (), False)
    (parquet,) = (store.folder / FOLDER / "utskrivning").iterdir()
    for path, said in (
        (store.folder, "Lagrets mapp"),
        (store.folder / "uppfoljning.db", "Databasen"),
        (parquet, "Leveransfiler"),
        (store.rejects / "avvisat.csv", "Filer med avvisade rader"),
    ):
        kept = path.stat().st_mode
        path.chmod(kept | 0o040)
        (sentence,) = store.warnings()
        assert sentence.startswith(said)
        assert "chmod" in sentence
        path.chmod(kept)


def test_an_existing_folder_is_left_as_it_is_and_warned_about(settings: Settings) -> None:
    Path(settings.storage).mkdir(mode=0o755)
    Path(settings.storage).chmod(0o755)
    assert "kan läsas av andra än ägaren" in open_store(settings).warnings()[0]


# --- when it cannot be opened -------------------------------------------------------------------------------------


def refusal(settings: Settings, **changed: str) -> str:
    with pytest.raises(StoreError) as refused:
        open_store(settings.model_copy(update=changed))
    return str(refused.value)


def test_a_folder_that_cannot_be_made(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "fil").touch()
    assert refusal(settings, storage=str(tmp_path / "fil")) == errors.MISSING
    assert refusal(settings, storage=str(tmp_path / "fil" / "lager")) == errors.MISSING
    assert refusal(settings, storage="/proc/lager") in (errors.MISSING, errors.FORBIDDEN)


def test_a_folder_that_may_not_be_used(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root every folder may be used, so another user's rights are asked for there."""
    open_store(settings)
    folder = Path(settings.storage)
    folder.chmod(0o500)
    code = f"""
import os, sys
from pathlib import Path
from config import load_settings
import sql.store, sql.migration, polars
settings = load_settings(Path({str(SHIPPED)!r}), {{"UPPFOLJNING_STORAGE": {settings.storage!r}}})
if os.getuid() == 0:
    os.chdir("/")
    os.setuid(65534)
try:
    sql.store.open_store(settings)
except sql.store.StoreError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    folder.chmod(0o700)
    assert told.stdout.strip() == errors.FORBIDDEN


def test_a_database_url_that_is_none(settings: Settings) -> None:
    for url in ("mysql://x/y", "sqlite://", "sqlite:///:memory:", "vad som helst"):
        assert refusal(settings, database_url=url) == errors.URL


def test_a_file_that_is_no_database(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("detta är ingen databas" * 100)
    assert refusal(settings, database_url=f"sqlite:///{tmp_path}/text.db") == errors.DAMAGED
    assert refusal(settings, database_url=f"sqlite:///{tmp_path}") == errors.MISSING
    assert refusal(settings, database_url=f"sqlite:///{tmp_path}/finns-inte/x.db") == errors.MISSING


def test_a_server_that_does_not_answer(settings: Settings, tmp_path: Path) -> None:
    assert refusal(settings, database_url=f"postgresql://x@/y?host={tmp_path}") == errors.SILENT


def test_a_newer_database(store: Store) -> None:
    with store.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="nyare version"):
        open_store(store.settings)


# --- when it cannot be written ------------------------------------------------------------------------------------


def test_a_locked_sqlite_database(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql.store, "WAIT_SECONDS", 0.1)
    store = open_store(settings)
    other = sqlite3.connect(store.folder / "uppfoljning.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as refused:
        deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    other.execute("ROLLBACK")
    other.close()
    assert str(refused.value) == errors.BUSY
    assert listing(store) == ()


def test_a_locked_postgresql_database(settings: Settings, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql.store, "WAIT_SECONDS", 1)
    store = open_store(settings.model_copy(update={"database_url": postgresql_url}))
    with store.writing(), pytest.raises(StoreError) as refused:
        deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    assert str(refused.value) == errors.BUSY
    assert listing(store) == ()
    store.close()


@contextmanager
def small_disk(limit: int) -> Iterator[None]:
    """No file of this process may grow past the limit: the system answers as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def nothing_is_left(store: Store) -> bool:
    return listing(store) == () and not [path for path in (store.folder / FOLDER).rglob("*") if path.is_file()]


MANY = [discharge(f"a{number * 7919 % 100_003:09}", ALE, "2025-01-01") for number in range(60_000)]


def test_a_full_disk_under_the_rows(store: Store) -> None:
    covers = coverage([ALE], "2025-01")
    with small_disk(100_000), pytest.raises(StoreError) as refused:
        deliver(store, "utskrivning", MANY, covers, content="x")
    assert str(refused.value) == errors.FULL
    assert nothing_is_left(store)
    assert not deliver(store, "utskrivning", MANY, covers, content="x").already


def test_a_full_disk_under_the_catalogue(store: Store) -> None:
    if store.engine.dialect.name == "sqlite":
        event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    else:
        full = "CREATE FUNCTION disk_is_full() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$ LANGUAGE plpgsql"
        with store.writing() as session:
            session.connection().execute(text(full))
            session.connection().execute(text("CREATE TRIGGER t BEFORE INSERT ON coverage EXECUTE FUNCTION disk_is_full()"))
    covers = coverage(sorted(store.settings.kommuner), "2025")
    covers = pl.concat([covers, *(coverage(sorted(store.settings.kommuner), str(year)) for year in range(2010, 2025))])
    with pytest.raises(StoreError) as refused:
        deliver(store, "utskrivning", [], covers)
    assert str(refused.value) == errors.FULL
    assert nothing_is_left(store)


def test_a_database_that_may_not_be_written(settings: Settings) -> None:
    store = open_store(settings)
    event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    with pytest.raises(StoreError) as refused:
        deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    assert str(refused.value) == errors.FORBIDDEN


def test_faults_of_our_own_are_not_hidden(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)alembic") as fault, store.writing() as session:
        session.connection().execute(text(f"INSERT INTO alembic_version VALUES ('{HEAD}')"))
    assert not isinstance(fault.value, StoreError)


def test_every_fault_of_the_system_has_a_sentence() -> None:
    for number in errno.errorcode:
        assert sentence_for_os(OSError(number, os.strerror(number))).endswith(".")


def test_a_moment_without_zone_is_a_fault(store: Store) -> None:
    receipt = deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    with pytest.raises(Exception, match="time zone"):
        deliveries.withdraw(store, receipt.id, "fel", "bo", NOON.replace(tzinfo=None))
