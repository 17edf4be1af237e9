"""`make bench`: ratios measured in one run on one machine, printed as a table. Timings are no tests."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import counting, country, crowd, load, pages, quarter

WIDTH = 150


def main() -> None:
    """Run every benchmark and print what it measured beside its aim."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ended from outside, it still ends the servers that it started
    table = Table("Mätning", "Vårt", "Jämfört med", "Kvot", "Mål", box=None)
    with tempfile.TemporaryDirectory() as folder:
        for measure in (counting.measure, load.measure, quarter.measure, country.measure, crowd.measure, pages.measure):
            for row in measure(Path(folder)):
                table.add_row(*row)
    Console(width=WIDTH).print(table)


if __name__ == "__main__":
    main()
