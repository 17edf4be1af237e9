"""Taking in what is dropped in the watched folders: `<folder>/<dataset>/<file>`.

A file that has been taken or refused is moved beside its answer to `mottagna` or `avvisade` in the same folder. A stop in between
leaves it where it was: taken in again it is the same delivery, and is moved then.
"""

from __future__ import annotations

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
from sql.store import private_folder

TAKEN: Final = "mottagna"
REFUSED: Final = "avvisade"
ANSWER: Final = ".svar.txt"
_UNFINISHED: Final = (".part", ".tmp", ".filepart", ".crdownload")
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")


@dataclass
class _Tally:
    taken: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return f"{self.taken} mottagna och {self.refused} avvisade filer." if self.taken or self.refused else "Inga nya filer."


def run(around: Surroundings, log: Log) -> str:
    """Take in every finished file. Raises JobFailed when a folder cannot be used, after the others have been looked into."""
    tally, unusable = _Tally(), []
    for inbox in around.settings.inboxes:
        try:
            _look_into(around, inbox, tally, log)
        except OSError as error:
            unusable.append(f"Inkorgen {inbox.folder} går inte att använda ({error.strerror}). Kontrollera mappen och rättigheterna.")
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
        _take(around, inbox, dataset, path, tally, log)


def _waiting(folder: Path, inbox: Inbox, now: datetime) -> Iterator[tuple[str, Path]]:
    """Finished files, oldest first, whatever dataset they are of: what was sent first is superseded by what was sent later."""
    settled = now.timestamp() - inbox.settle_seconds
    found = [
        (path.lstat().st_mtime, dataset, path)
        for dataset in DATASETS
        for path in (folder / dataset).iterdir()
        if not path.name.startswith(".") and path.suffix not in _UNFINISHED and not path.is_dir()
    ]
    for changed, dataset, path in sorted(found):
        if changed <= settled:
            yield dataset, path


def _take(around: Surroundings, inbox: Inbox, dataset: str, path: Path, tally: _Tally, log: Log) -> None:
    kommuner = [inbox.kommun] if inbox.kommun else None
    try:
        outcome = take_in(around.settings, around.store, dataset, path, [], kommuner, False, "inkorg", around.clock())
        is_taken, answer, told = outcome.delivery is not None, _answer(outcome), outcome.answer
    except Usage as error:
        is_taken, answer, told = False, f"{error}\n", f"{path.name}: avvisad. {error}"
    tally.taken += is_taken
    tally.refused += not is_taken
    log(told)
    _put_away(Path(inbox.folder) / (TAKEN if is_taken else REFUSED), path, answer, around.clock())


def _answer(outcome: Outcome) -> str:
    """What the sender is told: the same as at the command, in a file."""
    rows = [f"Rad {p.row or '–'}, {p.column or 'hela filen'}: {p.message}" for p in outcome.problems]
    return "\n".join([outcome.answer, *outcome.notes, *rows]) + "\n"


def _put_away(folder: Path, path: Path, answer: str, now: datetime) -> None:
    """The answer first: where the file lies there is always one."""
    name = f"{now.astimezone(_STOCKHOLM):%Y%m%dT%H%M%S%f}_{path.name}"
    answered = folder / f"{name}{ANSWER}"
    answered.touch(mode=0o600)
    answered.write_text(answer, encoding="utf-8")
    path.rename(folder / name)


def _sweep(folder: Path, before: datetime) -> None:
    """Remove what was put away long ago: the store has what it keeps of it."""
    for part in (TAKEN, REFUSED):
        for path in (folder / part).iterdir():
            if _put_away_at(path) < before:
                path.unlink()


def _put_away_at(path: Path) -> datetime:
    return datetime.strptime(path.name.split("_")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=_STOCKHOLM)


JOB: Final = Job("inbox", run)
