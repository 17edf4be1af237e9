"""What the processes of one server (`serve --workers`) count together: in a folder of their own, new with the server and gone with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that names the folder; prometheus_client looks for it when it is imported, so it is set before that."""


def folder() -> Path | None:
    """The folder; None for a server of one process."""
    named = os.environ.get(SHARED)
    return Path(named) if named else None


@contextmanager
def counting_together() -> Iterator[None]:
    """Processes that are started in the block count together."""
    with TemporaryDirectory(prefix="uppfoljning-") as made:
        os.environ[SHARED] = made
        try:
            yield
        finally:
            del os.environ[SHARED]
