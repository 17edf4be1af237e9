"""`/granskning`: who has done what with what, and when, for those who may see it; a page at a time, by filter, and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from io import StringIO
from typing import Final
from zoneinfo import ZoneInfo

import periods
from config import Settings
from dashboard.choices import Choices, parameter
from dashboard.context import Context
from dashboard.downloads import harmless
from dashboard.parts import Select, head, lead, row, scrolling, table
from dashboard.shell import Page
from dashboard.tree import Element, h
from sql import audit_trail
from sql.audit import What
from sql.audit_trail import Entry, Filter
from sql.store import Store
from swedish import in_order, number

PATH: Final = "/granskning"
FILE: Final = "/granskning.csv"
_SHOWN: Final = 100
_MOST_IN_FILE: Final = 100_000
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
WORDS: Final[Mapping[str, str]] = {
    What.LOAD: "Läste in",
    What.REFUSAL: "Avvisad fil",
    What.WITHDRAW: "Återkallade",
    What.ERASE: "Raderade",
    What.GALLRA: "Gallrade",
    What.EDIT: "Ändrade",
    What.SIGN_OFF: "Godkände",
    What.PUBLISH: "Publicerade",
    What.DECISION: "Noterade beslut",
    What.EXPORT: "Hämtade ut",
    What.SIGN_IN: "Loggade in",
    What.SIGN_OUT: "Loggade ut",
    What.SIGN_IN_FAILED: "Misslyckad inloggning",
    What.DENIED: "Nekad",
    What.TOKEN: "Nyckel",
    What.CUT: "Gallring",
}
_HEADINGS: Final = ("Nr", "När", "Vem", "Vad", "Gäller", "Kommun", "Anmärkning")


def making(store: Store) -> Callable[[Choices, Context], Page]:
    """What makes the page."""
    return partial(_page, store)


def _page(store: Store, chosen: Choices, context: Context) -> Page:
    settings, wanted = context.settings, filter_of(chosen)
    before = int(chosen.page) if chosen.page.isdecimal() else None
    found = audit_trail.entries(store, wanted, before=before, most=_SHOWN)
    count = audit_trail.how_many(store, wanted)
    first = head(
        [("Översikt", "/"), ("Granskning", "")],
        (),
        "Granskning",
        lead(
            f"{number(count, 0)} {'rad' if count == 1 else 'rader'}. Ingen rad kan ändras. Kommandot audit verify prövar att alla är kvar."
        ),
    )
    body = h.section(_filters(settings, chosen), _lines(settings, found), _onward(chosen, found), class_="part stack")
    return Page("Granskning", (first, body), menu=PATH)


def filter_of(chosen: Choices) -> Filter:
    """What the address asks for: `bara` is what was done, `omrade` the kommun, `q` who, and the period its days in Sweden."""
    since = until = None
    if chosen.period:
        since = datetime.combine(periods.first_day(chosen.period), time(), _STOCKHOLM)
        until = datetime.combine(periods.last_day(chosen.period) + timedelta(days=1), time(), _STOCKHOLM)
    return Filter(what=chosen.only if chosen.only in WORDS else "", kommun=chosen.area, who=chosen.query.strip(), since=since, until=until)


def _filters(settings: Settings, chosen: Choices) -> Element:
    done = [("", "Allt"), *sorted(((str(what), words) for what, words in WORDS.items()), key=lambda each: in_order(each[1]))]
    kommuner = [("", "Alla"), *sorted(settings.kommuner.items(), key=lambda each: in_order(each[1]))]
    selects = (Select(parameter("only"), "Vad", done, chosen.only), Select(parameter("area"), "Kommun", kommuner, chosen.area))
    fields = [_select(each) for each in selects]
    texts = [
        _text(parameter("query"), "Vem", chosen.query, "Del av ett namn, eller hela id:t"),
        _text(parameter("period"), "När", chosen.period, "ÅÅÅÅ, ÅÅÅÅ-Q3 eller ÅÅÅÅ-MM"),
    ]
    return h.form(fields, texts, h.button("Visa", class_="button"), action=PATH, method="get", class_="filters not-printed")


def _select(each: Select) -> Element:
    options = [h.option(words, value=value, selected=value == each.chosen) for value, words in each.options]
    return h.div(h.label(each.label, for_=f"val-{each.name}"), h.select(options, id=f"val-{each.name}", name=each.name), class_="field")


def _text(name: str, label: str, value: str, help_: str) -> Element:
    id_ = f"val-{name}"
    field = h.input(type="text", id=id_, name=name, defaultValue=value, autocomplete="off", aria_describedby=f"{id_}-hjalp")
    return h.div(h.label(label, for_=id_), field, h.p(help_, id=f"{id_}-hjalp", class_="small quiet"), class_="field")


def _lines(settings: Settings, found: Sequence[Entry]) -> Element:
    if not found:
        return h.p("Inga rader passar urvalet.", class_="quiet")
    top = [h.th(heading, scope="col", class_="left") for heading in _HEADINGS]
    rows = [row(first, [h.td(cell, class_="left") for cell in rest]) for first, *rest in (_told(settings, each) for each in found)]
    return scrolling(table("Granskning", top, rows, class_="audit"), "Granskning")


def _told(settings: Settings, entry: Entry) -> tuple[str, ...]:
    """The line's cells, in the order of the headings."""
    when = f"{entry.at.astimezone(_STOCKHOLM):%Y-%m-%d %H:%M:%S}"
    who = entry.name or "Inte inloggad"
    kommun = settings.kommuner.get(entry.kommun, entry.kommun)
    return str(entry.number), when, who, WORDS.get(entry.what, entry.what), entry.object, kommun, entry.said


def _onward(chosen: Choices, found: Sequence[Entry]) -> Element:
    file = h.a("Hämta som CSV", href=chosen.at(FILE, "only", "area", "query", "period").address, class_="button", download=True)
    older = len(found) == _SHOWN and found[-1].number > 1
    more = h.a("Visa äldre rader", href=chosen.but(page=str(found[-1].number)).address, class_="button") if older else None
    newest = h.a("Visa de nyaste", href=chosen.but(page="").address, class_="button") if chosen.page else None
    return h.div(more, newest, file, class_="tools-row not-printed")


def to_csv(store: Store, settings: Settings, wanted: Filter) -> bytes:
    """The lines that fit, the newest first, as CSV for people: semicolon, UTF-8 with BOM, and with the id of who did it."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*_HEADINGS, "Vems id"])
    for entry in audit_trail.entries(store, wanted, most=_MOST_IN_FILE):
        writer.writerow([harmless(cell) for cell in (*_told(settings, entry), entry.subject)])
    return text.getvalue().encode("utf-8-sig")
