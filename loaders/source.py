"""A delivered file as bytes: read once, hashed, and only if it is a plain file that nobody changes meanwhile."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from config import Settings
from loaders.problem import Finding, Unreadable

_MB = 1_000_000


@dataclass(frozen=True)
class Source:
    """The bytes of a file, their SHA-256 in hex, and the file's name."""

    name: str
    data: bytes
    sha256: str


def name_of(path: Path) -> str:
    """The file's name as text that can be shown and stored, also where the disk holds other bytes than UTF-8."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def read(path: Path, settings: Settings) -> Source:
    """Read the file. Raises `Unreadable` for what is no plain file, is empty, too large, closed to us or changing."""
    before = _plain_file(path)
    most = settings.limits.file_mb * _MB
    if before.st_size > most:
        raise Unreadable(Finding("for_stor_fil", f"Filen är större än {settings.limits.file_mb} MB. Dela upp den i flera leveranser."))
    try:
        data = _bytes(path, most)
        after = path.lstat()
    except OSError as error:
        raise Unreadable(_closed(error)) from error
    if _state(before) != _state(after) or len(data) != before.st_size:
        raise Unreadable(Finding("andrad_fil", "Filen ändrades medan den lästes. Vänta tills den är färdig och ladda den igen."))
    if not data:
        raise Unreadable(Finding("tom_fil", "Filen är tom. Exportera den på nytt."))
    return Source(name_of(path), data, hashlib.sha256(data).hexdigest())


def _bytes(path: Path, most: int) -> bytes:
    # O_NOFOLLOW and O_NONBLOCK: what was a plain file a moment ago could be a link or a pipe by now.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(most + 1)


def _plain_file(path: Path) -> os.stat_result:
    try:
        found = path.lstat()
    except (OSError, ValueError) as error:
        raise Unreadable(_closed(error)) from error
    if stat.S_ISLNK(found.st_mode):
        raise Unreadable(Finding("lank", "Det är en symbolisk länk, inte en fil. Ange filen som länken leder till."))
    if stat.S_ISDIR(found.st_mode):
        raise Unreadable(Finding("mapp", "Det är en mapp, inte en fil. Ange filerna i den en för en."))
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(Finding("ingen_fil", "Det är ingen vanlig fil. Spara innehållet i en fil och ladda den."))
    return found


def _state(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _closed(error: OSError | ValueError) -> Finding:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Finding("saknad_fil", "Filen finns inte. Kontrollera namn och mapp.")
    if isinstance(error, PermissionError):
        return Finding("stangd_fil", "Filen får inte läsas av det här kontot. Ge kontot läsrätt till den.")
    return Finding("olaslig_fil", "Filen går inte att läsa. Kontrollera namnet och disken, och ladda den igen.")
