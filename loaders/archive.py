"""A zip archive in memory, unpacked under a bound: what is counted is what comes out, not what the archive says of itself."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers import expat

from config import LimitSettings
from loaders.problem import Finding, Unreadable

ROW_BYTES, CELL_BYTES = 100, 40
"""About what a row and each of its cells take in memory; counted as unpacked, since a few packed bytes can make millions of them."""

_BLOCK = 1 << 20
_MB = 1_000_000


class Archive:
    """An open archive that stops at `limits.unpacked_mb` megabytes unpacked, all parts together."""

    def __init__(self, data: bytes, limits: LimitSettings) -> None:
        """Raises `Unreadable` for a cut or damaged archive."""
        with damage():
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        self.names = frozenset(self._zip.namelist())
        self._limits = limits
        self._left = limits.unpacked_mb * _MB

    def blocks(self, name: str) -> Iterator[bytes]:
        """A part's bytes, block by block. Raises `Unreadable` when the part is missing or damaged, or too much comes out."""
        with damage(), self._zip.open(name) as part:
            while block := part.read(_BLOCK):
                self.count(len(block))
                yield block

    def read(self, name: str) -> bytes:
        """A part's bytes; like `blocks`."""
        return b"".join(self.blocks(name))

    def count(self, size: int) -> None:
        """Count `size` bytes as unpacked. Raises `Unreadable` beyond the bound."""
        self._left -= size
        if self._left < 0:
            message = f"Filen packas upp till mer än {self._limits.unpacked_mb} MB. Dela upp den i flera leveranser."
            raise Unreadable(Finding("for_stor_fil", message))


@contextmanager
def damage() -> Iterator[None]:
    """Turn what a broken archive or its XML raises into `Unreadable`."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError, OSError, ValueError, OverflowError, IndexError) as error:
        raise Unreadable(damaged()) from error
    except (RuntimeError, NotImplementedError) as error:  # a password, or a way of packing that office programs do not use
        raise Unreadable(locked()) from error


def damaged() -> Finding:
    """The finding for a workbook that cannot be read."""
    return Finding("skadad_fil", "Kalkylfilen är skadad eller ofullständig. Öppna den i kalkylprogrammet och spara den på nytt.")


def locked() -> Finding:
    """The finding for a workbook behind a password."""
    return Finding("last_fil", "Filen är skyddad med lösenord. Spara den utan lösenord och ladda den igen.")
