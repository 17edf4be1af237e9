"""`/nyckeltal` and `/nyckeltal/<kod>`: the nyckeltal that are fetched from Kolada, a kommun's beside the county's median."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from config import Settings
from dashboard.answers import Redirect
from dashboard.areas import Area
from dashboard.choices import Choices, parameter
from dashboard.context import Context
from dashboard.pages import errors
from dashboard.parts import Options, Select, answer, basis, controls, head, lead, notice, row, scrolling, share_menu, table
from dashboard.shell import Page
from dashboard.tree import Element, Node, h
from metrics.outside import Compared, compared
from sql import outside
from sql.outside import Measure
from sql.store import Store
from swedish import NONE, capital, count, count_of, listed, moment, number, places_apart

PATH: Final = "/nyckeltal"
SOURCE: Final = "Kolada"
_WHY: Final = {"Missing": "saknas", "-": "bortfall", ".": "inte aktuellt", "..": "sekretess"}
"""Kolada's words for why there is no value."""
_SIDES: Final = ("över", "under", "lika")


@dataclass(frozen=True)
class Nyckeltal:
    """A nyckeltal with its values: year -> kommun -> value (None: there is none), and why there is none."""

    measure: Measure
    values: Mapping[int, Mapping[str, float | None]]
    why: Mapping[tuple[int, str], str]

    @property
    def years(self) -> list[int]:
        """Years with a value for any kommun, oldest first."""
        return sorted(year for year, found in self.values.items() if any(value is not None for value in found.values()))

    def shown_year(self, kommun: str) -> int | None:
        """The newest year with a value for the kommun; where it has none, the newest with one for any."""
        own = [year for year in self.years if self.values[year].get(kommun) is not None]
        return own[-1] if own else self.years[-1] if self.years else None

    def compared(self, year: int, kommun: str) -> Compared:
        """The kommun among the county's."""
        return compared(self.values.get(year, {}), kommun)

    def told(self, value: float | None, beside: float | None = None) -> str:
        """The value with the decimals that this nyckeltal is told with, or as many as it takes to tell it from the one beside."""
        return NONE if value is None else number(value, places_apart(value, beside, self._places))

    def own(self, year: int, kommun: str) -> str:
        """The kommun's value, or why there is none."""
        value = self.values.get(year, {}).get(kommun)
        return _WHY.get(self.why.get((year, kommun), ""), "saknas") if value is None else self.told(value)

    @property
    def _places(self) -> int:
        known = [value for found in self.values.values() for value in found.values() if value is not None]
        if all(value == int(value) for value in known):
            return 0
        return 1 if max(map(abs, known)) >= 1 else 2


def making(settings: Settings, store: Store) -> Callable[[Choices, Context], Page | Redirect]:
    """What makes the pages at `PATH` and below it. They raise StoreError."""
    return partial(_page, settings, store)


def _page(settings: Settings, store: Store, chosen: Choices, context: Context) -> Page | Redirect:
    if chosen.path == PATH and chosen.area in settings.kommuner:
        return Redirect(f"{PATH}/{chosen.area}")
    area = None if chosen.path == PATH else context.areas.find(chosen.path.removeprefix(f"{PATH}/"))
    if chosen.path != PATH and (area is None or area.kind != "kommun"):
        return errors.not_found()
    found, fetched = _read(store), outside.fetched_at(store)
    if fetched is None:
        return _none(settings, area, context)
    return _of_kommun(area, found, fetched, context) if area else _of_county(found, fetched, context)


def _read(store: Store) -> list[Nyckeltal]:
    values = outside.values(store)
    return [_gathered(measure, (value for value in values if value.kpi == measure.kpi)) for measure in outside.measures(store)]


def _gathered(measure: Measure, values: Iterable[outside.Value]) -> Nyckeltal:
    by_year: dict[int, dict[str, float | None]] = {}
    why: dict[tuple[int, str], str] = {}
    for value in values:
        by_year.setdefault(value.year, {})[value.kommun] = value.value
        why[value.year, value.kommun] = value.status
    return Nyckeltal(measure, by_year, why)


# ---- The head, and a page without nyckeltal -----------------------------------------------------------------------------------


def _title(area: Area | None) -> str:
    return f"Nyckeltal från {SOURCE}, {area.name}" if area else f"Nyckeltal från {SOURCE}"


def _head(area: Area | None, context: Context, *rest: Node) -> Element:
    first: Options = () if area else [("", "Välj kommun")]
    options: Options = [*first, *((each.id, each.name) for each in context.kommuner)]
    tools = [controls(PATH, [Select(parameter("area"), "Kommun", options, area.id if area else "")], {}), share_menu()]
    own = [(area.name, area.path), ("Nyckeltal", "")] if area else [("Nyckeltal", "")]
    return head([("Översikt", "/"), *own], tools, _title(area), *rest)


def _none(settings: Settings, area: Area | None, context: Context) -> Page:
    source = settings.sources.kolada
    if source is None or not source.kpis:
        what, why = f"Nyckeltal från {SOURCE} hämtas inte.", "Den som sköter systemet väljer nyckeltal i inställningarna."
    else:
        what, why = "Inga nyckeltal är hämtade än.", f"Jobbet som hämtar dem från {SOURCE} har inte gått. Hur det går visas på Leveranser."
    then = (f"Till {area.name}", area.path) if area else ("Till leveranser", "/leveranser")
    return Page(_title(area), (_head(area, context), notice(what, why, then)), menu="/kommuner")


def _basis(fetched: datetime) -> Element:
    return basis(f"Källa: {SOURCE} (RKA)", f"Hämtat {moment(fetched)}")


# ---- A kommun -----------------------------------------------------------------------------------------------------------------


def _of_kommun(area: Area, found: list[Nyckeltal], fetched: datetime, context: Context) -> Page:
    newest = [(each, year, each.compared(year, area.id)) for each in found if (year := each.shown_year(area.id)) is not None]
    with_value = sum(made.value is not None for _, _, made in newest)
    said = f"{area.name} har värden för {count_of(with_value)} av {count(len(found))} nyckeltal."
    about = "Vilket håll som är bra beror på nyckeltalet. Medianen är av länets kommuner med värde samma år."
    top = _head(area, context, answer(said), lead(f"{_sides(area, [made for _, _, made in newest])}{about}"), _basis(fetched))
    parts = [_newest(area, found), *([_all_years(area, found)] if newest else [])]
    return Page(_title(area), (top, *parts), menu="/kommuner")


def _sides(area: Area, newest: list[Compared]) -> str:
    """`Mot länets median ligger Ale över i två och under i ett.`"""
    counted = {side: sum(made.side == side for made in newest) for side in _SIDES}
    told = [f"{side} i {count_of(number_)}" for side, number_ in counted.items() if number_]
    return f"Mot länets median ligger {area.name} {listed(told)}. " if told else ""


def _newest(area: Area, found: list[Nyckeltal]) -> Element:
    headings = ["Nyckeltal", "År", area.name, "Länets median", "Mot medianen", "Kommuner med värde"]
    rows = [_newest_row(each, each.shown_year(area.id), area) for each in found]
    return _listing("senaste", "Senaste värdet", headings, rows)


def _newest_row(each: Nyckeltal, year: int | None, area: Area) -> Element:
    if year is None:
        return row(_name(each), [h.td("inga värden för länets kommuner", colspan="5", class_="left")])
    made = each.compared(year, area.id)
    own = each.own(year, area.id) if made.value is None else each.told(made.value, made.median)
    side = h.td(made.side or NONE, class_="left")
    return row(_name(each), [str(year), own, each.told(made.median, made.value), side, str(made.kommuner)])


def _all_years(area: Area, found: list[Nyckeltal]) -> Element:
    years = sorted({year for each in found for year in each.years})
    groups = [_years_of(each, years, area) for each in found if each.years]
    top = h.thead(h.tr(_cells(["Nyckeltal", *map(str, years)])))
    return _section("ar", "Alla år", h.table(h.caption("Alla år", class_="unseen"), top, groups, class_="listing long"))


def _years_of(each: Nyckeltal, years: list[int], area: Area) -> Element:
    own = [each.own(year, area.id) if year in each.years else NONE for year in years]
    medians = [each.told(each.compared(year, area.id).median) for year in years]
    name = h.tr(h.th(_name(each), scope="rowgroup", colspan=str(len(years) + 1)))
    return h.tbody(name, row(area.name, own), row("Länets median", medians))


# ---- The county ---------------------------------------------------------------------------------------------------------------


def _of_county(found: list[Nyckeltal], fetched: datetime, context: Context) -> Page:
    said = f"{capital(count(len(found)))} nyckeltal. Välj en kommun för att se dess värden."
    top = _head(None, context, answer(said), _basis(fetched))
    rows = [_county_row(each, each.years[-1] if each.years else None) for each in found]
    made = _listing("senaste", "Senaste året", ["Nyckeltal", "År", "Länets median", "Lägst", "Högst", "Kommuner med värde"], rows)
    return Page(_title(None), (top, made), menu="/kommuner")


def _county_row(each: Nyckeltal, year: int | None) -> Element:
    if year is None:
        return row(_name(each), [h.td("inga värden för länets kommuner", colspan="5", class_="left")])
    known = [value for value in each.values[year].values() if value is not None]
    median = each.compared(year, "").median
    return row(_name(each), [str(year), each.told(median), each.told(min(known)), each.told(max(known)), str(len(known))])


# ---- Tables -------------------------------------------------------------------------------------------------------------------


def _name(each: Nyckeltal) -> Node:
    return h.span(each.measure.title, " ", h.span(each.measure.kpi, class_="quiet together"))


def _cells(names: Iterable[str]) -> list[Node]:
    return [h.th(name, scope="col", class_="left" if name == "Mot medianen" else None) for name in names]


def _listing(id_: str, name: str, headings: list[str], rows: list[Element]) -> Element:
    return _section(id_, name, table(name, _cells(headings), rows, class_="listing long"))


def _section(id_: str, name: str, made: Element) -> Element:
    return h.section(h.h2(name, id=id_), h.div(scrolling(made, name), class_="surface"), class_="chart part", aria_labelledby=id_)
