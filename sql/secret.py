"""Secrets that every server process must know the same: made from what the environment says, or kept in the store's folder."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from sql.errors import StoreError, storage_errors

VARIABLE: Final = "UPPFOLJNING_SECRET"
_BYTES: Final = 32
_SHORTEST: Final = 32  # characters


def secret(folder: Path, name: str) -> str:
    """The secret of that name, at least 32 random bytes as text. Raises StoreError.

    Machines with the same UPPFOLJNING_SECRET have the same secrets. Without it they lie in the folder, for its owner only, and are
    made when they are not there.
    """
    shared = os.environ.get(VARIABLE)
    return _made_from(shared, folder / name) if shared else _kept(folder / name)


def is_there(folder: Path, name: str) -> bool:
    """Whether `secret` would give one that was there before."""
    return bool(os.environ.get(VARIABLE)) or (folder / name).exists()


def _made_from(shared: str, path: Path) -> str:
    """Raises StoreError where it is short enough to be guessed, or the machine has a secret of its own since before."""
    if len(shared) < _SHORTEST:
        raise StoreError(f"{VARIABLE} är för kort. Ange minst {_SHORTEST} slumpade tecken, samma på alla maskiner.")
    with storage_errors():
        if path.exists():
            raise StoreError(
                f"{path} är den här maskinens egen nyckel, men {VARIABLE} är angiven. Ta bort formularnyckel. Flytta granskningsnyckel och "
                "ange dess nya plats i audit.key_file på alla maskiner, så går granskningen att följa vidare."
            )
    return hmac.new(shared.encode(), path.name.encode(), hashlib.sha256).hexdigest()


def _kept(path: Path) -> str:
    with storage_errors():
        if not path.exists():
            descriptor, written = mkstemp(dir=path.parent)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(_BYTES))
            with suppress(FileExistsError):  # linked whole or not at all: no process reads a secret half written
                os.link(written, path)
            Path(written).unlink()
        return path.read_text(encoding="ascii").strip()
