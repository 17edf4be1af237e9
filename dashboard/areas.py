"""The areas as the pages speak of them: names, kinds, who lies in what on a day, and the address of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from config import Division, Settings
from swedish import in_order

Kind = Literal["kommun", "delregion", "lan"]


@dataclass(frozen=True)
class Area:
    """One area: a kommun, a delregion of some division, or the county."""

    id: str
    kind: Kind
    name: str

    @property
    def path(self) -> str:
        """The address of the area's own page; the county's is the overview."""
        return "/" if self.kind == "lan" else f"/{self.kind}/{self.id}"


@dataclass(frozen=True)
class Areas:
    """Every area of the settings. What is asked again is remembered, so that one value serves all pages."""

    settings: Settings
    _members: dict[tuple[str, date], tuple[Area, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def county(self) -> Area:
        """The county."""
        return Area(self.settings.county.id, "lan", self.settings.county.name)

    @cached_property
    def kommuner(self) -> tuple[Area, ...]:
        """Every kommun, in the order of the Swedish alphabet."""
        every = (Area(code, "kommun", name) for code, name in self.settings.kommuner.items())
        return tuple(sorted(every, key=lambda area: in_order(area.name)))

    def delregioner(self, division: Division) -> list[Area]:
        """The division's delregioner, in its own order."""
        return [Area(area.id, "delregion", area.name) for area in division.areas]

    def find(self, area_id: str) -> Area | None:
        """The area with the id, or None."""
        if area_id == self.settings.county.id:
            return self.county
        if area_id in self.settings.kommuner:
            return Area(area_id, "kommun", self.settings.kommuner[area_id])
        named = (area for division in self.settings.divisions for area in self.delregioner(division))
        return next((area for area in named if area.id == area_id), None)

    def division(self, division_id: str | None) -> Division:
        """The division with the id, or the first one."""
        return next((each for each in self.settings.divisions if each.id == division_id), self.settings.divisions[0])

    def division_of(self, delregion: Area) -> Division:
        """The division that the delregion belongs to."""
        return next(each for each in self.settings.divisions if any(area.id == delregion.id for area in each.areas))

    def members(self, area: Area, day: date) -> tuple[Area, ...]:
        """The kommuner in the area on the day, in alphabetical order; a kommun holds itself."""
        if area.kind == "lan":
            return self.kommuner
        if area.kind == "kommun":
            return (area,)
        if (area.id, day) not in self._members:
            codes = self.division_of(area).members_on(area.id, day)
            self._members[area.id, day] = tuple(kommun for kommun in self.kommuner if kommun.id in codes)
        return self._members[area.id, day]

    def delregion_of(self, kommun: Area, division: Division, day: date) -> Area | None:
        """The delregion that the kommun lies in on the day, or None where the division leaves it unplaced."""
        return next((area for area in self.delregioner(division) if kommun in self.members(area, day)), None)
