"""Random rows of training, units, plans, patients, placements and hälsosamtal, for the covered cells of a random county."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import periods

Row = dict[str, Any]
Cell = tuple[str, str]
UNITS = ("Björken", "EKEN", "Linden", "Rönnen")
FORMS = ("hvb", "familjehem", "hvah", "sis", "skyddat_boende")


def rows(rng: random.Random, covered: Mapping[str, Iterable[Cell]]) -> dict[str, list[Row]]:
    """Rows of each dataset; a covered cell may have none."""
    placements = [row for cell in covered["placeringar"] for row in _placements(rng, *cell)]
    return {
        "utbildning": [_occasion(rng, *cell) for cell in covered["utbildning"] for _ in range(rng.choice((0, 0, 0, 1, 2)))],
        "enheter": [row for cell in covered["enheter"] for row in _units(rng, *cell)],
        "naromradesplaner": [_plan(rng, *cell, name) for cell in covered["naromradesplaner"] for name in _some(rng, "abca")],
        "fast_lakarkontakt": [_patients(rng, *cell) for cell in covered["fast_lakarkontakt"] for _ in range(rng.choice((0, 1, 1, 2)))],
        "placeringar": [{**row, "placering": f"a{number}"} for number, row in enumerate(placements)],
        "halsosamtal": [_offered(rng, *cell) for cell in covered["halsosamtal"] for _ in range(rng.choice((0, 1, 1, 2)))],
    }


def _some(rng: random.Random, names: Iterable[str]) -> list[str]:
    return [name for name in names if rng.random() < 0.8]


def _day(rng: random.Random, month: str) -> date:
    first, last = periods.first_day(month), periods.last_day(month)
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _occasion(rng: random.Random, kommun: str, month: str) -> Row:
    kind = rng.choice(("munhalsa", "munhalsa", "intygsutfardare"))
    unit = rng.choice((*UNITS, "Eken", "Annan"))
    return {
        "kommun": kommun,
        "enhet": unit,
        "datum": _day(rng, month),
        "slag": kind,
        "deltagare": rng.randrange(9),
        "timmar": rng.choice((0.5, 2.0)),
    }


def _units(rng: random.Random, kommun: str, month: str) -> list[Row]:
    last = periods.last_day(month)
    ends = (None, None, last, last - timedelta(days=1), last + timedelta(days=40))
    begins = (date(2010, 1, 1), date(2010, 1, 1), last, last + timedelta(days=1))
    return [
        {"kommun": kommun, "enhet": unit, "fran": rng.choice(begins), "till": rng.choice(ends), "manad": month}
        for unit in _some(rng, UNITS)
    ]


def _plan(rng: random.Random, kommun: str, year: str, name: str) -> Row:
    around = [None, *(date(int(year) + step, rng.randrange(1, 13), 5) for step in (-1, 0, 0, 1))]
    return {"kommun": kommun, "naromrade": name, "ar": int(year), "upprattad": rng.choice(around), "uppfoljd": rng.choice(around)}


def _patients(rng: random.Random, kommun: str, quarter: str) -> Row:
    patients = rng.choice((0, 3, rng.randrange(90)))
    with_doctor = rng.randrange(patients + 1) + rng.choice((0, 0, 0, 2))
    return {"kommun": kommun, "kvartal": quarter, "patienter": patients, "med_fast_lakarkontakt": with_doctor}


def _placements(rng: random.Random, kommun: str, month: str) -> list[Row]:
    """Some kommuner's files lack a column; which, changes from month to month."""
    lacks = frozenset(rng.choice(((), (), (), ("sip",), ("kostnadsfordelning",), ("schablon",))))
    return [_placement(rng, kommun, month, lacks) for _ in range(rng.choice((0, 0, 1, 3)))]


def _placement(rng: random.Random, kommun: str, month: str, lacks: frozenset[str]) -> Row:
    start = _day(rng, month)
    row: Row = {
        "kommun": kommun,
        "start": start,
        "slut": None,
        "form": rng.choice(FORMS),
        "akut": rng.random() < 0.5,
        "inom_lanet": rng.random() < 0.7,
        "sip": rng.choice((None, start - timedelta(days=9), start, start + timedelta(days=1))),
        "kostnadsfordelning": rng.choice((None, start, start + timedelta(days=14), start + timedelta(days=30), start + timedelta(days=31))),
        "region_andel": None,
        "schablon": rng.choice((True, False, None)),
        "lacks": lacks,
    }
    return row | dict.fromkeys(lacks)


def _offered(rng: random.Random, kommun: str, year: str) -> Row:
    group = rng.randrange(30)
    return {"kommun": kommun, "ar": int(year), "malgrupp": group, "erbjudna": rng.randrange(group + 1)}
