"""As published, as now, the difference and the deliveries behind it: what has moved since a year was published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import polars as pl

from dashboard.choices import Choices, parameter
from dashboard.context import Context
from dashboard.parts import Select, controls, row, scrolling, table
from dashboard.sections.year_files import places
from dashboard.states import STATES, badge
from dashboard.tree import Children, Element, Node, h
from dashboard.values import writer
from flows.publishing import Moved, Moves
from metrics.indicators import INDICATORS
from sql.publications import Publication
from swedish import capital, count, number, period_short, places_apart, signed, unit_word

_KINDS: Final = {"": "year", "kvartal": "quarter", "manader": "month"}
_EVERY: Final = "alla"
_KIND_WORDS: Final = (("", "Hela året"), ("kvartal", "Kvartal"), ("manader", "Månader"), (_EVERY, "År, kvartal och månader"))
_PER_PAGE: Final = 100
_AREAS: Final = {"lan": 0, "delregion": 1, "kommun": 2}
_JUDGED: Final = ("met", "missed")
_WITHOUT_PERIOD: Final = 5  # columns, when every row is of the whole year


def section(publication: Publication, moves: Moves, chosen: Choices, context: Context, *, inside: bool) -> Element:
    """The part of the year's page; the most important rows first, a hundred at a time."""
    if moves.figures.is_empty():
        said = f"Inget har ändrats sedan {publication.id} publicerades. Siffrorna på sidan är de som gäller nu."
        return _part("Inget har ändrats", said, _deliveries(moves, inside=inside) if moves.deliveries else None)
    chosen = _opened(moves.figures, chosen)
    found = _chosen(moves.figures, chosen)
    title = f"{capital(count(moves.figures.height))} siffror är inte längre som de publicerades"
    heading = title if moves.figures.height > 1 else "En siffra är inte längre som den publicerades"
    return _part(
        heading,
        _summary(moves),
        _deliveries(moves, inside=inside),
        h.div(_filters(moves, chosen, context), class_="tools"),
        _table(found, chosen, context) if found else h.p("Inga siffror med det urvalet har ändrats.", class_="small"),
    )


def _opened(figures: pl.DataFrame, chosen: Choices) -> Choices:
    """What the reader chose; every period where no figure of the whole year has moved, since the table would be empty."""
    return chosen if chosen.view or _whole(figures) else chosen.but(view=_EVERY)


def _whole(figures: pl.DataFrame) -> int:
    return figures.filter(period_kind="year").height


def _part(heading: str, about: str, *content: Node | None) -> Element:
    return h.section(h.div(h.h2(heading), h.p(about), class_="part-head"), h.div(content, class_="stack"), class_="part", id="andrat")


def _summary(moves: Moves) -> str:
    figures = moves.figures
    turned = figures.filter(_turned() & (pl.col("period_kind") == "year")).height
    said = [f"{capital(count(_whole(figures)))} av dem gäller hela året, resten kvartal och månader."]
    if turned:
        said.append("En når eller når inte längre målet." if turned == 1 else f"{capital(count(turned))} byter läge mot målet.")
    if moves.settings_changed:
        said.append("Inställningarna, till exempel mål eller avtal, är inte desamma som när året publicerades.")
    return " ".join(said)


def _turned() -> pl.Expr:
    both = pl.col("published_status").is_in(_JUDGED) & pl.col("now_status").is_in(_JUDGED)
    return both & (pl.col("published_status") != pl.col("now_status"))


# ---- The deliveries behind ----------------------------------------------------------------------------------------------------


def _deliveries(moves: Moves, *, inside: bool) -> Element:
    if not moves.deliveries:
        return h.p("Samma leveranser ligger bakom. Det är programmet eller inställningarna som har ändrats.", class_="small")
    touched = dict(moves.figures.explode("deliveries", empty_as_null=False).group_by("deliveries").len().iter_rows())
    rows = [_delivery(moved, touched.get(moved.delivery.id, 0), inside=inside) for moved in moves.deliveries]
    names = ["Leverans", "Uppgifter", *(["Fil", "Inläst av"] if inside else []), "Vad som har hänt", "Gäller för", "Rör siffror"]
    headings = [h.th(name, scope="col", class_="left") for name in names]
    label = "Leveranserna bakom ändringarna"
    return h.div(h.h3(label), scrolling(table(label, headings, rows), label), class_="stack tight")


def _delivery(moved: Moved, touched: int, *, inside: bool) -> Element:
    d = moved.delivery
    who = [d.file_name, d.loaded_by] if inside else []
    cells = [d.dataset, *who, moved.how if inside else moved.how.partition(" (")[0], d.covers, number(touched, 0)]
    return row(str(d.id), [h.td(cell, class_="left") for cell in cells])


# ---- The table ----------------------------------------------------------------------------------------------------------------


def _filters(moves: Moves, chosen: Choices, context: Context) -> Element:
    there = set(moves.figures["indicator"])
    indicators = [(each.id, each.name) for each in INDICATORS.values() if each.id in there]
    area = Select(parameter("area"), "Område", [("", "Alla områden"), *_places(moves, context)], chosen.area)
    selects = [
        area,
        Select(parameter("indicator"), "Mått", [("", "Alla mått"), *indicators], chosen.indicator),
        Select(parameter("view"), "Perioder", _kind_words(moves.figures), chosen.view),
    ]
    return controls(chosen.path, selects, {parameter("edition"): chosen.edition})


def _kind_words(figures: pl.DataFrame) -> list[tuple[str, str]]:
    return [(view, word) for view, word in _KIND_WORDS if view or _whole(figures)]


def _places(moves: Moves, context: Context) -> list[tuple[str, str]]:
    """The areas that anything has changed for."""
    there = set(moves.figures["area"])
    county = context.areas.county
    every = [(county.id, county.name), *places(context.areas)]
    return [(id_, name) for id_, name in every if id_ in there]


def _chosen(figures: pl.DataFrame, chosen: Choices) -> list[dict[str, Any]]:
    """The rows asked for: by indicator, the indicator with the most important change first, and so within it."""
    kept = figures
    if chosen.indicator:
        kept = kept.filter(indicator=chosen.indicator)
    if chosen.area:
        kept = kept.filter(area=chosen.area)
    if chosen.view in _KINDS:
        kept = kept.filter(period_kind=_KINDS[chosen.view])
    rows = sorted(kept.to_dicts(), key=_weight)
    first: dict[str, int] = {}
    for place, each in enumerate(rows):
        first.setdefault(each["indicator"], place)
    return sorted(rows, key=lambda each: (first[each["indicator"]], _weight(each)))


def _weight(row_: dict[str, Any]) -> tuple[Any, ...]:
    """What turned state first, then what is whole in only one of the two, then the larger change; large areas before small."""
    judged = row_["published_status"] in _JUDGED and row_["now_status"] in _JUDGED
    turned = judged and row_["published_status"] != row_["now_status"]
    other = row_["published_status"] != row_["now_status"]
    then, difference = row_["published_value"], row_["difference"]
    share = abs(difference / then) if difference is not None and then else (0.0 if difference is None else 1.0)
    return (not turned, not other, _AREAS[row_["area_kind"]], -share, row_["area_name"], row_["period"])


def _table(found: Sequence[dict[str, Any]], chosen: Choices, context: Context) -> Element:
    pages = -(-len(found) // _PER_PAGE)
    here = min(max(int(chosen.page), 1), pages) if chosen.page.isdecimal() else 1
    shown = found[(here - 1) * _PER_PAGE : here * _PER_PAGE]
    label = "Som publicerat, som nu och skillnaden"
    names = ("Område", *(("Period",) if chosen.view else ()), "Som publicerat", "Som nu", "Skillnad", "Leveranser")
    headings = [h.th(name, scope="col", class_="left" if name in ("Område", "Period", "Leveranser") else None) for name in names]
    made = h.table(
        h.caption(label, class_="unseen"),
        h.thead(h.tr(headings)),
        [_group(indicator, rows, context, len(names)) for indicator, rows in _by_indicator(shown)],
        class_="moves",
    )
    return h.div(scrolling(made, label), pager(chosen, here, pages, len(found)), class_="stack tight")


def _by_indicator(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for indicator in dict.fromkeys(each["indicator"] for each in rows):
        yield indicator, [each for each in rows if each["indicator"] == indicator]


def _group(indicator: str, rows: Sequence[dict[str, Any]], context: Context, width: int) -> Element:
    unit = unit_word(INDICATORS[indicator].unit)
    name = [INDICATORS[indicator].name, h.span(f", {unit}", class_="quiet") if unit else None]
    title = h.tr(h.th(name, scope="rowgroup", colspan=str(width)), class_="theme")
    return h.tbody(title, [_row(each, context, width) for each in rows])


def _row(row_: dict[str, Any], context: Context, width: int) -> Element:
    ids = ", ".join(str(each) for each in row_["deliveries"])
    digits = places_apart(row_["published_value"], row_["now_value"], writer(context.settings, row_["indicator"]).places)
    cells: list[Element] = [
        *([h.td(period_short(row_["period"]), class_="left")] if width > _WITHOUT_PERIOD else []),
        h.td(_value(row_, "published", digits)),
        h.td(_value(row_, "now", digits)),
        h.td("–" if row_["difference"] is None else signed(row_["difference"], digits)),
        h.td(ids or "–", class_="left"),
    ]
    return row(_name(row_, context), cells)


def _name(row_: dict[str, Any], context: Context) -> Node:
    """A delregion with its division: two of them may have the same name."""
    area = context.areas.find(row_["area"])
    if area is None or area.kind != "delregion":
        return str(row_["area_name"])
    return h.span(area.name, h.span(f" ({context.areas.division_of(area).name.lower()})", class_="quiet"))


def _value(row_: dict[str, Any], when: str, digits: int) -> Children:
    status, value = row_[f"{when}_status"], row_[f"{when}_value"]
    if status is None:
        return "fanns inte"
    if value is None:
        return badge(STATES[status])
    text = h.data(number(value, digits), value=repr(value))
    return [badge(STATES[status]), " ", text] if status in (*_JUDGED, "incomplete") else text


def pager(chosen: Choices, here: int, pages: int, total: int) -> Element | None:
    """Where in a long table the page is, and the ways on; None for a table on one page."""
    if pages <= 1:
        return None
    before = h.a("Föregående", href=chosen.but(page=str(here - 1)).address, class_="button") if here > 1 else None
    after = h.a("Nästa", href=chosen.but(page=str(here + 1)).address, class_="button") if here < pages else None
    said = h.span(f"Sida {here} av {pages}, {number(total, 0)} rader", class_="small quiet")
    return h.nav(before, said, after, class_="pager", aria_label="Sidor i tabellen")
