"""What a nämndplan begins and aims at an indicator, as the indicator's charts draw and tell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flows.planning import Start
from swedish import day


def pairs(starts: Sequence[Start]) -> list[tuple[str, date]]:
    """Name and day of each, for a chart."""
    return [(start.name, start.day) for start in starts]


def told(starts: Sequence[Start]) -> str:
    """The same for those who do not see the chart; empty where nothing begins."""
    return "".join(f" {start.name} börjar {day(start.day)}." for start in starts)
