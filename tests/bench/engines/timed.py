"""What every engine's process does: count three times, print the median of the seconds and the totals as JSON. No library."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping

RUNS = 3


def run(count: Callable[[str], Mapping[str, int]]) -> None:
    """Count the file named on the command line."""
    seconds, totals = [], {}
    for _ in range(RUNS):
        began = time.perf_counter()
        totals = dict(count(sys.argv[1]))
        seconds.append(time.perf_counter() - began)
    sys.stdout.write(json.dumps({"seconds": statistics.median(seconds), "totals": totals}))
