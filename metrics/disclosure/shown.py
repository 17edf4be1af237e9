"""What a row of figures shows of persons and events: the counts behind its numerator and denominator.

Everything follows from the indicators' declarations. A part that is not named here is a count of persons or events, so a new
indicator is protected from its first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from metrics.befolkning import POPULATION_PARTS
from metrics.indicators import INDICATORS

BEHIND: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "short_days": ("short_stays",),
        "payable_days": ("short_stays", "long_stays", "alone_stays"),
        "payable_sek": ("short_stays", "long_stays", "alone_stays"),
        "months_over": ("short_stays",),
        "answer_days": ("answered",),
    }
)
"""Parts that measure persons or events rather than count them, and the counts they are built on."""

SILENT_AT_ZERO: Final = frozenset({"payable_days", "payable_sek"})
"""No payable days is a zero like any other. A mean of zero days, or a month that is *not* over the limit, still tells of the few in it."""

_NOT_SMALL: Final = POPULATION_PARTS | {"months"}


def is_count(part: str | None) -> bool:
    """Whether the part counts persons or events, so that 1 to threshold - 1 of it is protected."""
    return part is not None and part not in _NOT_SMALL and part not in BEHIND


def is_personal(part: str) -> bool:
    """Whether the part counts persons or events, or measures them."""
    return part not in _NOT_SMALL


def numerator(indicator: str) -> str:
    """The part in the indicator's numerator; for an indicator that is not declared, a part of its own."""
    return INDICATORS[indicator].numerator if indicator in INDICATORS else f"{indicator}|numerator"


def denominator(indicator: str) -> str | None:
    """The part in the indicator's denominator, None where it has none."""
    return INDICATORS[indicator].denominator if indicator in INDICATORS else f"{indicator}|denominator"


def is_share(indicator: str) -> bool:
    """Whether the numerator is a part of the denominator, so that the rest of it is a count too."""
    return is_count(numerator(indicator)) and is_count(denominator(indicator))


def is_per_inhabitant(indicator: str) -> bool:
    """Whether the denominator is a population, which is public already and stays in a suppressed row."""
    return denominator(indicator) in POPULATION_PARTS
