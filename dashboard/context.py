"""What a page is made from besides the reader's choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import periods
from config import Settings
from dashboard.areas import Area, Areas
from dashboard.choices import Choices
from dashboard.lookup import Figure, Lookup

HEADLINE: Final = "ntandvard_tackning"


@dataclass(frozen=True)
class Context:
    """The settings, the areas, and the figures of the current run (None: nothing has been computed yet)."""

    settings: Settings
    areas: Areas
    lookup: Lookup

    def period(self, chosen: Choices, indicator: str = HEADLINE) -> str:
        """The chosen period, or the newest quarter that the county has a value for, or the newest period of any kind."""
        if chosen.period:
            return chosen.period
        for kind in ("quarter", "month", "year"):
            with_value = [f.period for f in self.lookup.series(indicator, self.areas.county.id, kind) if f.value is not None]
            if with_value:
                return with_value[-1]
        return self.lookup.all_periods[-1] if self.lookup.all_periods else ""

    @property
    def kommuner(self) -> tuple[Area, ...]:
        """Every kommun, in alphabetical order."""
        return self.areas.kommuner

    def per_kommun(self, indicator: str, period: str) -> dict[str, Figure | None]:
        """Every kommun's figure, by its code."""
        return {area.id: self.lookup.figure(indicator, area.id, period) for area in self.kommuner}

    def until(self, indicator: str, area: str, period: str) -> list[Figure]:
        """The area's figures of the period's kind, up to it, oldest first."""
        return [figure for figure in self.lookup.series(indicator, area, periods.kind(period)) if figure.period <= period]
