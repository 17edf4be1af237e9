"""Running a command as its own main program would, in this process: exit status, stdout and stderr."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import cli

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Done:
    """What a command said."""

    status: int
    stdout: str
    stderr: str


def uppfoljning(storage: Path, *arguments: str, expect: int | None = 0) -> Done:
    """Run the command on the storage folder with the shipped settings; the exit status must be the expected one (None: any)."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    argv = ["uppfoljning", "--config", str(ROOT / "config.yaml"), *arguments]
    status: int | str | None = 0
    stored = patch.dict(os.environ, {"UPPFOLJNING_STORAGE": str(storage)})
    with stored, patch.object(sys, "argv", argv), patch.object(sys, "stdout", out), patch.object(sys, "stderr", err):
        try:
            cli.main()
        except SystemExit as done:
            status = done.code
    said = Done(int(status or 0), *(stream.buffer.getvalue().decode() for stream in (out, err)))
    assert "Traceback" not in said.stderr
    assert expect is None or said.status == expect, said.stderr + said.stdout
    return said
