"""What every model of config.yaml is made of: frozen values, dated values, and how problems are told."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
KommunCode = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
PeriodKind = Literal["month", "quarter", "year"]
AreaKind = Literal["kommun", "delregion", "lan"]


class ConfigError(Exception):
    """The settings file is wrong. `problems` holds one Swedish sentence each, with place and remedy."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Value(BaseModel):
    """A frozen value with no room for keys nobody asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Value):
    """Something that holds from a day to a day, both included; an open end is left out."""

    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to ligger före valid_from. Byt plats på dem eller rätta den ena")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, first: date, last: date) -> bool:
        """Whether it is in force on any day of first..last."""
        return self.valid_from <= last and (self.valid_to is None or first <= self.valid_to)


DatedT = TypeVar("DatedT", bound=Dated)


def in_force(entries: Sequence[DatedT], day: date) -> DatedT | None:
    """The one entry that holds on the day, or None; overlaps were refused when the settings were read."""
    return next((entry for entry in entries if entry.holds_on(day)), None)


def overlapping(entries: Sequence[DatedT]) -> Iterator[tuple[DatedT, DatedT]]:
    """Neighbours in time that share a day: earlier, later."""
    ordered = sorted(entries, key=lambda entry: entry.valid_from)
    for earlier, later in itertools.pairwise(ordered):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            yield earlier, later


def repeated(ids: Iterable[str]) -> list[str]:
    """Ids that are there more than once."""
    return sorted(i for i, count in Counter(ids).items() if count > 1)


ChosenT = TypeVar("ChosenT")


def unless(problems: Sequence[str], value: ChosenT) -> ChosenT:
    """The value; raises ValueError with every problem, if there is one."""
    if problems:
        raise ValueError(". ".join(problems))
    return value
