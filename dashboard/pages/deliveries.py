"""`/leveranser`: what has come in, what is missing and from whom, which files were refused and why, and the form for a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from config import Settings
from dashboard import received as received_
from dashboard.access import Access
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.pages import upload_form
from dashboard.parts import answer, basis, head, lead, notice, row, scrolling, switch, table
from dashboard.received import DATASETS, Cell, Gap, Received
from dashboard.recomputing import Recomputing
from dashboard.rule_words import rule_in_words
from dashboard.sections import job_history
from dashboard.shell import Page
from dashboard.tree import Element, Node, h
from policy import Action, Person, allows, allows_somewhere, kommuner_for
from sql import refusals
from sql.catalogue import Delivery
from sql.refusals import Refusal
from sql.store import Store
from swedish import NBSP, count, day, listed, listed_shortly, moment, month, number, period, period_short

PATH: Final = "/leveranser"
_SHOWN_DELIVERIES: Final = 20
_SHOWN_PROBLEMS: Final = 500
_ALL: Final = "alla"
_REFUSAL: Final = "avvisad-"
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_NAMES: Final = {dataset.id: dataset.name for dataset in DATASETS}


def making(store: Store, access: Access, recomputing: Recomputing, today: Callable[[], date]) -> Callable[[Choices, Context], Page]:
    """What makes the page; `today` is the day in Europe/Stockholm."""
    return partial(_page, store, access, recomputing, today)


def _page(store: Store, access: Access, recomputing: Recomputing, today: Callable[[], date], choices: Choices, context: Context) -> Page:
    came_in = received_.read(context.settings, store, today())
    person = access.reader(is_demo=store.is_demo)
    inside = allows(person, Action.READ_DELIVERIES)
    chosen = _chosen_refusal(choices, came_in.refusals) if inside else None
    problems = refusals.problems(store, chosen.id) if chosen else None
    refused = (_refused(came_in.refusals, choices, chosen, problems),) if inside else ()
    listed = _listing(_known_to(person, came_in.deliveries), choices) if allows_somewhere(person, Action.READ_DELIVERIES) else _hidden()
    form = _form(context.settings, access, person)
    ran = job_history.section(context.settings, store, with_log=inside)
    return Page("Leveranser", (*coverage_parts(came_in, choices, recomputing), form, *refused, listed, ran), menu=PATH)


def _known_to(person: Person, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    """Those that speak for nobody but kommuner whose deliveries the person may read of."""
    own = kommuner_for(person, Action.READ_DELIVERIES)
    if own is None:
        return deliveries
    return [each for each in deliveries if own.issuperset(kommun for span in each.coverage for kommun in span.kommuner)]


def _form(settings: Settings, access: Access, person: Person) -> Element:
    own = kommuner_for(person, Action.UPLOAD)
    if own == frozenset():
        return upload_form.not_here(access.why_not(person))
    return upload_form.form(settings, access.token, DATASETS, own)


def coverage_parts(came_in: Received, choices: Choices, recomputing: Recomputing) -> tuple[Node, ...]:
    """What everyone may see: the answer, the matrix of a year and what is missing in it."""
    year = _year(choices, came_in)
    kommuner = len(came_in.settings.kommuner)
    shown = (_matrix(came_in, choices, year), _missing(came_in.gaps(year), year, kommuner)) if came_in.deliveries else ()
    state = _state_of_figures(came_in, recomputing)
    return (_head(came_in), *((state,) if state else ()), *shown)


def _year(choices: Choices, came_in: Received) -> str:
    """The chosen year, or that of the quarter that the answer is about."""
    years = came_in.years
    return choices.period[:4] if choices.period[:4] in years else (came_in.quarter or years[-1])[:4]


def _chosen_refusal(choices: Choices, known: Sequence[Refusal]) -> Refusal | None:
    return next((refusal for refusal in known if choices.only == f"{_REFUSAL}{refusal.id}"), None)


# --- the answer ---------------------------------------------------------------------------------------------------


def _head(came_in: Received) -> Element:
    quarter, newest = came_in.quarter, came_in.newest
    gaps = came_in.gaps_in(quarter) if quarter else []
    said = [_gap_sentence(gap) for gap in gaps]
    return head(
        [("Översikt", "/"), ("Leveranser", "")],
        (),
        "Leveranser",
        answer(answer_sentence(quarter, gaps, len(came_in.settings.kommuner))),
        lead(" ".join(said)) if said else None,
        basis(f"Senaste leveransen {moment(datetime.fromisoformat(newest.loaded_at))}") if newest else None,
    )


def answer_sentence(quarter: str | None, gaps: Sequence[Gap], kommuner: int) -> str:
    """The page's answer: `Allt för tredje kvartalet 2026 har kommit in, utom från tre kommuner.`"""
    if quarter is None:
        return "Inget har kommit in än."
    late = len({name for gap in gaps for name in (*gap.missing, *gap.incomplete)})
    about = period(quarter)
    if late == 0:
        return f"Allt för {about} har kommit in från alla {kommuner} kommuner."
    if late > kommuner // 2:
        return f"Något för {about} saknas från {late} av {kommuner} kommuner."
    return f"Allt för {about} har kommit in, utom från {count(late)} {'kommun' if late == 1 else 'kommuner'}."


def _gap_sentence(gap: Gap) -> str:
    when = period(gap.first) if gap.first == gap.last else f"{month(gap.first)}–{period(gap.last)}"
    said = []
    if gap.missing:
        said.append(f"saknas från {listed_shortly(gap.missing)}")
    if gap.incomplete:
        said.append(f"är ofullständigt från {listed_shortly(gap.incomplete)}")
    return f"{gap.dataset.name} för {when} {listed(said)}."


def _state_of_figures(came_in: Received, recomputing: Recomputing) -> Element | None:
    """Whether the figures hold what has come in, and if not, what to do."""
    if recomputing.running:
        return notice("Siffrorna räknas om nu.", "De nya visas när de är klara. Ladda om sidan om en stund.", None)
    if recomputing.failure:
        return notice("Siffrorna kunde inte räknas om.", f"{recomputing.failure} Sidorna visar de tidigare siffrorna.", None)
    if came_in.deliveries and came_in.outdated:
        when = f"De räknades {moment(came_in.run.created_at)}. " if came_in.run else ""
        return notice("Siffrorna bygger inte på allt som har kommit in.", f"{when}Kör uppfoljning compute, så kommer resten med.", None)
    return None


# --- what has come in ---------------------------------------------------------------------------------------------


def _matrix(came_in: Received, choices: Choices, year: str) -> Element:
    kommuner = len(came_in.settings.kommuner)
    months = [h.th(month(f"{year}-{number_:02}")[:3], scope="col") for number_ in range(1, 13)]
    rows = [row(dataset.name, [_cell(cell, kommuner) for cell in came_in.row(dataset, year)]) for dataset in DATASETS if dataset.timed]
    label = f"Leveranser {year}, antal kommuner"
    return _part(
        "Så många kommuner har levererat",
        f"Antal av {kommuner} kommuner. En del uppgifter kommer per månad, andra per kvartal (kv) eller år.",
        switch("År", [(each, choices.but(period=each)) for each in came_in.years], choices.but(period=year)),
        scrolling(table(label, ("Uppgifter", *months), rows, class_="received"), label),
        _key(kommuner),
    )


_SPAN: Final = {"month": None, "quarter": "3", "year": "12"}


def _cell(cell: Cell, kommuner: int) -> Element:
    """A cell says its own period where it spans several months."""
    label = {"month": "", "quarter": f"kv{NBSP}{cell.period[-1]}", "year": cell.period}[cell.dataset.base]
    look = "later" if cell.state == "none" and not cell.dataset.expected else cell.state  # nobody has to answer for it: no alarm
    return h.td(h.small(label) if label else None, _cell_content(cell, kommuner), class_=look, colspan=_SPAN[cell.dataset.base])


def _cell_content(cell: Cell, kommuner: int) -> Element:
    if cell.state == "waiting":
        return h.span("väntas")
    if cell.state in ("later", "before"):
        return h.span("inte slut än" if cell.state == "later" else "före första leveransen", class_="unseen")
    if cell.state == "full":
        return h.span(str(cell.delivered))
    kind, word = ("missing", "inget har kommit") if cell.state == "none" else ("incomplete", f"av {kommuner}, ofullständigt")
    return h.span(h.span(class_=f"mark {kind}", aria_hidden="true"), f"{NBSP}{cell.delivered}", h.span(f" {word}", class_="unseen"))


def _key(kommuner: int) -> Element:
    shown = (
        (h.b(str(kommuner)), "alla kommuner, inget saknas"),
        (h.span(class_="mark incomplete", aria_hidden="true"), "någon saknas eller är ofullständig"),
        (h.span(class_="mark missing", aria_hidden="true"), "inget har kommit"),
    )
    entries = [h.li(mark, f"{NBSP}{NBSP}{words}") for mark, words in shown]
    return h.ul(entries, h.li("Tomt: inte slut än, eller före den första leveransen"), class_="key")


def _missing(gaps: Sequence[Gap], year: str, kommuner: int) -> Element:
    heading = f"Det här saknas för {year}"
    if not gaps:
        return _part(heading, "Inget. Allt som ska ha kommit finns.")
    headings = ("Uppgifter", "Period", "Saknas från", "Ofullständigt från")
    rows = [(gap.dataset.name, _span(gap), _who(gap.missing, kommuner), _who(gap.incomplete, kommuner)) for gap in gaps]
    about = "Siffror för länet och delregionen är ofullständiga tills det har kommit."
    return _part(heading, about, _table(heading, headings, rows))


def _span(gap: Gap) -> str:
    return period_short(gap.first) if gap.first == gap.last else f"{period_short(gap.first)} – {period_short(gap.last)}"


def _who(names: Sequence[str], kommuner: int) -> str:
    if len(names) == kommuner:
        return f"alla {kommuner} kommuner"
    return ", ".join(names) or "–"


# --- what was refused, and everything that came -------------------------------------------------------------------


def _refused(known: Sequence[Refusal], choices: Choices, chosen: Refusal | None, problems: pl.DataFrame | None) -> Element:
    if not known:
        return _part("Avvisade filer", "Ingen fil har avvisats.")
    headings = ("Fil", "Uppgifter", "När", "Av", "Fel")
    rows = [
        (refusal.file_name, _name(refusal.dataset), _when(refusal.refused_at), refusal.refused_by, _to_errors(refusal, choices))
        for refusal in known
    ]
    errors = _errors(chosen, problems) if chosen and problems is not None else None
    about = "En fil med fel sparas inte. Här står var felen fanns, men aldrig vad som stod i filen."
    return _part("Avvisade filer", about, _table("Avvisade filer", headings, rows, class_="files"), errors, id_="avvisade")


def _to_errors(refusal: Refusal, choices: Choices) -> Element:
    where = choices.but(only=f"{_REFUSAL}{refusal.id}").address
    return h.a(f"{number(refusal.problem_count, 0)} fel", h.span(f" i {refusal.file_name}", class_="unseen"), href=f"{where}#avvisade")


def _errors(refusal: Refusal, problems: pl.DataFrame) -> Element:
    heading = f"Fel i {refusal.file_name}"
    shown = problems.head(_SHOWN_PROBLEMS).iter_rows()
    rows = [("hela filen" if row is None else str(row), column or "–", rule_in_words(rule)) for row, column, rule in shown]
    more = refusal.problem_count - len(rows)
    rest = h.p(f"{number(more, 0)} fel till visas inte här.", class_="small quiet") if more > 0 else None
    return h.div(h.h3(heading), _table(heading, ("Rad", "Kolumn", "Regel"), rows), rest, class_="stack")


def _hidden() -> Element:
    """A delivery's row count can be a small number, and its loader is a person: neither is for everyone."""
    return _part("Filerna", "Vilka filer som har kommit in, och vilka som har avvisats, visas bara på den egna datorn.")


def _listing(deliveries: Sequence[Delivery], choices: Choices) -> Element:
    if not deliveries:
        return _part("Leveranserna", "Ladda upp den första filen här ovanför, eller läs in den med kommandot load.")
    newest_first = sorted(deliveries, key=lambda delivery: -delivery.id)
    shown = newest_first if choices.view == _ALL else newest_first[:_SHOWN_DELIVERIES]
    headings = ("Nr", "Uppgifter", "Fil", "Gäller för", "Rader", "Inläst", "Av", "Läge")
    rows = [_delivery(delivery) for delivery in shown]
    more = len(newest_first) - len(shown)
    kept = " Där raderna är gallrade finns siffrorna kvar." if any(delivery.gallrad_at for delivery in shown) else ""
    rest = h.p(h.a(f"Visa alla {len(newest_first)}", href=choices.but(view=_ALL).address, class_="button")) if more else None
    return _part(
        "Leveranserna",
        f"Den senaste överst. Nyaste leveransen gäller för varje kommun och period.{kept}",
        _table("Leveranserna", headings, rows, class_="delivered"),
        rest,
    )


def _delivery(delivery: Delivery) -> tuple[Node, ...]:
    loaded = _when(datetime.fromisoformat(delivery.loaded_at))
    state = delivery.status if delivery.reason is None else f"{delivery.status}: {delivery.reason}"
    if delivery.gallrad_at is not None:
        state += f". Raderna gallrades {_when(datetime.fromisoformat(delivery.gallrad_at))}"
    rows = number(delivery.row_count, 0)
    return (str(delivery.id), _name(delivery.dataset), delivery.file_name, delivery.covers, rows, loaded, delivery.loaded_by, state)


def _when(moment_: datetime) -> str:
    """Short enough for a column: `20 oktober 2026`."""
    return day(moment_.astimezone(_STOCKHOLM).date())


def _name(dataset: str) -> str:
    return _NAMES.get(dataset, dataset)


# --- pieces -------------------------------------------------------------------------------------------------------


def _part(heading: str, about: str, *content_: Node | None, id_: str | None = None) -> Element:
    return h.section(h.div(h.h2(heading), h.p(about), class_="part-head"), h.div(content_, class_="stack"), class_="part", id=id_)


def _table(label: str, headings: Sequence[str], rows: Sequence[Sequence[Node]], class_: str | None = None) -> Element:
    top = [h.th(heading, scope="col", class_="left") for heading in headings]
    body = [row(first, [h.td(node, class_="left") for node in rest]) for first, *rest in rows]
    return scrolling(table(label, top, body, class_=class_), label)
