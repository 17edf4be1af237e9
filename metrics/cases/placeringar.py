"""Worked cases of placements and of the yearly hälsosamtal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from metrics.cases.case import Case, Expected, Row, covering

_ALE, _LERUM = "1440", "1441"
_DAY: Final = date(2025, 3, 10)


def _placement(form: str = "hvb", *, acute: bool = False, inside: bool = True, standard: bool | None = False, **other: Any) -> Row:
    """A placement in Ale that began on 10 March 2025."""
    base = {"kommun": _ALE, "start": _DAY, "slut": None, "form": form, "akut": acute, "inom_lanet": inside, "sip": None}
    return {**base, "kostnadsfordelning": None, "region_andel": None, "schablon": standard, **other}


def _in_march(indicator: str, rows: Iterable[Row], expected: Expected, **words: Any) -> Case:
    rows, covered = tuple(rows), {"placeringar": covering([_ALE], "2025-03")}
    return Case(indicator=indicator, area=_ALE, period="2025-03", rows={"placeringar": rows}, covered=covered, expected=expected, **words)


def _count(indicator: str, form: str, where: str) -> tuple[Case, Case]:
    others = [other for other in ("familjehem", "hvb") if other != form]
    mine = [_placement(form) for _ in range(3)]
    said = {"hvb": "HVB", "familjehem": "familjehem"}[others[0]]
    return (
        _in_march(
            indicator,
            (*mine, *(_placement(others[0]) for _ in range(2))),
            Expected(value=3, status="no_goal", numerator=3, has_interval=True),
            title="Bara en form räknas",
            given=f"I mars 2025 har 5 placeringar börjat i Ale: tre {where} och två i {said}.",
            calculation="Tre är av den här formen",
            result="3 placeringar.",
        ),
        _not_delivered(indicator),
    )


def _not_delivered(indicator: str) -> Case:
    return Case(
        indicator=indicator,
        title="Kommunen har inte levererat",
        given="Lerum har levererat mars 2025, men inte Ale.",
        calculation="Ingen siffra för Ale",
        result="Siffran för Ale saknas. Den är inte noll.",
        area=_ALE,
        period="2025-03",
        rows={"placeringar": (_placement(kommun=_LERUM),)},
        covered={"placeringar": covering([_LERUM], "2025-03")},
        expected=Expected(value=None, status="missing", numerator=None),
    )


def _settled(days: int | None) -> Row:
    return _placement(acute=True, kostnadsfordelning=None if days is None else _DAY + timedelta(days=days))


CASES: Final = (
    _in_march(
        "placeringar",
        tuple(_placement(form) for form in ("hvb", "hvb", "familjehem", "sis", "hvah", "skyddat_boende")),
        Expected(value=6, status="no_goal", numerator=6, has_interval=True),
        title="En månad",
        given="I mars 2025 har 6 placeringar börjat i Ale: två i HVB och en var i familjehem, SIS, HVAH och skyddat boende.",
        calculation="2 + 1 + 1 + 1 + 1 = 6",
        result="6 placeringar.",
    ),
    _in_march(
        "placeringar",
        (),
        Expected(value=0, status="no_goal", numerator=0, has_interval=True),
        title="Levererat, utan någon placering",
        given="Ale har levererat mars 2025, och filen har ingen placering.",
        calculation="Ingen placering",
        result="0 placeringar. Det är en nolla, inte en uppgift som fattas.",
    ),
    _not_delivered("placeringar"),
    *_count("placeringar_hvb", "hvb", "i HVB"),
    *_count("placeringar_familjehem", "familjehem", "i familjehem"),
    *_count("placeringar_hvah", "hvah", "i hem för viss annan heldygnsvård"),
    *_count("placeringar_sis", "sis", "hos SIS"),
    *_count("placeringar_skyddat_boende", "skyddat_boende", "i skyddat boende"),
    _in_march(
        "placeringar_inom_lanet",
        (*(_placement() for _ in range(3)), _placement(inside=False)),
        Expected(value=75.0, status="no_goal", numerator=3, denominator=4, has_interval=True),
        title="Tre av fyra",
        given="I mars 2025 har 4 placeringar börjat i Ale, tre av dem inom länet.",
        calculation="100 × 3 / 4 = 75",
        result="75 %.",
    ),
    _in_march(
        "placeringar_inom_lanet",
        (),
        Expected(value=None, status="missing", numerator=0, denominator=0),
        title="Ingen placering",
        given="Ale har levererat mars 2025, och filen har ingen placering.",
        calculation="0 av 0 går inte att dela",
        result="Andelen saknas. Antalen, 0 och 0, visas.",
    ),
    _in_march(
        "sip_fore_placering",
        (
            _placement(sip=_DAY - timedelta(days=20)),
            _placement(sip=_DAY),
            _placement(sip=_DAY + timedelta(days=1)),
            _placement(),
            _placement(acute=True),
        ),
        Expected(value=50.0, status="no_goal", numerator=2, denominator=4, has_interval=True),
        title="Samma dag räcker",
        given="I mars 2025 har 5 placeringar börjat i Ale, en av dem akut. Av de planerade fick en sin SIP i februari, en samma dag som "
        "placeringen började, en dagen efter och en ingen alls.",
        calculation="100 × 2 / 4 = 50",
        result="50 %. Den akuta placeringen är inte med.",
    ),
    _in_march(
        "sip_fore_placering",
        (_placement(lacks=frozenset({"sip"})), _placement(lacks=frozenset({"sip"}))),
        Expected(value=None, status="missing", numerator=None),
        title="Filen saknar kolumnen",
        given="I mars 2025 har 2 planerade placeringar börjat i Ale, men filen har ingen kolumn för SIP.",
        calculation="Ingen vet om det fanns en SIP",
        result="Siffran saknas. Den är inte noll.",
    ),
    _in_march(
        "kostnadsfordelning_i_tid",
        (_settled(12), _settled(30), _settled(31), _settled(None), _placement(kostnadsfordelning=_DAY)),
        Expected(value=50.0, status="no_goal", numerator=2, denominator=4, has_interval=True),
        title="Trettio dagar räknas som i tid",
        given="I mars 2025 har 5 placeringar börjat i Ale, varav fyra akuta. Kostnadsfördelningen var klar efter 12, 30 och 31 dagar, "
        "och i en är den inte klar.",
        calculation="100 × 2 / 4 = 50",
        result="50 %. Den planerade placeringen är inte med.",
    ),
    Case(
        indicator="kostnadsfordelning_i_tid",
        title="Utan avtal finns ingen regel",
        given="Avtalet slutar här den 28 februari 2025, och inget nytt har börjat. I mars har 1 akut placering börjat i Ale.",
        calculation="Ingen regel att pröva mot",
        result="Siffran saknas.",
        area=_ALE,
        period="2025-03",
        rows={"placeringar": (_settled(12),)},
        covered={"placeringar": covering([_ALE], "2025-03")},
        agreements={"hsa-2023": (date(2023, 1, 1), date(2025, 2, 28))},
        expected=Expected(value=None, status="missing", numerator=None),
    ),
    _in_march(
        "schablon_anvand",
        (_placement(standard=True), *(_placement() for _ in range(3)), _placement(standard=None)),
        Expected(value=20.0, status="no_goal", numerator=1, denominator=5, has_interval=True),
        title="En tom uppgift räknas som nej",
        given="I mars 2025 har 5 placeringar börjat i Ale. I en används schablonen, i tre används den inte, och för en är uppgiften tom.",
        calculation="100 × 1 / 5 = 20",
        result="20 %.",
    ),
    _not_delivered("schablon_anvand"),
    Case(
        indicator="halsosamtal_erbjudna",
        title="Fyra av fem",
        given="I Ale är 50 personer i målgruppen 2027, och 40 av dem har erbjudits hälsosamtal och somatisk kontroll under året.",
        calculation="100 × 40 / 50 = 80",
        result="80 %.",
        area=_ALE,
        period="2027",
        rows={"halsosamtal": ({"kommun": _ALE, "ar": 2027, "malgrupp": 50, "erbjudna": 40},)},
        covered={"halsosamtal": ((_ALE, "2027"),)},
        expected=Expected(value=80.0, status="no_goal", numerator=40, denominator=50, has_interval=True),
    ),
    Case(
        indicator="halsosamtal_erbjudna",
        title="Kommunen har inte levererat",
        given="För 2027 finns uppgifter för Lerum, men inte för Ale.",
        calculation="Ingen siffra för Ale",
        result="Siffran för Ale saknas. Den är inte noll.",
        area=_ALE,
        period="2027",
        rows={"halsosamtal": ({"kommun": _LERUM, "ar": 2027, "malgrupp": 60, "erbjudna": 40},)},
        covered={"halsosamtal": ((_LERUM, "2027"),)},
        expected=Expected(value=None, status="missing", numerator=None),
    ),
)
