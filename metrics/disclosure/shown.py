"""What a row of figures shows of persons and events: the counts behind its numerator and denominator.

Everything follows from the indicators' declarations. A part that no declaration speaks of is a count of persons or events, so
a new indicator is protected from its first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from metrics.befolkning import POPULATION_PARTS
from metrics.indicators import INDICATORS

BEHIND: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({i.numerator: i.measures for i in INDICATORS.values() if i.measures})
"""Parts that measure persons or events rather than count them, and the counts they are built on."""

PRICED: Final[Mapping[str, str]] = MappingProxyType({i.numerator: i.price_of for i in INDICATORS.values() if i.price_of})
"""Parts that are another part times a public amount, so that they show it."""

UNBOUND: Final = frozenset((i.numerator, i.denominator) for i in INDICATORS.values() if i.may_exceed)
"""Numerators and denominators whose difference may be anything, so that nobody knows it to be small where it is hidden."""

SILENT_AT_ZERO: Final = frozenset({"payable_days", "payable_sek"})
"""No payable days is a zero like any other. A mean of zero days, or a month that is *not* over the limit, still tells of the few in it."""

_NOT_SMALL: Final = POPULATION_PARTS.union(*(i.not_sensitive for i in INDICATORS.values()))


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


def shares(dataset: str) -> tuple[tuple[str, str], ...]:
    """The dataset's counts that are part of another one, as (part, whole), once each: what its percentages say by themselves."""
    found = (i for i in INDICATORS.values() if i.dataset == dataset and i.unit == "%" and not i.may_exceed and is_share(i.id))
    return tuple(dict.fromkeys((i.numerator, str(i.denominator)) for i in found))


def is_per_inhabitant(indicator: str) -> bool:
    """Whether the denominator is a population, which is public already and stays in a suppressed row."""
    return denominator(indicator) in POPULATION_PARTS


def divides(indicator: str) -> str | None:
    """The part that the indicator's count divides together with other indicators' counts, None where it is no such count."""
    return INDICATORS[indicator].divides if indicator in INDICATORS else None


def is_for_county_years(indicator: str) -> bool:
    """Whether the public may see the indicator for the county's whole years alone, so that nothing can be taken apart."""
    return indicator in INDICATORS and INDICATORS[indicator].openly == "county_years"
