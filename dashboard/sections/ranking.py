"""Who lies where: kommuner or delregioner in order, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from config import Division, Goal
from dashboard.areas import Area
from dashboard.charts.ranking import ranking
from dashboard.choices import Choices, figure_address
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.framed import framed
from dashboard.lookup import Figure
from dashboard.parts import area_link, row, switch, table
from dashboard.rests import source_line
from dashboard.sentences import first_three
from dashboard.states import badge, goal_of, goal_words, state_of
from dashboard.tree import Element, Node, h
from dashboard.values import Writer, writer
from metrics.indicators import INDICATORS
from swedish import listed, number
from swedish import period as in_words

DELREGIONER = "delregioner"


def section(indicator: str, context: Context, chosen: Choices, period: str, division: Division) -> Element:
    """The areas in order: the better first, or the higher where no direction is better."""
    by = writer(context.settings, indicator)
    areas = context.areas.delregioner(division) if chosen.view == DELREGIONER else context.kommuner
    every = [context.lookup.figure(indicator, area.id, period) for area in areas]
    ranked = in_rank(every, by)
    county = context.lookup.figure(indicator, context.areas.county.id, period)
    goal = next((goal for figure in ranked if (goal := goal_of(context.settings, figure))), None)
    heading = first_three(ranked, by)
    marks = (goal.value, goal_words(goal, by.indicator.unit)) if goal else None
    chart = ranking(ranked, chosen.area, county, marks, by, _message(heading, ranked, county, by))
    interval = " Strecket är 95 procents intervall." if any(figure.lower is not None for figure in ranked) else ""
    return framed(
        chart,
        heading=heading,
        what=f"{by.indicator.name}, {in_words(period)}.{interval}",
        source=source_line(context, indicator),
        table=_table(areas, every, by, chosen),
        links=links(indicator=[indicator], area=[area.id for area in areas], period=[period]),
        head=switch("Vad som jämförs", [("Kommuner", chosen.but(view="")), ("Delregioner", chosen.but(view=DELREGIONER))], chosen),
        foot=_foot(every, areas, county, goal),
        class_="w7",
    )


def in_rank(figures: Sequence[Figure | None], by: Writer) -> list[Figure]:
    """The figures with a value: shares and means best first, amounts largest first; the incomplete ones last."""
    known = [figure for figure in figures if figure is not None and figure.value is not None]
    sign = 1 if by.indicator.direction == "lower" and by.indicator.is_ratio else -1
    return sorted(known, key=lambda figure: (not figure.is_plain, sign * (figure.value or 0.0), figure.area_name))


def place_of(area: str, ranked: Sequence[Figure]) -> tuple[int, int] | None:
    """The area's place among the whole figures, and how many they are; equal values share the better place."""
    whole = [figure for figure in ranked if figure.is_plain]
    own = next((figure for figure in whole if figure.area == area), None)
    return None if own is None else (1 + [figure.value for figure in whole].index(own.value), len(whole))


def _message(heading: str, ranked: Sequence[Figure], county: Figure | None, by: Writer) -> str:
    if not ranked:
        return "Inga siffror."
    first, last = ranked[0], ranked[-1]
    mean = f" Länet: {by.with_unit(county)}." if county is not None and county.value is not None else ""
    return f"{heading}. Från {first.area_name} {by.with_unit(first)} till {last.area_name} {by.with_unit(last)}.{mean}"


def _foot(figures: Sequence[Figure | None], areas: Sequence[Area], county: Figure | None, goal: Goal | None) -> str | None:
    whole = [figure for figure in figures if figure is not None and figure.is_plain]
    said = []
    line = goal.value if goal else county.value if county else None
    unsure = sum(
        figure.lower is not None and figure.upper is not None and line is not None and figure.lower <= line <= figure.upper
        for figure in whole
    )
    if unsure:
        what = "målet" if goal else "länets värde"
        said.append(f"{number(unsure, 0)} har {what} inom sitt intervall. För dem är det inte säkert på vilken sida de ligger.")
    missing = [area.name for area, figure in zip(areas, figures, strict=True) if figure is None or figure.value is None]
    if missing:
        said.append(f"Ingen siffra: {listed(missing)}.")
    if whole and not INDICATORS[whole[0].indicator].is_ratio:
        said.append("Antal följer områdets storlek, så de visas inte på karta.")
    return " ".join(said) or None


def _table(areas: Sequence[Area], figures: Sequence[Figure | None], by: Writer, chosen: Choices) -> Element:
    denominator = by.indicator.denominator is not None
    headings: list[Node] = ["Område", "Värde", *(["Nedre", "Övre"] if by.indicator.interval != "none" else []), "Täljare"]
    headings += ["Nämnare"] if denominator else []
    rows = []
    for area, figure in zip(areas, figures, strict=True):
        opened = figure_address(by.indicator.id, area.id, figure.period) if figure else None
        cells: list[Node] = [h.td(h.a(by.data(figure), href=opened) if opened else by.data(figure))]
        if by.indicator.interval != "none":
            cells += [by.number(figure.lower if figure else None), by.number(figure.upper if figure else None)]
        cells.append(number(figure.numerator if figure else None, 0))
        cells += [number(figure.denominator if figure else None, 0)] if denominator else []
        cells.append(h.td(badge(state_of(figure)), class_="left"))
        rows.append(row(area_link(area, chosen), cells, class_="chosen" if area.id == chosen.area else None))
    return table(f"{by.indicator.name} per område", [*headings, h.th("Läge", scope="col", class_="left")], rows)
