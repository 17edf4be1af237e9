"""Worked cases of days counted in other ways, and of SIP called in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import periods
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


def _still_there(month: str, days: tuple[int, ...]) -> tuple[Row, ...]:
    """Patients who on the month's last day have been utskrivningsklara for so many days."""
    last = periods.last_day(month)
    ready = [last - timedelta(days=each) for each in days]
    return tuple({"kommun": _ALE, "enhet": "Sjukhuset", "inskriven": day, "utskrivningsklar": day, "manad": month} for day in ready)


def _status(indicator: str, days: tuple[int, ...], **words: Any) -> Case:
    """A case of Ale on 31 March 2025."""
    rows = {"pagaende": _still_there("2025-03", days)}
    return Case(indicator=indicator, area=_ALE, period="2025-03", rows=rows, covered={"pagaende": covering([_ALE], "2025-03")}, **words)


_FOUR: Final = "Fyra patienter från Ale är kvar den 31 mars 2025. De har varit utskrivningsklara i 0, 7, 8 och 40 dagar."
CASES: Final = (
    _status(
        "pagaende",
        (0, 7, 8, 40),
        title="Fyra är kvar",
        given=_FOUR,
        calculation="1 + 1 + 1 + 1 = 4",
        result="4 patienter.",
        expected=Expected(value=4, status="no_goal", numerator=4),
    ),
    Case(
        indicator="pagaende",
        title="Årets sista månad saknas",
        given="Ale har levererat läget den 30 november 2025, med två patienter kvar, men inte den 31 december.",
        calculation="Årets siffra är läget den 31 december",
        result="Årets siffra saknas.",
        area=_ALE,
        period="2025",
        rows={"pagaende": _still_there("2025-11", (1, 3)) + _still_there("2025-12", ())},
        covered={"pagaende": (*covering([_ALE], "2025-11"), *covering([_LERUM], "2025-12"))},
        expected=Expected(value=None, status="missing", numerator=None),
    ),
    _status(
        "pagaende_over_sju_dagar",
        (0, 7, 8, 40),
        title="Fler än sju dagar",
        given=_FOUR,
        calculation="8 och 40 är fler än 7: 2",
        result="2 patienter. Deras dagar syns i betaldagarna först när de skrivs ut.",
        expected=Expected(value=2, status="no_goal", numerator=2),
    ),
    _status(
        "pagaende_over_sju_dagar",
        (),
        title="Levererat, men ingen är kvar",
        given="Ale har levererat läget den 31 mars 2025. Ingen rad saknas: filen har ingen för kommunen.",
        calculation="Ingen rad i en levererad månad är 0",
        result="0 patienter.",
        expected=Expected(value=0, status="no_goal", numerator=0),
    ),
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
