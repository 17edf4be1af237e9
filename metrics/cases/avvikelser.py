"""Worked cases of avvikelser mellan vårdgivare."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from metrics.cases.case import Case, Expected, Row, covering

_ALE, _LERUM, _ALINGSAS = "1440", "1441", "1489"


def _report(
    kommun: str,
    day: date,
    answered_after: int | None = None,
    steg: int | None = None,
    omrade: str = "munhalsa",
    kategori: str = "fel_boendeenhet",
) -> Row:
    answered = None if answered_after is None else day + timedelta(days=answered_after)
    about = {"rapportor": "kommun", "omrade": omrade, "kategori": kategori}
    return {"kommun": kommun, "registrerad": day, "aterkopplad": answered, "avslutad": None, "steg": steg, **about}


def _reports(kommun: str, day: date, count: int) -> tuple[Row, ...]:
    return (_report(kommun, day),) * count


def _march(indicator: str, rows: Iterable[Row], **words: Any) -> Case:
    """A case of Ale in March 2025."""
    covered = {"avvikelser": covering([_ALE], "2025-03")}
    return Case(indicator=indicator, area=_ALE, period="2025-03", rows={"avvikelser": tuple(rows)}, covered=covered, **words)


def _not_delivered(indicator: str) -> Case:
    return Case(
        indicator=indicator,
        title="Kommunen har inte levererat",
        given="Lerum har levererat mars 2025, men inte Ale.",
        calculation="Ingen siffra för Ale",
        result="Siffran för Ale saknas. Den är inte noll.",
        area=_ALE,
        period="2025-03",
        covered={"avvikelser": covering([_LERUM], "2025-03")},
        expected=Expected(value=None, status="missing", numerator=None),
    )


CASES: Final = (
    _march(
        "avvikelser",
        _reports(_ALE, date(2025, 3, 31), 4),
        title="Fyra i mars",
        given="Fyra avvikelser som rör Ale registreras den 31 mars 2025.",
        calculation="Alla räknas i den månad då de registrerades: 4",
        result="4 avvikelser.",
        expected=Expected(value=4, status="no_goal", numerator=4, has_interval=True),
    ),
    _march(
        "avvikelser",
        (),
        title="Levererat, men ingen avvikelse",
        given="Ale har levererat mars 2025. Filen har ingen rad för kommunen.",
        calculation="Ingen rad i en levererad månad är 0",
        result="0 avvikelser.",
        expected=Expected(value=0, status="no_goal", numerator=0, has_interval=True),
    ),
    _not_delivered("avvikelser"),
    Case(
        indicator="avvikelser_per_10000",
        title="Ett helt år",
        given="I Ale registreras 12 avvikelser under 2025. Den 31 december 2025 har kommunen 32 000 invånare.",
        calculation="10 000 × 12 / 32 000 = 3,75",
        result="3,75 per 10 000 invånare. Invånarna räknas en gång, inte en gång per månad.",
        area=_ALE,
        period="2025",
        rows={
            "avvikelser": tuple(_report(_ALE, date(2025, month, 5)) for month in range(1, 13)),
            "befolkning": ({"kommun": _ALE, "ar": 2025, "alder": "40", "antal": 32_000},),
        },
        covered={"avvikelser": covering([_ALE], "2025"), "befolkning": ((_ALE, "2025"),)},
        expected=Expected(value=3.75, status="no_goal", numerator=12, denominator=32_000, has_interval=True),
    ),
    Case(
        indicator="avvikelser_per_10000",
        title="Befolkningen saknas",
        given="I Ale registreras 3 avvikelser i mars 2025. Ingen befolkning är inläst för kommunen.",
        calculation="3 avvikelser / okänt antal invånare",
        result="Siffran saknas. Antalet avvikelser finns ändå.",
        area=_ALE,
        period="2025-03",
        rows={"avvikelser": _reports(_ALE, date(2025, 3, 3), 3)},
        covered={"avvikelser": covering([_ALE], "2025-03")},
        expected=Expected(value=None, status="missing", numerator=None),
    ),
    _march(
        "aterkoppling_dagar",
        (
            _report(_ALE, date(2025, 3, 3), answered_after=0),
            _report(_ALE, date(2025, 3, 4), answered_after=40),
            _report(_ALE, date(2025, 3, 5)),
        ),
        title="Bara de som har fått återkoppling",
        given="Tre avvikelser i Ale registreras i mars 2025. De får återkoppling samma dag, efter 40 dagar och inte alls.",
        calculation="40 dagar / 2 avvikelser = 20",
        result="20 dagar. Den som väntar är inte med.",
        expected=Expected(value=20.0, status="no_goal", numerator=40, denominator=2),
    ),
    _march(
        "aterkoppling_dagar",
        _reports(_ALE, date(2025, 3, 3), 3),
        title="Ingen har fått återkoppling",
        given="Tre avvikelser i Ale registreras i mars 2025. Ingen av dem har fått återkoppling.",
        calculation="0 dagar / 0 avvikelser går inte att dela",
        result="Siffran saknas. Antalen, 0 och 0, visas.",
        expected=Expected(value=None, status="missing", numerator=0, denominator=0),
    ),
    _march(
        "aterkopplade",
        (_report(_ALE, date(2025, 3, 3), answered_after=9), *_reports(_ALE, date(2025, 3, 3), 3)),
        title="En av fyra",
        given="Fyra avvikelser i Ale registreras i mars 2025, och en av dem har fått återkoppling.",
        calculation="100 × 1 / 4 = 25",
        result="25 %.",
        expected=Expected(value=25.0, status="no_goal", numerator=1, denominator=4, has_interval=True),
    ),
    Case(
        indicator="aterkopplade",
        title="En av två kommuner har inte levererat",
        given="SAMLA är Lerum och Alingsås. I mars 2025 registreras 2 avvikelser i Lerum, "
        "och båda har fått återkoppling. Alingsås har inte levererat.",
        calculation="100 × 2 / 2 = 100",
        result="100 %, ofullständig: Alingsås saknas.",
        area="vs-samla",
        period="2025-03",
        rows={"avvikelser": tuple(_report(_LERUM, date(2025, 3, day), answered_after=9) for day in (3, 4))},
        covered={"avvikelser": covering([_LERUM], "2025-03")},
        expected=Expected(value=100.0, status="incomplete", numerator=2, denominator=2, has_interval=True),
    ),
    _march(
        "oenigheter",
        tuple(_report(_ALE, date(2025, 3, 3), steg=steg) for steg in (0, None, 1, 2, 3)),
        title="Steg 1 och 2 räknas",
        given="Fem avvikelser i Ale registreras i mars 2025: "
        "en i steg 0, en utan uppgift om steg, en i steg 1, en i steg 2 och en i steg 3.",
        calculation="Steg 1 och 2: 1 + 1 = 2",
        result="2 oenigheter.",
        expected=Expected(value=2, status="no_goal", numerator=2, has_interval=True),
    ),
    _not_delivered("oenigheter"),
    _march(
        "tvister",
        tuple(_report(_ALE, date(2025, 3, 3), steg=steg) for steg in (0, None, 1, 2, 3)),
        title="Bara steg 3 räknas",
        given="Fem avvikelser i Ale registreras i mars 2025: "
        "en i steg 0, en utan uppgift om steg, en i steg 1, en i steg 2 och en i steg 3.",
        calculation="Steg 3: 1",
        result="1 tvist.",
        expected=Expected(value=1, status="no_goal", numerator=1, has_interval=True),
    ),
    Case(
        indicator="tvister",
        title="Ett år med en månad som saknas",
        given="Ale har levererat januari till november 2025 utan någon avvikelse, men inte december.",
        calculation="0 i elva månader",
        result="0 tvister, ofullständig: december saknas.",
        area=_ALE,
        period="2025",
        covered={"avvikelser": covering([_ALE], "2025")[:-1]},
        expected=Expected(value=0, status="incomplete", numerator=0, has_interval=True),
    ),
    _march(
        "fel_boendeenhet",
        (
            *_reports(_ALE, date(2025, 3, 3), 2),
            _report(_ALE, date(2025, 3, 3), kategori="avbojd_mhb"),
            _report(_ALE, date(2025, 3, 3), omrade="psykisk"),
        ),
        title="Bara kategorin inom munhälsa räknas",
        given="I mars 2025 registreras 4 avvikelser i Ale: två inom munhälsa om fel boendeenhet, en om avböjd munhälsobedömning och en med "
        "samma kategori inom ett annat område.",
        calculation="Två är inom munhälsa och om fel boendeenhet",
        result="2 avvikelser.",
        expected=Expected(value=2, status="no_goal", numerator=2, has_interval=True),
    ),
    _not_delivered("fel_boendeenhet"),
    _march(
        "avbojd_mhb",
        (*_reports(_ALE, date(2025, 3, 3), 2), _report(_ALE, date(2025, 3, 3), kategori="avbojd_mhb")),
        title="En av tre",
        given="I mars 2025 registreras 3 avvikelser i Ale inom munhälsa: två om fel boendeenhet och en om avböjd munhälsobedömning.",
        calculation="En är om avböjd munhälsobedömning",
        result="1 avvikelse.",
        expected=Expected(value=1, status="no_goal", numerator=1, has_interval=True),
    ),
    _not_delivered("avbojd_mhb"),
)
