"""The four themes as cards: what is counted, the figure, its state, its change and its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import periods
from dashboard.charts.sparkline import sparkline
from dashboard.choices import Choices
from dashboard.context import HEADLINE, Context
from dashboard.lookup import Figure
from dashboard.rests import limit_of, why_missing
from dashboard.sentences import over_limit
from dashboard.states import badge, goal_of, state_line, state_of
from dashboard.tree import Element, Node, h
from dashboard.values import big, writer
from swedish import capital, listed_shortly

CARDS: Final = (("Munhälsa", HEADLINE), ("Ut från sjukhus", "dagar_snitt"), ("Följsamhet", "foljsamhet"), ("Avvikelser", "avvikelser"))
"""Each theme with the indicator that stands for it."""


def section(context: Context, chosen: Choices, period: str, to: Callable[[str], str] | None = None) -> Element:
    """The cards for the county. `to` gives where an indicator's card leads; to its page where nothing else is said."""
    leads = to or (lambda indicator: chosen.at(f"/indikator/{indicator}", "area", "period", "division").address)
    cards = [_card(name, indicator, context, period, leads(indicator)) for name, indicator in CARDS]
    return h.section(h.h2("Fyra teman", id="teman", class_="unseen"), h.div(cards, class_="cards"), aria_labelledby="teman")


def _card(name: str, indicator: str, context: Context, period: str, to: str) -> Element:
    county, by = context.areas.county.id, writer(context.settings, indicator)
    figure = context.lookup.figure(indicator, county, period)
    goal = goal_of(context.settings, figure) if figure else None
    change = by.change(figure, context.lookup.figure(indicator, county, periods.year_before(period)))
    series = context.until(indicator, county, period)
    cuts = context.cuts(indicator, [each.period for each in series])
    return h.article(
        h.h3(h.a(name, href=to)),
        h.p(by.indicator.name, class_="what"),
        big(figure, by),
        h.p(_state(figure, context, period)),
        h.p(f"{change.with_unit} på ett år" if change else _not_whole(indicator, figure, context, period), class_="change digits"),
        sparkline(series, goal, by.indicator.unit, cuts) or h.div(),
        class_="card",
    )


def _not_whole(indicator: str, figure: Figure | None, context: Context, period: str) -> str:
    """Why there is no figure, or who is missing from an incomplete one, in the line where its change would have been."""
    if (why := why_missing(context, indicator, context.areas.county.id, period)) is not None:
        return capital(why)
    if figure is None or figure.status != "incomplete":
        return ""
    per_kommun = context.per_kommun(figure.indicator, period)
    names = [area.name for area in context.kommuner if (each := per_kommun[area.id]) is None or not each.complete]
    return f"{listed_shortly(names, 2)} är inte {'hela' if len(names) > 1 else 'hel'}" if names else ""


def _state(figure: Figure | None, context: Context, period: str) -> Node:
    if figure is None or figure.value is None:
        return ""  # the large word says it
    if figure.status == "incomplete":
        per_kommun = context.per_kommun(figure.indicator, period).values()
        whole = sum(each is not None and each.complete for each in per_kommun)
        return badge(state_of(figure), f"{state_of(figure).word}, {whole} av {len(per_kommun)}")
    limit = limit_of(context.settings, period)
    if figure.indicator != "dagar_snitt" or figure.goal is not None or limit is None:
        return state_line(figure)
    months = context.lookup.figure("betalningsmanader", figure.area, period)
    return over_limit(months, limit) or state_line(figure)
