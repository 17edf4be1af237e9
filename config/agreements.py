"""Agreements, their rules, goals and amounts, as config.yaml states them: the law as dated data."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from config.values import AreaKind, Dated, PeriodKind, Text, Value


class Condition(Value):
    """One condition for the kommun's payment responsibility, judged per discharge.

    `applies_if` names a ja/nej column that decides whether the condition applies at all. It is met when
    `yes_in` (a ja/nej column) is ja, when `date_in` holds a date, or when that date is at most `within_days` after `of`.
    """

    id: Text
    name: Text
    section: Text
    applies_if: Text | None = None
    yes_in: Text | None = None
    date_in: Text | None = None
    of: Text | None = None
    within_days: int | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if (self.yes_in is None) == (self.date_in is None):
            raise ValueError("ange antingen yes_in (ja/nej-kolumn) eller date_in (datumkolumn)")
        if (self.of is None) != (self.within_days is None):
            raise ValueError("of och within_days hör ihop: ange båda eller ingen")
        if self.of is not None and self.date_in is None:
            raise ValueError("of och within_days kräver date_in")
        return self


class DischargeRules(Value):
    """The payment model: mean over `mean_limit_days` per kommun and month; over `individual_after_days` each pays alone."""

    mean_limit_days: float = Field(ge=0)
    individual_after_days: int = Field(ge=0)
    section: Text
    conditions: tuple[Condition, ...] = Field(min_length=1)


class TrainingRules(Value):
    """A unit is to have been trained in allmän munhälsovård within so many years."""

    trained_within_years: int = Field(gt=0)
    section: Text


class PlacementRules(Value):
    """The costs of an acute placement are to be divided within so many days of its first."""

    cost_division_within_days: int = Field(ge=0)
    section: Text


class Notice(Value):
    """When a party may give notice at the latest, and how long the agreement goes on each time that nobody does."""

    months_before_end: int = Field(gt=0)
    extension_years: int = Field(gt=0)
    section: Text


class Part(Value):
    """The agreement itself, or one of its sub-agreements."""

    id: Text
    name: Text


class Clause(Value):
    """Something that the agreement says shall be followed up: the indicators that answer it, or the reason why none does.

    `by_conditions`: the indicators of the agreement's own conditions answer it.
    """

    part: Text
    section: Text
    text: Text
    indicators: tuple[Text, ...] = ()
    by_conditions: bool = False
    reason: Text | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if sum((bool(self.indicators), self.by_conditions, self.reason is not None)) != 1:
            raise ValueError("ange ett av indicators, by_conditions och reason")
        return self


class Change(Value):
    """What is new since the agreement before, for some indicators."""

    text: Text
    section: Text
    indicators: tuple[Text, ...] = Field(min_length=1)


class Agreement(Dated):
    """A hälso- och sjukvårdsavtal and the rules that hang under it; the rules have no dates of their own.

    An agreement that says nothing of a thing leaves its rules out, and what is judged by them has no figure. `short_name` stands in
    charts, where a name has little room.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    name: Text
    short_name: Text | None = None
    source: Text
    utskrivning: DischargeRules
    munhalsa: TrainingRules | None = None
    placeringar: PlacementRules | None = None
    notice: Notice | None = None
    parts: tuple[Part, ...] = ()
    follow_up: tuple[Clause, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def in_charts(self) -> str:
        """The name as a chart has it."""
        return self.short_name or self.name

    @model_validator(mode="after")
    def _clauses_have_their_part(self) -> Self:
        unknown = {clause.part for clause in self.follow_up} - {part.id for part in self.parts}
        if unknown:
            raise ValueError(f"follow_up nämner {', '.join(sorted(unknown))}, som inte finns under parts. Rätta stavningen")
        return self


class Goal(Dated):
    """A goal that the parties have set: which figures it is tested on, from when, and who says so."""

    comparison: Literal["at_least", "at_most"]
    value: float
    area_kinds: tuple[AreaKind, ...] = Field(min_length=1)
    period_kinds: tuple[PeriodKind, ...] = Field(min_length=1)
    source: Text
    note: Text | None = None


class Amount(Value):
    """Kronor per vårddygn that Socialstyrelsen has set for a year."""

    amount: int = Field(gt=0)
    source: Text
