"""`schedule` in a process of its own, with one slow job: `python -m tests.faults.scheduler_process STORAGE DATABASE_URL SECONDS`.

It says `leads` when the job begins; a killer then knows whom to kill, and that it is in the midst of something.
"""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime

import logs
from config import Times
from jobs import schedule
from jobs.job import Job, Log, Surroundings
from sql.store import open_store
from tests.conftest import settings_of


def main() -> None:
    storage, url, seconds = sys.argv[1:]
    logs.configure()  # to stderr

    def slow(around: Surroundings, log: Log) -> str:
        sys.stdout.write("leads\n")
        sys.stdout.flush()
        around.stopping.wait(float(seconds))
        return "Klart."

    settings = settings_of(storage, url or None).model_copy(update={"schedule": {"compute": Times(hour="4", minute="15")}})
    around = Surroundings(settings, open_store(settings), lambda: datetime.now(UTC))
    signal.signal(signal.SIGTERM, lambda *_: around.stopping.set())
    schedule.run(around, {"compute": Job("compute", slow)}, 0.1)


if __name__ == "__main__":
    main()
