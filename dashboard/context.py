"""What a page is made from besides the reader's choices."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import periods
from config import Settings
from dashboard.areas import Area, Areas
from dashboard.choices import Choices
from dashboard.lookup import Figure, Lookup
from flows.planning import Planned, Start
from metrics.agreements import breaks_of
from metrics.indicators import INDICATORS

HEADLINE: Final = "ntandvard_tackning"


@dataclass(frozen=True)
class Context:
    """The settings, the areas, the figures of the current run (None: nothing has been computed yet), and the nämndplaner."""

    settings: Settings
    areas: Areas
    lookup: Lookup
    planned: Planned | None = None

    def plan_key(self, path: str) -> Hashable:
        """What a kept page at the path holds of the plans: their starts, and on a kommun's page how far it has come today."""
        if self.planned is None:
            return None
        _, _, kommun = path.partition("/kommun/")
        return (self.planned.book.stamp, *((self.planned.said.get(kommun), self.planned.today) if kommun else ()))

    def starts(self, area: str, indicator: str) -> tuple[Start, ...]:
        """What begins in the kommun and aims at the indicator; nothing for a wider area."""
        return self.planned.starts(area, indicator) if self.planned else ()

    def period(self, chosen: Choices, indicator: str = HEADLINE) -> str:
        """The chosen period, or the newest quarter that the county has a value for, or the newest period of any kind."""
        if chosen.period:
            return chosen.period
        for kind in ("quarter", "month", "year"):
            with_value = [f.period for f in self.lookup.series(indicator, self.areas.county.id, kind) if f.value is not None]
            if with_value:
                return with_value[-1]
        return self.lookup.all_periods[-1] if self.lookup.all_periods else ""

    def cuts(self, indicator: str, wanted: Sequence[str]) -> list[date]:
        """The days along the periods from which the indicator is of something new, since an agreement then began."""
        return [agreement.valid_from for agreement in breaks_of(self.settings, INDICATORS[indicator], wanted)]

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
