"""What a signal says, in Swedish: composed from rule, direction and length, and nothing where nothing can be said."""

from __future__ import annotations

from typing import Final, Literal

from metrics.funnel import Place
from metrics.rules import RULES
from metrics.trend import Marker
from metrics.xmr import Signal

CANNOT: Final = "kan inte beräknas"
USUAL: Final = "inom det väntade"

_NUMBERS: Final = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
_PERIODS: Final = {"month": "månader", "quarter": "kvartal", "year": "år"}
_SIDE: Final = {"high": "högre", "low": "lägre"}


def number(count: int) -> str:
    """The number as a word up to twelve, then in digits."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def signal(found: Signal, period_kind: Literal["month", "quarter", "year"]) -> str:
    """For example: lägre än väntat sju månader i rad."""
    length, unit = number(found.last - found.first + 1), _PERIODS[period_kind]
    side = _SIDE[found.direction]
    if found.rule == "beyond":
        return f"klart {side} än väntat"
    if found.rule == "trend":
        return f"allt {side} {length} {unit} i rad"
    if found.rule == "shift":
        return f"{side} än väntat {length} {unit} i rad"
    return f"nära gränsen för ovanligt {'högt' if found.direction == 'high' else 'lågt'} {number(RULES.near_points)} {unit} av " + number(
        RULES.near_window
    )


TREND: Final[dict[Marker, str]] = {
    "increasing": f"ökar över {number(RULES.trend_years)} år",
    "decreasing": f"minskar över {number(RULES.trend_years)} år",
    "no_change": f"ingen säker förändring över {number(RULES.trend_years)} år",
    "cannot": CANNOT,
}

FUNNEL: Final[dict[Place, str]] = {
    "above_99_8": "högre än slumpen förklarar",
    "above_95": "kanske högre än slumpen förklarar",
    "within": "inom det som slumpen förklarar",
    "below_95": "kanske lägre än slumpen förklarar",
    "below_99_8": "lägre än slumpen förklarar",
}

BENCHMARK: Final = {
    "higher": "högre än länet",
    "lower": "lägre än länet",
    "similar": "går inte att skilja från länet",
    "cannot": CANNOT,
}
