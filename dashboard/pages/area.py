"""`/kommun/<kod>` and `/delregion/<id>`: Hur går det för oss? And `/kommuner`: all of them."""

from __future__ import annotations

import periods
from config import Division
from dashboard.answers import Redirect
from dashboard.areas import Area
from dashboard.choices import Choices, parameter
from dashboard.context import HEADLINE, Context
from dashboard.downloads import links
from dashboard.pages import errors, outside
from dashboard.parts import (
    Options,
    Select,
    answer,
    area_link,
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
from dashboard.reach import JUDGED, reach_of, unbroken
from dashboard.rests import limit_of, population, why_missing
from dashboard.sections import changes, conditions, months, plan_summary, process, versus
from dashboard.sections.weave import COLUMNS, Weave
from dashboard.sentences import goal_phrase, how_long, lacking, no_figure, within_limit
from dashboard.shell import Page
from dashboard.states import goal_of, key, state_of
from dashboard.tree import Element, Node, h
from dashboard.values import small, writer
from metrics.indicators import INDICATORS
from swedish import number, period, period_short


def kommun(code: str, chosen: Choices, context: Context) -> Page:
    """A kommun's page."""
    area = context.areas.find(code)
    return _page(area, chosen, context) if area is not None and area.kind == "kommun" else errors.not_found()


def delregion(id_: str, chosen: Choices, context: Context) -> Page:
    """A delregion's page."""
    area = context.areas.find(id_)
    return _page(area, chosen, context) if area is not None and area.kind == "delregion" else errors.not_found()


def choose(chosen: Choices, context: Context) -> Page | Redirect:
    """`/ga`: where the choice of an area in a form leads."""
    area = context.areas.find(chosen.area) or context.areas.county
    return Redirect(chosen.at(area.path, "period", "division").address)


def _page(area: Area, chosen: Choices, context: Context) -> Page:
    shown = context.period(chosen)
    division = context.areas.division_of(area) if area.kind == "delregion" else context.areas.division(chosen.division)
    title = f"{area.name}, {period(shown)}" if shown else area.name
    top = _head(area, chosen, context, shown, division)
    if not any(context.lookup.figure(indicator, area.id, shown) for indicator in INDICATORS):
        parts: list[Node] = [top, _nothing(chosen, context, shown)]
    else:
        parts = [top, *_sections(area, chosen, context, shown, division)]
    return Page(title, tuple(parts), menu="/kommuner", said=f"Visar {title}.")


def _nothing(chosen: Choices, context: Context, shown: str) -> Element:
    newest = context.period(Choices("/"))
    why = "Ingen kommun har levererat för perioden, eller så är den inte räknad än."
    return notice(f"Inga siffror för {period(shown)}.", why, (f"Visa {period_short(newest)}", chosen.but(period=newest).address))


def _sections(area: Area, chosen: Choices, context: Context, shown: str, division: Division) -> list[Node]:
    around = context.areas.delregion_of(area, division, periods.last_day(shown)) if area.kind == "kommun" else None
    made: list[Node] = [versus.section(context, chosen.but(area=area.id), area, around, shown)]
    if area.kind == "delregion":
        made.append(_members(area, chosen, context, shown, division))
    pair = [conditions.section(context, area, shown, class_="w5"), changes.section(context, area, shown, class_="w7")]
    made.append(h.div(process.section("betaldagar", context, area, id_="betaldagar"), class_="part"))
    if area.kind == "kommun":
        made.append(h.div(months.section(context, area), months.reckon(area, shown), class_="part"))
    plan = plan_summary.section(context, area)
    return [*made, *([plan] if plan else []), h.div(pair, class_="grid part")]


# ---- The head -----------------------------------------------------------------------------------------------------------------


def _head(area: Area, chosen: Choices, context: Context, shown: str, division: Division) -> Element:
    go = controls("/ga", [_area_choice(area, context)], {parameter("period"): chosen.period, parameter("division"): chosen.division})
    selects = [period_select(context.lookup.all_periods, shown)]
    selects += [division_select(context.areas, division.id)] if area.kind == "kommun" else []
    kept = {parameter(name): getattr(chosen, name) for name in ("sort", "order")}
    tools = [go, controls(chosen.path, selects, kept), menus(download_menu(links(area=[area.id], period=[shown])))]
    title = [h.span(area.name, class_="chosen"), f", {period(shown)}"]
    facts = basis(*_facts(area, context, shown))
    return head(
        _crumbs(area, chosen, context, shown, division),
        tools,
        h.span(title),
        _answer(area, context, shown),
        _lead(area, context, shown),
        facts,
    )


def _area_choice(area: Area, context: Context) -> Select:
    delregioner = [(each.name, [(one.id, one.name) for one in context.areas.delregioner(each)]) for each in context.settings.divisions]
    options: Options = [("Kommuner", [(one.id, one.name) for one in context.kommuner]), *delregioner]
    return Select(parameter("area"), "Kommun eller delregion", options, area.id)


def _crumbs(area: Area, chosen: Choices, context: Context, shown: str, division: Division) -> list[tuple[str, str]]:
    around = context.areas.delregion_of(area, division, periods.last_day(shown)) if area.kind == "kommun" and shown else None
    middle = [(around.name, chosen.at(around.path, "period").address)] if around else [("Kommuner", "/kommuner")]
    return [("Översikt", chosen.at("/", "period", "division").address), *middle, (area.name, "")]


def _facts(area: Area, context: Context, shown: str) -> list[Node]:
    facts: list[Node] = []
    inhabitants = context.lookup.figure("avvikelser_per_10000", area.id, shown)
    if inhabitants is not None and inhabitants.denominator:
        facts.append(f"{number(inhabitants.denominator, 0)} invånare")
    discharged = context.lookup.figure("utskrivna", area.id, shown)
    if discharged is not None and discharged.value is not None:
        facts.append(f"{number(discharged.value, 0)} utskrivna som varit utskrivningsklara")
    people = population(context, shown)
    elsewhere = h.a(f"Nyckeltal från {outside.SOURCE}", href=f"{outside.PATH}/{area.id}") if area.kind == "kommun" else None
    return [*facts, *(each for each in (people, elsewhere) if each)]


def _answer(area: Area, context: Context, shown: str) -> Element | None:
    """Whether the goal is reached; in a delregion also by how many of its kommuner."""
    indicator = "dagar_snitt" if periods.kind(shown) == "month" else HEADLINE
    figure = context.lookup.figure(indicator, area.id, shown)
    by = writer(context.settings, indicator)
    if figure is None or figure.value is None:
        why = why_missing(context, indicator, area.id, shown)
        return answer(no_figure(f"{area.name}: {small(by.indicator.name)}", state_of(figure).word, why))
    goal = goal_of(context.settings, figure)
    if goal is None or figure.status not in JUDGED:
        return answer(f"{area.name} ligger på ", h.b(by.with_unit(figure), class_="together"), f" ({state_of(figure).word}).")
    reached = "når målet" if figure.status == "met" else "når inte målet"
    said: list[Node] = [
        f"{area.name} ",
        h.b(reached),
        f" {goal_phrase(goal, indicator)}: ",
        h.b(by.with_unit(figure), class_="together"),
        ".",
    ]
    if area.kind == "delregion":
        counted = reach_of(context.lookup, indicator, context.areas.members(area, periods.last_day(shown)), shown)
        said.append(f" Det gör {counted.met} av {counted.judged} kommuner.")
    return answer(said)


def _lead(area: Area, context: Context, shown: str) -> Element | None:
    """Since when, what is lacking, months over the limit, and the condition that fails most."""
    figure = context.lookup.figure(HEADLINE, area.id, shown)
    goal = goal_of(context.settings, figure) if figure else None
    series = context.lookup.series(HEADLINE, area.id, periods.kind(shown))
    limit = limit_of(context.settings, shown)
    months_over = context.lookup.figure("betalningsmanader", area.id, shown)
    said = [
        how_long(unbroken(series, shown), goal, area.name),
        lacking(figure, goal, writer(context.settings, HEADLINE)),
        within_limit(months_over, limit) if limit is not None else None,
        conditions.sentence(conditions.failing(context, area, shown)),
    ]
    return lead(" ".join(part for part in said if part)) if any(said) else None


# ---- Kommuner in a delregion, and all of them ---------------------------------------------------------------------------------


def _members(area: Area, chosen: Choices, context: Context, shown: str, division: Division) -> Element:
    kommuner = context.areas.members(area, periods.last_day(shown))
    files = links(indicator=[indicator for indicator, _ in COLUMNS], area=[kommun.id for kommun in kommuner], period=[shown])
    return h.section(
        h.div(
            h.div(h.h2("Kommunerna sida vid sida", id="vav"), h.p(f"{area.name}, {period(shown)}.", class_="what")),
            key(),
            class_="chart-head",
        ),
        h.div(Weave(chosen, context, shown, division).table(kommuner), class_="surface"),
        h.div(download_menu(files), class_="chart-tools"),
        class_="chart part",
        aria_labelledby="vav",
    )


def every_kommun(chosen: Choices, context: Context) -> Page:
    """`/kommuner`: each kommun with its delregioner and its state for the headline goal."""
    shown = context.period(chosen)
    tools = [controls("/kommuner", [period_select(context.lookup.all_periods, shown)], {}), share_menu()]
    title = f"Kommuner och delregioner, {period(shown)}"
    by = writer(context.settings, HEADLINE)
    divisions = [
        h.section(h.h2(each.name, id=each.id), _delregioner(each, chosen, context, shown), class_="chart w6", aria_labelledby=each.id)
        for each in context.settings.divisions
    ]
    names = [each.name for each in context.settings.divisions]
    headings = ["Kommun", *(h.th(name, scope="col", class_="left") for name in names), f"{by.indicator.name}, {period_short(shown)}"]
    rows = [row(area_link(area, chosen), _kommun_cells(area, chosen, context, shown)) for area in context.kommuner]
    listing = scrolling(table("Kommuner", headings, rows, class_="listing"), "Kommuner")
    top = head(
        [("Översikt", "/"), ("Kommuner", "")], tools, title, answer(f"{len(context.kommuner)} kommuner. Välj en för att se hur det går.")
    )
    every = h.section(h.h2("Alla kommuner", id="alla"), h.div(listing, class_="surface"), class_="chart part", aria_labelledby="alla")
    return Page(title, (top, h.div(divisions, class_="grid"), every), menu="/kommuner", said=f"Visar {title}.")


def _delregioner(division: Division, chosen: Choices, context: Context, shown: str) -> Element:
    by = writer(context.settings, HEADLINE)
    rows = []
    for area in context.areas.delregioner(division):
        members = context.areas.members(area, periods.last_day(shown))
        counted = reach_of(context.lookup, HEADLINE, members, shown)
        rows.append(
            row(area_link(area, chosen), [f"{counted.met} av {len(members)}", by.cell(context.lookup.figure(HEADLINE, area.id, shown))])
        )
    return h.div(table(division.name, ["Delregion", "Når målet", by.indicator.name], rows, class_="listing"), class_="surface")


def _kommun_cells(area: Area, chosen: Choices, context: Context, shown: str) -> list[Node]:
    around = [context.areas.delregion_of(area, division, periods.last_day(shown)) for division in context.settings.divisions]
    placed = [h.td(area_link(each, chosen) if each else "–", class_="left") for each in around]
    return [*placed, writer(context.settings, HEADLINE).cell(context.lookup.figure(HEADLINE, area.id, shown))]
