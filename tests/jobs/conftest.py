"""Surroundings for a job: a store of its own, an inbox and a clock that the test sets."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import Inbox, Retries, Settings
from jobs.job import Surroundings
from tests.dashboard.served import sqlite_store

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = field(default=START)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def around(settings: Settings, tmp_path: Path, clock: Clock) -> Iterator[Surroundings]:
    """Nothing waits between attempts; a file is taken as soon as it lies there."""
    changed = settings.model_copy(
        update={
            "inboxes": (Inbox(folder=str(tmp_path / "inkorg"), settle_seconds=60),),
            "retries": Retries(times=2, first_wait_seconds=0),
        }
    )
    with sqlite_store(changed) as store:
        yield Surroundings(changed, store, clock)


class _Mailbox(socketserver.StreamRequestHandler):
    """Enough of SMTP to be told a message."""

    def handle(self) -> None:
        self.wfile.write(b"220 hej\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 skriv\r\n")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.messages.append(text.decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 hej\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")


@pytest.fixture
def mailbox() -> Iterator[tuple[int, list[str]]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mailbox) as server:
        server.messages = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1], server.messages  # type: ignore[attr-defined]
        server.shutdown()
