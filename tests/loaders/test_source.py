"""What is no plain file, or no file that can be trusted, is refused in a sentence; never a traceback, nothing stored."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import LimitSettings, Settings
from loaders import intake, source
from loaders.problem import Unreadable
from sql import deliveries
from sql.store import open_store
from tests.loaders import tables
from tests.loaders.tables import NTANDVARD, TODAY, put

RIGHT = tables.text(NTANDVARD)


def rule(settings: Settings, path: Path) -> str:
    found = intake.check(settings, None, "ntandvard", path, (), None, TODAY).problems
    assert [(problem.row, problem.column, problem.value) for problem in found] == [(None, None, None)]
    assert found[0].message.endswith(".")
    return found[0].rule


def test_what_is_no_plain_file(settings: Settings, tmp_path: Path) -> None:
    right = put(tmp_path, RIGHT)
    link = tmp_path / "länk.csv"
    link.symlink_to(right)
    pipe = tmp_path / "rör.csv"
    os.mkfifo(pipe)
    assert rule(settings, link) == "lank"
    assert rule(settings, tmp_path) == "mapp"
    assert rule(settings, pipe) == "ingen_fil"
    assert rule(settings, tmp_path / "saknas.csv") == "saknad_fil"
    assert rule(settings, right / "under.csv") == "saknad_fil"
    assert rule(settings, tmp_path / ("x" * 300)) == "olaslig_fil"
    assert rule(settings, put(tmp_path, b"", "tom.csv")) == "tom_fil"


def test_a_file_larger_than_the_settings_allow_is_not_read(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "stor.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)  # one line of 2 GB that takes no room on the disk
    assert rule(settings, path) == "for_stor_fil"
    small = settings.model_copy(update={"limits": LimitSettings(file_mb=1, unpacked_mb=1)})
    assert rule(small, put(tmp_path, b"x" * 1_000_001)) == "for_stor_fil"


def test_a_file_that_changes_while_it_is_read(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, RIGHT)

    def appended() -> None:
        with path.open("ab") as file:
            file.write(b"1490;2025-Q3;1;1;1;1;\n")

    def replaced() -> None:
        put(tmp_path, RIGHT, "ny.csv").replace(path)

    def rewritten() -> None:
        path.write_text(RIGHT.replace("690", "691"), encoding="utf-8")
        os.utime(path, ns=(0, 0))

    def removed() -> None:
        path.unlink()

    for change, expected in ((appended, "andrad_fil"), (replaced, "andrad_fil"), (rewritten, "andrad_fil"), (removed, "saknad_fil")):
        real = os.open

        def opened(name: str | Path, flags: int, change: object = change, real: object = real) -> int:
            descriptor = real(name, flags)  # type: ignore[operator]
            change()  # type: ignore[operator]
            return int(descriptor)

        with monkeypatch.context() as patched:
            patched.setattr(os, "open", opened)
            with pytest.raises(Unreadable) as refusal:
                source.read(path, settings)
        assert refusal.value.findings[0].rule == expected


def test_a_file_that_this_account_may_not_read(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, RIGHT)

    def forbidden(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:  # root may read everything, so the refusal of the system is played
        patched.setattr(os, "open", forbidden)
        with pytest.raises(Unreadable) as refusal:
            source.read(path, settings)
    assert refusal.value.findings[0].rule == "stangd_fil"


def test_nothing_of_a_refused_file_is_stored(settings: Settings, tmp_path: Path) -> None:
    store = open_store(settings)
    outcome = intake.take_in(settings, store, "ntandvard", put(tmp_path, b""), (), None, False, "test", datetime(2026, 1, 2, tzinfo=UTC))
    assert (outcome.delivery, outcome.reject_file) == (None, None)
    assert outcome.answer == "fil.csv: avvisad, 1 fel. Inget har lagrats."
    assert deliveries.listing(store) == ()
    store.close()


def test_a_name_in_another_encoding(settings: Settings, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe5ret.csv"))
    path.write_bytes(RIGHT.encode())
    store = open_store(settings)
    outcome = intake.take_in(settings, store, "ntandvard", path, (), None, False, "test", datetime(2026, 1, 2, tzinfo=UTC))
    assert outcome.delivery == 1
    assert deliveries.listing(store)[0].file_name == "\ufffdret.csv"
    store.close()


def test_the_bytes_are_hashed(settings: Settings, tmp_path: Path) -> None:
    read = source.read(put(tmp_path, b"abc"), settings)
    assert read.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
