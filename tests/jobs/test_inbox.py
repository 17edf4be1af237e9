"""Files that are dropped in a folder: taken in or refused like at the command, answered, and put away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config import Inbox
from jobs import inbox
from jobs.job import JobFailed, Surroundings
from sql import deliveries, refusals
from tests.jobs.conftest import START, Clock

HEAD = "kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard\n"
GOOD = HEAD + "Ale;2025-Q3;590;400;300;200\n"
BAD = HEAD + "Ale;2025-Q3;59O;400;300;200\n"


def drop(around: Surroundings, name: str, text: str, dataset: str = "ntandvard", age: float = 120) -> Path:
    folder = Path(around.settings.inboxes[0].folder) / dataset
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    changed = START.timestamp() - age
    os.utime(path, (changed, changed))
    return path


def put_away(around: Surroundings, folder: str) -> list[Path]:
    return sorted((Path(around.settings.inboxes[0].folder) / folder).iterdir())


def run(around: Surroundings) -> tuple[str, list[str]]:
    lines: list[str] = []
    return inbox.run(around, lines.append), lines


def test_a_good_file_becomes_a_delivery_and_is_answered(around: Surroundings) -> None:
    path = drop(around, "ntandvard.csv", GOOD)
    said, lines = run(around)
    assert said == "1 mottagna och 0 avvisade filer."
    assert [d.loaded_by for d in deliveries.listing(around.store, "ntandvard")] == ["inkorg"]
    assert not path.exists()
    moved, answer = put_away(around, inbox.TAKEN)
    assert moved.read_text(encoding="utf-8") == GOOD
    assert answer.name == f"{moved.name}{inbox.ANSWER}"
    assert lines[0] in answer.read_text(encoding="utf-8")


def test_a_bad_file_is_refused_with_every_error(around: Surroundings) -> None:
    drop(around, "ntandvard.csv", BAD + "Okänd;2025-Q3;1;0;0;0\n")
    assert run(around)[0] == "0 mottagna och 1 avvisade filer."
    assert not deliveries.listing(around.store, "ntandvard")
    assert len(refusals.refusals(around.store)) == 1
    _, answer = put_away(around, inbox.REFUSED)
    told = answer.read_text(encoding="utf-8")
    assert "Rad 2, intyg" in told
    assert "Rad 3, kommun" in told
    assert "59O" not in told


def test_a_file_without_a_period_is_refused_with_what_to_do(around: Surroundings) -> None:
    drop(around, "utskrivning.csv", "arende;kommun;enhet;inskriven;utskrivningsklar;utskriven\n", "utskrivning")
    run(around)
    _, answer = put_away(around, inbox.REFUSED)
    assert "period" in answer.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["ntandvard.csv.part", ".ntandvard.csv", "ntandvard.tmp"])
def test_a_file_that_is_being_written_is_left_alone(around: Surroundings, name: str) -> None:
    path = drop(around, name, GOOD)
    assert run(around)[0] == "Inga nya filer."
    assert path.exists()


def test_a_file_is_left_until_nothing_has_happened_to_it_for_a_while(around: Surroundings, clock: Clock) -> None:
    path = drop(around, "ntandvard.csv", GOOD, age=30)
    run(around)
    assert path.exists()
    clock.move(seconds=30)
    run(around)
    assert not path.exists()


def test_the_newest_of_two_counts_whatever_they_are_called(around: Surroundings) -> None:
    drop(around, "a.csv", HEAD + "Ale;2025-Q3;500;0;0;0\n", age=100)
    drop(around, "b.csv", HEAD + "Ale;2025-Q3;600;0;0;0\n", age=200)
    run(around)
    assert [(d.file_name, d.status) for d in deliveries.listing(around.store)] == [("b.csv", "ersatt"), ("a.csv", "gäller")]


def test_a_stop_after_taking_in_and_before_moving_changes_nothing(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(around, "ntandvard.csv", GOOD)
    with monkeypatch.context() as patched:
        patched.setattr(inbox, "_put_away", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(around)
    assert path.exists()
    run(around)
    assert not path.exists()
    assert len(deliveries.listing(around.store)) == 1


def test_a_kommuns_own_inbox_speaks_for_it_alone(around: Surroundings, tmp_path: Path) -> None:
    own = Inbox(folder=str(tmp_path / "inkorg-ale"), kommun="1440", settle_seconds=0)
    ales = Surroundings(around.settings.model_copy(update={"inboxes": (own,)}), around.store, around.clock)
    head = "avvikelse;registrerad;kommun;rapportor;omrade;kategori\n"
    drop(ales, "avvikelser_2025-Q3.csv", head + "A1;2025-07-05;Ale;kommun;munhalsa;x\n", "avvikelser")
    run(ales)
    assert [d.covers for d in deliveries.listing(around.store)] == ["2025-07–2025-09, Ale"]


def test_what_was_put_away_goes_when_it_is_old(around: Surroundings, clock: Clock) -> None:
    drop(around, "ntandvard.csv", GOOD)
    run(around)
    clock.move(days=29)
    run(around)
    assert put_away(around, inbox.TAKEN)
    clock.move(days=2)
    run(around)
    assert not put_away(around, inbox.TAKEN)


def test_a_folder_that_cannot_be_used_is_told_of_and_the_others_are_looked_into(around: Surroundings, tmp_path: Path) -> None:
    drop(around, "ntandvard.csv", GOOD)
    (tmp_path / "fil").write_text("", encoding="utf-8")
    both = (Inbox(folder=str(tmp_path / "fil")), *around.settings.inboxes)
    with pytest.raises(JobFailed, match="fil går inte att använda"):
        run(Surroundings(around.settings.model_copy(update={"inboxes": both}), around.store, around.clock))
    assert len(deliveries.listing(around.store)) == 1
