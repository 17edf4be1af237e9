"""`/`: Hur går det i länet? The sentence, the four themes, delregioner side by side, the map, and every kommun by every indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import periods
from config import Division
from dashboard.choices import Choices, parameter
from dashboard.context import HEADLINE, Context
from dashboard.downloads import links
from dashboard.parts import (
    Select,
    answer,
    area_select,
    basis,
    controls,
    division_select,
    download_menu,
    head,
    lead,
    menus,
    notice,
    period_select,
)
from dashboard.reach import reach, reach_of
from dashboard.rests import PROTECTED, deliveries, has_value, population, why_missing
from dashboard.sections import area_map, cards, multiples
from dashboard.sections.weave import COLUMNS, MISSED_ONLY, NOT_WHOLE, Weave, narrowed
from dashboard.sentences import how_many_reach, more_or_fewer, no_figure, own_level
from dashboard.shell import Page
from dashboard.states import goal_of, key, state_of
from dashboard.tree import Children, Element, Node, h
from dashboard.values import writer
from metrics.indicators import INDICATORS
from swedish import capital, period, period_short

_KEPT_BY_HEAD: Final = ("sort", "order", "only", "indicator")
_KEPT_BY_TABLE: Final = ("area", "period", "division", "sort", "order", "indicator")


def page(chosen: Choices, context: Context) -> Page:
    """The page for the choices."""
    shown = context.period(chosen)
    division = context.areas.division(chosen.division)
    county = context.areas.county
    parts: list[Node] = [_head(chosen, context, shown, division)]
    if any(context.lookup.figure(indicator, county.id, shown) for indicator in INDICATORS):
        parts.append(cards.section(context, chosen, shown))
        parts += _compared(chosen, context, shown, division)
        parts.append(_table(chosen, context, shown, division))
    else:
        parts.append(_nothing(context, shown))
    title = f"{county.name}, {period(shown)}"
    return Page(f"Översikt, {period(shown)}", tuple(parts), menu="/", said=f"Visar {title}.")


def _nothing(context: Context, shown: str) -> Element:
    newest = context.period(Choices("/"))
    why = "Ingen kommun har levererat för perioden, eller så är den inte räknad än."
    return notice(f"Inga siffror för {period(shown)}.", why, (f"Visa {period_short(newest)}", Choices("/", period=newest).address))


def _head(chosen: Choices, context: Context, shown: str, division: Division) -> Element:
    selects = [
        area_select(context.areas, chosen),
        period_select(context.lookup.all_periods, shown),
        division_select(context.areas, division.id),
    ]
    tools = [controls("/", selects, _kept(chosen, _KEPT_BY_HEAD)), menus(download_menu(links(period=[shown])))]
    title = f"{context.areas.county.name}, {period(shown)}"
    facts = basis(*deliveries(context, shown), population(context, shown))
    return head([("Översikt", "")], tools, title, county_answer(context, shown), _lead(chosen, context, shown), facts)


def _kept(chosen: Choices, names: tuple[str, ...]) -> dict[str, str]:
    return {parameter(name): getattr(chosen, name) for name in names}


def county_answer(context: Context, shown: str) -> Element | None:
    """How many kommuner reach the period's goal, as the answer of a page; None where nothing can be said."""
    indicator = "dagar_snitt" if periods.kind(shown) == "month" else HEADLINE
    figures = context.per_kommun(indicator, shown)
    goal = next((goal for figure in figures.values() if figure and (goal := goal_of(context.settings, figure))), None)
    now = reach(figures.values())
    sentence = how_many_reach(now, goal, indicator) if goal else None
    if sentence is None:
        return _no_answer(indicator, context, shown)
    then = reach_of(context.lookup, indicator, context.kommuner, periods.year_before(shown))
    return answer(sentence, more_or_fewer(now, then, "för ett år sedan"))


def _no_answer(indicator: str, context: Context, shown: str) -> Element | None:
    """Where the goal cannot be spoken of for want of figures, that is the answer."""
    county = context.areas.county.id
    why = why_missing(context, indicator, county, shown)
    if why is None:
        return None
    word = state_of(context.lookup.figure(indicator, county, shown)).word
    return answer(no_figure(INDICATORS[indicator].name, f"{word} för {period(shown)}", why))


def _lead(chosen: Choices, context: Context, shown: str) -> Element | None:
    said: list[Children] = [*county_levels(context, shown)]
    own = context.areas.find(chosen.area)
    if own is not None and own.kind != "lan":
        figure = context.lookup.figure(HEADLINE, own.id, shown)
        said += [own_level(figure, None, writer(context.settings, HEADLINE)), " "]
        said.append(h.a(f"Allt om {own.name}", href=chosen.at(own.path, "period", "division").address, class_="chosen"))
    return lead(said) if said else None


def county_levels(context: Context, shown: str) -> Iterator[str]:
    """The county's share and mean, a sentence each."""
    for indicator, words in ((HEADLINE, "Länet ligger på {}. "), ("dagar_snitt", "Patienterna är i snitt kvar {} som utskrivningsklara. ")):
        figure = context.lookup.figure(indicator, context.areas.county.id, shown)
        if figure is not None and figure.value is not None:
            yield words.format(writer(context.settings, indicator).with_unit(figure))


def _compared(chosen: Choices, context: Context, shown: str, division: Division) -> list[Node]:
    available = [each.id for each in INDICATORS.values() if has_value(context, each.id, shown)]
    indicator = chosen.indicator if chosen.indicator in INDICATORS else _to_compare(available)
    offered = [each for each in INDICATORS if each in available or each == indicator]
    select = Select(parameter("indicator"), "Mått i jämförelse och karta", [(each, INDICATORS[each].name) for each in offered], indicator)
    form = h.div(controls("/", [select], _kept(chosen, ("area", "period", "division", "sort", "order", "only"))), class_="tools part-tools")
    if indicator not in available:
        why = capital(why_missing(context, indicator, context.areas.county.id, shown) or PROTECTED)
        return [
            h.div(form, notice(f"{INDICATORS[indicator].name} går inte att visa.", f"{why}. Välj ett annat mått.", None), class_="part")
        ]
    pair = [multiples.section(indicator, context, chosen, shown, division)]
    if INDICATORS[indicator].is_ratio:  # what only counts follows the size of the kommun, and is not put on a map
        pair.append(area_map.section(indicator, context, chosen, shown, division))
    return [h.div(form, h.div(pair, class_="grid"), class_="part")]


def _to_compare(available: Sequence[str]) -> str:
    """What is compared when the reader has not chosen: the headline, or the first that can be compared between areas of any size."""
    return next((each for each in (HEADLINE, *available) if each in available and INDICATORS[each].is_ratio), HEADLINE)


def _table(chosen: Choices, context: Context, shown: str, division: Division) -> Element:
    weave = Weave(chosen, context, shown, division)
    kommuner = narrowed(context.kommuner, chosen.only, context, shown)
    some = [(MISSED_ONLY, "Bara de som inte når ett mål"), (NOT_WHOLE, "Bara det som inte är helt")]
    groups = [(area.id, area.name) for area in context.areas.delregioner(division)]
    select = Select(parameter("only"), "Visa kommuner", [("", "Alla kommuner"), *some, ("Delregion", groups)], chosen.only)
    none = h.p("Ingen kommun passar in på det valda.", class_="small")
    files = links(indicator=[indicator for indicator, _ in COLUMNS], period=[shown])
    what = f"{capital(period(shown))}. Välj en rubrik för att ordna efter den."
    return h.section(
        h.div(h.div(h.h2("Kommunerna mått för mått", id="vav"), h.p(what, class_="what")), key(), class_="chart-head"),
        h.div(controls("/", [select], _kept(chosen, _KEPT_BY_TABLE)), download_menu(files), class_="tools part-tools"),
        h.div(weave.table(kommuner) if kommuner else none, class_="surface"),
        h.p(weave.foot, class_="foot"),
        class_="chart part",
        aria_labelledby="vav",
        id="kommuner",
    )
