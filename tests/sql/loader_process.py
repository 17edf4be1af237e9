"""A process of its own that loads made-up deliveries and saves a run: to be killed, or to run beside others.

`python -m tests.sql.loader_process STORAGE DATABASE_URL [NUMBER...]`: says `ready` when everything is imported, waits
for a line, opens the store, accepts the deliveries of the plan with those numbers (all, when none is given) and saves a
run. It says a line after each of these steps, so that a killer knows where it is. The rows lie where UPPFOLJNING_DELIVERIES says.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta

import alembic.command  # noqa: F401  # opening imports it late, and that would be most of the time there is to kill in
import polars as pl

from sql import runs
from sql.coverage import in_force
from sql.facts import rows
from sql.pieces import made
from sql.store import Store, open_store
from tests.conftest import settings_of
from tests.sql.made import ALE, GBG, LERUM, NOON, coverage, deliver, discharge

KOMMUNER = (ALE, GBG, LERUM)
PLAN = tuple(range(8))


def load(store: Store, numbers: Iterable[int]) -> Iterator[int]:
    """Accept deliveries that do not overlap: a month each, and an id that the month after holds too."""
    for number in numbers:
        month = f"2025-{number + 1:02}"
        records = [discharge(f"a{number}-{i}", KOMMUNER[i % 3], f"{month}-{i % 28 + 1:02}") for i in range(400)]
        records += [discharge(f"b{number}", ALE, f"{month}-01"), discharge(f"b{number + 1}", GBG, f"{month}-01")]
        deliver(store, "utskrivning", records, coverage(KOMMUNER, month), at=NOON + timedelta(minutes=number), name=f"{number}.csv")
        yield number


def save_run(store: Store) -> None:
    found = rows(store, "utskrivning").group_by("kommun").len().sort("kommun").collect()
    covered = in_force(store, "utskrivning")
    pieces = [made("figures", kommun, "prov", rows) for (kommun,), rows in found.partition_by("kommun", as_dict=True).items()]
    ids = covered["delivery"].to_list()
    runs.save(store, {"figures": found.clear()}, as_of=None, now=NOON, deliveries=ids, pieces=pieces, sorted_by={"figures": ["kommun"]})


def say(step: str) -> None:
    print(step, flush=True)  # noqa: T201


def main() -> None:
    storage, database_url, *numbers = sys.argv[1:]
    pl.DataFrame({"a": [1]}).write_parquet("/dev/null")  # Polars starts its threads now, not while the clock runs
    say("ready")
    sys.stdin.readline()
    bucket = os.environ.get("UPPFOLJNING_DELIVERIES")
    store = open_store(settings_of(storage, database_url or None).model_copy(update={"deliveries": bucket}))
    say("opened")
    for number in load(store, [int(number) for number in numbers] or PLAN):
        say(str(number))
    save_run(store)
    say("saved")
    store.close()


if __name__ == "__main__":
    main()
