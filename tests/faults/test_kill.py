"""kill -9 at any instant of load, compute, publish and migrate: the store is the old one or the new one, and the next attempt mends it."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from alembic import command as alembic
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from sql import migration
from tests.conftest import database_on, soak
from tests.faults.places import DISCHARGES, Place, State, build, copied, discharges, let_go, state_of

KINDS = ("sqlite", "postgresql")
COMMANDS = ("load", "compute", "publish", "migrate")
OLD = "0004"  # the store as it was before the audit trail, plans and people
KILLS = [(kind, name, number) for kind in KINDS for name in COMMANDS for number in range(25)]
"""Two hundred. The quick tests kill a load and a publication on SQLite; tests/sql/test_crash.py opens, loads and saves runs on both."""
QUICK = [("sqlite", name, 0) for name in ("load", "publish")]


@dataclass(frozen=True)
class County:
    """The store before and the files to load."""

    place: Place
    files: Path
    before: State
    _clean: dict[str, tuple[State, float]] = field(default_factory=dict)

    def clean(self, name: str, folder: Path) -> tuple[State, float]:
        """What the command makes of it when nobody kills it, and how many seconds that takes."""
        if name not in self._clean:
            with another(self.place, folder) as place:
                _prepare(name, place)
                begun = time.monotonic()
                place.run(*self.arguments(name))
                self._clean[name] = state_of(place), time.monotonic() - begun
        return self._clean[name]

    def arguments(self, name: str) -> tuple[str, ...]:
        corrected = str(self.files / "rättad_2024-12.csv")
        return {
            "load": ("load", "utskrivning", corrected, "--kommun", "alla"),
            "compute": ("compute",),
            "publish": ("publish", "2024", "--note", "övning"),
            "migrate": ("init",),
        }[name]


@contextmanager
def another(place: Place, folder: Path) -> Iterator[Place]:
    """The place once more: its folder and its database copied."""
    with ExitStack() as stack:
        url = None
        if place.url:
            name = make_url(place.url).database
            server = make_url(place.url).set(database="postgres").render_as_string(hide_password=False)
            url = stack.enter_context(database_on(server, f"TEMPLATE {name}"))
        yield Place(copied(place, folder), url)


def made_old(place: Place) -> None:
    """As an earlier version of the program left it."""
    engine = create_engine(place.settings.effective_database_url, poolclass=NullPool)
    with engine.connect() as connection, connection.begin():
        alembic.downgrade(migration.alembic_config(connection), OLD)


@pytest.fixture(scope="module")
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            template = f"TEMPLATE {request.getfixturevalue('migrated_database')}"
            url = stack.enter_context(database_on(request.getfixturevalue("postgresql_server"), template))
        place = Place(folder / "storage", url)
        build(place, folder / "files")
        (folder / "files" / "rättad_2024-12.csv").write_text(DISCHARGES + discharges("A", 5), encoding="utf-8")
        yield County(place, folder / "files", state_of(place))


def _prepare(name: str, place: Place) -> None:
    if name == "migrate":
        made_old(place)


@pytest.mark.parametrize(("county", "name", "number"), soak(QUICK, KILLS), indirect=["county"])
def test_the_old_state_or_the_new_one(county: County, tmp_path: Path, name: str, number: int) -> None:
    kind = "postgresql" if county.place.url else "sqlite"
    chance = random.Random(f"{kind} {name} {number}")
    (tmp_path / "clean").mkdir()
    after, took = county.clean(name, tmp_path / "clean")
    with another(county.place, tmp_path) as place:
        _prepare(name, place)
        with place.process(*county.arguments(name)) as started:
            let_go(started)
            time.sleep(chance.uniform(0, 1.2 * took))
            started.send_signal(signal.SIGKILL)
            started.wait()
        assert name != "migrate" or place.revision() in (OLD, migration.HEAD)
        found = state_of(place)
        assert found in (county.before, after), f"{kind}: {name} left something in between"
        if found == county.before or name != "publish":  # a year that is published is not published again by whoever sees that it is
            place.run(*county.arguments(name))
        assert state_of(place) == after
