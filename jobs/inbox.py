"""Taking in what is dropped in the watched folders: `<folder>/<dataset>/<file>`.

A file that has been taken or refused is moved beside its answer to `mottagna` or `avvisade` in the same folder. A stop in between
leaves it where it was: taken in again it is the same delivery, and is moved then.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from config import Inbox
from jobs.job import Job, JobFailed, Log, Surroundings
from loaders.intake import Outcome, Usage, take_in
from loaders.registry import DATASETS
from loaders.source import name_of
from sql.store import private_folder

TAKEN: Final = "mottagna"
REFUSED: Final = "avvisade"
ANSWER: Final = ".svar.txt"
_STAMP: Final = "%Y%m%dT%H%M%S%f"
_LONGEST_NAME: Final = 200  # bytes; with the time before it and the answer's ending after it a name may be 255
_UNFINISHED: Final = (".part", ".tmp", ".filepart", ".crdownload")
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")


@dataclass
class _Tally:
    taken: int = 0
    refused: int = 0
    left: int = 0

    def __str__(self) -> str:
        told = f"{self.taken} mottagna och {self.refused} avvisade filer." if self.taken or self.refused else "Inga nya filer."
        return f"{told} {self.left} lämnade kvar, se loggen." if self.left else told


def run(around: Surroundings, log: Log) -> str:
    """Take in every finished file. Raises JobFailed when a folder cannot be used, after the others have been looked into."""
    tally, unusable = _Tally(), []
    for inbox in around.settings.inboxes:
        try:
            _look_into(around, inbox, tally, log)
        except OSError as error:
            where = f"{error.filename or inbox.folder}: {error.strerror}"
            unusable.append(f"Inkorgen {inbox.folder} går inte att använda ({where}). Kontrollera mappen och rättigheterna.")
    if unusable:
        raise JobFailed(" ".join(unusable))
    return str(tally)


def _look_into(around: Surroundings, inbox: Inbox, tally: _Tally, log: Log) -> None:
    folder = private_folder(Path(inbox.folder))
    for name in (*DATASETS, TAKEN, REFUSED):
        private_folder(folder / name)
    _sweep(folder, around.clock() - timedelta(days=inbox.keep_days))
    for dataset, path in _waiting(folder, inbox, around.clock()):
        if around.stopping.is_set():
            return
        if path.is_dir() and not path.is_symlink():
            tally.left += 1
            log(f"Det finns en mapp i {dataset}. Den tas inte in: lägg filerna direkt i {dataset}.")
        else:
            _take(around, inbox, dataset, path, tally, log)


def _waiting(folder: Path, inbox: Inbox, now: datetime) -> Iterator[tuple[str, Path]]:
    """What is finished, oldest first, whatever dataset it is of: what was sent first is superseded by what was sent later."""
    settled = now.timestamp() - inbox.settle_seconds
    there = [(dataset, path) for dataset in DATASETS for path in (folder / dataset).iterdir()]
    found = [
        (_changed(state, now), dataset, path)
        for dataset, path in there
        if not path.name.startswith(".") and path.suffix not in _UNFINISHED and (state := _state(path)) is not None
    ]
    for changed, dataset, path in sorted(found):
        if changed <= settled:
            yield dataset, path


def _changed(state: os.stat_result, now: datetime) -> float:
    """When something last happened to it. A sender whose clock is ahead may have set a time that has not been: then when it came."""
    return state.st_mtime if state.st_mtime <= now.timestamp() else state.st_ctime


def _state(path: Path) -> os.stat_result | None:
    """None for what is gone."""
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _take(around: Surroundings, inbox: Inbox, dataset: str, path: Path, tally: _Tally, log: Log) -> None:
    """Take it in or refuse it, and put it away; what is being written, has changed or is gone is left for the next time."""
    before = _state(path)
    if before is None or _is_being_written(path, before):
        tally.left += 1
        log(f"En fil i {dataset} skrivs fortfarande. Den tas när den är färdig.")
        return
    kommuner = [inbox.kommun] if inbox.kommun else None
    try:
        outcome = take_in(around.settings, around.store, dataset, path, [], kommuner, False, "inkorg", around.clock())
        is_taken, answer, told = outcome.delivery is not None, _answer(outcome), outcome.answer
    except Usage as error:
        is_taken, answer, told = False, f"{error}\n", f"{name_of(path)}: avvisad. {error}"
    log(told)
    if (after := _state(path)) is None or _stamp(after) != _stamp(before):
        tally.left += 1
        log("Filen ändrades eller togs bort medan den lästes. Finns den kvar tas den om nästa gång.")
        return
    tally.taken += is_taken
    tally.refused += not is_taken
    _put_away(Path(inbox.folder) / (TAKEN if is_taken else REFUSED), path, answer, around.clock())


def _stamp(state: os.stat_result) -> tuple[int, int, int]:
    return state.st_ino, state.st_size, state.st_mtime_ns


def _is_being_written(path: Path, state: os.stat_result) -> bool:
    """Whether somebody has the file open to write in, however long ago they last did: no lease to read is given on such a file.

    Not every disk can tell, nor every account: then the file's age must do.
    """
    if not stat.S_ISREG(state.st_mode):
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False  # the loader says what is wrong with it
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)  # and the lease goes with it
    return False


def _answer(outcome: Outcome) -> str:
    """What the sender is told: the same as at the command, in a file."""
    rows = [f"Rad {p.row or '–'}, {p.column or 'hela filen'}: {p.message}" for p in outcome.problems]
    return "\n".join([outcome.answer, *outcome.notes, *rows]) + "\n"


def _put_away(folder: Path, path: Path, answer: str, now: datetime) -> None:
    """The answer first: where the file lies there is always one. Of a name too long for the disk with more before it, the end is kept."""
    kept = os.fsdecode(os.fsencode(path.name)[-_LONGEST_NAME:])
    name = f"{now.astimezone(_STOCKHOLM):{_STAMP}}_{kept}"
    answered = folder / f"{name}{ANSWER}"
    answered.touch(mode=0o600)
    answered.write_text(answer, encoding="utf-8")
    path.rename(folder / name)


def _sweep(folder: Path, before: datetime) -> None:
    """Remove what was put away long ago: the store has what it keeps of it. What somebody else has put there is left alone."""
    for part in (TAKEN, REFUSED):
        for path in (folder / part).iterdir():
            at = _put_away_at(path)
            if at is not None and at < before:
                path.unlink()


def _put_away_at(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name.split("_")[0], _STAMP).replace(tzinfo=_STOCKHOLM)
    except ValueError:
        return None


JOB: Final = Job("inbox", run)
