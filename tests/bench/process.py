"""A command as a whole process: seconds and peak memory, the median and maximum of a few runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Cost:
    """Median wall time in seconds and highest peak memory in MB over the runs."""

    seconds: float
    megabytes: float


def cost(arguments: list[str], environment: dict[str, str] | None = None, runs: int = 3) -> Cost:
    """Run Python with the arguments a few times. Raises RuntimeError when a run fails."""
    measured = [_once(arguments, environment or {}) for _ in range(runs)]
    return Cost(statistics.median(seconds for seconds, _ in measured), max(megabytes for _, megabytes in measured))


def _once(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024
