"""Computing all figures anew, when anything that they are made from has changed."""

from __future__ import annotations

from typing import Final

import public_figures
from flows.compute import DATASETS_WITH_FIGURES, compute
from jobs.job import Job, Log, Surroundings
from sql import coverage, runs


def run(around: Surroundings, log: Log) -> str:
    """A new run, unless the current one is made from the deliveries that count now, under the same settings."""
    current = runs.current(around.store)
    if current and current.settings_sha256 == runs.fingerprint(around.settings) and set(current.deliveries) == _counting(around):
        return "Inget har ändrats sedan den senaste körningen."
    made = compute(around.settings, around.store, around.clock())
    log(f"Körning {made}.")
    if around.settings.access != "open":
        public_figures.of_run(around.settings, around.store, made)  # found out at night, so that no reader waits for it
        log("Det som ska skyddas är uträknat.")
    return f"Alla siffror är beräknade på nytt (körning {made})."


def _counting(around: Surroundings) -> set[int]:
    covered = coverage.all_in_force(around.store, DATASETS_WITH_FIGURES)
    return {int(delivery) for cells in covered.values() for delivery in cells["delivery"].unique()}


JOB: Final = Job("compute", run)
