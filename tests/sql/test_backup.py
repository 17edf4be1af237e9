"""A backup that is restored gives the same store: the same deliveries, rows, figures and publications, on either database."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import select

from sql import deliveries, publications, runs
from sql.backup import backup, restore
from sql.deliveries import erase
from sql.errors import StoreError
from sql.metadata import METADATA
from sql.publications import INTERNAL, NewPublication
from sql.store import Store, open_store
from tests.conftest import settings_of
from tests.sql.made import ALE, GBG, NOON, coverage, deliver, discharge, ids

FIGURES = pl.DataFrame({"area": [ALE], "numerator": [0.1 + 0.2]})


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store to restore to."""
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    opened = open_store(settings_of(tmp_path / "other", url))
    yield opened
    opened.close()


def filled(store: Store) -> Store:
    """A store with a delivery, one that was erased, a run and a publication."""
    deliver(store, "utskrivning", [discharge("A1", ALE, "2025-07-03")], coverage([ALE], "2025-07"))
    gone = deliver(store, "utskrivning", [discharge("B1", GBG, "2025-07-03")], coverage([GBG], "2025-07"))
    erase(store, gone.id, "fel fil", by="anna", now=NOON)
    run = runs.save(store, {"figures": FIGURES}, as_of=None, now=NOON, deliveries=[1])
    publications.publish(store, NewPublication(year=2025, run=run, note="", reason="", by="anna", now=NOON), {INTERNAL: FIGURES})
    return store


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as session:
        return {t.name: [tuple(r) for r in session.execute(select(t).order_by(*t.primary_key.columns))] for t in METADATA.sorted_tables}


def test_everything_is_there_again(store: Store, other: Store, tmp_path: Path) -> None:
    made = backup(filled(store), tmp_path / "kopia.tar.gz", NOON)
    assert made.files == 1
    assert restore(other, tmp_path / "kopia.tar.gz").tables == made.tables
    assert contents(other) == contents(store)
    assert ids(other) == ids(store) == [("A1", 1)]
    assert publications.frozen(other, "2025-1") == publications.frozen(store, "2025-1")
    current = runs.current(other)
    assert current is not None
    assert_frame_equal(runs.frame(other, current.id, "figures"), FIGURES)


def test_a_restored_store_goes_on_where_the_old_one_was(store: Store, other: Store, tmp_path: Path) -> None:
    backup(filled(store), tmp_path / "kopia.tar.gz", NOON)
    restore(other, tmp_path / "kopia.tar.gz")
    new = deliver(other, "utskrivning", [discharge("A2", ALE, "2025-07-04")], coverage([ALE], "2025-07"))
    assert new.id == len(deliveries.listing(store)) + 1


def test_the_file_is_its_owners_only_and_holds_no_key(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "kopia.tar.gz"
    backup(filled(store), target, NOON)
    assert target.stat().st_mode & 0o077 == 0
    with tarfile.open(target) as tar:
        assert not [name for name in tar.getnames() if "nyckel" in name]


def test_only_an_empty_store_is_filled(store: Store, tmp_path: Path) -> None:
    backup(filled(store), tmp_path / "kopia.tar.gz", NOON)
    before = contents(store)
    with pytest.raises(StoreError, match="inte tomt"):
        restore(store, tmp_path / "kopia.tar.gz")
    assert contents(store) == before
    assert ids(store)


@pytest.mark.parametrize("left", [0.3, 0.9])
def test_a_cut_file_leaves_nothing(store: Store, other: Store, tmp_path: Path, left: float) -> None:
    whole = tmp_path / "kopia.tar.gz"
    backup(filled(store), whole, NOON)
    content = whole.read_bytes()
    cut = tmp_path / "avkortad.tar.gz"
    cut.write_bytes(content[: int(len(content) * left)])
    with pytest.raises(StoreError):
        restore(other, cut)
    assert not any(contents(other).values())
    assert not list((other.folder / "leveranser").rglob("*.parquet")) if (other.folder / "leveranser").exists() else True


def test_something_else_is_no_backup(other: Store, tmp_path: Path) -> None:
    (tmp_path / "fil").write_bytes(b"hej")
    with pytest.raises(StoreError, match="ingen säkerhetskopia"):
        restore(other, tmp_path / "fil")


def test_a_failed_backup_leaves_no_file(store: Store, tmp_path: Path) -> None:
    filled(store)
    for path in (store.folder / "leveranser").rglob("*.parquet"):
        path.unlink()
    with pytest.raises(StoreError):
        backup(store, tmp_path / "kopia.tar.gz", NOON)
    assert not list(tmp_path.glob("kopia*"))
