"""The rows that --accept-valid left out, in a file beside the storage that keeps the sender's columns plus the reason."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp

import polars as pl

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNSAFE = re.compile(r"[^0-9A-Za-zÅÄÖåäö_-]+")


def write(folder: Path, file_name: str, now: datetime, table: pl.DataFrame, titles: Mapping[str, str], findings: pl.DataFrame) -> Path:
    """Write the rows of `table` that have findings; returns the new file, readable by its owner only.

    Semicolons and UTF-8 with BOM, for a Swedish spreadsheet; a text that would be a formula there gets an apostrophe first.
    Raises OSError.
    """
    listed = pl.concat_str("column", "message", separator=": ", ignore_nulls=True)
    reasons = findings.group_by("row", maintain_order=True).agg(listed.unique(maintain_order=True).alias("orsak"))
    rows = table.join(reasons.with_columns(pl.col("orsak").list.join(" ")), on="row", how="inner", maintain_order="left")
    columns = [name for name in rows.columns if name not in ("row", "orsak")]
    # A name of its own, and readable by the owner only.
    descriptor, name = mkstemp(".csv", f"{now:%Y%m%dT%H%M%S}_{_UNSAFE.sub('-', Path(file_name).stem)[:80]}_", folder)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow([*(_safe(titles.get(name, name)) for name in columns), "rad", "orsak"])
            for row in rows.select(*columns, "row", "orsak").iter_rows():
                writer.writerow([_safe(cell) for cell in row])
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return path


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
