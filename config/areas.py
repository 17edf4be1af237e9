"""The county, its kommuner and the two ways of dividing it, as config.yaml states them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from config.values import KommunCode, Text, Value


class County(Value):
    """The whole: `id` is the area id of the län."""

    id: Text
    name: Text


class Member(Value):
    """A kommun's place in an area; without dates it has always been there."""

    kommun: KommunCode
    valid_from: date = date.min
    valid_to: date = date.max
    source: Text | None = None


class Area(Value):
    """A delregion: `members` are kommunkoder, or entries with dates where a kommun has moved."""

    id: Annotated[str, StringConstraints(pattern=r"^(kf|vs)-[a-z0-9-]+$")]
    name: Text
    source: Text
    members: tuple[KommunCode | Member, ...]

    def memberships(self) -> Iterator[Member]:
        """Every membership with its dates."""
        for member in self.members:
            yield member if isinstance(member, Member) else Member(kommun=member)


class Division(Value):
    """A way of dividing the county's kommuner into delregioner."""

    id: Text
    name: Text
    areas: tuple[Area, ...]
    unplaced: tuple[KommunCode, ...] = ()

    def members_on(self, area_id: str, day: date) -> tuple[str, ...]:
        """Kommunkoder in the area on the day, in order."""
        area = next(area for area in self.areas if area.id == area_id)
        return tuple(sorted(m.kommun for m in area.memberships() if m.valid_from <= day <= m.valid_to))


def division_problems(division: Division, kommuner: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a division, given names by kommunkod."""
    placed: dict[str, list[tuple[Member, str]]] = {}
    for area in division.areas:
        for member in area.memberships():
            if member.kommun not in kommuner:
                yield f"kommunen {member.kommun} i {area.id} finns inte under kommuner. Lägg till den där eller ta bort den här"
            placed.setdefault(member.kommun, []).append((member, area.id))
    for kommun, places in placed.items():
        ordered = sorted(places, key=lambda place: place[0].valid_from)
        for (earlier, area_id), (later, other_id) in itertools.pairwise(ordered):
            if later.valid_from <= earlier.valid_to:
                yield f"kommunen {kommun} ligger i både {area_id} och {other_id} samma dag. Ge medlemskapen datum som inte överlappar"
    for kommun in kommuner:
        if kommun not in placed and kommun not in division.unplaced:
            yield f"kommunen {kommun} saknar plats i indelningen {division.id}. Lägg den i en delregion eller under unplaced"
