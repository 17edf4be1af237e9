"""Worked cases of the conditions for payment, on both sides of an agreement's date."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from metrics.cases.case import Case, Expected, covering, discharge

_ALE, _LERUM = "1440", "1441"
_LATE_CALL = "Kallelsen till SIP skickades fem dagar efter att patienten var utskrivningsklar. Allt annat är uppfyllt."


def _late_call(out: date) -> dict[str, Any]:
    """A patient ready on the day of discharge less six, with the call to SIP five days after that."""
    return dict(discharge(_ALE, out, 6, sip_kallelse=date.fromordinal(out.toordinal() - 1)))


CASES: Final = (
    Case(
        indicator="foljsamhet",
        title="Två av tre",
        given="Tre patienter från Ale skrivs ut i mars 2025. "
        "För två är alla villkor uppfyllda. För den tredje skickades inget inskrivningsmeddelande.",
        calculation="100 × 2 / 3 = 66,67",
        result="66,67 %.",
        area=_ALE,
        period="2025-03",
        rows={
            "utskrivning": (
                discharge(_ALE, date(2025, 3, 3), 1),
                discharge(_ALE, date(2025, 3, 4), 1, sip_behov=False, sip_kallelse=None),
                discharge(_ALE, date(2025, 3, 5), 1, inskrivningsmeddelande=False),
            )
        },
        covered={"utskrivning": covering([_ALE], "2025-03")},
        expected=Expected(value=100 * 2 / 3, status="no_goal", numerator=2, denominator=3, has_interval=True),
    ),
    Case(
        indicator="foljsamhet",
        title="En uppgift saknas",
        given="Tre patienter från Ale skrivs ut i mars 2025. "
        "För den första är alla villkor uppfyllda. För den andra saknas uppgift om planering i öppenvården. "
        "För den tredje saknas samma uppgift, och kallelsen till SIP skickades aldrig.",
        calculation="Den andra går inte att bedöma. Den tredje brister ändå i ett villkor: 100 × 1 / 2 = 50",
        result="50 % av de 2 som går att bedöma.",
        area=_ALE,
        period="2025-03",
        rows={
            "utskrivning": (
                discharge(_ALE, date(2025, 3, 3), 1),
                discharge(_ALE, date(2025, 3, 4), 1, oppenvard_planering=None),
                discharge(_ALE, date(2025, 3, 5), 1, oppenvard_planering=None, sip_kallelse=None),
            )
        },
        covered={"utskrivning": covering([_ALE], "2025-03")},
        expected=Expected(value=50.0, status="no_goal", numerator=1, denominator=2, has_interval=True),
    ),
    Case(
        indicator="foljsamhet",
        title="Sista dagen med avtalet 2023–2026",
        given=f"En patient från Ale skrivs ut den 31 december 2026. {_LATE_CALL}",
        calculation="Avtalet 2023–2026 kräver att kallelsen är skickad, inte när: 100 × 1 / 1 = 100",
        result="100 %.",
        area=_ALE,
        period="2026-12",
        rows={"utskrivning": (_late_call(date(2026, 12, 31)),)},
        covered={"utskrivning": covering([_ALE], "2026-12")},
        expected=Expected(value=100.0, status="no_goal", numerator=1, denominator=1, has_interval=True),
    ),
    Case(
        indicator="foljsamhet",
        title="Första dagen med avtalet 2027–2030",
        given=f"En patient från Ale skrivs ut den 1 januari 2027. {_LATE_CALL}",
        calculation="Avtalet 2027–2030 kräver att kallelsen skickas inom tre dagar: 100 × 0 / 1 = 0",
        result="0 %.",
        area=_ALE,
        period="2027-01",
        rows={"utskrivning": (_late_call(date(2027, 1, 1)),)},
        covered={"utskrivning": covering([_ALE], "2027-01")},
        expected=Expected(value=0.0, status="no_goal", numerator=0, denominator=1, has_interval=True),
    ),
    Case(
        indicator="foljsamhet",
        title="Om det nya avtalet hade börjat ett halvår tidigare",
        given="En patient från Ale skrivs ut den 31 december 2026, "
        f"och i inställningarna gäller det nya avtalet från 1 juli 2026. {_LATE_CALL}",
        calculation="Reglerna följer avtalets datum: 100 × 0 / 1 = 0",
        result="0 %.",
        area=_ALE,
        period="2026-12",
        rows={"utskrivning": (_late_call(date(2026, 12, 31)),)},
        covered={"utskrivning": covering([_ALE], "2026-12")},
        agreements={"hsa-2023": (date(2023, 1, 1), date(2026, 6, 30)), "hsa-2027": (date(2026, 7, 1), date(2030, 12, 31))},
        expected=Expected(value=0.0, status="no_goal", numerator=0, denominator=1, has_interval=True),
    ),
    Case(
        indicator="foljsamhet",
        title="Avtalet byts mitt i en månad",
        given="En patient från Ale skrivs ut den 14 och en den 16 december 2026, "
        "och i inställningarna gäller det nya avtalet från den 15. För båda gäller: " + _LATE_CALL,
        calculation="Den första bedöms efter det gamla avtalet, den andra efter det nya: 100 × 1 / 2 = 50",
        result="50 %.",
        area=_ALE,
        period="2026-12",
        rows={"utskrivning": (_late_call(date(2026, 12, 14)), _late_call(date(2026, 12, 16)))},
        covered={"utskrivning": covering([_ALE], "2026-12")},
        agreements={"hsa-2023": (date(2023, 1, 1), date(2026, 12, 14)), "hsa-2027": (date(2026, 12, 15), date(2030, 12, 31))},
        expected=Expected(value=50.0, status="no_goal", numerator=1, denominator=2, has_interval=True),
    ),
    Case(
        indicator="foljsamhet_bortfall",
        title="En av fyra",
        given="Fyra patienter från Ale skrivs ut i mars 2025. För den fjärde saknas uppgift om SIP behövs.",
        calculation="100 × 1 / 4 = 25",
        result="25 % går inte att bedöma.",
        area=_ALE,
        period="2025-03",
        rows={
            "utskrivning": (
                *(discharge(_ALE, date(2025, 3, day), 1) for day in (3, 4, 5)),
                discharge(_ALE, date(2025, 3, 6), 1, sip_behov=None, sip_kallelse=None),
            )
        },
        covered={"utskrivning": covering([_ALE], "2025-03")},
        expected=Expected(value=25.0, status="no_goal", numerator=1, denominator=4, has_interval=True),
    ),
    Case(
        indicator="foljsamhet_bortfall",
        title="Ett tomt datum är inte detsamma som en kolumn som saknas",
        given="En patient från Ale och en från Lerum skrivs ut i mars 2025. Båda behöver SIP, och datum för kallelsen är tomt. "
        "Lerums fil har ingen kolumn för kallelsen alls.",
        calculation="Ale: kallelsen är inte skickad, så villkoret brister. Lerum: går inte att veta. 100 × 1 / 2 = 50",
        result="50 % går inte att bedöma i länet. Siffran är ofullständig, för bara två kommuner har levererat.",
        area="lan-14",
        period="2025-03",
        rows={
            "utskrivning": (
                discharge(_ALE, date(2025, 3, 3), 1, sip_kallelse=None),
                discharge(_LERUM, date(2025, 3, 3), 1, sip_kallelse=None, lacks=frozenset({"sip_kallelse"})),
            )
        },
        covered={"utskrivning": covering([_ALE, _LERUM], "2025-03")},
        expected=Expected(value=50.0, status="incomplete", numerator=1, denominator=2, has_interval=True),
    ),
)
