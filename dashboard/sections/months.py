"""A kommun's months against the limit: where the payment model's test is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import periods
from dashboard.areas import Area
from dashboard.charts.month_means import month_means
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.framed import framed
from dashboard.lookup import Figure
from dashboard.parts import notice, row, table
from dashboard.rests import source_line
from dashboard.states import badge, goal_of, goal_words, state_of
from dashboard.tree import Element, h
from dashboard.values import writer
from swedish import number, period_short

_INDICATOR: Final = "dagar_snitt"
_YEAR: Final = 12


def section(context: Context, area: Area) -> Element:
    """Every month that is known, and how many of the latest twelve were over the limit."""
    by = writer(context.settings, _INDICATOR)
    figures = context.lookup.series(_INDICATOR, area.id, "month")
    heading = _heading(figures, area.name)
    goal = next((goal for figure in reversed(figures) if (goal := goal_of(context.settings, figure))), None)
    if not any(figure.value is not None for figure in figures):
        said = notice("Inget att visa än.", "Inga utskrivningar har levererats.", ("Se leveranser", "/leveranser"))
        return h.section(h.h2(heading, id="manader-rubrik"), said, class_="chart")
    every = context.lookup.span(_INDICATOR, "month")
    words = goal_words(goal, by.indicator.unit) if goal else ""
    agreements = [(each.in_charts, each.valid_from) for each in context.settings.agreements]
    rows = [row(period_short(each), _cells(context, area, each)) for each in reversed(every)]
    headings = ["Månad", "Dagar i snitt", h.th("Läge", scope="col", class_="left"), "Betaldagar"]
    return framed(
        month_means(figures, every, words, by, f"{heading}. Diagram över dagar i snitt per månad mot {words or 'gränsen'}.", agreements),
        heading=heading,
        what=f"{by.indicator.name}, {area.name}. Avtalets gräns prövas varje kalendermånad.",
        source=source_line(context, _INDICATOR),
        table=table(f"Dagar i snitt per månad, {area.name}", headings, rows),
        links=links(indicator=[_INDICATOR, "betaldagar"], area=[area.id], period_kind=["month"]),
    )


def reckon(area: Area, shown: str) -> Element:
    """Where a month of the chosen kommun, or made up cases, can be reckoned with."""
    kommun = area.id if area.kind == "kommun" else ""
    to = Choices("/rakna", area=kommun, period=periods.months(shown)[-1]).address
    return h.p(h.a("Räkna på en månad", href=to, class_="button"), " Ändra antalen och se betalningen steg för steg.", class_="small part")


def _cells(context: Context, area: Area, month: str) -> list[Element]:
    mean, paid = (context.lookup.figure(indicator, area.id, month) for indicator in (_INDICATOR, "betaldagar"))
    state = h.td(badge(state_of(mean)), class_="left")
    return [writer(context.settings, _INDICATOR).cell(mean), state, writer(context.settings, "betaldagar").cell(paid)]


def _heading(figures: Sequence[Figure], name: str) -> str:
    judged = [figure for figure in figures if figure.status in ("met", "missed")][-_YEAR:]
    over = sum(figure.status == "missed" for figure in judged)
    if not judged:
        return f"Dagar i snitt, månad för månad i {name}"
    if over == 0:
        return f"{name} har hållit gränsen alla de {number(len(judged), 0)} senaste bedömda månaderna"
    return f"{name} var över gränsen {over} av de {number(len(judged), 0)} senaste bedömda månaderna"
