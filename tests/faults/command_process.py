"""A command of the program in a process of its own, to be killed: `python -m tests.faults.command_process COMMAND…`.

It says `ready` when everything is imported, waits for a line and runs the command, so that a killer's clock starts with the command and
not with the imports.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import alembic.command  # noqa: F401 - opening a store imports it late
import polars as pl

import cli

ROOMS = ("flows", "loaders", "metrics", "sql", "commands")


def main() -> None:
    for room in ROOMS:
        for found in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if ".versions" not in found.name and not found.name.endswith(".env"):
                importlib.import_module(found.name)
    pl.DataFrame({"a": [1]}).write_parquet("/dev/null")  # Polars starts its threads now, not while the clock runs
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    cli.main()


if __name__ == "__main__":
    main()
