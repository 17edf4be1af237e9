"""Worked cases of discharges: days, payable days and kronor."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from metrics.cases.case import Case, Expected, Row, covering, discharges

_ALE, _LERUM, _ALINGSAS = "1440", "1441", "1489"
_DAY = date(2025, 3, 20)
_TEN = (0, 1, 2, 3, 3, 4, 5, 5, 6, 6)
_TEN_WORDS = "Tio patienter från Ale skrivs ut i mars 2025, efter 0, 1, 2, 3, 3, 4, 5, 5, 6 och 6 dagar."
_AMOUNT = "Beloppet är 9 300 kr per vårddygn."


def _march(indicator: str, rows: tuple[Row, ...], **words: Any) -> Case:
    """A case of Ale in March 2025."""
    return Case(
        indicator=indicator,
        area=_ALE,
        period="2025-03",
        rows={"utskrivning": rows},
        covered={"utskrivning": covering([_ALE], "2025-03")},
        **words,
    )


def _amount(rows: tuple[Row, ...], kronor: int, **words: Any) -> Case:
    """A case of kronor for Ale in March 2025, with the amount 9 300 kr."""
    expected = Expected(value=kronor, status="no_goal", numerator=kronor)
    return _march("betalningsbelopp", rows, amounts={2025: 9300}, expected=expected, **words)


CASES: Final = (
    _march(
        "utskrivna",
        discharges(_ALE, _DAY, (0, 4)) + discharges(_ALE, _DAY, (12,), inskrivningsmeddelande=False),
        title="Alla utskrivna räknas",
        given="Tre patienter från Ale skrivs ut i mars 2025, efter 0, 4 och 12 dagar. För den tredje brister ett villkor.",
        calculation="1 + 1 + 1 = 3",
        result="3 utskrivna.",
        expected=Expected(value=3, status="no_goal", numerator=3, has_interval=True),
    ),
    _march(
        "utskrivna",
        (),
        title="Levererat, men ingen utskriven",
        given="Ale har levererat mars 2025. Filen har ingen rad för kommunen.",
        calculation="Ingen rad i en levererad månad är 0",
        result="0 utskrivna.",
        expected=Expected(value=0, status="no_goal", numerator=0, has_interval=True),
    ),
    Case(
        indicator="utskrivna",
        title="En månad i kvartalet är inte levererad",
        given="Ale har levererat januari och februari 2025 med 2 utskrivna i varje månad, men inte mars.",
        calculation="2 + 2 = 4",
        result="4 utskrivna, ofullständig: mars saknas.",
        area=_ALE,
        period="2025-Q1",
        rows={"utskrivning": discharges(_ALE, date(2025, 1, 9), (1, 2)) + discharges(_ALE, date(2025, 2, 9), (1, 2))},
        covered={"utskrivning": covering([_ALE], "2025-01", "2025-02")},
        expected=Expected(value=4, status="incomplete", numerator=4, has_interval=True),
    ),
    _march(
        "dagar_snitt",
        discharges(_ALE, _DAY, _TEN),
        title="Över gränsen",
        given=_TEN_WORDS,
        calculation="35 dagar / 10 patienter = 3,5",
        result="3,5 dagar. Gränsen är högst 3,0 och är överskriden.",
        expected=Expected(value=3.5, status="missed", numerator=35, denominator=10),
    ),
    _march(
        "dagar_snitt",
        discharges(_ALE, _DAY, (3,) * 10),
        title="Precis på gränsen",
        given="Tio patienter från Ale skrivs ut i mars 2025, alla efter 3 dagar.",
        calculation="30 dagar / 10 patienter = 3",
        result="3 dagar. Gränsen är högst 3,0 och är inte överskriden.",
        expected=Expected(value=3.0, status="met", numerator=30, denominator=10),
    ),
    _march(
        "dagar_snitt",
        discharges(_ALE, _DAY, (1, 3))
        + discharges(_ALE, _DAY, (7,), it_stod=None, inskrivningsmeddelande=None)
        + discharges(_ALE, _DAY, (6,), inskrivningsmeddelande=False)
        + discharges(_ALE, _DAY, (8,)),
        title="Vem som är med i genomsnittet",
        given="Fem patienter från Ale skrivs ut i mars 2025, efter 1, 3, 7, 6 och 8 dagar. "
        "För den tredje saknas uppgift om inskrivningsmeddelande. "
        "För den fjärde är inget skickat.",
        calculation="Den fjärde är inte med (villkoret brister), inte heller den femte (fler än 7 dagar): 11 dagar / 3 patienter = 3,67",
        result="3,67 dagar. Gränsen är högst 3,0 och är överskriden.",
        expected=Expected(value=11 / 3, status="missed", numerator=11, denominator=3),
    ),
    Case(
        indicator="dagar_snitt",
        title="Utan avtal finns ingen regel",
        given="Tio patienter från Ale skrivs ut i december 2022, innan avtalet 2023–2026 börjar gälla.",
        calculation="Ingen regel säger vilka som ska räknas",
        result="Siffran saknas. Antalet utskrivna finns ändå.",
        area=_ALE,
        period="2022-12",
        rows={"utskrivning": discharges(_ALE, date(2022, 12, 9), _TEN)},
        covered={"utskrivning": covering([_ALE], "2022-12")},
        expected=Expected(value=None, status="missing", numerator=None),
    ),
    _march(
        "betaldagar",
        discharges(_ALE, _DAY, _TEN),
        title="Dagar över genomsnittet",
        given=_TEN_WORDS,
        calculation="35 − 3 × 10 = 5",
        result="5 betaldagar.",
        expected=Expected(value=5, status="no_goal", numerator=5),
    ),
    _march(
        "betaldagar",
        discharges(_ALE, _DAY, (7,) + (0,) * 3),
        title="Sju dagar är kvar i genomsnittet",
        given="Fyra patienter från Ale skrivs ut i mars 2025, efter 7, 0, 0 och 0 dagar.",
        calculation="7 − 3 × 4 = −5, och det blir aldrig mindre än 0",
        result="0 betaldagar.",
        expected=Expected(value=0, status="no_goal", numerator=0),
    ),
    _march(
        "betaldagar",
        discharges(_ALE, _DAY, (8,) + (0,) * 3),
        title="Åtta dagar räknas för sig",
        given="Fyra patienter från Ale skrivs ut i mars 2025, efter 8, 0, 0 och 0 dagar.",
        calculation="Den första: 8 − 3 = 5. De andra: 0 − 3 × 3 = −9, som blir 0. Tillsammans 5",
        result="5 betaldagar. De korta tiderna drar inte av från den långa.",
        expected=Expected(value=5, status="no_goal", numerator=5),
    ),
    Case(
        indicator="betaldagar",
        title="En delregion är summan av kommunernas månader",
        given="SAMLA är Lerum och Alingsås. I mars 2025 skrivs en patient från Lerum ut efter 6 dagar och en från Alingsås efter 0 dagar.",
        calculation="Lerum: 6 − 3 = 3. Alingsås: 0 − 3, som blir 0. Tillsammans 3",
        result="3 betaldagar, fast genomsnittet för båda är 3,0.",
        area="vs-samla",
        period="2025-03",
        rows={"utskrivning": discharges(_LERUM, _DAY, (6,)) + discharges(_ALINGSAS, _DAY, (0,))},
        covered={"utskrivning": covering([_LERUM, _ALINGSAS], "2025-03")},
        expected=Expected(value=3, status="no_goal", numerator=3),
    ),
    Case(
        indicator="betaldagar",
        title="En av två kommuner har inte levererat",
        given="SAMLA är Lerum och Alingsås. I mars 2025 skrivs en patient från Lerum ut efter 6 dagar. Alingsås har inte levererat.",
        calculation="Lerum: 6 − 3 = 3",
        result="3 betaldagar, ofullständig: Alingsås saknas.",
        area="vs-samla",
        period="2025-03",
        rows={"utskrivning": discharges(_LERUM, _DAY, (6,))},
        covered={"utskrivning": covering([_LERUM], "2025-03")},
        expected=Expected(value=3, status="incomplete", numerator=3),
    ),
    _amount(
        discharges(_ALE, _DAY, _TEN),
        46_500,
        title="Genomsnittet är över 3,0",
        given=f"{_TEN_WORDS} {_AMOUNT}",
        calculation="(3,5 − 3,0) × 10 × 9 300 = 46 500",
        result="46 500 kr.",
    ),
    _amount(
        discharges(_ALE, _DAY, (3,) * 10),
        0,
        title="Precis 3,0 kostar inget",
        given=f"Tio patienter från Ale skrivs ut i mars 2025, alla efter 3 dagar. {_AMOUNT}",
        calculation="Genomsnittet är 3,0 och inte över: 0",
        result="0 kr.",
    ),
    _amount(
        discharges(_ALE, _DAY, (8,)),
        46_500,
        title="Åtta dagar",
        given=f"En patient från Ale skrivs ut i mars 2025 efter 8 dagar. {_AMOUNT}",
        calculation="(8 − 3) × 9 300 = 46 500",
        result="46 500 kr.",
    ),
    _amount(
        discharges(_ALE, _DAY, (12,)),
        83_700,
        title="Tolv dagar",
        given=f"En patient från Ale skrivs ut i mars 2025 efter 12 dagar. {_AMOUNT}",
        calculation="(12 − 3) × 9 300 = 83 700",
        result="83 700 kr.",
    ),
    _amount(
        discharges(_ALE, _DAY, (*_TEN, 12)),
        130_200,
        title="Båda tillsammans",
        given=f"{_TEN_WORDS} En elfte skrivs ut efter 12 dagar. {_AMOUNT}",
        calculation="46 500 + 83 700 = 130 200. Den elfte är inte med i genomsnittet",
        result="130 200 kr.",
    ),
    _march(
        "betalningsbelopp",
        discharges(_ALE, _DAY, (12,)),
        amounts={},
        title="Årets belopp är inte känt",
        given="En patient från Ale skrivs ut i mars 2025 efter 12 dagar. Det finns inget belopp med källa för 2025.",
        calculation="9 betaldagar × okänt belopp",
        result="Siffran saknas. Betaldagarna finns ändå.",
        expected=Expected(value=None, status="missing", numerator=None),
    ),
    _march(
        "over_sju_dagar",
        discharges(_ALE, _DAY, (7, 8)) + discharges(_ALE, _DAY, (20,), inskrivningsmeddelande=False),
        title="Fler än sju, inte sju",
        given="Tre patienter från Ale skrivs ut i mars 2025, efter 7, 8 och 20 dagar. För den tredje brister ett villkor.",
        calculation="7 räknas inte. 8 och 20 räknas: 2",
        result="2 utskrivna efter mer än sju dagar.",
        expected=Expected(value=2, status="no_goal", numerator=2, has_interval=True),
    ),
    Case(
        indicator="over_sju_dagar",
        title="Kommunen har inte levererat",
        given="Lerum har levererat mars 2025, men inte Ale.",
        calculation="Ingen siffra för Ale",
        result="Siffran för Ale saknas. Den är inte noll.",
        area=_ALE,
        period="2025-03",
        covered={"utskrivning": covering([_LERUM], "2025-03")},
        expected=Expected(value=None, status="missing", numerator=None),
    ),
    Case(
        indicator="betalningsmanader",
        title="En av tre månader",
        given="I Ale skrivs en patient ut efter 4 dagar i januari 2025 och en efter 3 dagar i februari. I mars skrivs ingen ut.",
        calculation="Januari är över 3,0. Februari är precis 3,0 och mars tom: 1 av 3",
        result="1 månad över gränsen.",
        area=_ALE,
        period="2025-Q1",
        rows={"utskrivning": discharges(_ALE, date(2025, 1, 9), (4,)) + discharges(_ALE, date(2025, 2, 9), (3,))},
        covered={"utskrivning": covering([_ALE], "2025-Q1")},
        expected=Expected(value=1, status="no_goal", numerator=1, denominator=3),
    ),
    Case(
        indicator="betalningsmanader",
        title="Mars är inte levererad",
        given="I Ale skrivs en patient ut efter 4 dagar i januari 2025 och en efter 5 dagar i februari. Mars är inte levererad.",
        calculation="Januari och februari är över 3,0: 2 av 2",
        result="2 månader över gränsen, ofullständig: mars saknas.",
        area=_ALE,
        period="2025-Q1",
        rows={"utskrivning": discharges(_ALE, date(2025, 1, 9), (4,)) + discharges(_ALE, date(2025, 2, 9), (5,))},
        covered={"utskrivning": covering([_ALE], "2025-01", "2025-02")},
        expected=Expected(value=2, status="incomplete", numerator=2, denominator=2),
    ),
)
