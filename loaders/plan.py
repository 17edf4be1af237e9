"""The form of a nämndplan, and what makes one wrong. Source: contract, section 4; docs/feeding.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


def _code_as_text(code: object) -> object:
    """A kommunkod without quotes is a number to YAML, and means the same."""
    return str(code) if isinstance(code, int) and not isinstance(code, bool) else code


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
TOTAL = "Totalt"


class _Part(BaseModel):
    """A frozen part of a plan, strict about types, with no room for keys that nobody knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Mal(_Part):
    """A goal, and perhaps the measures that show it."""

    namn: Name
    beslutad_av: Name
    matt: list[Name] = []


class Delsteg(_Part):
    """A step of an uppdrag."""

    namn: Name
    klart_senast: date | None = None
    fran: date | None = None


class Uppdrag(_Part):
    """A commission, and perhaps when it is to be done and its steps."""

    namn: Name
    beslutad_av: Name
    klart_senast: date | None = None
    delsteg: list[Delsteg] = []


class Riktningsmal(_Part):
    """A direction, with goals and commissions under it."""

    namn: Name
    mal: list[Mal]
    uppdrag: list[Uppdrag]


class Forbattring(_Part):
    """An improvement under way."""

    namn: Name
    status: Name
    prioriterad: bool = False


class Verksamhetsmatt(_Part):
    """A measure that one of our indicators gives."""

    namn: Name
    indikator: Name


Budget = Annotated[list[int], Field(min_length=3, max_length=3)]
"""Forecast and budget of the year before, and budget of the year, in tkr."""


class Plan(_Part):
    """A kommun's nämndplan of one year."""

    kommun: Annotated[Name, BeforeValidator(_code_as_text)]
    namnd: Name
    ar: int
    dnr: Name
    riktningsmal: list[Riktningsmal]
    forbattringar: list[Forbattring] = []
    verksamhetsmatt: Mapping[Name, list[Name | Verksamhetsmatt]]
    budget_tkr: Mapping[Name, Budget] = {}

    def measures(self) -> int:
        """How many verksamhetsmått there are."""
        return sum(len(group) for group in self.verksamhetsmatt.values())

    def sums(self) -> Iterator[tuple[str, int, int]]:
        """For each column of the budget: its name, the sum of its areas, and what is stated as the total."""
        names = ("prognosen året före", "budgeten året före", "årets budget")
        stated = self.budget_tkr.get(TOTAL, [])
        for place, total in enumerate(stated):
            yield names[place], sum(amounts[place] for area, amounts in self.budget_tkr.items() if area != TOTAL), total
