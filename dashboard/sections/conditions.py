"""Which of the agreement's conditions fail, discharge by discharge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import periods
from dashboard.areas import Area
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.framed import as_table, picture_menu
from dashboard.parts import notice, row, table
from dashboard.states import SUPPRESSED, badge
from dashboard.tree import Element, Node, h
from swedish import listed, number
from swedish import period as in_words


@dataclass(frozen=True)
class Failing:
    """One condition in a period: its name, and of the discharges it applies to how many met it, failed it, or are unknown."""

    name: str
    applicable: int
    met: int
    not_met: int
    unknown: int


def failing(context: Context, area: Area, period: str) -> list[Failing]:
    """Every condition of the agreements in force, the one that fails most first."""
    names = {(agreement.id, each.id): each.name for agreement in context.settings.agreements for each in agreement.utskrivning.conditions}
    kommuner = [kommun.id for kommun in context.areas.members(area, periods.last_day(period))]
    found = context.lookup.conditions(kommuner, periods.months(period))
    made = [
        Failing(
            names.get((row["agreement"], row["condition"]), row["condition"]), row["applicable"], row["met"], row["not_met"], row["unknown"]
        )
        for row in found
    ]
    return sorted(made, key=lambda each: -each.not_met)


def most(conditions: Sequence[Failing]) -> str | None:
    """`Kallelse till SIP är skickad` fails most: the name or names, or None when nothing fails."""
    top = [each.name for each in conditions if each.not_met == conditions[0].not_met > 0]
    return f"”{listed(top)}”" if top else None


def section(context: Context, area: Area, period: str, *, class_: str = "") -> Element:
    """A bar per condition: how many discharges failed it."""
    if context.lookup.view.protected:
        return _without("Villkoren visas inte öppet", badge(SUPPRESSED), "Talen är så små att de kan peka ut enskilda patienter.", class_)
    conditions = failing(context, area, period)
    if not conditions:
        return _without("Inga villkor att visa", None, f"Inga utskrivningar med ett avtal för {in_words(period)}.", class_)
    first = most(conditions)
    heading = f"Oftast brister {first}" if first else "Inget villkor brister"
    largest = max((each.not_met for each in conditions), default=0)
    return h.section(
        h.h2(heading, id="villkor"),
        h.p(_what(context, area, period), class_="what"),
        h.ol([_bar(each, largest) for each in conditions], class_="bars surface digits"),
        h.p("En utskrivning kan brista i flera villkor. Ett villkor räknas bara där det gäller.", class_="foot"),
        h.div(
            as_table(_table(conditions), heading), picture_menu(None, links(indicator=["foljsamhet"], area=[area.id])), class_="chart-tools"
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


def _bar(each: Failing, largest: int) -> Element:
    width = 100 * each.not_met / largest if largest else 0
    class_ = "most" if each.not_met == largest > 0 else None
    drawn = h.span(h.span(class_=class_, style={"width": f"{width:.1f}%"}), class_="bar", aria_hidden="true")
    said = h.span(h.b(number(each.not_met, 0)), f" av {number(each.applicable, 0)}", class_="count")
    return h.li(h.span(each.name), h.span(drawn, said, class_="measure"))


def _table(conditions: Sequence[Failing]) -> Element:
    rows = [row(each.name, [number(value, 0) for value in (each.applicable, each.met, each.not_met, each.unknown)]) for each in conditions]
    return table("Villkor", ["Villkor", "Gäller", "Uppfyllt", "Inte uppfyllt", "Okänt"], rows)


def sentence(conditions: Sequence[Failing]) -> str | None:
    """`Det villkor som oftast brister är ”Kallelse till SIP är skickad”, i 9 av 121 utskrivningar.`"""
    if not conditions or conditions[0].not_met == 0:
        return None
    top = conditions[0]
    return f"Det villkor som oftast brister är ”{top.name}”, i {number(top.not_met, 0)} av {number(top.applicable, 0)} utskrivningar."
