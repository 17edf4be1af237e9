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
PEAK = ROOT / "tests" / "bench" / "peak.py"


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
    _, megabytes = said_and_peak([sys.executable, *arguments], environment)
    return time.perf_counter() - began, megabytes


def said_and_peak(command: list[str], environment: dict[str, str] | None = None) -> tuple[str, float]:
    """Run the command: what it wrote, and its peak memory in MB. Raises RuntimeError when it fails."""
    done = subprocess.run(
        [sys.executable, str(PEAK), *command], cwd=ROOT, env=os.environ | (environment or {}), capture_output=True, text=True, check=False
    )
    *errors, kilobytes = done.stderr.splitlines()
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {' '.join(errors)}")
    return done.stdout, int(kilobytes) / 1024
