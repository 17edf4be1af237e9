"""Worked cases of läkarmedverkan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from metrics.cases.case import Case, Expected, Row

_ALE, _LERUM, _ALINGSAS = "1440", "1441", "1489"


def _plan(kommun: str, district: str, made: date | None = None, followed: date | None = None) -> Row:
    return {"kommun": kommun, "naromrade": district, "ar": 2025, "upprattad": made, "uppfoljd": followed}


def _plans(indicator: str, rows: Iterable[Row], expected: Expected, **words: Any) -> Case:
    rows = tuple(rows)
    covered = {"naromradesplaner": ((_ALE, "2025"),)}
    return Case(indicator=indicator, area=_ALE, period="2025", rows={"naromradesplaner": rows}, covered=covered, expected=expected, **words)


def _no_plans_delivered(indicator: str) -> Case:
    return Case(
        indicator=indicator,
        title="Kommunen har inte levererat",
        given="Lerum har levererat för 2025, men inte Ale.",
        calculation="Ingen siffra för Ale",
        result="Siffran för Ale saknas. Den är inte noll.",
        area=_ALE,
        period="2025",
        rows={"naromradesplaner": (_plan(_LERUM, "Norr"),)},
        covered={"naromradesplaner": ((_LERUM, "2025"),)},
        expected=Expected(value=None, status="missing", numerator=None),
    )


def _patients(kommun: str, patients: int, with_doctor: int) -> Row:
    return {"kommun": kommun, "kvartal": "2025-Q3", "patienter": patients, "med_fast_lakarkontakt": with_doctor}


CASES: Final = (
    _plans(
        "naromradesplaner_upprattade",
        (
            _plan(_ALE, "Norr", date(2024, 11, 5)),
            _plan(_ALE, "Mitt", date(2025, 2, 3)),
            _plan(_ALE, "Söder", date(2026, 1, 20)),
            _plan(_ALE, "Väst"),
        ),
        Expected(value=50.0, status="no_goal", numerator=2, denominator=4, has_interval=True),
        title="En plan kom efter årets slut",
        given="Ale har 4 närområden. Planen för 2025 är upprättad den 5 november 2024 i ett, den 3 februari 2025 i ett "
        "och den 20 januari 2026 i ett. Det fjärde har ingen.",
        calculation="100 × 2 / 4 = 50",
        result="50 %. En plan som upprättas före årets början räknas, men inte en som kommer efter dess slut.",
    ),
    _no_plans_delivered("naromradesplaner_upprattade"),
    _plans(
        "naromradesplaner_uppfoljda",
        (
            _plan(_ALE, "Norr", date(2024, 11, 5), date(2025, 10, 7)),
            _plan(_ALE, "Mitt", date(2025, 2, 3), date(2026, 1, 15)),
            _plan(_ALE, "Söder", date(2025, 2, 3)),
            _plan(_ALE, "Väst", None, date(2025, 10, 7)),
        ),
        Expected(value=25.0, status="no_goal", numerator=1, denominator=4, has_interval=True),
        title="Uppföljd under året",
        given="Ale har 4 närområden. Ett har en plan för 2025 som följdes upp den 7 oktober 2025. Ett följde upp sin den 15 januari 2026, "
        "ett har inte följt upp och ett har ingen plan.",
        calculation="100 × 1 / 4 = 25",
        result="25 %.",
    ),
    _no_plans_delivered("naromradesplaner_uppfoljda"),
    Case(
        indicator="fast_lakarkontakt",
        title="En delregion är summan av sina kommuner",
        given="SAMLA är Lerum och Alingsås. I Lerum har 90 av 100 patienter fast läkarkontakt, i Alingsås 150 av 300.",
        calculation="100 × (90 + 150) / (100 + 300) = 100 × 240 / 400 = 60",
        result="60 %. Medelvärdet av kommunernas 90 % och 50 % är ett annat tal och används inte.",
        area="vs-samla",
        period="2025-Q3",
        rows={"fast_lakarkontakt": (_patients(_LERUM, 100, 90), _patients(_ALINGSAS, 300, 150))},
        covered={"fast_lakarkontakt": ((_LERUM, "2025-Q3"), (_ALINGSAS, "2025-Q3"))},
        expected=Expected(value=60.0, status="no_goal", numerator=240, denominator=400, has_interval=True),
    ),
    Case(
        indicator="fast_lakarkontakt",
        title="Två vårdcentraler lämnar var sin rad",
        given="I Ale har 180 av 200 patienter på en vårdcentral fast läkarkontakt, och 60 av 100 på en annan.",
        calculation="100 × (180 + 60) / (200 + 100) = 100 × 240 / 300 = 80",
        result="80 %.",
        area=_ALE,
        period="2025-Q3",
        rows={"fast_lakarkontakt": (_patients(_ALE, 200, 180), _patients(_ALE, 100, 60))},
        covered={"fast_lakarkontakt": ((_ALE, "2025-Q3"),)},
        expected=Expected(value=80.0, status="no_goal", numerator=240, denominator=300, has_interval=True),
    ),
    Case(
        indicator="fast_lakarkontakt",
        title="En av två kommuner har inte levererat",
        given="SAMLA är Lerum och Alingsås. I Lerum har 90 av 100 patienter fast läkarkontakt. Alingsås har inte levererat.",
        calculation="100 × 90 / 100 = 90",
        result="90 %, ofullständig: bara Lerum är med.",
        area="vs-samla",
        period="2025-Q3",
        rows={"fast_lakarkontakt": (_patients(_LERUM, 100, 90),)},
        covered={"fast_lakarkontakt": ((_LERUM, "2025-Q3"),)},
        expected=Expected(value=90.0, status="incomplete", numerator=90, denominator=100, has_interval=True),
    ),
)
