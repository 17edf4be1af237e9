"""Worked cases of how avvikelser are handled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from metrics.cases.case import Case, Expected, Row, covering, discharges

_ALE, _LERUM = "1440", "1441"
_DAY = date(2025, 3, 3)


def _report(day: date = _DAY, answered: int | None = None, closed: int | None = None, omrade: str = "in_utskrivning") -> Row:
    """An avvikelse that was answered and closed so many days later."""

    def later(days: int | None) -> date | None:
        return None if days is None else day + timedelta(days=days)

    about = {"rapportor": "kommun", "omrade": omrade, "kategori": "information_saknas"}
    return {"kommun": _ALE, "registrerad": day, "aterkopplad": later(answered), "avslutad": later(closed), "steg": 0, **about}


def _march(indicator: str, rows: Iterable[Row], **words: Any) -> Case:
    """A case of Ale in March 2025."""
    covered = words.pop("covered", {"avvikelser": covering([_ALE], "2025-03")})
    more = words.pop("discharged", ())
    kept = {"avvikelser": tuple(rows)} | ({"utskrivning": tuple(more)} if more else {})
    return Case(indicator=indicator, area=_ALE, period="2025-03", rows=kept, covered=covered, **words)


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


_BOTH: Final = {"avvikelser": covering([_ALE], "2025-03"), "utskrivning": covering([_ALE], "2025-03")}
_TEN_ANSWERS: Final = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
_TEN_WORDS: Final = (
    "Tio avvikelser i Ale registreras i mars 2025. De får återkoppling efter 1, 2, 3, 5, 8, 13, 21, 34, 55 och 89 dagar, i någon ordning."
)

CASES: Final = (
    _march(
        "avvikelser_vid_utskrivning",
        (_report(), _report(omrade="munhalsa")),
        title="Bara det som gäller in- och utskrivning",
        given="I mars 2025 registreras två avvikelser i Ale, en om utskrivning och en om munhälsa. 20 patienter skrivs ut.",
        calculation="100 × 1 / 20 = 5",
        result="5 procent, eller 50 per 1 000 utskrivna.",
        discharged=discharges(_ALE, date(2025, 3, 20), (2,) * 20),
        covered=_BOTH,
        expected=Expected(value=5.0, status="no_goal", numerator=1, denominator=20, has_interval=True),
    ),
    _march(
        "avvikelser_vid_utskrivning",
        (_report(),),
        title="Utskrivningarna saknas",
        given="I mars 2025 registreras en avvikelse i Ale. Ingen har levererat utskrivningarna.",
        calculation="1 avvikelse / okänt antal utskrivna",
        result="Siffran saknas. Antalet avvikelser finns ändå.",
        expected=Expected(value=None, status="missing", numerator=None),
    ),
    _march(
        "aterkoppling_median",
        (_report(answered=days) for days in _TEN_ANSWERS),
        title="Hälften av tio",
        given=_TEN_WORDS,
        calculation="Fem av 10 har fått återkoppling inom 8 dagar",
        result="8 dagar. En enda som dröjer länge flyttar inte värdet.",
        expected=Expected(value=8.0, status="no_goal", numerator=None, denominator=10),
    ),
    _march(
        "aterkoppling_median",
        (_report(),),
        title="Ingen har fått återkoppling",
        given="En avvikelse i Ale registreras i mars 2025. Den väntar på återkoppling.",
        calculation="0 som har fått återkoppling går inte att ordna",
        result="Siffran saknas.",
        expected=Expected(value=None, status="missing", numerator=None, denominator=0),
    ),
    _march(
        "aterkoppling_p90",
        (_report(answered=days) for days in _TEN_ANSWERS),
        title="Nio av tio",
        given=_TEN_WORDS,
        calculation="Nio av 10 har fått återkoppling inom 55 dagar",
        result="55 dagar. Den tionde väntade längre.",
        expected=Expected(value=55.0, status="no_goal", numerator=None, denominator=10),
    ),
    _march(
        "aterkoppling_p90",
        (_report(answered=4), _report()),
        title="Den som väntar är inte med",
        given="Två avvikelser i Ale registreras i mars 2025. En får återkoppling efter 4 dagar. För den andra saknas återkoppling.",
        calculation="Den enda av 1 har fått återkoppling inom 4 dagar",
        result="4 dagar.",
        expected=Expected(value=4.0, status="no_goal", numerator=None, denominator=1),
    ),
    _march(
        "avslutade",
        (_report(closed=20), _report(), _report(), _report()),
        title="En av fyra",
        given="Fyra avvikelser i Ale registreras i mars 2025. En är avslutad.",
        calculation="100 × 1 / 4 = 25",
        result="25 %.",
        expected=Expected(value=25.0, status="no_goal", numerator=1, denominator=4, has_interval=True),
    ),
    _not_delivered("avslutade"),
    _march(
        "avslut_dagar",
        (_report(closed=10), _report(closed=40), _report()),
        title="Bara de avslutade",
        given="Tre avvikelser i Ale registreras i mars 2025. Två avslutas, efter 10 och 40 dagar. En är öppen.",
        calculation="50 dagar / 2 avvikelser = 25",
        result="25 dagar.",
        expected=Expected(value=25.0, status="no_goal", numerator=50, denominator=2),
    ),
    _march(
        "avslut_dagar",
        (_report(),),
        title="Ingen är avslutad",
        given="En avvikelse i Ale registreras i mars 2025. Den är öppen.",
        calculation="0 dagar / 0 avvikelser går inte att dela",
        result="Siffran saknas. Antalen, 0 och 0, visas.",
        expected=Expected(value=None, status="missing", numerator=0, denominator=0),
    ),
    _march(
        "avvikelser_oppna",
        (_report(closed=28), _report(closed=29), _report(), _report(date(2025, 2, 3)), _report(date(2025, 2, 3), closed=20)),
        title="Läget den 31 mars",
        given="I Ale registreras tre avvikelser den 3 mars 2025 och två den 3 februari. Tre av dem avslutas: den 23 februari, den 31 mars "
        "och den 1 april.",
        calculation="Öppna den 31 mars: den från mars som avslutas i april, den från mars utan avslut och den från februari utan avslut, 3",
        result="3 öppna avvikelser. Den som avslutas på periodens sista dag är inte öppen.",
        covered={"avvikelser": covering([_ALE], "2025-02", "2025-03")},
        expected=Expected(value=3, status="no_goal", numerator=3),
    ),
    _march(
        "avvikelser_oppna",
        (_report(date(2025, 2, 3)),),
        title="En tidigare månad saknas",
        given="En avvikelse i Ale registreras i februari 2025, men bara mars är levererad.",
        calculation="Ingen av de levererade är öppen: 0",
        result="0 öppna avvikelser. Den från februari saknas.",
        expected=Expected(value=0, status="no_goal", numerator=0),
    ),
)
