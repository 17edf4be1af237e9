"""Which program it is that runs: two with the same number give the same figures from the same rows."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

import polars as pl

_ROOMS: Final = ("config", "flows", "metrics", "sql")


def _of_program() -> str:
    """Of every line that can change a figure. Read when the program starts: an upgrade while it runs must not pass for what runs."""
    root = Path(__file__).parent.parent
    found = hashlib.sha256(f"{sys.version} {pl.__version__}".encode())
    for path in [root / "periods.py", *(path for room in _ROOMS for path in sorted((root / room).rglob("*.py")))]:
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


PROGRAM: Final = _of_program()
