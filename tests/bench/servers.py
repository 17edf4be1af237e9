"""Servers as processes of their own on loopback: started, waited for until they answer and rest, and ended by their id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.bench.process import ROOT

BENCH_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
Command = Callable[[int], list[str]]
START_S = 90
REST_S = 240
STILL_S = 4  # longer than the server pauses between two pages that it makes ahead
RESTING_S = 0.05


@dataclass(frozen=True)
class Server:
    """Where a server answers, and its process."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def rest(self) -> None:
        """Wait until the server has nothing more to do, such as pages that it makes ahead. Linux only."""
        deadline = time.monotonic() + REST_S
        while time.monotonic() < deadline:
            before = self._busy_s()
            time.sleep(STILL_S)
            if self._busy_s() - before < RESTING_S:
                return

    def _busy_s(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def our_pages(storage: Path) -> Iterator[Server]:
    """`uppfoljning serve` over the store in the folder."""
    with _serving(lambda port: [sys.executable, "-m", "cli", "serve", "--port", str(port)], storage) as server:
        yield server


@contextmanager
def our_callbacks(storage: Path) -> Iterator[Server]:
    """The same with an empty callback beside the page's own."""
    with _serving(lambda port: [sys.executable, "-m", "tests.bench.callback_server", str(port)], storage) as server:
        yield server


@contextmanager
def streamlit_page(figures: Path) -> Iterator[Server]:
    """`streamlit_page.py` over the figures in the Parquet file."""
    page = str(ROOT / "tests" / "bench" / "streamlit_page.py")
    flags = ["--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    start = [str(BENCH_PYTHON), "-m", "streamlit", "run", page, *flags]
    with _serving(lambda port: [*start, "--server.port", str(port), "--", str(figures)], figures.parent) as server:
        yield server


@contextmanager
def vizro_page(figures: Path) -> Iterator[Server]:
    """`vizro_page.py` over the figures in the Parquet file."""
    page = str(ROOT / "tests" / "bench" / "vizro_page.py")
    with _serving(lambda port: [str(BENCH_PYTHON), page, str(figures), str(port)], figures.parent) as server:
        yield server


@contextmanager
def _serving(command: Command, storage: Path) -> Iterator[Server]:
    port = _free_port()
    environment = os.environ | {"UPPFOLJNING_STORAGE": str(storage)}
    process = subprocess.Popen(command(port), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=START_S)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError(f"{process.args!r} does not answer")
