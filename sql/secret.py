"""Secrets that lie in the store's folder, for its owner only, so that several server processes know the same ones."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from sql.errors import storage_errors

_BYTES = 32


def secret(folder: Path, name: str) -> str:
    """The secret of that name, made when it is not there: at least 32 random bytes as text. Raises StoreError."""
    path = folder / name
    with storage_errors():
        if not path.exists():
            descriptor, written = mkstemp(dir=folder)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(_BYTES))
            with suppress(FileExistsError):  # linked whole or not at all: no process reads a secret half written
                os.link(written, path)
            Path(written).unlink()
        return path.read_text(encoding="ascii").strip()
