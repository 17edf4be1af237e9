"""The deliveries' Parquet files, written once and never edited: `leveranser/<dataset>/<name>.parquet`, in a folder or an object store."""

from __future__ import annotations

import os
import re
import stat
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol

import polars as pl

from sql.errors import StoreError, storage_errors

FOLDER: Final = "leveranser"
_UNFINISHED: Final = ".tmp"
_OS_ERROR: Final = re.compile(r"os error (\d+)")
_OTHERS_MAY_READ: Final = stat.S_IRWXG | stat.S_IRWXO


class Files(Protocol):
    """Where the files lie. A file is there whole or not at all; every method raises StoreError."""

    @property
    def scanning(self) -> Mapping[str, Any]:
        """What Polars needs besides a path to read it, as arguments to `scan_parquet`."""

    def write(self, dataset: str, name: str, rows: pl.DataFrame) -> None:
        """Keep the rows under a name that no file has. There for good when this returns."""

    def put_back(self, dataset: str, name: str, content: IO[bytes]) -> bool:
        """Keep a file from a backup; False where that very file is there already."""

    def open(self, dataset: str, name: str) -> IO[bytes]:
        """The file's bytes, from the start; for the caller to close."""

    def discard(self, dataset: str, names: Iterable[str]) -> None:
        """Remove the files, finished or not; that one is gone already is no fault."""

    def paths(self, dataset: str, names: Mapping[int, str]) -> dict[int, str]:
        """The path of each delivery's file, by the delivery's id, for Polars to read. Raises StoreError when a file is gone."""

    def warnings(self) -> Iterator[str]:
        """A Swedish sentence where others than the owner can read the files."""


def new_name() -> str:
    """A name that no file has."""
    return f"{uuid.uuid4().hex}.parquet"


def gone(delivery: int, path: str) -> StoreError:
    """What to say of a delivery whose file is not there."""
    return StoreError(
        f"Filen för leverans {delivery} saknas i lagret ({path}). Återställ den från en säkerhetskopia, eller radera leveransen."
    )


@dataclass(frozen=True)
class FolderFiles:
    """The files in the storage folder, for its owner only."""

    folder: Path

    @property
    def scanning(self) -> Mapping[str, Any]:
        """Nothing: Polars reads local files as they are."""
        return {}

    def write(self, dataset: str, name: str, rows: pl.DataFrame) -> None:
        """On disk for good when this returns; leaves nothing when it raises."""
        with self._placed(dataset, name) as path, _as_os_error():
            rows.write_parquet(path)

    def put_back(self, dataset: str, name: str, content: IO[bytes]) -> bool:
        """As `write`, from bytes."""
        path = self._path(dataset, name)
        with storage_errors(), suppress(FileNotFoundError):
            if _same_bytes(path, content):
                return False
            raise StoreError(f"I lagret finns redan en annan fil med namnet {path}. Återställ till en tom mapp.")
        with storage_errors():
            path.with_suffix(_UNFINISHED).unlink(missing_ok=True)  # of a restore that was cut off
        with self._placed(dataset, name) as temporary, temporary.open("wb") as file:
            _copy(content, file)
        return True

    def open(self, dataset: str, name: str) -> IO[bytes]:
        """The file itself."""
        with storage_errors():
            return self._path(dataset, name).open("rb")

    def discard(self, dataset: str, names: Iterable[str]) -> None:
        """Remove the files and what a crash left of them."""
        found = [self._path(dataset, name) for name in names]
        with storage_errors():
            for path in found:
                for there in (path, path.with_suffix(_UNFINISHED)):
                    there.unlink(missing_ok=True)
            if found and found[0].parent.exists():
                _to_disk(found[0].parent)

    def paths(self, dataset: str, names: Mapping[int, str]) -> dict[int, str]:
        """The paths as text."""
        found = {delivery: self._path(dataset, name) for delivery, name in names.items()}
        for delivery, path in found.items():
            if not path.is_file():
                raise gone(delivery, str(path))
        return {delivery: str(path) for delivery, path in found.items()}

    def warnings(self) -> Iterator[str]:
        """Of the folder and all that is in it."""
        there = self.folder / FOLDER
        if any(path.exists() and open_to_others(path) for path in (there, *there.rglob("*"))):
            yield f"Leveransfiler i {there} kan läsas av andra än ägaren. Kör: chmod -R go= '{there}'"

    def _path(self, dataset: str, name: str) -> Path:
        return self.folder / FOLDER / dataset / name

    @contextmanager
    def _placed(self, dataset: str, name: str) -> Iterator[Path]:
        """A file to write, which then takes its place whole; gone where the writing failed."""
        path = self._path(dataset, name)
        temporary = path.with_suffix(_UNFINISHED)
        with storage_errors():
            for part in (self.folder / FOLDER, path.parent):
                part.mkdir(mode=0o700, exist_ok=True)
            try:
                # Made first, so that Polars writes into a file that is its owner's only.
                os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                yield temporary
                _to_disk(temporary)
                temporary.rename(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
            for part in (path.parent, self.folder / FOLDER, self.folder):
                _to_disk(part)


@contextmanager
def readable() -> Iterator[None]:
    """While reading deliveries' files: damage becomes a StoreError."""
    try:
        with storage_errors(), _as_os_error():
            yield
    except pl.exceptions.ComputeError as error:
        raise StoreError(f"En leveransfil i lagret är skadad. Återställ den från en säkerhetskopia. ({error})") from error


def open_to_others(path: Path) -> bool:
    """Whether others than the owner may read it."""
    return bool(path.stat().st_mode & _OTHERS_MAY_READ)


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Polars tells of a full disk as a fault in the file; the number of the system's error is in its text."""
    try:
        yield
    except pl.exceptions.ComputeError as error:
        if match := _OS_ERROR.search(str(error)):
            number = int(match[1])
            raise OSError(number, os.strerror(number)) from error
        raise


def _copy(content: IO[bytes], file: IO[bytes]) -> None:
    for piece in iter(lambda: content.read(1 << 20), b""):
        file.write(piece)


def _same_bytes(path: Path, content: IO[bytes]) -> bool:
    with path.open("rb") as there:
        same = all(there.read(1 << 20) == piece for piece in iter(lambda: content.read(1 << 20), b""))
        same = same and not there.read(1)
    content.seek(0)
    return same


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
