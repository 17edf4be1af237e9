"""Secrets: made once and kept, or made from what every machine is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.access import AuditSettings
from policy import here
from sql import audit
from sql.audit import KEY_NAME, Event, What, note
from sql.audit_trail import verify
from sql.errors import StoreError
from sql.secret import VARIABLE, secret
from sql.store import Store, open_store
from tests.conftest import settings_of
from tests.sql.made import NOON

SHARED = "0123456789abcdef0123456789abcdef"


def folder(tmp_path: Path, name: str) -> Path:
    made = tmp_path / name
    made.mkdir()
    return made


def test_without_a_shared_one_each_machine_has_its_own(tmp_path: Path) -> None:
    one, other = folder(tmp_path, "a"), folder(tmp_path, "b")
    assert secret(one, "x") == secret(one, "x") != secret(other, "x")
    assert (one / "x").stat().st_mode & 0o077 == 0


def test_with_a_shared_one_all_have_the_same_and_nothing_lies_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SHARED)
    one, other = folder(tmp_path, "a"), folder(tmp_path, "b")
    assert secret(one, "x") == secret(other, "x") != secret(one, "y")
    assert len(secret(one, "x")) >= 43
    assert SHARED not in secret(one, "x")
    assert not [*one.iterdir(), *other.iterdir()]


def test_one_that_can_be_guessed_will_not_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SHARED[:-1])
    with pytest.raises(StoreError, match="för kort"):
        secret(tmp_path, "x")


def test_a_machine_that_had_its_own_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret(tmp_path, "x")
    monkeypatch.setenv(VARIABLE, SHARED)
    with pytest.raises(StoreError, match=r"audit\.key_file"):
        secret(tmp_path, "x")


def told(store: Store) -> None:
    note(store, here("anna"), Event(What.EXPORT, "x"), NOON)


@contextmanager
def opened(folder: Path, url: str, key_file: Path | None = None) -> Iterator[Store]:
    """A machine with a folder of its own, on the database that all share."""
    named = AuditSettings(key_file=str(key_file)) if key_file else AuditSettings()
    store = open_store(settings_of(folder, url).model_copy(update={"audit": named}))
    yield store
    store.close()


def test_machines_that_share_a_secret_write_one_trail(tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SHARED)
    with opened(tmp_path / "a", postgresql_url) as one, opened(tmp_path / "b", postgresql_url) as other:
        for store in (one, other, one, other):
            told(store)
            assert audit.warnings(store) == ()
        assert (verify(one).problems, verify(other).problems) == ((), ())


def test_a_machine_with_another_key_is_warned_before_it_writes(tmp_path: Path, postgresql_url: str) -> None:
    with opened(tmp_path / "a", postgresql_url) as one, opened(tmp_path / "b", postgresql_url) as other:
        assert audit.warnings(other) == ()
        told(one)
        assert "annan nyckel" in audit.warnings(other)[0]
        assert not (other.folder / KEY_NAME).exists(), "to look is not to make one"
        (other.folder / KEY_NAME).write_text("en annan")
        assert "annan nyckel" in audit.warnings(other)[0]
        kept = (one.folder / KEY_NAME).rename(tmp_path / "nyckel")
    with opened(tmp_path / "c", postgresql_url, kept) as third:
        assert audit.warnings(third) == ()
