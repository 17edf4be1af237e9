"""Fifty people at once: first visits and changes of area or period, beside one person alone on the same server."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from dashboard.choices import Choices
from tests.bench import servers
from tests.bench.pages import Row, post
from tests.bench.process import cost
from tests.conftest import settings_of

PEOPLE = 50
CHANGES = 8
READING_S = (2.0, 6.0)  # between two changes, a person reads
_PAGES = ("/", "/indikator/ntandvard_tackning", "/indikator/dagar_snitt", "/indikator/foljsamhet", "/kommuner")
_PERIODS = ("2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025", "2026-Q1")


@dataclass
class Taken:
    """ms of each first visit and of each change."""

    first: list[float] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)

    def add(self, other: Taken) -> None:
        """Put another's times to these."""
        self.first += other.first
        self.changes += other.changes


def measure(folder: Path) -> Iterator[Row]:
    """Rows for the table of benchmarks. Builds the demo county in the folder first. Raises RuntimeError for an answer that is an error."""
    storage = folder / "crowd"
    cost(["-m", "cli", "demo", "--no-serve"], {"UPPFOLJNING_STORAGE": str(storage)}, runs=1)
    with servers.our_callbacks(storage) as server:
        alone, together = Taken(), Taken()
        for number in range(PEOPLE // 10):
            alone.add(_person(server, number, reading=False))
        with ThreadPoolExecutor(PEOPLE) as people:
            for taken in people.map(lambda number: _person(server, number, reading=True), range(100, 100 + PEOPLE)):
                together.add(taken)
    yield _row("första besök", alone.first, together.first)
    yield _row("byte av område eller period", alone.changes, together.changes)


def _person(server: servers.Server, number: int, *, reading: bool) -> Taken:
    """Open a page, then choose areas and periods in it. The same number does the same."""
    chance, taken = random.Random(number), Taken()
    path = chance.choice(_PAGES)
    _read(chance, reading=reading)
    taken.first.append(_opened(server, path))
    connection = HTTPConnection("127.0.0.1", server.port)
    for _ in range(CHANGES):
        _read(chance, reading=reading)
        connection.close()  # the server ends a connection that is silent for long
        area, period = chance.choice(_kommuner()), chance.choice(_PERIODS)
        taken.changes.append(post(connection, "page", Choices(path).but(area=area, period=period).address))
    connection.close()
    return taken


def _read(chance: random.Random, *, reading: bool) -> None:
    if reading:
        time.sleep(chance.uniform(*READING_S))


def _opened(server: servers.Server, path: str) -> float:
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status}")
    return (time.perf_counter() - began) * 1000


def _kommuner() -> list[str]:
    return list(settings_of("storage").kommuner)


def _row(what: str, alone: Sequence[float], together: Sequence[float]) -> Row:
    usual, slow = statistics.median(alone), statistics.quantiles(together, n=20)[-1]
    return (f"{PEOPLE} samtidigt, {what}", f"95 % under {slow:.1f} ms", f"en ensam {usual:.1f} ms", f"{slow / usual:.1f}", "högst 3")
