"""The job removes what is old, says what waits, and does nothing without a limit."""

from __future__ import annotations

from config import Retention
from jobs import gallring
from jobs.job import Surroundings
from sql.gallring import gallrade
from tests.sql.made import ALE, GBG, coverage, deliver, discharge


def test_it_takes_what_is_old_and_names_what_waits(around: Surroundings) -> None:
    deliver(around.store, "utskrivning", [discharge("A1", ALE, "2023-12-03")], coverage([ALE], "2023-12"))
    deliver(around.store, "utskrivning", [discharge("A2", GBG, "2024-12-03")], coverage([GBG], "2024-Q4"))
    deliver(around.store, "utskrivning", [discharge("A3", ALE, "2024-12-03")], coverage([ALE], "2024-12"))
    lines: list[str] = []
    assert gallring.run(around, lines.append) == "Inget skulle gallras."
    decided = around.settings.model_copy(update={"retention": {"utskrivning": Retention(years=2, source="prov")}})
    there = Surroundings(decided, around.store, around.clock)
    assert gallring.run(there, lines.append) == "En leverans är gallrad."
    assert lines == ["Leverans 1 (utskrivning, 2023-12, Ale) är gallrad."]
    assert list(gallrade(around.store)) == [1]
    assert gallring.run(there, lines.append) == "Inget skulle gallras."


def test_one_that_speaks_for_later_too_waits(around: Surroundings) -> None:
    deliver(around.store, "utskrivning", [], coverage([ALE], "2023"))
    deliver(around.store, "utskrivning", [], coverage([GBG], "2023-12").vstack(coverage([GBG], "2024-01")))
    decided = around.settings.model_copy(update={"retention": {"utskrivning": Retention(years=2, source="prov")}})
    lines: list[str] = []
    gallring.run(Surroundings(decided, around.store, around.clock), lines.append)
    assert lines[-1].endswith("väntar: den gäller också tid från 2024-01-01.")
    assert list(gallrade(around.store)) == [1]
