"""What senders do to a watched folder: files that grow, vanish, are no files, cannot be read, or have impossible names."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config import Inbox
from jobs import inbox
from jobs.job import Surroundings
from loaders import intake, source
from loaders.intake import take_in
from sql import deliveries
from tests.jobs.conftest import Clock
from tests.jobs.test_inbox import GOOD, HEAD, drop, put_away, run

HALF = HEAD + "Ale;2025-Q3;590;400;300;200\n"
WHOLE = HALF + "Lerum;2025-Q3;690;400;300;200\n"


def kommuner(around: Surroundings) -> list[str]:
    return [delivery.covers for delivery in deliveries.listing(around.store) if delivery.status == "gäller"]


def test_a_file_that_somebody_still_has_open_waits_however_old_it_is(around: Surroundings) -> None:
    """A slow upload that stands still for longer than a file has to rest."""
    path = drop(around, "ntandvard.csv", HALF, age=7200)
    with path.open("a", encoding="utf-8") as writing:
        said, lines = run(around)
        assert said == "Inga nya filer. 1 lämnade kvar, se loggen."
        assert "skrivs fortfarande" in lines[-1]
        assert not deliveries.listing(around.store)
        writing.write(WHOLE.removeprefix(HALF))
    os.utime(path, (around.clock().timestamp() - 100,) * 2)
    assert run(around)[0] == "1 mottagna och 0 avvisade filer."
    assert deliveries.listing(around.store)[-1].row_count == 2


def test_a_file_that_is_renamed_in_is_taken_whole(around: Surroundings) -> None:
    part = drop(around, "ntandvard.csv.part", WHOLE)
    run(around)
    part.rename(part.with_suffix(""))
    assert run(around)[0] == "1 mottagna och 0 avvisade filer."


@pytest.mark.parametrize("grown", [True, False])
def test_what_changes_while_it_is_read_is_taken_again(
    around: Surroundings,
    monkeypatch: pytest.MonkeyPatch,
    grown: bool,
) -> None:
    path = drop(around, "ntandvard.csv", HALF)
    read = source._bytes

    def meanwhile(path: Path, most: int) -> bytes:
        """The sender writes on, or thinks better of it, between the first byte and the last."""
        content = read(path, most)
        path.write_text(WHOLE, encoding="utf-8") if grown else path.unlink()
        return content

    with monkeypatch.context() as patched:
        patched.setattr(source, "_bytes", meanwhile)
        said, lines = run(around)
    assert said == "Inga nya filer. 1 lämnade kvar, se loggen."
    assert "ändrades eller togs bort" in lines[-1]
    assert not deliveries.listing(around.store)
    assert not put_away(around, inbox.REFUSED)
    if grown:
        os.utime(path, (around.clock().timestamp() - 100,) * 2)
        assert run(around)[0] == "1 mottagna och 0 avvisade filer."
        assert deliveries.listing(around.store)[-1].row_count == 2


def test_what_changes_after_it_was_read_is_a_newer_delivery(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(around, "ntandvard.csv", HALF)

    def and_then(*given: Any) -> intake.Outcome:
        outcome = take_in(*given)
        path.write_text(WHOLE, encoding="utf-8")
        return outcome

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "take_in", and_then)
        run(around)
    os.utime(path, (around.clock().timestamp() - 100,) * 2)
    run(around)
    assert [(d.row_count, d.status) for d in deliveries.listing(around.store)] == [(1, "ersatt"), (2, "gäller")]
    assert put_away(around, inbox.TAKEN)[0].read_text(encoding="utf-8") == WHOLE


def _link(path: Path) -> None:
    outside = path.parents[2] / "hemligt.csv"
    outside.write_text(GOOD, encoding="utf-8")
    path.symlink_to(outside)


NO_FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a link out of the inbox": (_link, "symbolisk länk"),
    "a link to nowhere": (lambda path: path.symlink_to("/finns/inte"), "symbolisk länk"),
    "a pipe that nobody writes in": (os.mkfifo, "ingen vanlig fil"),
}


@pytest.mark.parametrize("what", NO_FILES)
def test_what_is_no_file_is_refused_and_never_followed(around: Surroundings, what: str) -> None:
    make, told = NO_FILES[what]
    path = drop(around, "ntandvard.csv", GOOD)
    path.unlink()
    make(path)
    os.utime(path, (around.clock().timestamp() - 100,) * 2, follow_symlinks=False)
    assert run(around)[0] == "0 mottagna och 1 avvisade filer."
    moved, answer = put_away(around, inbox.REFUSED)
    assert told in answer.read_text(encoding="utf-8")
    assert moved.is_symlink() == ("link" in what)
    assert run(around)[0] == "Inga nya filer."


def test_a_folder_in_a_files_place_is_told_of_and_left(around: Surroundings) -> None:
    path = drop(around, "ntandvard.csv", GOOD)
    path.rename(path.with_name("flyttad"))
    path.mkdir()
    path.with_name("flyttad").rename(path / "ntandvard.csv")
    os.utime(path, (around.clock().timestamp() - 100,) * 2)
    said, lines = run(around)
    assert said == "Inga nya filer. 1 lämnade kvar, se loggen."
    assert lines == ["Det finns en mapp i ntandvard. Den tas inte in: lägg filerna direkt i ntandvard."]


def test_a_file_that_may_not_be_read_is_refused_with_what_to_do(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(around, "ntandvard.csv", GOOD)

    def closed(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")  # root, whom the tests may run as, may read everything

    monkeypatch.setattr(source, "_bytes", closed)
    assert run(around)[0] == "0 mottagna och 1 avvisade filer."
    assert "Ge kontot läsrätt" in put_away(around, inbox.REFUSED)[1].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [b"ntandvard_" + b"x" * 241 + b".csv", "ntandvård.csv".encode("latin-1"), b"a\nb.csv"])
def test_a_name_that_is_too_much_for_a_disk_or_a_log_stops_nothing(around: Surroundings, name: bytes) -> None:
    path = drop(around, "ntandvard.csv", GOOD)
    path.rename(path.with_name(os.fsdecode(name)))
    assert run(around)[0] == "1 mottagna och 0 avvisade filer."
    moved, answer = put_away(around, inbox.TAKEN)
    assert answer.read_text(encoding="utf-8")
    assert moved.suffix == ".csv"


def test_what_somebody_else_has_put_among_the_taken_stays(around: Surroundings, clock: Clock) -> None:
    drop(around, "ntandvard.csv", GOOD)
    run(around)
    theirs = put_away(around, inbox.TAKEN)[0].with_name("min_anteckning.txt")
    theirs.touch()
    clock.move(days=40)
    run(around)
    assert put_away(around, inbox.TAKEN) == [theirs]


def test_a_sender_whose_clock_is_ahead_need_not_wait_for_the_time_to_come(around: Surroundings, tmp_path: Path) -> None:
    at_once = Inbox(folder=str(tmp_path / "inkorg"), settle_seconds=0)
    now = Surroundings(around.settings.model_copy(update={"inboxes": (at_once,)}), around.store, lambda: datetime.now(UTC))
    path = drop(now, "ntandvard.csv", GOOD)
    os.utime(path, (time.time() + 86_400,) * 2)
    assert run(now)[0] == "1 mottagna och 0 avvisade filer."
