"""Figures as they are written on pages: one place decides decimals, units, signs, and what stands where there is no number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config import Settings
from dashboard.lookup import Figure
from dashboard.states import NO_GOAL, badge, state_of
from dashboard.tree import Element, h
from metrics.indicators import INDICATORS, Indicator
from reports.wording import places_of
from swedish import NBSP, beside_goal, change_word, number, signed, unit_word, with_unit

LESS: Final = "lägre"
MORE: Final = "högre"


@dataclass(frozen=True)
class Writer:
    """Writes figures of one indicator."""

    indicator: Indicator
    places: int

    def value(self, figure: Figure | None) -> str:
        """The number alone, with its decimals; what is missing or protected gives its word instead."""
        if figure is None or figure.value is None:
            return state_of(figure).word
        if self.indicator.denominator is not None and not self.indicator.is_ratio:  # so many of so many
            return f"{number(figure.numerator, 0)} av {number(figure.denominator, 0)}"
        return beside_goal(figure.value, self.places, figure.goal if figure.status == "missed" else None)

    def with_unit(self, figure: Figure | None) -> str:
        """The number and its unit, held together."""
        if figure is None or figure.value is None:
            return state_of(figure).word
        return with_unit(self.value(figure), self.indicator.unit)

    def number(self, value: float | None) -> str:
        """Any value on the indicator's scale, without unit."""
        return number(value, self.places)

    def amount(self, value: float) -> str:
        """Any value on the indicator's scale, with its unit."""
        return with_unit(number(value, self.places), self.indicator.unit)

    def data(self, figure: Figure | None) -> Element:
        """The number for readers and, unrounded, for programs."""
        if figure is None or figure.value is None:
            return h.span(state_of(figure).word)
        return h.data(self.value(figure), value=repr(figure.value))

    def cell(self, figure: Figure | None) -> Element:
        """A table cell: the number, with the state's mark (drawn by the style sheet) and its word for those who do not see that."""
        state = state_of(figure)
        if figure is None or figure.value is None:
            return h.td(state.word, class_=state.id)
        if state is NO_GOAL:
            return h.td(self.data(figure))
        return h.td(h.span(f"{state.word}: ", class_="unseen"), self.data(figure), class_=state.id)

    def change(self, now: Figure | None, then: Figure | None) -> Change | None:
        """The change between two figures that can be compared: both whole, and of the same thing; or None."""
        if now is None or then is None or not (now.is_plain and then.is_plain):
            return None
        if self.indicator.of_its_agreement and now.agreement != then.agreement:
            return None
        assert now.value is not None  # noqa: S101 - is_plain says so
        assert then.value is not None  # noqa: S101
        return Change(self, now.value - then.value)


@dataclass(frozen=True)
class Change:
    """A change of value, on the indicator's scale."""

    writer: Writer
    difference: float

    @property
    def shown_as_zero(self) -> bool:
        """Whether the change rounds to nothing."""
        return round(self.difference, self.writer.places) == 0

    @property
    def signed(self) -> str:
        """`+0,12`, `−3`."""
        return signed(self.difference, self.writer.places)

    @property
    def with_unit(self) -> str:
        """`+0,12 procentenheter`."""
        word = change_word(self.writer.indicator.unit)
        return f"{self.signed}{NBSP}{word}" if word else self.signed

    @property
    def judgement(self) -> str:
        """`bättre` or `sämre`; empty where nothing changed or no direction is the better one."""
        direction = self.writer.indicator.direction
        if direction == "none" or self.shown_as_zero:
            return ""
        return "bättre" if (self.difference > 0) == (direction == "higher") else "sämre"

    @property
    def words(self) -> str:
        """The change in a sentence: `0,12 procentenheter högre`, `lika högt`."""
        if self.shown_as_zero:
            return "oförändrat"
        indicator = self.writer.indicator
        size = with_unit(number(abs(self.difference), self.writer.places), indicator.unit)
        if indicator.unit == "kr":
            return f"{size} {'mer' if self.difference > 0 else 'mindre'}"
        if not indicator.is_ratio:
            return f"{size} {'fler' if self.difference > 0 else 'färre'}"
        size = number(abs(self.difference), self.writer.places)
        return f"{size}{NBSP}{change_word(indicator.unit)} {MORE if self.difference > 0 else LESS}"


def small(name: str) -> str:
    """The name with a small first letter, to stand inside a sentence; an abbreviation keeps its capitals."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def writer(settings: Settings, indicator_id: str) -> Writer:
    """Who writes the indicator's figures."""
    return Writer(INDICATORS[indicator_id], places_of(settings, indicator_id))


def big(figure: Figure | None, by: Writer) -> Element:
    """The large number of a card, with its unit small; or the word for why there is none."""
    if figure is None or figure.value is None:
        return h.p(badge(state_of(figure)), class_="figure none")
    word = unit_word(by.indicator.unit)
    return h.p(by.data(figure), h.small(f"{NBSP}{word}") if word else None, class_="figure digits")
