"""Which of the agreement's conditions fail, discharge by discharge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.areas import Area
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.framed import as_table, picture_menu
from dashboard.parts import notice, row, table
from dashboard.states import SUPPRESSED, badge, state_of
from dashboard.tree import Element, Node, h
from metrics import villkor
from swedish import listed, number
from swedish import period as in_words

_LEAST: Final = 0.6  # percent of the width: what is little is still seen
_COUNTY_YEARS: Final = (
    "Talen är så små att de kan peka ut enskilda patienter. Öppet visas villkoren för hela länet och hela år, där talen är stora nog."
)


@dataclass(frozen=True)
class Failing:
    """One condition in a period: its indicator's name, and of the discharges that can be judged how many met it."""

    id: str
    name: str
    judged: float
    met: float

    @property
    def not_met(self) -> float:
        """How many failed it."""
        return self.judged - self.met


def failing(context: Context, area: Area, period: str) -> list[Failing]:
    """Every condition that the reader may see the figure of, the one that fails most first."""
    figures = [(each, context.lookup.figure(each.id, area.id, period)) for each in villkor.indicators(context.settings)]
    made = [
        Failing(each.id, each.name, figure.denominator, figure.numerator)
        for each, figure in figures
        if figure is not None and figure.numerator is not None and figure.denominator is not None
    ]
    return sorted(made, key=lambda each: -each.not_met)


def is_hidden(context: Context, area: Area, period: str) -> bool:
    """Whether some condition has a figure that the reader may not see."""
    figures = (context.lookup.figure(each.id, area.id, period) for each in villkor.indicators(context.settings))
    return any(figure is not None and state_of(figure) is SUPPRESSED for figure in figures)


def most(conditions: Sequence[Failing]) -> str | None:
    """`Kallelse till SIP är skickad` fails most: the name or names, or None when nothing fails."""
    top = [each.name for each in conditions if each.not_met == conditions[0].not_met > 0]
    return f"”{listed(top)}”" if top else None


def section(context: Context, area: Area, period: str, *, class_: str = "") -> Element:
    """A bar per condition: how many discharges failed it."""
    conditions = failing(context, area, period)
    if not conditions and is_hidden(context, area, period):
        return _without("Villkoren visas inte öppet här", badge(SUPPRESSED), _COUNTY_YEARS, class_)
    if not conditions:
        return _without("Inga villkor att visa", None, f"Inga utskrivningar med ett avtal för {in_words(period)}.", class_)
    first = most(conditions)
    heading = f"Oftast brister {first}" if first else "Inget villkor brister"
    largest = max((each.not_met for each in conditions), default=0)
    return h.section(
        h.h2(heading, id="villkor"),
        h.p(_what(context, area, period), class_="what"),
        h.ol([_bar(each, largest) for each in conditions], class_="bars surface digits"),
        h.p(
            "En utskrivning kan brista i flera villkor. Ett villkor räknas bara där det gäller och går att bedöma.",
            " Villkor med små tal visas inte." if is_hidden(context, area, period) else None,
            class_="foot",
        ),
        h.div(
            as_table(_table(conditions, area, period), heading),
            picture_menu(None, links(indicator=[each.id for each in conditions], area=[area.id], period=[period])),
            class_="chart-tools",
        ),
        class_=f"chart {class_}".strip(),
        aria_labelledby="villkor",
    )


def _without(heading: str, mark: Node | None, why: str, class_: str) -> Element:
    said = notice(heading, why, ("Så räknas det", "/indikator/foljsamhet#definition"))
    return h.section(h.h2("Villkoren", id="villkor"), mark, said, class_=f"chart {class_}".strip(), aria_labelledby="villkor")


def _what(context: Context, area: Area, period: str) -> str:
    figure = context.lookup.figure("foljsamhet", area.id, period)
    said = f"Utskrivningar där villkoret inte är uppfyllt, {in_words(period)}."
    if figure is None or figure.numerator is None or not figure.denominator:
        return said
    return f"{said} I {number(figure.denominator - figure.numerator, 0)} av {number(figure.denominator, 0)} bedömda brister minst ett."


def _bar(each: Failing, largest: float) -> Element:
    width = 100 * each.not_met / largest if largest else 0
    class_ = "most" if each.not_met == largest > 0 else None
    drawn = h.svg(
        h.rect(class_=class_, width=f"{max(width, _LEAST):.1f}%", height="100%") if width else None, class_="bar", aria_hidden="true"
    )
    said = h.span(h.b(number(each.not_met, 0)), f" av {number(each.judged, 0)}", class_="count")
    return h.li(h.span(each.name), h.span(drawn, said, class_="measure"))


def _table(conditions: Sequence[Failing], area: Area, period: str) -> Element:
    def line(each: Failing) -> Element:
        to = Choices(f"/indikator/{each.id}", area=area.id, period=period).address
        return row(h.a(each.name, href=to), [number(value, 0) for value in (each.judged, each.met, each.not_met)])

    return table("Villkor", ["Villkor", "Går att bedöma", "Uppfyllt", "Inte uppfyllt"], map(line, conditions))


def sentence(conditions: Sequence[Failing]) -> str | None:
    """`Det villkor som oftast brister är ”Kallelse till SIP är skickad”, i 9 av 121 utskrivningar.`"""
    if not conditions or conditions[0].not_met == 0:
        return None
    top = conditions[0]
    return f"Det villkor som oftast brister är ”{top.name}”, i {number(top.not_met, 0)} av {number(top.judged, 0)} utskrivningar."
