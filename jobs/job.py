"""What a job is and what it works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from config import JOB_TITLES, JobName, Settings
from sql.store import Store


class JobFailed(Exception):  # noqa: N818 - what has happened to the job, in the words of its history
    """The job could not do what it should. The text is a Swedish sentence; it is tried again if it `may_pass`."""

    def __init__(self, sentence: str, *, may_pass: bool = True) -> None:
        super().__init__(sentence)
        self.may_pass = may_pass


@dataclass(frozen=True)
class Surroundings:
    """What every job works with: the settings, the store, the clock (with zone), and whether the program is to stop."""

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    stopping: Event = field(default_factory=Event)


Log = Callable[[str], None]
"""Takes a line of the job's log: what happened, with names of files, never what is in them."""


@dataclass(frozen=True)
class Job:
    """`run` does it and returns a Swedish sentence about what came of it. Raises JobFailed or StoreError; may be run again at any time."""

    name: JobName
    run: Callable[[Surroundings, Log], str]

    @property
    def title(self) -> str:
        """What people call it, in Swedish."""
        return JOB_TITLES[self.name]
