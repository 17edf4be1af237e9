"""The bridge between the agreement's mean number of days and SKR's: the same discharges, one step at a time.

The agreement counts those with few enough days where no condition fails, same-day discharges too. SKR counts everybody who stayed a
day or more. Source: agreements, in- och utskrivning; vantetider.se, utskrivningsklara.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from metrics.breakdowns.utskrivning import ALONE, IN_MEAN, LEFT_OUT, NO_RULE, SAME_DAY

Counted = Mapping[str, tuple[float, float]]
"""Days and discharges by how each counts: the categories of the breakdown `rakning`."""


@dataclass(frozen=True)
class Step:
    """A mean on the way: who came in or went out since the step before, and what days and discharges it then is made of."""

    name: str
    days: float
    discharges: float
    more_days: float
    more_discharges: float

    @property
    def mean(self) -> float | None:
        """Days over discharges; None over nobody."""
        return self.days / self.discharges if self.discharges else None


_STEPS: Final = (
    ("Avtalets genomsnitt", (IN_MEAN, IN_MEAN + SAME_DAY), 1),
    ("Plus de där ett villkor brister", (LEFT_OUT, LEFT_OUT + SAME_DAY), 1),
    ("Plus de som räknas var för sig", (ALONE,), 1),
    ("Plus de som inget avtal gäller för", (NO_RULE, NO_RULE + SAME_DAY), 1),
    ("Minus de som skrivs ut samma dag: SKR:s genomsnitt", (IN_MEAN + SAME_DAY, LEFT_OUT + SAME_DAY, NO_RULE + SAME_DAY), -1),
)


def steps(counted: Counted) -> list[Step]:
    """From the agreement's mean to SKR's. A step that moves nobody is left out, but for the first and the last."""
    days = discharges = 0.0
    made: list[Step] = []
    for number, (name, categories, sign) in enumerate(_STEPS):
        moved = [counted.get(category, (0.0, 0.0)) for category in categories]
        more_days, more = sign * sum(each[0] for each in moved), sign * sum(each[1] for each in moved)
        days, discharges = days + more_days, discharges + more
        if more or number in (0, len(_STEPS) - 1):
            made.append(Step(name, days, discharges, more_days, more))
    return made
