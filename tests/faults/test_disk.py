"""No room on the disk, at any size of what is left: a sentence about it, nothing half, and all is well when there is room again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.conftest import soak
from tests.faults.places import DISCHARGES, Place, State, build, copied, discharges, state_of
from tests.program import Done
from tests.sql.test_store import small_disk

STORING = ("load", "compute", "publish")
WRITING = ("backup", "figures", "report", "open-data")
TOLD = ("Disken är full", "Databasen gick inte att skriva på disken", "kunde inte skrivas")
"""A limit on a file's size is told by SQLite as a disk that does not take what is written; a full disk as that it is full."""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Path, State]:
    folder = tmp_path_factory.mktemp("disk")
    place = Place(folder / "storage")
    build(place, folder / "files", discharged=9000)
    (folder / "files" / "rättad_2024-12.csv").write_text(DISCHARGES + discharges("A", 5, count=9100), encoding="utf-8")
    return place, folder / "files", state_of(place)


def arguments(name: str, files: Path, out: Path) -> tuple[str, ...]:
    return {
        "load": ("load", "utskrivning", str(files / "rättad_2024-12.csv"), "--kommun", "alla"),
        "compute": ("compute",),
        "publish": ("publish", "2024", "--note", "övning"),
        "backup": ("backup", "-o", str(out / "kopia.tar.gz")),
        "figures": ("figures", "--format", "csv", "-o", str(out / "siffror.csv")),
        "report": ("report", "2024", "-o", str(out / "rapport.pdf")),
        "open-data": ("export", "open-data", "-o", str(out)),
    }[name]


def starved(place: Place, command: tuple[str, ...], most: int) -> Done:
    """What the command says when no file may hold more than so many bytes."""
    with small_disk(most):
        return place.run(*command, expect=None)


@pytest.mark.parametrize("name", soak(("load",), STORING))
@pytest.mark.parametrize("room", soak((0,), range(12)))
def test_what_does_not_fit_is_not_stored(county: tuple[Place, Path, State], tmp_path: Path, name: str, room: int) -> None:
    place, files, before = county
    own = Place(copied(place, tmp_path))
    most = random.Random(f"{name} {room}").choice((0, 1000, 5000, 20_000, 60_000)) if room else 2000
    done = starved(own, arguments(name, files, tmp_path), most)
    status, said = done.status, done.stderr
    if status:
        assert status == 1
        assert any(told in said for told in TOLD), said
        assert state_of(own) == before
    assert status or room, "two thousand bytes were enough"
    own.run(*arguments(name, files, tmp_path))
    assert state_of(own) != before


@pytest.mark.parametrize("name", soak(("figures",), WRITING))
@pytest.mark.parametrize("earlier", soak((True,), (True, False)))
def test_a_file_that_does_not_fit_leaves_the_former_one(
    county: tuple[Place, Path, State], tmp_path: Path, name: str, earlier: bool
) -> None:
    place, files, before = county
    out = tmp_path / "ut"
    out.mkdir()
    if earlier:
        place.run(*arguments(name, files, out))
    there = {path.name: path.read_bytes() for path in out.iterdir()}
    done = starved(place, arguments(name, files, out), 33_000)
    assert done.status == 1
    assert any(told in done.stderr for told in TOLD), done.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == there
    assert state_of(place) == before
