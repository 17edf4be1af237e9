"""A file of a million discharges, checked and stored, against bare `read_csv` + `write_parquet` of the same file."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from tests.bench.process import cost

ROWS = 1_000_000
BARE = "import sys, polars; polars.read_csv(sys.argv[1], separator=';').write_parquet(sys.argv[2])"


def write_discharges(path: Path, rows: int = ROWS) -> None:
    """A synthetic file of discharges in the year before last, 49 kommuner, every column of the contract."""
    number = pl.int_range(rows, eager=False)
    ready = pl.lit("2024-01-01").str.to_date() + pl.duration(days=number % 350)
    frame = pl.LazyFrame().select(
        arende=pl.format("A{}", number),
        kommun=(1480 + number % 3).cast(pl.String),
        enhet=pl.format("Sjukhus {}", number % 7),
        inskriven=ready - pl.duration(days=number % 11),
        utskrivningsklar=ready,
        utskriven=ready + pl.duration(days=number % 9),
        **{
            name: pl.when(number % (5 + place) == 0).then(None).when(number % 3 == 0).then(pl.lit("nej")).otherwise(pl.lit("ja"))
            for place, name in enumerate(
                (
                    "inskrivningsmeddelande",
                    "utskrivningsklar_meddelad",
                    "fast_vardkontakt",
                    "sip_behov",
                    "sip_erbjuden",
                    "tvangsvard",
                    "vardplan",
                    "oppenvard_planering",
                    "oppenvard_insatser",
                    "it_stod",
                )
            )
        },
        sip_kallelse=pl.when(number % 4 == 0).then(ready + pl.duration(days=number % 5)),
        information_overford=pl.when(number % 6 != 0).then(ready + pl.duration(days=number % 9)),
    )
    frame.collect().write_csv(path, separator=";")


def measure(folder: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows for the table of benchmarks: time and memory."""
    file = folder / "utskrivning_2024.csv"
    write_discharges(file)
    bare = cost(["-c", BARE, str(file), str(folder / "bare.parquet")])
    # Each run needs an empty store: the same bytes again change nothing.
    stores = ({"UPPFOLJNING_STORAGE": str(folder / f"storage{number}")} for number in range(3))
    ours = [cost(["-m", "cli", "load", "utskrivning", str(file)], store, runs=1) for store in stores]
    seconds = statistics.median(run.seconds for run in ours)
    megabytes = max(run.megabytes for run in ours)
    yield ("load, 1 000 000 rader", f"{seconds:.2f} s", f"{bare.seconds:.2f} s", f"{seconds / bare.seconds:.1f}", "högst 6")
    yield ("load, toppminne", f"{megabytes:.0f} MB", f"{bare.megabytes:.0f} MB", f"{megabytes / bare.megabytes:.1f}", "högst 3")
