"""Breakdowns with loops: every discharge and every avvikelse put in its heap, and the heaps of an area and period counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from config import Settings
from tests.slow.parts import Covered, Row, days_of, in_force, judge, months_of, open_ages

Heaps = dict[tuple[str, str], list[Row]]
"""By dimension and category."""


def heaps(
    settings: Settings, rows: Mapping[str, Sequence[Row]], covered: Mapping[str, Covered], kommuner: Sequence[str], period: str
) -> Heaps:
    """Rows of covered months of the kommuner in the period, by dimension and category."""
    found: Heaps = defaultdict(list)
    for dataset, day in (("utskrivning", "utskriven"), ("avvikelser", "registrerad")):
        for row in rows[dataset]:
            month = f"{row[day]:%Y-%m}"
            if row["kommun"] in kommuner and month in months_of(period) and (row["kommun"], month) in covered[dataset]:
                for dimension, category in categories(settings, dataset, row):
                    found[dimension, category].append(row)
    return found


def categories(settings: Settings, dataset: str, row: Row) -> Iterator[tuple[str, str]]:
    if dataset == "utskrivning":
        days = (row["utskriven"] - row["utskrivningsklar"]).days
        yield "enhet", row["enhet"]
        yield "dagar", length(days)
        yield "rakning", counted(settings, row, days)
        return
    for dimension, column in (("omrade", "omrade"), ("riktning", "rapportor"), ("kategori", "kategori")):
        yield dimension, row[column]
    yield "skal", row["skal"] or "ej_angivet"
    yield "steg", str(row["steg"] or 0)
    yield "svarstid", answered_within(row["registrerad"], row["aterkopplad"])


def length(days: int) -> str:
    if days <= 7:
        return f"0{days}"
    return "08-14" if days <= 14 else "15-30" if days <= 30 else "31+"


def counted(settings: Settings, row: Row, days: int) -> str:
    same_day = "_samma_dag" if days == 0 else ""
    agreement = in_force(settings, row["utskriven"])
    if agreement is None:
        return "utan_regel" + same_day
    if any(judge(condition, row) == "not met" for condition in agreement.utskrivning.conditions):
        return "brister" + same_day
    return ("ensam" if days > agreement.utskrivning.individual_after_days else "snitt") + same_day


def answered_within(registered: date, answered: date | None) -> str:
    if answered is None:
        return "vantar"
    days = (answered - registered).days
    for low, high in ((0, 7), (8, 14), (15, 30), (31, 60), (61, 90)):
        if low <= days <= high:
            return f"{low:03}-{high:03}"
    return "091+"


def ages(rows: Sequence[Row], covered: Covered, kommuner: Sequence[str], period: str) -> dict[str, int]:
    """How many are open on the period's last day, by age; only where its last month is covered."""
    month = f"{days_of(period)[-1]:%Y-%m}"
    found: dict[str, int] = defaultdict(int)
    for kommun in kommuner:
        if (kommun, month) in covered:
            mine = [row for row in rows if row["kommun"] == kommun and (kommun, f"{row['registrerad']:%Y-%m}") in covered]
            for age in open_ages(mine, month):
                found[next((f"{low:03}-{high:03}" for low, high in _AGES if age <= high), "366+")] += 1
    return found


_AGES = ((0, 30), (31, 90), (91, 180), (181, 365))
