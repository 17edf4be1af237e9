"""`/indikator/<id>`: Vem ligger var, och går det åt rätt håll? And `/indikatorer`: what is followed."""

from __future__ import annotations

from typing import Final

import periods
from config import Division
from dashboard.areas import Area
from dashboard.choices import Choices, parameter
from dashboard.context import HEADLINE, Context
from dashboard.downloads import links
from dashboard.pages import errors
from dashboard.parts import (
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
    row,
    scrolling,
    share_menu,
    table,
)
from dashboard.reach import reach, reach_of, unbroken
from dashboard.rests import PROTECTED, THEMES, delivered, has_value, out_of_force, population, why_missing
from dashboard.sections import area_map, breakdown, bridge, conditions, definition, funnel, months, process, ranking, trend
from dashboard.sentences import county_level, how_long, how_many_reach, lacking, likelihood, more_or_fewer, own_level
from dashboard.shell import Page
from dashboard.states import goal_of, state_line
from dashboard.tree import Children, Element, Node, h
from dashboard.values import writer
from metrics.indicators import INDICATORS
from metrics.sentences import BENCHMARK
from swedish import NONE, capital, genitive, period, period_short


def page(indicator: str, chosen: Choices, context: Context) -> Page:
    """One indicator's page."""
    if indicator not in INDICATORS:
        return errors.not_found()
    shown = context.period(chosen, indicator)
    division = context.areas.division(chosen.division)
    name = INDICATORS[indicator].name
    top = _head(indicator, chosen, context, shown, division)
    about = h.div(definition.section(indicator, context, class_="w7"), definition.examples(indicator, class_="w5"), class_="grid part")
    if not shown or not has_value(context, indicator, shown):
        parts: list[Node] = [top, _nothing(indicator, chosen, context, shown), about]
    else:
        parts = [top, *_charts(indicator, chosen, context, shown, division), *_parts_of(indicator, chosen, context, shown), about]
    title = f"{name}, {period(shown)}" if shown else name
    return Page(title, tuple(parts), menu="/indikatorer", said=f"Visar {title}.")


def _nothing(indicator: str, chosen: Choices, context: Context, shown: str) -> Element:
    newest = context.period(Choices("/"), indicator)
    why = f"{capital(why_missing(context, indicator, context.areas.county.id, shown) or PROTECTED)}."
    if not newest or newest == shown or not has_value(context, indicator, newest):
        return notice("Inga siffror än.", why, ("Se leveranser", "/leveranser"))
    return notice(f"Inga siffror för {period(shown)}.", why, (f"Visa {period_short(newest)}", chosen.but(period=newest).address))


def _charts(indicator: str, chosen: Choices, context: Context, shown: str, division: Division) -> list[Node]:
    """Ranking beside trend and map; below them the process chart and the funnel. What only counts is not put on a map."""
    area = context.areas.find(chosen.area) or context.areas.county
    ranked = ranking.section(indicator, context, chosen, shown, division)
    over_time = trend.section(indicator, context, chosen, shown, division)
    if not INDICATORS[indicator].is_ratio:
        return [h.div(ranked, h.div(over_time, process.section(indicator, context, area), class_="stack w5"), class_="grid")]
    where = area_map.section(indicator, context, chosen, shown, division)
    off = funnel.section(indicator, context, chosen, shown, class_="w5")
    usual = process.section(indicator, context, area, class_="w7" if off else "")
    return [h.div(ranked, h.div(over_time, where, class_="stack w5"), class_="grid"), h.div(usual, off, class_="grid part")]


_RECKONED: Final = ("dagar_snitt", "betaldagar", "betalningsbelopp", "betalningsmanader")
"""What the calculator makes."""


def _parts_of(indicator: str, chosen: Choices, context: Context, shown: str) -> list[Node]:
    """What the chosen area's figure is made of."""
    area = context.areas.find(chosen.area) or context.areas.county
    made: list[Node] = []
    if indicator == "foljsamhet":
        made.append(h.div(conditions.section(context, area, shown), class_="part"))
    if indicator in _RECKONED:
        made.append(months.reckon(area, shown))
    if indicator in bridge.INDICATORS and (between := bridge.section(context, area, shown)):
        made.append(between)
    apart = breakdown.sections(context, indicator, chosen, area, shown)
    return [*made, h.div(apart, class_="grid part")] if apart else made


# ---- The head -----------------------------------------------------------------------------------------------------------------


def _head(indicator: str, chosen: Choices, context: Context, shown: str, division: Division) -> Element:
    declared = INDICATORS[indicator]
    available = [each for each in context.lookup.all_periods if each in context.lookup.periods(indicator, periods.kind(each))]
    selects = [area_select(context.areas, chosen), period_select(available, shown), division_select(context.areas, division.id)]
    files = links(indicator=[indicator], period=[shown] if shown else [])
    tools = [controls(chosen.path, selects, {parameter("view"): chosen.view}), menus(download_menu(files))]
    crumbs = [("Översikt", "/"), (THEMES[declared.theme], f"/indikatorer#{declared.theme}"), (declared.name, "")]
    title = f"{declared.name}, {period(shown)}" if shown else declared.name
    if not shown:
        return head(crumbs, tools, title)
    facts = basis(delivered(context, indicator, shown), population(context, shown) if _per_inhabitant(indicator) else None)
    return head(crumbs, tools, title, _answer(indicator, context, shown), _own(indicator, chosen, context, shown), facts)


def _per_inhabitant(indicator: str) -> bool:
    return indicator in (HEADLINE, "avvikelser_per_10000")


def _answer(indicator: str, context: Context, shown: str) -> Element | None:
    by = writer(context.settings, indicator)
    figures = context.per_kommun(indicator, shown)
    goal = next((goal for figure in figures.values() if figure and (goal := goal_of(context.settings, figure))), None)
    county = context.lookup.figure(indicator, context.areas.county.id, shown)
    before = periods.year_before(shown)
    change = by.change(county, context.lookup.figure(indicator, context.areas.county.id, before))
    level = county_level(county, change, by)
    if goal is None:
        return answer(level) if level else None
    now, then = reach(figures.values()), reach_of(context.lookup, indicator, context.kommuner, before)
    counted = how_many_reach(now, goal, indicator)
    if counted is None:
        return answer(level) if level else None
    return answer(
        counted, more_or_fewer(now, then, "för ett år sedan"), [" ", *level] if level and county and county.goal is not None else None
    )


def _own(indicator: str, chosen: Choices, context: Context, shown: str) -> list[Element]:
    """The chosen area: its level, place and state, since when, and against the county."""
    area = context.areas.find(chosen.area)
    if area is None or area.kind == "lan":
        return []
    by = writer(context.settings, indicator)
    figure = context.lookup.figure(indicator, area.id, shown)
    goal = goal_of(context.settings, figure) if figure else None
    ranked = ranking.in_rank(list(context.per_kommun(indicator, shown).values()), by)
    place = ranking.place_of(area.id, ranked) if by.indicator.is_ratio and by.indicator.direction != "none" else None
    series = context.lookup.series(indicator, area.id, periods.kind(shown))
    said: list[Children] = [
        own_level(figure, place, by),
        _beside(lacking(figure, goal, by)),
        _beside(how_long(unbroken(series, shown), goal, area.name)),
    ]
    said.append(_against_county(indicator, area, context, shown))
    extra = likelihood(figure, goal, by)
    return [lead([part for part in said if part]), *([h.p(extra, class_="small quiet extra")] if extra else [])]


def _beside(sentence: str | None) -> str | None:
    return f" {sentence}" if sentence else None


def _against_county(indicator: str, area: Area, context: Context, shown: str) -> str | None:
    """Higher or lower than the county only where the interval says so."""
    found = next((row for row in context.lookup.compared(indicator, shown) if row["area"] == area.id), None)
    if found is None or found["benchmark"] == "cannot" or not INDICATORS[indicator].is_ratio:
        return None
    verb = "" if found["benchmark"] == "similar" else "är "
    return f" {genitive(area.name)} värde {verb}{BENCHMARK[found['benchmark']]}, med osäkerheten inräknad."


# ---- The list -----------------------------------------------------------------------------------------------------------------


def every_indicator(chosen: Choices, context: Context) -> Page:
    """`/indikatorer`: all indicators by theme, with the county's figure."""
    shown = context.period(chosen)
    tools = controls("/indikatorer", [period_select(context.lookup.all_periods, shown)], {})
    title = f"Mått, {period(shown)}" if shown else "Mått"
    top = head(
        [("Översikt", "/"), ("Indikatorer", "")], [tools, share_menu()], title, answer(f"{len(INDICATORS)} mått följer upp avtalet.")
    )
    themes = [_theme(theme, name, context, chosen, shown) for theme, name in THEMES.items()]
    return Page(title, (top, *themes), menu="/indikatorer", said=f"Visar {title}.")


def _theme(theme: str, name: str, context: Context, chosen: Choices, shown: str) -> Element:
    mine = [indicator for indicator in INDICATORS.values() if indicator.theme == theme]
    rows = [_line(indicator.id, context, chosen, shown) for indicator in mine]
    headings = ["Mått", "Länet", h.th("Läge", scope="col", class_="left"), "På ett år"]
    made = table(f"Mått inom {name.lower()}", headings, rows, class_="listing even")
    return h.section(h.h2(name, id=theme), h.div(scrolling(made, name), class_="surface"), class_="chart part", aria_labelledby=theme)


def _line(indicator: str, context: Context, chosen: Choices, shown: str) -> Element:
    by, county = writer(context.settings, indicator), context.areas.county.id
    figure = context.lookup.figure(indicator, county, shown)
    change = by.change(figure, context.lookup.figure(indicator, county, periods.year_before(shown)) if shown else None)
    out = out_of_force(context.settings, indicator, shown) if shown else None
    to = chosen.at(f"/indikator/{indicator}", "period", "area", "division").address
    name = [h.a(by.indicator.name, href=to), h.small(by.indicator.counts)]
    cells = [
        h.td(h.span(by.with_unit(figure), class_="together") if figure and figure.value is not None else NONE),
        h.td(h.span(out, class_="quiet") if out else state_line(figure), class_="left"),
        h.td(h.span(change.signed, f" {change.judgement}" if change.judgement else None, class_="together") if change else NONE),
    ]
    return row(name, cells)
