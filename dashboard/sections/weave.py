"""Kommuner by indicators: a table of states that can be sorted and narrowed, all of it in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import periods
from config import Division
from dashboard.areas import Area
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.lookup import Figure
from dashboard.parts import area_link, scrolling
from dashboard.states import goal_of
from dashboard.tree import Element, Node, h
from dashboard.values import Writer, small, writer
from metrics.indicators import INDICATORS
from swedish import in_order, listed, plain, unit_word

COLUMNS: Final = (
    ("ntandvard_tackning", "N\u2011tandvård"),
    ("mhb_utford", "Munhälso\u00adbedömda"),
    ("dagar_snitt", "Dagar i snitt"),
    ("betalningsmanader", "Månader över gränsen"),
    ("betaldagar", "Betaldagar"),
    ("foljsamhet", "Alla villkor"),
    ("aterkoppling_dagar", "Dagar till svar"),
    ("avvikelser_per_10000", "Avvikelser"),
)
"""The columns: indicator and its short name."""
MISSED_ONLY: Final = "missade"
NOT_WHOLE: Final = "ofullstandiga"
DESCENDING: Final = "fallande"
NAME: Final = "namn"


@dataclass(frozen=True)
class Weave:
    """What the table shows: the choices, the period, and the areas."""

    chosen: Choices
    context: Context
    period: str
    division: Division

    @cached_property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The columns that somebody has delivered for in the period."""
        kind = periods.kind(self.period)
        return tuple((id_, name) for id_, name in COLUMNS if self.period in self.context.lookup.periods(id_, kind))

    @property
    def left_out(self) -> list[str]:
        """The names of the indicators that have no column."""
        return [INDICATORS[id_].name for id_, name in COLUMNS if (id_, name) not in self.columns]

    @property
    def foot(self) -> str:
        """What a reader of the table needs to know."""
        summed = "En delregions siffra är summan av kommunernas, aldrig ett medel av medel."
        return f"{summed} Inga siffror för perioden: {listed([small(name) for name in self.left_out])}." if self.left_out else summed

    def table(self, kommuner: Sequence[Area]) -> Element:
        """The table for the kommuner, grouped by delregion unless a column is chosen to sort by."""
        body = self._grouped(kommuner) if self.chosen.sort in ("", NAME) else self._sorted(kommuner)
        made = h.table(
            h.caption("Kommuner och mått med läge", class_="unseen"), h.thead(h.tr(self._headings())), h.tbody(body), class_="weave"
        )
        return scrolling(made, "Kommuner och mått")

    # ---- rows -----------------------------------------------------------------------------------------------------------------

    def _grouped(self, kommuner: Sequence[Area]) -> list[Element]:
        areas, last = self.context.areas, periods.last_day(self.period)
        backwards = self.chosen.sort == NAME and self.chosen.order == DESCENDING
        rows = [self._row(areas.county, "group")]
        groups: list[tuple[Area | None, Sequence[Area]]] = [(area, areas.members(area, last)) for area in areas.delregioner(self.division)]
        placed = {kommun.id for _, members in groups for kommun in members}
        groups.append((None, [kommun for kommun in kommuner if kommun.id not in placed]))
        for delregion, members in groups:
            wanted = [kommun for kommun in members if kommun in kommuner]
            if not wanted:
                continue
            rows.append(self._row(delregion, "group") if delregion else _title("Utan delregion", len(self.columns)))
            rows += [self._row(kommun) for kommun in sorted(wanted, key=lambda area: in_order(area.name), reverse=backwards)]
        return rows

    def _sorted(self, kommuner: Sequence[Area]) -> list[Element]:
        figures = {kommun.id: self._figure(self.chosen.sort, kommun) for kommun in kommuner}
        known = [kommun for kommun in kommuner if _value(figures[kommun.id]) is not None]
        unknown = [kommun for kommun in kommuner if _value(figures[kommun.id]) is None]
        known.sort(key=lambda kommun: _value(figures[kommun.id]) or 0.0, reverse=self.chosen.order == DESCENDING)
        return [self._row(self.context.areas.county, "group"), *(self._row(kommun) for kommun in [*known, *unknown])]

    def _row(self, area: Area, class_: str = "") -> Element:
        is_chosen = area.id == self.chosen.area
        cells = [self._cell(indicator, area) for indicator, _ in self.columns]
        name: Node = area.name if area.kind == "lan" else area_link(area, self.chosen)
        classes = " ".join(filter(None, (class_, "chosen" if is_chosen else "")))
        return h.tr(h.th(name, scope="row"), cells, class_=classes or None)

    def _cell(self, indicator: str, area: Area) -> Element:
        return self._writer(indicator).cell(self._figure(indicator, area))

    def _figure(self, indicator: str, area: Area) -> Figure | None:
        return self.context.lookup.figure(indicator, area.id, self.period)

    def _writer(self, indicator: str) -> Writer:
        return writer(self.context.settings, indicator)

    # ---- headings -------------------------------------------------------------------------------------------------------------

    def _headings(self) -> list[Element]:
        return [self._heading(NAME, "Kommun", None), *(self._heading(id_, name, self._under(id_)) for id_, name in self.columns)]

    def _heading(self, sort: str, name: str, under: str | None) -> Element:
        current = (self.chosen.sort or NAME) == sort
        backwards = current and self.chosen.order == DESCENDING
        to = self.chosen.but(sort=sort, order="" if (backwards or not current) else DESCENDING)
        state = ("descending" if backwards else "ascending") if current else None
        return h.th(h.a(name, href=to.address, class_="sort"), h.small(under) if under else None, scope="col", aria_sort=state)

    def _under(self, indicator: str) -> str:
        """The unit, and the goal where one is tested on these figures."""
        by = self._writer(indicator)
        unit = unit_word(by.indicator.unit) or "antal"
        any_figure = next((f for area in self.context.kommuner if (f := self._figure(indicator, area)) is not None), None)
        goal = goal_of(self.context.settings, any_figure) if any_figure else None
        if goal is None:
            return "av alla månader" if indicator == "betalningsmanader" else unit
        return f"{unit}, {'minst' if goal.comparison == 'at_least' else 'högst'} {plain(goal.value)}"


def narrowed(kommuner: Sequence[Area], only: str, context: Context, period: str) -> list[Area]:
    """The kommuner that the reader wants to see: of a delregion, those that miss a goal, or those with something not whole."""
    if only == MISSED_ONLY:
        return _with(kommuner, context, period, lambda figure: figure is not None and figure.status == "missed")
    if only == NOT_WHOLE:
        return _with(kommuner, context, period, lambda figure: figure is None or figure.status in ("incomplete", "missing", "suppressed"))
    delregion = context.areas.find(only) if only else None
    if delregion is None or delregion.kind != "delregion":
        return list(kommuner)
    members = context.areas.members(delregion, periods.last_day(period))
    return [kommun for kommun in kommuner if kommun in members]


def _with(kommuner: Sequence[Area], context: Context, period: str, test: Callable[[Figure | None], bool]) -> list[Area]:
    return [area for area in kommuner if any(test(context.lookup.figure(indicator, area.id, period)) for indicator, _ in COLUMNS)]


def _value(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value


def _title(name: str, width: int) -> Element:
    return h.tr(h.th(name, scope="row"), [h.td() for _ in range(width)], class_="group")
