"""Writing the open data of published years to a folder that others fetch from: the files of `export open-data`.

The folder is a link to the package in force, which lies beside it: a new package is written whole and the link is moved to it in one
step, so that a reader never finds the files of two weeks, and a stop anywhere leaves the former package in force.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from config import ConfigError
from jobs.job import Job, JobFailed, Log, Surroundings
from reports.opendata import NotProtectedError
from reports.opendata_store import published
from reports.settings import open_data_form
from swedish import listed

_UNFINISHED: Final = ".ny"
_FOLDER_MODE, _FILE_MODE = 0o755, 0o644  # a web server of another account reads them


def run(around: Surroundings, log: Log) -> str:
    """Write what is published, unless the folder holds just that. Raises JobFailed where it cannot be, or must not be spread."""
    try:
        form = open_data_form(around.settings)
        if form.folder is None:
            return "Ingen mapp är vald."
        if form.placeholders and not around.store.is_demo:
            names = listed([f"open_data.{name}" for name in form.placeholders])
            raise JobFailed(f"{names} är exempel. Ange de riktiga i inställningarna innan öppna data sprids.", may_pass=False)
        files = published(around.settings, around.store)
    except ConfigError as error:
        raise JobFailed(" ".join(error.problems), may_pass=False) from error
    except NotProtectedError as error:
        raise JobFailed(str(error), may_pass=False) from error
    if not files:
        return "Inget år är publicerat."
    try:
        is_new = _put_in_force(Path(form.folder).absolute(), files)
    except OSError as error:
        raise JobFailed(f"Öppna data kunde inte skrivas i {form.folder} ({error.strerror}). Kontrollera mappen och utrymmet.") from error
    log(f"{form.folder}: {len(files)} filer.")
    return f"{len(files)} filer skrivna i {form.folder}." if is_new else "Inget har publicerats sedan sist."


def _put_in_force(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether the files are other than those in force, which they now are. Raises JobFailed and OSError."""
    package = folder.with_name(f".{folder.name}-{_sum(files)}")
    in_force = _in_force(folder)
    if in_force == package:
        return False
    for path in _beside(folder):
        if path != in_force:  # left by a stop, or older than the package that is about to be replaced
            shutil.rmtree(path)
    _write(package, files)
    link = folder.with_name(f".{folder.name}{_UNFINISHED}")
    link.unlink(missing_ok=True)
    link.symlink_to(package.name)
    link.replace(folder)
    return True


def _sum(files: Mapping[str, bytes]) -> str:
    told = "".join(f"{name} {hashlib.sha256(content).hexdigest()}\n" for name, content in sorted(files.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _in_force(folder: Path) -> Path | None:
    """The package that the link leads to; None where nothing is there. An empty folder makes way, somebody else's files never do."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    is_ours = folder.is_symlink() and str(folder.readlink()).startswith(f".{folder.name}-")
    if is_ours:
        package = folder.parent / folder.readlink()
        return package if package.is_dir() else None
    if folder.is_symlink() or (folder.exists() and not _is_empty(folder)):
        raise JobFailed(f"{folder} är något annat än öppna data härifrån. Flytta undan det eller ange en annan mapp.", may_pass=False)
    if folder.exists():
        folder.rmdir()
    return None


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _beside(folder: Path) -> list[Path]:
    return [path for path in folder.parent.glob(f".{folder.name}-*") if path.is_dir()]


def _write(package: Path, files: Mapping[str, bytes]) -> None:
    unfinished = package.with_name(f"{package.name}{_UNFINISHED}")
    unfinished.mkdir()
    for name, content in files.items():
        (unfinished / name).write_bytes(content)
        (unfinished / name).chmod(_FILE_MODE)
    unfinished.chmod(_FOLDER_MODE)
    unfinished.rename(package)


JOB: Final = Job("open_data", run)
