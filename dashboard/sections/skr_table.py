"""What is sent to SKR: who has left what in which quarter, and the table as it would be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import periods
from dashboard.parts import notice, row, scrolling, table
from dashboard.tree import Element, Node, h
from reports.settings import SkrColumn
from reports.skr import Cell, Table, is_counted
from reports.skr_checks import State, dataset_name, datasets, received
from reports.skr_files import SHARE_PLACES, Delivery
from reports.wording import STATE_WORDS
from swedish import NBSP, in_order, listed, number, period_short

States = Mapping[tuple[str, str, str], State]
_WORST: Final = ("none", "partial", "full")
_CLASSES: Final = {"none": "missing", "partial": "incomplete", "full": "met"}
_WORDS: Final = {"none": "saknas", "partial": "ofullständig"}


# ---- What has come in -----------------------------------------------------------------------------------------------------------


def completeness(delivery: Delivery, today: date) -> Element:
    """Kommun × quarter, those with gaps first; folded where there are none."""
    quarters = periods.quarters(str(delivery.edition.year))
    asked = datasets(delivery.form)
    states = received(delivery.form, delivery.edition)
    ended = [quarter for quarter in quarters if periods.last_day(quarter) < today]
    gaps = {code: sum(_worst(states, asked, code, quarter) != "full" for quarter in ended) for code in delivery.settings.kommuner}
    kommuner = sorted(delivery.settings.kommuner.items(), key=lambda each: (-gaps[each[0]], in_order(each[1])))
    lines = [row(name, [_cell(states, asked, code, quarter, quarter in ended) for quarter in quarters]) for code, name in kommuner]
    label = f"Kommuner och kvartal {delivery.edition.year}"
    headings = ("Kommun", *(h.th(period_short(quarter), scope="col", class_="left") for quarter in quarters))
    made = scrolling(table(label, headings, lines, class_="weave quarters"), label)
    lacking = sum(count > 0 for count in gaps.values())
    body = made if lacking else h.details(h.summary(f"Visa alla {len(kommuner)} kommuner", class_="button"), made, class_="table-view")
    return _part("Vad som har kommit in", _said(asked, len(kommuner), lacking, whole=len(ended) == len(quarters)), body, id_="inkommet")


def _said(asked: Sequence[str], kommuner: int, lacking: int, *, whole: bool) -> str:
    names = listed([_named(dataset) for dataset in asked])
    until = "" if whole else " som är slut"
    if not lacking:
        return f"Alla {kommuner} kommuner har lämnat allt för alla kvartal{until}. Det gäller {names}."
    return f"{lacking} av {kommuner} kommuner har inte lämnat allt för alla kvartal{until}. De står överst. Det gäller {names}."


def _named(dataset: str) -> str:
    """The dataset's name inside a sentence."""
    name = dataset_name(dataset)
    return name if name[1:2] == "-" else name.lower()


def _worst(states: States, asked: Sequence[str], kommun: str, quarter: str) -> State:
    return min((states.get((dataset, kommun, quarter), "none") for dataset in asked), key=_WORST.index)


def _cell(states: States, asked: Sequence[str], kommun: str, quarter: str, ended: bool) -> Element:
    if not ended:
        return h.td("inte slut än", class_="left quiet")
    worst = _worst(states, asked, kommun, quarter)
    if worst == "full":
        return h.td("allt", class_="left met")
    said = [
        f"{dataset_name(dataset)}: {_WORDS[state]}"
        for dataset in asked
        if (state := states.get((dataset, kommun, quarter), "none")) != "full"
    ]
    return h.td(", ".join(said), class_=f"left {_CLASSES[worst]}")


# ---- The table ------------------------------------------------------------------------------------------------------------------


def preview(delivery: Delivery) -> Element:
    """The table as it would be sent, and what its columns are."""
    shown = delivery.table
    if all(cell.status == "missing" for cell in shown.cells.values()):
        why = "Årets tal är de som gäller när fjärde kvartalet är slut. Tabellen fylls när de har lästs in och räknats."
        return _part("Tabellen", "", notice(f"Det finns inga tal för {delivery.edition.year} än.", why, None), id_="tabellen")
    lines = [_line(shown, area, name) for area, name in shown.areas]
    headings = ("Kommun", *(column.heading for column in shown.columns))
    label = f"Leveransen {delivery.edition.year}"
    terms = [(h.dt(column.heading), h.dd(column.definition)) for column in shown.columns]
    columns = h.details(h.summary("Vad kolumnerna är", class_="button"), h.dl(terms, class_="terms"), class_="table-view")
    made = scrolling(table(label, headings, lines, class_="weave sent"), label)
    return _part("Tabellen", _about(delivery), h.div(made, columns, class_="stack"), id_="tabellen")


def _about(delivery: Delivery) -> str:
    hidden = sum(cell.status == "suppressed" for cell in delivery.table.cells.values())
    protected = f"{number(hidden, 0)} tal är skyddade." if hidden else "Inget tal har behövt skyddas."
    if delivery.edition.publication is None:
        return f"UTKAST: talen är inte publicerade och kan ändras. {protected}"
    return f"Så här ser den ut som skickas, med tal ur publikation {delivery.edition.publication}. {protected}"


def _line(shown: Table, area: str, name: str) -> Element:
    cells = [_value(column, shown.cells[area, column.id]) for column in shown.columns]
    return row(h.b(name) if area == shown.region else name, cells, class_="group" if area == shown.region else None)


def _value(column: SkrColumn, cell: Cell) -> Node:
    if cell.value is None:
        return h.td(STATE_WORDS[cell.status], class_=cell.status)
    places = 0 if is_counted(column) or column.is_population else SHARE_PLACES
    if cell.status == "incomplete":
        return h.td(f"{number(cell.value, places)}{NBSP}{STATE_WORDS['incomplete']}", class_="incomplete")
    return h.td(number(cell.value, places))


def _part(heading: str, about: str, body: Node, *, id_: str) -> Element:
    return h.section(h.div(h.h2(heading), h.p(about) if about else None, class_="part-head"), body, class_="part", id=id_)
