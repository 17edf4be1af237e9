"""Removing rows that are older than they may be, while their figures stay."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from flows import gallring
from jobs.job import Job, Log, Surroundings

BY: Final = "schema"
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")


def run(around: Surroundings, log: Log) -> str:
    """Everything that `retention` says is to go by now. What was gallrat before a fault stays so; the next run takes the rest."""
    now = around.clock()
    count = 0
    for old in gallring.plan(around.settings, around.store, now.astimezone(_STOCKHOLM).date()):
        gallring.gallra(around.settings, around.store, old, BY, now)
        count += len(old.wholly)
        for each in old.wholly:
            log(f"Leverans {each.id} ({each.dataset}, {each.covers}) är gallrad.")
        for each in old.partly:
            log(f"Leverans {each.id} ({each.dataset}, {each.covers}) väntar: den gäller också tid från {old.before}.")
    if count == 1:
        return "En leverans är gallrad."
    return f"{count} leveranser är gallrade." if count else "Inget skulle gallras."


JOB: Final = Job("gallring", run)
