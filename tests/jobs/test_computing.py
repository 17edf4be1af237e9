"""The nightly run: made when something has changed, and what the public does not see is found out before anybody asks."""

from __future__ import annotations

import pytest

from jobs import computing
from jobs.job import Surroundings
from sql import runs
from tests.sql.made import ALE, coverage, deliver, discharge


def run(around: Surroundings) -> str:
    return computing.run(around, lambda line: None)


def test_a_run_is_made_when_something_has_changed(around: Surroundings) -> None:
    deliver(around.store, "utskrivning", [discharge("A1", ALE, "2025-07-03")], coverage([ALE], "2025-07"))
    assert run(around).startswith("Alla siffror är beräknade")
    assert run(around) == "Inget har ändrats sedan den senaste körningen."
    deliver(around.store, "utskrivning", [discharge("A2", ALE, "2025-08-03")], coverage([ALE], "2025-08"))
    assert run(around).startswith("Alla siffror är beräknade")


def test_other_settings_make_a_new_run(around: Surroundings) -> None:
    deliver(around.store, "utskrivning", [discharge("A1", ALE, "2025-07-03")], coverage([ALE], "2025-07"))
    run(around)
    other = around.settings.model_copy(update={"payment_amount_per_day": {}})
    assert run(Surroundings(other, around.store, around.clock)).startswith("Alla siffror är beräknade")


@pytest.mark.parametrize("access", ["open", "public"])
def test_protection_is_ready_where_readers_get_it(around: Surroundings, access: str) -> None:
    deliver(around.store, "utskrivning", [discharge("A1", ALE, "2025-07-03")], coverage([ALE], "2025-07"))
    lines: list[str] = []
    settings = around.settings.model_copy(update={"access": access})
    computing.run(Surroundings(settings, around.store, around.clock), lines.append)
    assert runs.current(around.store) is not None
    assert any("skyddas" in line for line in lines) == (access == "public")
