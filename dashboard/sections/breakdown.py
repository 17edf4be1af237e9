"""What a figure is made of: its categories as bars, and everything that is known of each as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboard.areas import Area
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.downloads import breakdown_links
from dashboard.framed import as_table, picture_menu
from dashboard.parts import notice, row, table
from dashboard.states import SUPPRESSED, badge, state_of
from dashboard.tree import Element, h
from dashboard.values import Writer, writer
from metrics.breakdowns import DIMENSIONS, Dimension, dimensions_of, tables
from metrics.breakdowns.tables import Part
from swedish import NBSP, number
from swedish import period as in_words

_MOST_BARS: Final = 12
_ALL: Final = 100
_LEAST: Final = 0.6  # percent of the width: what is little is still seen


def parts(context: Context, indicator: str, dimension: Dimension, area: Area, period: str) -> list[Part]:
    """The categories that the reader may see, in the order to show them."""
    return tables.parts(context.lookup.breakdown(dimension.id, area.id, period), indicator, dimension)


def sections(context: Context, indicator: str, chosen: Choices, area: Area, period: str) -> list[Element]:
    """Every way in which the indicator is taken apart; one word where the reader may not see them."""
    figure = context.lookup.figure(indicator, area.id, period)
    shown = [(each, parts(context, indicator, each, area, period)) for each in dimensions_of(indicator)]
    made = [_section(context, indicator, each, found, area, period) for each, found in shown if found]
    if not made and shown and _may_be_hidden(context, area, state_of(figure).id):
        return [_hidden(chosen, area, period)]
    return made


def _may_be_hidden(context: Context, area: Area, state: str) -> bool:
    return context.lookup.view.protected and area.id not in context.lookup.view.own and state != "missing"


def _hidden(chosen: Choices, area: Area, period: str) -> Element:
    why = "Öppet visas fördelningar för hela länet och hela år, där inget tal är så litet att det kan peka ut enskilda."
    year = period[:4]
    is_there = area.kind == "lan" and period == year
    to = None if is_there else (f"Visa länet {year}", chosen.but(area="", period=year).address)
    said = notice("Fördelningen visas inte öppet här", why, to)
    return h.section(h.h2("Fördelning", id="fordelning"), badge(SUPPRESSED), said, class_="chart part", aria_labelledby="fordelning")


def _section(context: Context, indicator: str, dimension: Dimension, found: Sequence[Part], area: Area, period: str) -> Element:
    by = writer(context.settings, indicator)
    sizes = [part.size(indicator) for part in found]
    values = sizes if dimension.is_by_size else [part.value(indicator) for part in found]
    largest = max((value or 0 for value in values), default=0)
    id_ = f"fordelning-{dimension.id}"
    beside = _beside(by, sizes, is_by_size=dimension.is_by_size)
    written = [_written(value, by, is_by_size=dimension.is_by_size) for value in values]
    drawn = zip((part.name for part in found), values, written, beside, strict=True)
    bars = [_bar(*each, largest) for each in drawn][:_MOST_BARS]
    more = len(found) - len(bars)
    counted = by.indicator.denominator_label if dimension.is_by_size else by.indicator.name
    what = f"{counted}, {area.name}, {in_words(period)}."
    return h.section(
        h.h2(dimension.heading, id=id_),
        h.p(what, class_="what"),
        h.ol(bars, class_="bars surface digits"),
        h.p(dimension.note, f" {more} till finns i tabellen." if more > 0 else None, class_="foot"),
        h.div(
            as_table(_table(context, dimension, found, area), f"{dimension.heading}, {by.indicator.name}"),
            picture_menu(None, breakdown_links(dimension.id, indicator=[indicator], area=[area.id], period=[period])),
            class_="chart-tools",
        ),
        class_="chart w6",
        aria_labelledby=id_,
    )


def _written(value: float | None, by: Writer, *, is_by_size: bool) -> str:
    if value is None:
        return "saknas"
    return number(value, 0) if is_by_size else by.number(value)


def _beside(by: Writer, sizes: Sequence[float], *, is_by_size: bool) -> list[str]:
    """What stands beside each number: its share of a count, or how many a mean or a share is among."""
    whole = sum(sizes)
    if by.indicator.is_ratio and not is_by_size:
        return [f" av{NBSP}{number(size, 0)}" for size in sizes]
    return [f" {number(_ALL * size / whole, 0)}{NBSP}%" if whole else "" for size in sizes]


def _bar(name: str, value: float | None, written: str, beside: str, largest: float) -> Element:
    width = _ALL * (value or 0) / largest if largest else 0
    drawn = h.svg(h.rect(width=f"{max(width, _LEAST):.1f}%", height="100%") if value else None, class_="bar", aria_hidden="true")
    return h.li(h.span(name), h.span(drawn, h.span(h.b(written), beside, class_="count"), class_="measure"))


def _table(context: Context, dimension: Dimension, found: Sequence[Part], area: Area) -> Element:
    writers = [writer(context.settings, each) for each in dimension.indicators]
    among = "Antal" if dimension.is_by_size else None
    lines = [
        row(part.name, [*([number(part.size(dimension.indicators[0]), 0)] if among else []), *(_cell(by, part) for by in writers)])
        for part in found
    ]
    headings = [dimension.name, *([among] if among else []), *(_heading(by) for by in writers)]
    return table(f"{dimension.heading}, {area.name}", headings, lines)


def _heading(by: Writer) -> str:
    unit = {"%": " (%)", "dagar": " (dagar)", "kr": " (kr)"}.get(by.indicator.unit, "")
    return by.indicator.name + ("" if unit.strip(" ()") in by.indicator.name.lower() else unit)


def _cell(by: Writer, part: Part) -> str:
    if by.indicator.id in part.hidden:
        return SUPPRESSED.word
    value = part.value(by.indicator.id)
    return "–" if value is None else by.number(value)


def of_place(context: Context, dimension: str, indicator: str, area: Area, period: str) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of each category of a mean, as far as the reader may see them."""
    found = context.lookup.breakdown(DIMENSIONS[dimension].id, area.id, period)
    mine = (row for row in found if row["indicator"] == indicator and row["category"] is not None)
    return {row["category"]: (row["numerator"], row["denominator"]) for row in mine}
