"""Worked cases of days counted in other ways, and of SIP called in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from metrics.cases.case import Case, Expected, Row, covering, discharge, discharges

_ALE, _LERUM = "1440", "1441"
_DAY = date(2025, 3, 20)
_FIVE = "Fem patienter från Ale skrivs ut i mars 2025, efter 0, 0, 2, 4 och 14 dagar."
_DAYS = (0, 0, 2, 4, 14)


def _march(indicator: str, rows: tuple[Row, ...], **words: Any) -> Case:
    """A case of Ale in March 2025."""
    covered = {"utskrivning": covering([_ALE], "2025-03")}
    return Case(indicator=indicator, area=_ALE, period="2025-03", rows={"utskrivning": rows}, covered=covered, **words)


def _not_delivered(indicator: str) -> Case:
    return Case(
        indicator=indicator,
        title="Kommunen har inte levererat",
        given="Lerum har levererat mars 2025, men inte Ale.",
        calculation="Ingen siffra för Ale",
        result="Siffran för Ale saknas. Den är inte noll.",
        area=_ALE,
        period="2025-03",
        covered={"utskrivning": covering([_LERUM], "2025-03")},
        expected=Expected(value=None, status="missing", numerator=None),
    )


def _called(after: int | None, **other: Any) -> Row:
    """A discharge on the sixth day, with the SIP called so many days after utskrivningsklar."""
    ready = _DAY - timedelta(days=6)
    return discharge(_ALE, _DAY, 6, **({"sip_kallelse": None if after is None else ready + timedelta(days=after)} | other))


CASES: Final = (
    _march(
        "samma_dag",
        discharges(_ALE, _DAY, _DAYS),
        title="Två av fem",
        given=_FIVE,
        calculation="100 × 2 / 5 = 40",
        result="40 %.",
        expected=Expected(value=40.0, status="no_goal", numerator=2, denominator=5, has_interval=True),
    ),
    _not_delivered("samma_dag"),
    _march(
        "dagar_snitt_alla",
        discharges(_ALE, _DAY, _DAYS),
        title="Också den som räknas för sig är med",
        given=_FIVE,
        calculation="0 + 0 + 2 + 4 + 14 = 20 dagar, 20 / 5 = 4",
        result="4 dagar. Avtalets eget genomsnitt räknar inte den med 14 dagar, och är 6 / 4 = 1,5.",
        expected=Expected(value=4.0, status="no_goal", numerator=20, denominator=5),
    ),
    _not_delivered("dagar_snitt_alla"),
    _march(
        "dagar_snitt_skr",
        discharges(_ALE, _DAY, _DAYS),
        title="De som skrivs ut samma dag är inte med",
        given=_FIVE,
        calculation="2 + 4 + 14 = 20 dagar, 20 / 3 = 6,67",
        result="6,67 dagar. De två med 0 dagar räknas inte.",
        expected=Expected(value=20 / 3, status="no_goal", numerator=20, denominator=3),
    ),
    _march(
        "dagar_snitt_skr",
        discharges(_ALE, _DAY, (0, 0)),
        title="Alla skrivs ut samma dag",
        given="Två patienter från Ale skrivs ut i mars 2025, båda efter 0 dagar.",
        calculation="0 dagar / 0 utskrivna går inte att dela",
        result="Siffran saknas. Avtalets eget genomsnitt är 0 dagar.",
        expected=Expected(value=None, status="missing", numerator=0, denominator=0),
    ),
    _march(
        "sip_i_tid",
        (_called(3), _called(4), _called(None), _called(0), _called(2)),
        title="Den tredje dagen är i tid, den fjärde är för sen",
        given="Fem patienter från Ale behöver SIP och skrivs ut i mars 2025, alla efter 6 dagar. "
        "Kallelsen kommer samma dag, den andra, den tredje och den fjärde dagen, och för en kommer den inte alls.",
        calculation="100 × 3 / 5 = 60",
        result="60 %.",
        expected=Expected(value=60.0, status="no_goal", numerator=3, denominator=5, has_interval=True),
    ),
    _march(
        "sip_i_tid",
        (_called(1), _called(1), _called(None, sip_behov=False), _called(None, sip_behov=None)),
        title="Bara de som behöver en SIP",
        given="Fyra patienter från Ale skrivs ut i mars 2025. Två behöver SIP, en gör det inte, och för en saknas uppgiften.",
        calculation="100 × 2 / 2 = 100",
        result="100 %.",
        expected=Expected(value=100.0, status="no_goal", numerator=2, denominator=2, has_interval=True),
    ),
)
