"""A nämndplan as a value: its form, what makes one wrong, and the words that it is written with.

A plain value module that every room may import: loaders read plans, sql keeps them, pages and reports show them.
Source: contract, section 4; issue 5; docs/feeding.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, TypeAlias
from unicodedata import normalize

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

import periods

Path: TypeAlias = tuple[str | int, ...]
"""The keys and numbers that lead to a part of a plan."""
NOT_BEGUN: Final = "Ej påbörjad"
DONE: Final = "Avslutad"
STATUSES: Final = (NOT_BEGUN, "Pågående", "Pågående med avvikelse", DONE)
DIRECTIONS: Final = ("högre", "lägre")
"""Which way is the better one for a measure."""
PERIOD_KINDS: Final[Mapping[str, periods.Kind]] = {
    "månad": "month",
    "kvartal": "quarter",
    "tertial": "tertial",
    "halvår": "half_year",
    "år": "year",
}
FOLLOWED_BY: Final = "tertial"
"""How a plan is followed up when it does not say."""
TOTAL: Final = "Totalt"
SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    "Plan": ("nyckel", "varde"),
    "Riktningsmål": ("namn",),
    "Mål": ("riktningsmal", "namn", "beslutad_av", "beskrivning"),
    "Uppdrag": ("riktningsmal", "namn", "beslutad_av", "ansvarig", "fran", "klart_senast", "status", "indikator", "beskrivning"),
    "Delsteg": ("uppdrag", "namn", "fran", "klart_senast", "status"),
    "Mått": ("verksamhetsomrade", "visar_mal", "namn", "indikator", "enhet", "riktning", "mal", "period", "fran", "hette"),
    "Förbättringar": ("namn", "status", "prioriterad", "ansvarig", "fran", "indikator"),
    "Budget": ("verksamhetsomrade", "prognos_aret_fore", "budget_aret_fore", "budget"),
}
"""A plan as a workbook: its sheets and their columns. The sheet Plan holds one key and its value per row."""
KEYS: Final = ("kommun", "namnd", "ar", "dnr", "uppfoljning")
"""The keys of the sheet Plan."""
LONGEST_NAME: Final = 400


def _code_as_text(code: object) -> object:
    """A kommunkod without quotes is a number to YAML, and means the same."""
    return str(code) if isinstance(code, int) and not isinstance(code, bool) else code


def _one_of(words: Sequence[str], rule: str) -> AfterValidator:
    """One of the words, in any case; the error's type is the rule that it breaks."""
    known = {word.casefold(): word for word in words}

    def check(text: str) -> str:
        if text.casefold() not in known:
            raise PydanticCustomError(rule, "unknown word")
        return known[text.casefold()]

    return AfterValidator(check)


def _named(measure: object) -> object:
    """A measure that is no more than its name may be written as that."""
    return {"namn": measure} if isinstance(measure, str) else measure


def _number(value: object) -> object:
    """A whole number is a number too; YAML keeps them apart."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _lines(names: object) -> object:
    """Several names may be written as one text, a name per line."""
    return [line for line in names.splitlines() if line.strip()] if isinstance(names, str) else names


def plainly(name: str) -> str:
    """A name as names are compared: case and spaces make no difference."""
    return " ".join(name.casefold().split())


def _composed(text: str) -> str:
    """In one form of Unicode, so that a name is found again however it was typed."""
    return normalize("NFC", text)


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME), AfterValidator(_composed)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Status = Annotated[Name, _one_of(STATUSES, "okand_status")]
Direction = Annotated[Name, _one_of(DIRECTIONS, "okand_riktning")]
PeriodKind = Annotated[Name, _one_of(tuple(PERIOD_KINDS), "okand_period")]
Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]


class Part(BaseModel):
    """A frozen part of a plan, strict about types, with no room for keys that nobody knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Matt(Part):
    """A measure. With `indikator` one of our indicators gives it, and it fills itself.

    `riktning`: which way is better. `period`: how often it is followed; left out, whenever the plan is followed up.
    `fran`: from when, which is drawn in the indicator's charts. `hette`: what it was called before; what was delivered and written
    about it under those names is still its own.
    """

    namn: Name
    indikator: Name | None = None
    enhet: Name | None = None
    riktning: Direction | None = None
    mal: Number | None = None
    period: PeriodKind | None = None
    fran: date | None = None
    hette: Annotated[list[Name], BeforeValidator(_lines)] = []


Measures = list[Annotated[Matt, BeforeValidator(_named)]]


class Mal(Part):
    """A goal, and perhaps the measures that show it."""

    namn: Name
    beslutad_av: Name
    beskrivning: Text | None = None
    matt: Measures = []


class Delsteg(Part):
    """A step of an uppdrag."""

    namn: Name
    klart_senast: date | None = None
    fran: date | None = None
    status: Status | None = None


class Uppdrag(Part):
    """A commission: who decided it, who answers for it, when it is to be done, and its steps.

    `indikator` is the indicator that it aims at: its start (`fran`, its own or its steps') is drawn in that indicator's charts.
    """

    namn: Name
    beslutad_av: Name
    ansvarig: Name | None = None
    beskrivning: Text | None = None
    fran: date | None = None
    klart_senast: date | None = None
    status: Status | None = None
    indikator: Name | None = None
    delsteg: list[Delsteg] = []


class Riktningsmal(Part):
    """A direction, with goals and commissions under it."""

    namn: Name
    mal: list[Mal]
    uppdrag: list[Uppdrag]


class Forbattring(Part):
    """An improvement under way."""

    namn: Name
    status: Status
    prioriterad: bool = False
    ansvarig: Name | None = None
    fran: date | None = None
    indikator: Name | None = None


Budget = Annotated[list[int], Field(min_length=3, max_length=3)]
"""Forecast and budget of the year before, and budget of the year, in tkr."""


class Plan(Part):
    """A kommun's nämndplan of one year."""

    kommun: Annotated[Name, BeforeValidator(_code_as_text)]
    namnd: Name
    ar: int
    dnr: Name
    uppfoljning: PeriodKind | None = None
    riktningsmal: list[Riktningsmal]
    forbattringar: list[Forbattring] = []
    verksamhetsmatt: Mapping[Name, Measures]
    budget_tkr: Mapping[Name, Budget] = {}

    @property
    def followed_by(self) -> periods.Kind:
        """The kind of period that the plan is followed up by."""
        return PERIOD_KINDS[self.uppfoljning or FOLLOWED_BY]

    @property
    def uppdrag(self) -> tuple[Uppdrag, ...]:
        """Every uppdrag, in the plan's order."""
        return tuple(uppdrag for direction in self.riktningsmal for uppdrag in direction.uppdrag)

    @property
    def goals(self) -> tuple[Mal, ...]:
        """Every mål, in the plan's order."""
        return tuple(goal for direction in self.riktningsmal for goal in direction.mal)

    @property
    def groups(self) -> tuple[tuple[str, tuple[Matt, ...]], ...]:
        """Measures to follow, by verksamhetsområde and then by the mål that they show; each measure once."""
        seen: set[str] = set()
        found = []
        for name, measures in (*self.verksamhetsmatt.items(), *((goal.namn, goal.matt) for goal in self.goals)):
            own = tuple(measure for measure in measures if measure.namn not in seen)
            seen.update(measure.namn for measure in own)
            found.append((name, own))
        return tuple(group for group in found if group[1])

    @property
    def every_measure(self) -> tuple[Matt, ...]:
        """Every measure to follow, once."""
        return tuple(measure for _, measures in self.groups for measure in measures)

    @cached_property
    def called(self) -> Mapping[str, str]:
        """Each measure's present name by everything that it is and was called (see `plainly`)."""
        before = {plainly(name): measure.namn for measure in self.every_measure for name in measure.hette}
        return before | {plainly(measure.namn): measure.namn for measure in self.every_measure}

    def measures(self) -> int:
        """How many verksamhetsmått there are."""
        return sum(len(group) for group in self.verksamhetsmatt.values())

    def sums(self) -> Iterator[tuple[str, int, int]]:
        """For each column of the budget: its name, the sum of its areas, and what is stated as the total."""
        names = ("prognosen året före", "budgeten året före", "årets budget")
        stated = self.budget_tkr.get(TOTAL, [])
        for place, total in enumerate(stated):
            yield names[place], sum(amounts[place] for area, amounts in self.budget_tkr.items() if area != TOTAL), total

    def starts(self) -> Iterator[tuple[str, str, date]]:
        """What begins on a day and aims at an indicator: the indicator's id, the name, and the day."""
        aiming: list[tuple[str | None, Uppdrag | Delsteg | Forbattring | Matt]] = [(each.indikator, each) for each in self.uppdrag]
        aiming += [(each.indikator, step) for each in self.uppdrag for step in each.delsteg]
        aiming += [(each.indikator, each) for each in self.forbattringar]
        aiming += [(each.indikator, each) for each in self.every_measure]
        yield from ((indicator, part.namn, part.fran) for indicator, part in aiming if indicator and part.fran)

    def named_twice(self) -> Iterator[tuple[Path, str]]:
        """Where a name stands that another of its kind has already, and the name: outcomes and states are kept by name."""
        tops = list(enumerate(self.riktningsmal))
        tasks: list[tuple[Path, Uppdrag]] = [
            (("riktningsmal", a, "uppdrag", b), each) for a, top in tops for b, each in enumerate(top.uppdrag)
        ]
        kinds: list[list[tuple[Path, str]]] = [
            [(("riktningsmal", a), top.namn) for a, top in tops],
            [(("riktningsmal", a, "mal", b), each.namn) for a, top in tops for b, each in enumerate(top.mal)],
            [(path, each.namn) for path, each in tasks],
            [(("forbattringar", number), each.namn) for number, each in enumerate(self.forbattringar)],
            [(("verksamhetsmatt", area, b), each.namn) for area, group in self.verksamhetsmatt.items() for b, each in enumerate(group)],
            *[[((*path, "delsteg", c), step.namn) for c, step in enumerate(each.delsteg)] for path, each in tasks],
        ]
        for kind in kinds:
            seen: set[str] = set()
            for path, name in kind:
                if plainly(name) in seen:
                    yield path, name
                seen.add(plainly(name))

    def named_as_another_was(self) -> Iterator[tuple[Path, str]]:
        """Where a measure has a name that another has had and that outcomes follow to that one, and the name."""
        shown: list[tuple[Path, Matt]] = [
            (("verksamhetsmatt", area, number), each) for area, group in self.verksamhetsmatt.items() for number, each in enumerate(group)
        ]
        for a, top in enumerate(self.riktningsmal):
            for b, goal in enumerate(top.mal):
                shown += [(("riktningsmal", a, "mal", b, "matt", number), each) for number, each in enumerate(goal.matt)]
        for path, measure in shown:
            others = (each for _, each in shown if plainly(each.namn) != plainly(measure.namn))
            if any(plainly(measure.namn) == plainly(name) for each in others for name in each.hette):
                yield path, measure.namn


def from_json(text: str) -> Plan:
    """A plan as it is kept."""
    return Plan.model_validate_json(text)


def to_json(plan: Plan) -> str:
    """A plan as it is kept: what is not said is not there."""
    return plan.model_dump_json(exclude_none=True, exclude_defaults=True)


def content(plan: Plan) -> dict[str, Any]:
    """The plan as plain values, as a YAML file holds them: what is not said is not there."""
    said = plan.model_dump(exclude_none=True, exclude_defaults=True)
    for direction in said["riktningsmal"]:
        direction.setdefault("mal", [])
        direction.setdefault("uppdrag", [])
    return said
