"""Worked cases of training and of the units that have had it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from metrics.cases.case import Case, Expected, Row, covering

_ALE, _LERUM = "1440", "1441"
_DECEMBER: Final = "2025-12"


def _occasion(kommun: str, day: date, taking_part: int, hours: float = 2.0, unit: str = "Björken", kind: str = "munhalsa") -> Row:
    return {"kommun": kommun, "enhet": unit, "datum": day, "slag": kind, "deltagare": taking_part, "timmar": hours}


def _units(*names: str, until: date | None = None) -> tuple[Row, ...]:
    return tuple({"kommun": _ALE, "enhet": name, "fran": date(2010, 1, 1), "till": until, "manad": _DECEMBER} for name in names)


def _in_march(indicator: str, rows: Iterable[Row], expected: Expected, **words: Any) -> Case:
    covered = {"utbildning": covering([_ALE], "2025-03")}
    return Case(
        indicator=indicator, area=_ALE, period="2025-03", rows={"utbildning": tuple(rows)}, covered=covered, expected=expected, **words
    )


def _not_delivered(indicator: str, kind: str = "munhalsa") -> Case:
    return Case(
        indicator=indicator,
        title="Kommunen har inte levererat",
        given="Lerum har levererat mars 2025, men inte Ale.",
        calculation="Ingen siffra för Ale",
        result="Siffran för Ale saknas. Den är inte noll.",
        area=_ALE,
        period="2025-03",
        rows={"utbildning": (_occasion(_LERUM, date(2025, 3, 4), 12, kind=kind),)},
        covered={"utbildning": covering([_LERUM], "2025-03")},
        expected=Expected(value=None, status="missing", numerator=None),
    )


def _trained(months: tuple[str, ...], rows: Iterable[Row], expected: Expected, **words: Any) -> Case:
    """Four units in Ale on 31 December 2025."""
    return Case(
        indicator="enheter_utbildade",
        area=_ALE,
        period="2025",
        rows={"enheter": _units("Björken", "Eken", "Linden", "Rönnen"), "utbildning": tuple(rows)},
        covered={"enheter": ((_ALE, _DECEMBER),), "utbildning": covering([_ALE], *months)},
        expected=expected,
        **words,
    )


CASES: Final = (
    _in_march(
        "utbildning_deltagare",
        (_occasion(_ALE, date(2025, 3, 4), 12), _occasion(_ALE, date(2025, 3, 18), 8, unit="Eken")),
        Expected(value=20, status="no_goal", numerator=20),
        title="Två utbildningar",
        given="I mars 2025 har Ale haft 2 utbildningar i allmän munhälsovård, med 12 och 8 deltagare.",
        calculation="12 + 8 = 20",
        result="20 deltagare. Den som var med båda gångerna räknas två gånger.",
    ),
    _not_delivered("utbildning_deltagare"),
    _in_march(
        "utbildning_timmar",
        (_occasion(_ALE, date(2025, 3, 4), 12, 2.5), _occasion(_ALE, date(2025, 3, 18), 8, 1.5, unit="Eken")),
        Expected(value=4, status="no_goal", numerator=4),
        title="Hela och halva timmar",
        given="I mars 2025 har Ale haft två utbildningar i allmän munhälsovård, en på två och en halv timme och en på en och en halv.",
        calculation="2,5 + 1,5 = 4",
        result="4 timmar, hur många som än deltog.",
    ),
    _not_delivered("utbildning_timmar"),
    _in_march(
        "intygsutfardare_utbildade",
        (_occasion(_ALE, date(2025, 3, 4), 7, kind="intygsutfardare"), _occasion(_ALE, date(2025, 3, 18), 8)),
        Expected(value=7, status="no_goal", numerator=7),
        title="Bara utbildning för intygsutfärdare räknas",
        given="I mars 2025 har 7 intygsutfärdare i Ale gått VGR:s utbildning, och 8 ur personalen en i allmän munhälsovård.",
        calculation="7",
        result="7 intygsutfärdare.",
    ),
    _not_delivered("intygsutfardare_utbildade", "intygsutfardare"),
    Case(
        indicator="enheter",
        title="En nedlagd enhet räknas inte",
        given="Ale lämnar 3 enheter för december 2025. En av dem lades ned den 30 november 2025.",
        calculation="Två enheter finns den 31 december",
        result="2 enheter.",
        area=_ALE,
        period="2025",
        rows={"enheter": (*_units("Björken", "Eken"), *_units("Linden", until=date(2025, 11, 30)))},
        covered={"enheter": ((_ALE, _DECEMBER),)},
        expected=Expected(value=2, status="no_goal", numerator=2),
    ),
    Case(
        indicator="enheter",
        title="Läget i december saknas",
        given="Ale har lämnat sina enheter för november 2025, men inte för december. Lerum har lämnat december.",
        calculation="Ingen siffra för december i Ale",
        result="Siffran för Ale 2025 saknas. Den hämtas inte från en annan månad.",
        area=_ALE,
        period="2025",
        rows={"enheter": (*({**row, "manad": "2025-11"} for row in _units("Björken")), {**_units("Eken")[0], "kommun": _LERUM})},
        covered={"enheter": ((_ALE, "2025-11"), (_LERUM, _DECEMBER))},
        expected=Expected(value=None, status="missing", numerator=None),
    ),
    _trained(
        ("2022-12", "2023", "2024", "2025"),
        (
            _occasion(_ALE, date(2023, 1, 10), 12),
            _occasion(_ALE, date(2024, 5, 6), 8, unit="eken"),
            _occasion(_ALE, date(2025, 12, 1), 9, unit="Linden"),
            _occasion(_ALE, date(2022, 12, 20), 9, unit="Rönnen"),
        ),
        Expected(value=75.0, status="no_goal", numerator=3, denominator=4, has_interval=True),
        title="En enhet utbildades för länge sedan",
        given="Ale har 4 enheter den 31 december 2025. Tre har haft utbildning i allmän munhälsovård under 2023, 2024 och 2025, "
        "den fjärde senast den 20 december 2022.",
        calculation="Treårsperioden är 2023–2025: 100 × 3 / 4 = 75",
        result="75 %.",
    ),
    _trained(
        ("2023", "2024", "2025"),
        tuple(_occasion(_ALE, date(2024, 5, 6), 8, unit=unit) for unit in ("Björken", "Eken", "Linden", "Rönnen")),
        Expected(value=100.0, status="no_goal", numerator=4, denominator=4, has_interval=True),
        title="Alla enheter",
        given="Ale har 4 enheter den 31 december 2025, och alla hade utbildning den 6 maj 2024.",
        calculation="100 × 4 / 4 = 100",
        result="100 %.",
    ),
    _trained(
        ("2024", "2025"),
        (_occasion(_ALE, date(2024, 5, 6), 8), _occasion(_ALE, date(2025, 5, 6), 9, unit="Eken")),
        Expected(value=50.0, status="incomplete", numerator=2, denominator=4, has_interval=True),
        title="Ett av de tre åren är inte levererat",
        given="Ale har 4 enheter den 31 december 2025. Utbildningarna är levererade för 2024 och 2025: två enheter har haft utbildning.",
        calculation="100 × 2 / 4 = 50",
        result="50 %, ofullständig: utbildningarna 2023 är inte kända.",
    ),
)
