"""Five million discharges counted as a run counts them, beside the same counts in DuckDB and pandas and beside the bare scan."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sql.shapes import shape_of
from tests.bench.process import ROOT, said_and_peak
from tests.bench.servers import BENCH_PYTHON

ROWS = 5_000_000
SHARES = (0.01, 0.1, 1.0)
_KOMMUNER = 290
_FIRST, _DAYS = "2023-01-01", 5 * 365  # on both sides of the change of agreement


@dataclass(frozen=True)
class Counted:
    """What an engine's process took: the median of its seconds, its peak memory, and the totals that it found."""

    seconds: float
    megabytes: float
    totals: dict[str, int]


def write_rows(path: Path, rows: int) -> None:
    """Synthetic discharges as they are kept: every column of the store, with empty answers and a delivery that lacked a column."""
    number = pl.int_range(rows, eager=False)
    ready = pl.lit(_FIRST).str.to_date() + pl.duration(days=number % _DAYS)
    shape = shape_of("utskrivning")
    answers = [name for name, kind in shape.stored.items() if kind == pl.Boolean]
    made: dict[str, pl.Expr] = {
        "arende": pl.format("A{}", number),
        "kommun": (1000 + number * 7 % _KOMMUNER).cast(pl.String),
        "enhet": pl.format("Sjukhus {}", number % 7),
        "inskriven": ready - pl.duration(days=number % 11),
        "utskrivningsklar": ready,
        "utskriven": ready + pl.duration(days=number % 13 % 10),
        "row": number,
        "delivery": number // 100_000,
        "sip_kallelse": pl.when(number % 4 != 0).then(ready + pl.duration(days=number % 5)),
        "information_overford": pl.when(number % 6 != 0).then(ready + pl.duration(days=number % 9)),
    }
    for place, name in enumerate(answers):
        made[name] = pl.when(number % (11 + place) == 0).then(None).otherwise(number % (5 + place) != 0)
    for name, kind in shape.schema.items():
        if name.startswith("lacks_"):
            made[name] = number // 100_000 % 10 == 0 if name == "lacks_sip_kallelse" else pl.lit(value=False)
        elif kind == pl.Date and name not in made:
            made[name] = pl.lit(None, pl.Date)
    pl.LazyFrame().select(**{name: made[name].cast(kind) for name, kind in shape.schema.items()}).sink_parquet(path)


def measure(folder: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows for the table of benchmarks. Raises RuntimeError where two engines do not find the same."""
    files = {share: folder / f"{share}.parquet" for share in SHARES}
    for share, file in files.items():
        write_rows(file, int(ROWS * share))
    whole = str(files[1.0])
    ours, scan = _by(sys.executable, "ours", whole), _by(sys.executable, "scan", whole)
    what = f"räkna {ROWS:,} utskrivna".replace(",", " ")
    for name, module, aim in (("DuckDB", "sql", "högst 1"), ("pandas", "frames", "under 1")):
        theirs = _by(str(BENCH_PYTHON), module, whole)
        if theirs.totals != ours.totals:
            raise RuntimeError(f"{name} finds {theirs.totals}, ours {ours.totals}")
        yield (what, f"{ours.seconds:.2f} s", f"{name} {theirs.seconds:.2f} s", f"{ours.seconds / theirs.seconds:.2f}", aim)
        yield (f"{what}, toppminne", f"{ours.megabytes:.0f} MB", f"{name} {theirs.megabytes:.0f} MB", "", "högst 1 500 MB")
    yield (what, f"{ours.seconds:.2f} s", f"bara läsa {scan.seconds:.2f} s", f"{ours.seconds / scan.seconds:.1f}", "högst 3")
    for share, larger in itertools.pairwise(SHARES):
        less, more = (_by(sys.executable, "ours", str(files[each])).seconds for each in (share, larger))
        yield (
            f"{larger:.0%} mot {share:.0%} av raderna",
            f"{more:.3f} s",
            f"{less:.3f} s",
            f"{more / less:.1f}",
            f"högst {larger / share:.0f}",
        )


def _by(python: str, module: str, file: str) -> Counted:
    """Run the engine's process. One with our libraries is run as a module, another's as a file."""
    how = (
        ["-m", f"tests.bench.engines.{module}"]
        if python == sys.executable
        else [str(ROOT / "tests" / "bench" / "engines" / f"{module}.py")]
    )
    said, megabytes = said_and_peak([python, *how, file])
    found: dict[str, Any] = json.loads(said)
    return Counted(found["seconds"], megabytes, found["totals"])
