"""A little county in a store of either kind, made once and copied for each fault; what a store holds, as plain values to compare."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import select

import sql.store
from config import Settings
from sql import audit_trail, deliveries, facts, migration, publications, runs
from sql.files import FOLDER
from sql.store import Store, open_store
from sql.tables import DeliveryRow, PendingFileRow
from tests.conftest import settings_of
from tests.program import ROOT, Done, uppfoljning

KOMMUNER = ("1440", "1480", "1489")
NTANDVARD = "kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard\n"
DISCHARGES = "arende;kommun;enhet;inskriven;utskrivningsklar;utskriven\n"


@dataclass(frozen=True)
class Place:
    """Where a store is: its folder, and its database's URL (None: SQLite in the folder)."""

    storage: Path
    url: str | None = None

    @property
    def settings(self) -> Settings:
        return settings_of(self.storage, self.url)

    @property
    def environment(self) -> dict[str, str]:
        database = {"UPPFOLJNING_DATABASE_URL": self.url} if self.url else {}
        return {"UPPFOLJNING_STORAGE": str(self.storage), "UPPFOLJNING_CONFIG": str(ROOT / "config.yaml"), **database}

    def run(self, *command: str, expect: int | None = 0) -> Done:
        """The command, in this process, which would else keep its connections when the command is done."""
        unpooled = partial(create_engine, poolclass=NullPool)
        with patch.dict(os.environ, self.environment), patch.object(sql.store, "create_engine", unpooled if self.url else create_engine):
            return uppfoljning(self.storage, *command, expect=expect)

    @contextmanager
    def opened(self) -> Iterator[Store]:
        store = open_store(self.settings)
        yield store
        store.close()

    def revision(self) -> str | None:
        """What the database is at, without bringing it up to date."""
        engine = create_engine(self.settings.effective_database_url, poolclass=NullPool)
        with engine.connect() as connection:
            return migration.stored_revision(connection)

    @contextmanager
    def process(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """The command in a process of its own, which has imported everything and waits to be let go."""
        arguments = [sys.executable, "-m", "tests.faults.command_process", *command]
        pipe = subprocess.PIPE
        own = os.environ | self.environment
        with subprocess.Popen(arguments, cwd=ROOT, env=own, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as started:
            assert started.stdout is not None
            assert started.stdout.readline() == "ready\n"
            try:
                yield started
            finally:
                started.kill()


def let_go(started: subprocess.Popen[str]) -> None:
    assert started.stdin is not None
    started.stdin.write("go\n")
    started.stdin.flush()


@dataclass(frozen=True)
class State:
    """What a store holds, as far as anybody can see. Delivery ids and run ids are left out: a stopped attempt may leave a gap."""

    deliveries: tuple[tuple[str, str, str, int], ...]
    rows: str = field(repr=False)
    figures: str = field(repr=False)
    publications: tuple[str, ...]


def state_of(place: Place) -> State:
    """Reads everything, and finds it whole: every delivery's file, the current run, every publication's seal, the audit trail."""
    with place.opened() as store:
        known = deliveries.listing(store)
        assert audit_trail.verify(store).problems == ()
        _no_strangers(store)
        current = runs.current(store)
        return State(
            deliveries=tuple((d.dataset, d.file_name, d.status, d.row_count) for d in known),
            rows=_sum(*(facts.rows(store, name).drop("delivery").collect().write_csv() for name in sorted({d.dataset for d in known}))),
            figures=_sum(runs.frame(store, current.id, "figures").write_csv()) if current else "",
            publications=tuple(made.id for made in publications.listing(store) if publications.frozen(store, made.id)),
        )


def _sum(*texts: str) -> str:
    return hashlib.sha256("\0".join("\n".join(sorted(text.splitlines())) for text in texts).encode()).hexdigest()


def _no_strangers(store: Store) -> None:
    """Files that belong to no delivery are those of loads that have not come to their end, and are known as such."""
    with store.reading() as session:
        known = set(session.exec(select(DeliveryRow.parquet))) | set(session.exec(select(PendingFileRow.parquet)))
    there = {path.with_suffix(".parquet").name for path in (store.folder / FOLDER).rglob("*") if path.is_file()}
    assert there <= known


def build(place: Place, files: Path, discharged: int = 60) -> None:
    """Two datasets of three kommuner in 2024, computed, and then a third that the figures do not hold yet."""
    files.mkdir()
    rows = "".join(f"{kommun};2024-Q4;{100 + n};50;40;30\n" for n, kommun in enumerate(KOMMUNER))
    (files / "ntandvard.csv").write_text(NTANDVARD + rows, encoding="utf-8")
    (files / "utskrivning_2024-12.csv").write_text(DISCHARGES + discharges("A", 3, count=discharged), encoding="utf-8")
    (files / "utskrivning_2024-11.csv").write_text(DISCHARGES + discharges("B", 4, month="11"), encoding="utf-8")
    place.run("load", "ntandvard", str(files / "ntandvard.csv"))
    place.run("load", "utskrivning", str(files / "utskrivning_2024-12.csv"), "--kommun", "alla")
    place.run("compute")
    place.run("load", "utskrivning", str(files / "utskrivning_2024-11.csv"), "--kommun", "alla")


def discharges(mark: str, days: int, month: str = "12", count: int = 60) -> str:
    """Rows of discharges, a kommun after the other."""
    return "".join(
        f"{mark}{n};{KOMMUNER[n % 3]};Sjukhus A;2024-{month}-01;2024-{month}-02;2024-{month}-{2 + (n + days) % 9:02}\n"
        for n in range(count)
    )


def copied(place: Place, folder: Path) -> Path:
    """The storage folder again, elsewhere."""
    return Path(shutil.copytree(place.storage, folder / "storage"))
