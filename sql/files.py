"""The deliveries' Parquet files: `<storage>/leveranser/<dataset>/<name>.parquet`, written once and never edited."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from sql.errors import StoreError, storage_errors

FOLDER = "leveranser"
_UNFINISHED = ".tmp"
_OS_ERROR = re.compile(r"os error (\d+)")


def path_of(folder: Path, dataset: str, name: str) -> Path:
    """Where the file of that name lies."""
    return folder / FOLDER / dataset / name


def new_name() -> str:
    """A name that no file has."""
    return f"{uuid.uuid4().hex}.parquet"


def write(folder: Path, dataset: str, name: str, rows: pl.DataFrame) -> None:
    """Write the rows. On disk for good when this returns; raises StoreError and leaves nothing."""
    path = path_of(folder, dataset, name)
    temporary = path.with_suffix(_UNFINISHED)
    with storage_errors():
        for part in (folder / FOLDER, path.parent):
            part.mkdir(mode=0o700, exist_ok=True)
        try:
            # Made first, so that Polars writes into a file that is its owner's only.
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with _as_os_error():
                rows.write_parquet(temporary)
            _to_disk(temporary)
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        for part in (path.parent, folder / FOLDER, folder):
            _to_disk(part)


def discard(folder: Path, dataset: str, name: str) -> None:
    """Remove the file, finished or not; that it is gone already is no fault."""
    path = path_of(folder, dataset, name)
    with storage_errors():
        for there in (path, path.with_suffix(_UNFINISHED)):
            there.unlink(missing_ok=True)
        if path.parent.exists():
            _to_disk(path.parent)


def require(folder: Path, dataset: str, name: str, delivery: int) -> str:
    """The path of a delivery's file as text. Raises StoreError when the file is gone."""
    path = path_of(folder, dataset, name)
    if not path.is_file():
        raise StoreError(
            f"Filen för leverans {delivery} saknas i lagret ({path}). Återställ den från en säkerhetskopia, eller radera leveransen."
        )
    return str(path)


@contextmanager
def readable() -> Iterator[None]:
    """While reading deliveries' files: damage becomes a StoreError."""
    try:
        with storage_errors(), _as_os_error():
            yield
    except pl.exceptions.ComputeError as error:
        raise StoreError(f"En leveransfil i lagret är skadad. Återställ den från en säkerhetskopia. ({error})") from error


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


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
