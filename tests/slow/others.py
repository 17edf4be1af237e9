"""Parts of training, units, plans, patients, placements and hälsosamtal, with loops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from config import Settings
from tests.slow.parts import Parts, Row, days_of, in_force

FORMS = ("hvb", "familjehem", "hvah", "sis", "skyddat_boende")


def lacking(goal: float, have: float, inhabitants: int) -> float:
    """How many more are needed to reach the goal in per cent: counted up one by one from what there is."""
    enough = Decimal(str(goal)) * inhabitants
    more = 0
    while 100 * (Decimal(have) + more) < enough:
        more += 1
    return float(more)


def parts(settings: Settings, dataset: str, base: str, rows: Sequence[Row]) -> tuple[Parts, bool]:
    """The parts of one kommun's rows in the base period, and whether a rule holds on all its days."""
    if dataset == "utbildning":
        return utbildning([row for row in rows if f"{row['datum']:%Y-%m}" == base]), True
    if dataset == "naromradesplaner":
        return naromradesplaner(int(base), [row for row in rows if row["ar"] == int(base)]), True
    if dataset == "fast_lakarkontakt":
        mine = [row for row in rows if row["kvartal"] == base]
        return {"patients": total(mine, "patienter"), "with_doctor": total(mine, "med_fast_lakarkontakt")} if mine else {}, True
    if dataset == "halsosamtal":
        mine = [row for row in rows if row["ar"] == int(base)]
        return {"group": total(mine, "malgrupp"), "offered": total(mine, "erbjudna")} if mine else {}, True
    return placeringar(settings, base, [row for row in rows if f"{row['start']:%Y-%m}" == base])


def total(rows: Sequence[Row], name: str) -> int:
    return sum(row[name] for row in rows)


def utbildning(rows: Sequence[Row]) -> Parts:
    staff = [row for row in rows if row["slag"] == "munhalsa"]
    return {
        "staff": total(staff, "deltagare"),
        "hours": sum(row["timmar"] for row in staff),
        "issuers": total([row for row in rows if row["slag"] == "intygsutfardare"], "deltagare"),
    }


def enheter(
    settings: Settings, month: str, rows: Sequence[Row], training: Sequence[Row], covered: Mapping[str, bool]
) -> tuple[Parts, bool]:
    """Units on the month's last day; those that were trained in the years before, where training is known for any of the months."""
    last = days_of(month)[-1]
    units = {row["enhet"].lower() for row in rows if row["fran"] <= last and (row["till"] is None or row["till"] >= last)}
    agreement = in_force(settings, last)
    if agreement is None or agreement.munhalsa is None:
        return {"units": len(units)}, False
    year, number = int(month[:4]) - agreement.munhalsa.trained_within_years, int(month[5:])
    months = []
    while (year, number) != (last.year, last.month):
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)
        months.append(f"{year}-{number:02}")
    if not any(each in covered for each in months):
        return {"units": len(units)}, False
    held = {row["enhet"].lower() for row in training if row["slag"] == "munhalsa" and f"{row['datum']:%Y-%m}" in months}
    return {"units": len(units), "trained": len(units & held)}, all(covered.get(each, False) for each in months)


def naromradesplaner(year: int, rows: Sequence[Row]) -> Parts:
    if not rows:
        return {}
    planned, followed = set(), set()
    for row in rows:
        if row["upprattad"] is not None and row["upprattad"].year <= year:
            planned.add(row["naromrade"])
            if row["uppfoljd"] is not None and row["uppfoljd"].year == year:
                followed.add(row["naromrade"])
    return {"districts": len({row["naromrade"] for row in rows}), "planned": len(planned), "followed": len(followed)}


def placeringar(settings: Settings, month: str, rows: Sequence[Row]) -> tuple[Parts, bool]:
    ruled = [(agreement := in_force(settings, day)) is not None and agreement.placeringar is not None for day in days_of(month)]
    found: dict[str, float | None] = {
        "placements": len(rows),
        **{form: sum(row["form"] == form for row in rows) for form in FORMS},
        "inside": sum(row["inom_lanet"] for row in rows),
    }
    if not any("schablon" in row["lacks"] for row in rows):
        found["standard"] = sum(row["schablon"] is True for row in rows)
    if not any("sip" in row["lacks"] for row in rows):
        planned = [row for row in rows if not row["akut"]]
        found |= {"planned": len(planned), "sip": sum(row["sip"] is not None and row["sip"] <= row["start"] for row in planned)}
    if any(ruled) and not any("kostnadsfordelning" in row["lacks"] for row in rows):
        acute = settled = 0
        for row in rows:
            agreement = in_force(settings, row["start"])
            if row["akut"] and agreement is not None and agreement.placeringar is not None:
                acute += 1
                last = row["start"] + timedelta(days=agreement.placeringar.cost_division_within_days)
                settled += row["kostnadsfordelning"] is not None and row["kostnadsfordelning"] <= last
        found |= {"acute": acute, "settled": settled}
    return found, all(ruled)
