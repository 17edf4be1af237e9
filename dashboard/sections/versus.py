"""One area's indicators: its own figure, its state, its place among the kommuner, its delregion, the county, and the change."""

from __future__ import annotations

from dataclasses import dataclass

import periods
from dashboard.areas import Area
from dashboard.charts.strip import strip
from dashboard.choices import Choices, figure_address
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.lookup import Figure
from dashboard.parts import download_menu
from dashboard.rests import THEMES, limit_of
from dashboard.sentences import over_limit
from dashboard.states import goal_of, goal_words, mark, state_line, state_of
from dashboard.tree import Children, Element, Node, h
from dashboard.values import Change, Writer, small, writer
from metrics import villkor
from metrics.indicators import INDICATORS, Indicator
from swedish import NBSP, NONE, listed, unit_word
from swedish import period as in_words


@dataclass(frozen=True)
class _Versus:
    """The area, what it is held against, and the period."""

    context: Context
    chosen: Choices
    area: Area
    delregion: Area | None
    period: str

    def has(self, indicator: str) -> bool:
        """Whether anybody has a figure of the indicator for the period."""
        return self.period in self.context.lookup.periods(indicator, periods.kind(self.period))

    @property
    def left_out(self) -> list[str]:
        """What has no row. A condition is no loss: an agreement that is not in force asks for others."""
        return [each.name for each in INDICATORS.values() if not self.has(each.id) and not each.id.startswith(villkor.PREFIX)]

    def figure(self, indicator: str, area: Area | None) -> Figure | None:
        return self.context.lookup.figure(indicator, area.id, self.period) if area else None


def section(context: Context, chosen: Choices, area: Area, delregion: Area | None, period: str) -> Element:
    """Every indicator by theme. The table keeps its roles when it is laid out otherwise on a narrow screen."""
    shown = _Versus(context, chosen, area, delregion, period)
    bodies = [body for theme, name in THEMES.items() if (body := _theme(theme, name, shown))]
    what = [
        "Varje streck är en kommun, ",
        h.b("punkten", class_="chosen"),
        f" är {area.name}. Längre åt höger är bättre, där något är bättre.",
    ]
    return h.section(
        h.div(h.div(h.h2("Läget, mått för mått", id="laget"), h.p(what, class_="what")), class_="chart-head"),
        h.table(
            h.caption(f"Mått för {area.name}, {in_words(period)}", class_="unseen"),
            h.thead(h.tr([_heading(name) for name in _headings(shown)], role="row"), role="rowgroup"),
            bodies,
            class_="versus surface",
            role="table",
        ),
        h.p(f"Inga siffror för perioden: {listed([small(name) for name in shown.left_out])}.", class_="foot") if shown.left_out else None,
        h.div(download_menu(links(area=[area.id], period=[period])), class_="chart-tools"),
        class_="chart",
        aria_labelledby="laget",
    )


def _headings(shown: _Versus) -> list[tuple[str, str]]:
    own = [("Mått", "left"), (shown.area.name, ""), ("Läge", "left"), (f"Bland {len(shown.context.kommuner)} kommuner", "left place")]
    return [*own, *([(shown.delregion.name, "")] if shown.delregion else []), ("Länet", ""), ("På ett år", "")]


def _heading(heading: tuple[str, str]) -> Element:
    name, class_ = heading
    return h.th(name, scope="col", role="columnheader", class_=class_ or None)


def _theme(theme: str, name: str, shown: _Versus) -> Element | None:
    width = len(_headings(shown))
    title = h.tr(h.th(name, scope="rowgroup", colspan=str(width), role="rowheader"), class_="theme", role="row")
    rows = [_row(indicator, shown) for indicator in INDICATORS.values() if indicator.theme == theme and shown.has(indicator.id)]
    return h.tbody(title, rows, role="rowgroup") if rows else None


def _row(indicator: Indicator, shown: _Versus) -> Element:
    by = writer(shown.context.settings, indicator.id)
    own = shown.figure(indicator.id, shown.area)
    to = shown.chosen.at(f"/indikator/{indicator.id}", "period", "division", area=shown.area.id).address
    before = shown.context.lookup.figure(indicator.id, shown.area.id, periods.year_before(shown.period))
    county = shown.figure(indicator.id, shown.context.areas.county)
    cells = [
        h.td(_own(own, shown, by), role="cell"),
        h.td(_state(own, shown), class_="left", role="cell"),
        h.td(_place(indicator, own, shown, by), class_="left place", role="cell"),
        *([_other(shown.delregion.name, shown.figure(indicator.id, shown.delregion), by)] if shown.delregion else []),
        _other("Länet", county, by),
        h.td(_change(by.change(own, before)), role="cell", data_name="På ett år"),
    ]
    return h.tr(h.th(h.a(indicator.name, href=to), scope="row", role="rowheader"), cells, role="row")


def _own(figure: Figure | None, shown: _Versus, by: Writer) -> Element:
    """The area's number with its unit small, leading to what it is made of; where there is none the state beside it says why."""
    if figure is None or figure.value is None:
        return h.span(NONE, class_="quiet")
    word = unit_word(by.indicator.unit)
    to = figure_address(by.indicator.id, shown.area.id, shown.period)
    return h.a(by.data(figure), h.small(f"{NBSP}{word}") if word else None, href=to, class_="own behind")


def _other(name: str, figure: Figure | None, by: Writer) -> Element:
    state = state_of(figure)
    hidden = state.id in ("incomplete", "suppressed", "missing")
    said = h.span(f"{state.word}: ", class_="unseen") if state.id == "incomplete" else None
    return h.td(mark(state) if hidden else None, " " if hidden else None, said, by.data(figure), role="cell", data_name=name)


def _state(figure: Figure | None, shown: _Versus) -> Node:
    if figure is not None and figure.indicator == "dagar_snitt" and figure.status == "no_goal":
        limit = limit_of(shown.context.settings, shown.period)
        months = shown.figure("betalningsmanader", shown.area)
        return (over_limit(months, limit) if limit is not None else None) or state_line(figure)
    return state_line(figure)


def _place(indicator: Indicator, own: Figure | None, shown: _Versus, by: Writer) -> Children:
    """Only for what can be compared between areas of different size."""
    if not indicator.is_ratio:
        return None
    figures = [figure for figure in shown.context.per_kommun(indicator.id, shown.period).values() if figure is not None and figure.is_plain]
    goal = goal_of(shown.context.settings, own) if own else None
    words = goal_words(goal, by.indicator.unit) if goal else ""
    value = own.value if own is not None and own.is_plain else None
    values = [figure.value for figure in figures if figure.value is not None]
    return strip(values, value, goal.value if goal else None, words, reverse=indicator.direction == "lower")


def _change(change: Change | None) -> Children:
    if change is None:
        return "–"
    return [h.span(change.signed), h.small(change.judgement) if change.judgement else None]
