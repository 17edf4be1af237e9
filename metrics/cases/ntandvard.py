"""Worked cases of N-tandvård."""

from __future__ import annotations

from typing import Final

from metrics.cases.case import Case, Expected, Row

_ALE, _LERUM, _ALINGSAS = "1440", "1441", "1489"


def _quarter(kommun: str, kvartal: str, intyg: int, onskar: int = 0, fatt_mhb: int = 0, fatt_tandvard: int = 0) -> Row:
    return {
        "kommun": kommun,
        "kvartal": kvartal,
        "intyg": intyg,
        "onskar_mhb": onskar,
        "fatt_mhb": fatt_mhb,
        "fatt_tandvard": fatt_tandvard,
    }


def _inhabitants(kommun: str, year: int, younger: int, older: int) -> tuple[Row, ...]:
    """Inhabitants aged 0–23 in one row and 24 or older in an open group."""
    return (
        {"kommun": kommun, "ar": year, "alder": "23", "antal": younger},
        {"kommun": kommun, "ar": year, "alder": "24+", "antal": older},
    )


CASES: Final = (
    Case(
        indicator="ntandvard_tackning",
        title="Under målet",
        given="Ale har 540 personer med intyg den 30 september 2025. Den 31 december 2024 var 20 000 invånare 24 år eller äldre.",
        calculation="100 × 540 / 20 000 = 2,7",
        result="2,7 %. Målet är minst 3 % och är inte nått.",
        area=_ALE,
        period="2025-Q3",
        rows={"ntandvard": (_quarter(_ALE, "2025-Q3", 540),), "befolkning": _inhabitants(_ALE, 2024, 9000, 20_000)},
        covered={"ntandvard": ((_ALE, "2025-Q3"),), "befolkning": ((_ALE, "2024"),)},
        expected=Expected(value=2.7, status="missed", numerator=540, denominator=20_000, has_interval=True),
    ),
    Case(
        indicator="ntandvard_tackning",
        title="Precis på målet, prövat utan avrundning",
        given="Ale har 600 personer med intyg den 31 december 2025. Samma dag är 20 000 invånare 24 år eller äldre.",
        calculation="100 × 600 / 20 000 = 3",
        result="3 %. Målet är minst 3 % och är nått.",
        area=_ALE,
        period="2025",
        rows={"ntandvard": (_quarter(_ALE, "2025-Q4", 600),), "befolkning": _inhabitants(_ALE, 2025, 9000, 20_000)},
        covered={"ntandvard": ((_ALE, "2025-Q4"),), "befolkning": ((_ALE, "2025"),)},
        expected=Expected(value=3.0, status="met", numerator=600, denominator=20_000, has_interval=True),
    ),
    Case(
        indicator="ntandvard_tackning",
        title="Årets befolkning är inte inläst",
        given="Ale har 540 personer med intyg den 31 december 2025. "
        "Befolkningen är inläst till och med 2023: 18 000 invånare 24 år eller äldre.",
        calculation="100 × 540 / 18 000 = 3",
        result="3 %, och siffran är preliminär tills rätt års befolkning finns.",
        area=_ALE,
        period="2025-Q4",
        rows={"ntandvard": (_quarter(_ALE, "2025-Q4", 540),), "befolkning": _inhabitants(_ALE, 2023, 9000, 18_000)},
        covered={"ntandvard": ((_ALE, "2025-Q4"),), "befolkning": ((_ALE, "2023"),)},
        expected=Expected(value=3.0, status="met", numerator=540, denominator=18_000, preliminary=True, has_interval=True),
    ),
    Case(
        indicator="ntandvard_tackning",
        title="En av två kommuner saknar befolkning",
        given="SAMLA är Lerum och Alingsås. "
        "Lerum har 600 intyg och 25 000 invånare 24 år eller äldre. Alingsås har 700 intyg, men ingen befolkning är inläst.",
        calculation="Bara Lerum räknas: 100 × 600 / 25 000 = 2,4",
        result="2,4 %, ofullständig. Täljare och nämnare räknar alltid samma kommuner.",
        area="vs-samla",
        period="2025-Q4",
        rows={
            "ntandvard": (_quarter(_LERUM, "2025-Q4", 600), _quarter(_ALINGSAS, "2025-Q4", 700)),
            "befolkning": _inhabitants(_LERUM, 2025, 9000, 25_000),
        },
        covered={"ntandvard": ((_LERUM, "2025-Q4"), (_ALINGSAS, "2025-Q4")), "befolkning": ((_LERUM, "2025"),)},
        expected=Expected(value=2.4, status="incomplete", numerator=600, denominator=25_000, has_interval=True),
    ),
    Case(
        indicator="ntandvard_intyg",
        title="Årets siffra är fjärde kvartalets",
        given="Ale har 510, 520, 530 och 540 personer med intyg i slutet av de fyra kvartalen 2025.",
        calculation="Kvartal summeras inte. Sista kvartalet ger 540",
        result="540 personer.",
        area=_ALE,
        period="2025",
        rows={"ntandvard": tuple(_quarter(_ALE, f"2025-Q{q}", 500 + 10 * q) for q in (1, 2, 3, 4))},
        covered={"ntandvard": tuple((_ALE, f"2025-Q{q}") for q in (1, 2, 3, 4))},
        expected=Expected(value=540, status="no_goal", numerator=540),
    ),
    Case(
        indicator="ntandvard_intyg",
        title="Fjärde kvartalet saknas",
        given="Ale har levererat de tre första kvartalen 2025, men inte det fjärde. Lerum har levererat det fjärde.",
        calculation="Ingen siffra för fjärde kvartalet i Ale",
        result="Siffran för Ale 2025 saknas. Den är inte noll, och den hämtas inte från ett annat kvartal.",
        area=_ALE,
        period="2025",
        rows={"ntandvard": (*(_quarter(_ALE, f"2025-Q{q}", 500) for q in (1, 2, 3)), _quarter(_LERUM, "2025-Q4", 600))},
        covered={"ntandvard": (*((_ALE, f"2025-Q{q}") for q in (1, 2, 3)), (_LERUM, "2025-Q4"))},
        expected=Expected(value=None, status="missing", numerator=None),
    ),
    Case(
        indicator="mhb_onskas",
        title="Tre av fyra",
        given="400 personer i Ale har intyg den 30 september 2025, och 300 av dem önskar munhälsobedömning.",
        calculation="100 × 300 / 400 = 75",
        result="75 %.",
        area=_ALE,
        period="2025-Q3",
        rows={"ntandvard": (_quarter(_ALE, "2025-Q3", 400, onskar=300),)},
        covered={"ntandvard": ((_ALE, "2025-Q3"),)},
        expected=Expected(value=75.0, status="no_goal", numerator=300, denominator=400, has_interval=True),
    ),
    Case(
        indicator="mhb_onskas",
        title="Ingen har intyg",
        given="Ale har levererat, och ingen har intyg den 30 september 2025.",
        calculation="0 av 0 går inte att dela",
        result="Andelen saknas. Antalen, 0 och 0, visas.",
        area=_ALE,
        period="2025-Q3",
        rows={"ntandvard": (_quarter(_ALE, "2025-Q3", 0),)},
        covered={"ntandvard": ((_ALE, "2025-Q3"),)},
        expected=Expected(value=None, status="missing", numerator=0, denominator=0),
    ),
    Case(
        indicator="mhb_utford",
        title="Tre av fyra som önskar",
        given="200 personer i Ale önskar munhälsobedömning den 31 december 2025. Under 2025 har 150 personer med intyg fått en.",
        calculation="100 × 150 / 200 = 75",
        result="75 %.",
        area=_ALE,
        period="2025",
        rows={"ntandvard": (_quarter(_ALE, "2025-Q4", 400, onskar=200, fatt_mhb=150),)},
        covered={"ntandvard": ((_ALE, "2025-Q4"),)},
        expected=Expected(value=75.0, status="no_goal", numerator=150, denominator=200, has_interval=True),
    ),
    Case(
        indicator="mhb_utford",
        title="Fler har fått än som önskar i dag",
        given="100 personer i Ale önskar munhälsobedömning den 31 december 2025. "
        "Under 2025 har 120 fått en, några av dem önskar inte längre.",
        calculation="100 × 120 / 100 = 120",
        result="120 %, utan intervall.",
        area=_ALE,
        period="2025",
        rows={"ntandvard": (_quarter(_ALE, "2025-Q4", 400, onskar=100, fatt_mhb=120),)},
        covered={"ntandvard": ((_ALE, "2025-Q4"),)},
        expected=Expected(value=120.0, status="no_goal", numerator=120, denominator=100),
    ),
    Case(
        indicator="mhb_utford",
        title="Ingen önskar munhälsobedömning",
        given="Ingen i Ale önskar munhälsobedömning den 31 december 2025. Under 2025 har 3 fått en.",
        calculation="3 av 0 går inte att dela",
        result="Andelen saknas. Antalen, 3 och 0, visas.",
        area=_ALE,
        period="2025",
        rows={"ntandvard": (_quarter(_ALE, "2025-Q4", 40, onskar=0, fatt_mhb=3),)},
        covered={"ntandvard": ((_ALE, "2025-Q4"),)},
        expected=Expected(value=None, status="missing", numerator=3, denominator=0),
    ),
    Case(
        indicator="mhb_utford_av_intyg",
        title="En delregion är summan av sina kommuner",
        given="SAMLA är Lerum och Alingsås. I Lerum har 90 av 100 med intyg fått munhälsobedömning, i Alingsås 100 av 400.",
        calculation="100 × (90 + 100) / (100 + 400) = 100 × 190 / 500 = 38",
        result="38 %. Medelvärdet av kommunernas 90 % och 25 % är ett annat tal och används inte.",
        area="vs-samla",
        period="2025-Q4",
        rows={"ntandvard": (_quarter(_LERUM, "2025-Q4", 100, fatt_mhb=90), _quarter(_ALINGSAS, "2025-Q4", 400, fatt_mhb=100))},
        covered={"ntandvard": ((_LERUM, "2025-Q4"), (_ALINGSAS, "2025-Q4"))},
        expected=Expected(value=38.0, status="no_goal", numerator=190, denominator=500, has_interval=True),
    ),
    Case(
        indicator="mhb_utford_av_intyg",
        title="En av två kommuner har inte levererat",
        given="SAMLA är Lerum och Alingsås. I Lerum har 90 av 100 med intyg fått munhälsobedömning. Alingsås har inte levererat.",
        calculation="100 × 90 / 100 = 90",
        result="90 %, ofullständig: bara Lerum är med.",
        area="vs-samla",
        period="2025-Q4",
        rows={"ntandvard": (_quarter(_LERUM, "2025-Q4", 100, fatt_mhb=90),)},
        covered={"ntandvard": ((_LERUM, "2025-Q4"),)},
        expected=Expected(value=90.0, status="incomplete", numerator=90, denominator=100, has_interval=True),
    ),
    Case(
        indicator="tandvard_utford",
        title="Drygt var sjunde",
        given="400 personer i Ale har intyg den 30 september 2025. Det senaste året har 60 personer med intyg fått nödvändig tandvård.",
        calculation="100 × 60 / 400 = 15",
        result="15 %.",
        area=_ALE,
        period="2025-Q3",
        rows={"ntandvard": (_quarter(_ALE, "2025-Q3", 400, fatt_tandvard=60),)},
        covered={"ntandvard": ((_ALE, "2025-Q3"),)},
        expected=Expected(value=15.0, status="no_goal", numerator=60, denominator=400, has_interval=True),
    ),
    Case(
        indicator="tandvard_utford",
        title="Kommunen har inte levererat",
        given="Lerum har levererat tredje kvartalet 2025, men inte Ale.",
        calculation="Ingen siffra för Ale",
        result="Siffran för Ale saknas. Den är inte noll.",
        area=_ALE,
        period="2025-Q3",
        rows={"ntandvard": (_quarter(_LERUM, "2025-Q3", 400, fatt_tandvard=60),)},
        covered={"ntandvard": ((_LERUM, "2025-Q3"),)},
        expected=Expected(value=None, status="missing", numerator=None),
    ),
)
