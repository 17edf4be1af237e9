"""A kommun's nyckeltal from elsewhere beside those of the county's other kommuner. Which way is better is not ours to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal

Side = Literal["över", "under", "lika"]


@dataclass(frozen=True)
class Compared:
    """A year of a nyckeltal: the kommun's value (None: it has none), the median of those that have one, and how many they are."""

    value: float | None
    median: float | None
    kommuner: int

    @property
    def side(self) -> Side | None:
        """Where the kommun lies from the median; None where either is missing."""
        if self.value is None or self.median is None:
            return None
        return "lika" if self.value == self.median else "över" if self.value > self.median else "under"


def compared(by_kommun: Mapping[str, float | None], kommun: str) -> Compared:
    """The kommun's value among the county's, of one nyckeltal and year. The kommun's own is one of those that the median is of."""
    known = [value for value in by_kommun.values() if value is not None]
    return Compared(by_kommun.get(kommun), median(known) if known else None, len(known))
