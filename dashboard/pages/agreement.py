"""`/avtal`: the agreements, who has decided, and until when. `/avtal/<id>`: what one says shall be followed up, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import periods
from config import Agreement, Clause, Settings
from dashboard.areas import Area
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.lookup import Figure
from dashboard.pages import errors
from dashboard.parts import answer, area_select, basis, controls, head, lead, notice, row, scrolling, share_menu, table
from dashboard.shell import Page
from dashboard.states import NO_GOAL, mark, state_of
from dashboard.tree import Element, Node, h
from dashboard.values import writer
from metrics import agreements
from metrics.agreements import REGION, Decision
from metrics.indicators import INDICATORS
from sql import facts
from sql.files import readable
from sql.store import Store
from swedish import NBSP, capital, count, day, in_order, listed, period_short

PATH: Final = "/avtal"
UNANSWERED: Final = "Följs inte upp i dag."
_STATES: Final = {"before": "börjar gälla", "in force": "gäller nu", "after": "har slutat gälla"}
_DATASET: Final = "avtalsbeslut"
Decisions = Mapping[str, Mapping[str, Decision]]
"""Agreement -> party -> its decision."""


@dataclass(frozen=True)
class Making:
    """What the pages are made with; `today` is the day in Europe/Stockholm."""

    settings: Settings
    store: Store
    today: Callable[[], date]


def making(with_: Making) -> Callable[[Choices, Context], Page]:
    """What makes the pages at `PATH` and below it."""
    return partial(_page, with_)


def _page(with_: Making, chosen: Choices, context: Context) -> Page:
    decided = _decisions(with_)
    if chosen.path == PATH:
        return _list(with_, decided)
    id_ = chosen.path.removeprefix(f"{PATH}/")
    agreement = next((each for each in with_.settings.agreements if each.id == id_), None)
    return _one(with_, agreement, decided[agreement.id], chosen, context) if agreement is not None else errors.not_found()


def _decisions(with_: Making) -> Decisions:
    """Raises StoreError when the deliveries cannot be read."""
    rows = facts.rows(with_.store, _DATASET)
    with readable():
        return agreements.decisions(with_.settings, rows.collect())


# ---- Every agreement ----------------------------------------------------------------------------------------------------------


def _list(with_: Making, decided: Decisions) -> Page:
    today = with_.today()
    ordered = sorted(with_.settings.agreements, key=lambda each: each.valid_from)
    now = next((each for each in ordered if each.holds_on(today)), None)
    said = f"{now.name} gäller i dag." if now else "Inget avtal gäller i dag."
    headings = ["Avtal", *(h.th(name, scope="col", class_="left") for name in ("Läge", "Gäller", "Sista dag att säga upp", "Beslut"))]
    rows = [_agreement_row(each, today, with_.settings, decided[each.id]) for each in ordered]
    made = scrolling(table("Avtalen", headings, rows, class_="listing roomy"), "Avtalen")
    top = head(
        [("Översikt", "/"), ("Avtal", "")], share_menu(), "Avtalen", answer(said), lead("Varje avtal har sina egna regler och villkor.")
    )
    return Page("Avtalen", (top, h.div(made, class_="part")), menu=PATH)


def _agreement_row(agreement: Agreement, today: date, settings: Settings, decided: Mapping[str, Decision]) -> Element:
    notice_day = agreements.last_notice(agreement)
    adopted = sum(decision.adopts for decision in decided.values())
    cells = (
        capital(_STATES[agreements.state(agreement, today)]),
        _span(agreement),
        day(notice_day) if notice_day else "–",
        f"{adopted} av {len(agreements.parties(settings))} har antagit" if decided else "inga beslut har levererats",
    )
    return row(h.a(agreement.name, href=f"{PATH}/{agreement.id}"), [h.td(cell, class_="left") for cell in cells])


def _span(agreement: Agreement) -> str:
    return f"{day(agreement.valid_from)}–{day(agreement.valid_to)}" if agreement.valid_to else f"från {day(agreement.valid_from)}"


# ---- One agreement ------------------------------------------------------------------------------------------------------------


def _one(with_: Making, agreement: Agreement, decided: Mapping[str, Decision], chosen: Choices, context: Context) -> Page:
    area = context.areas.find(chosen.area) or context.areas.county
    counted = agreements.answered(agreement)
    number = sum(counted.values())
    said = (
        f"{counted[True]} av {number} punkter som ska följas upp har siffror här." if number else "Avtalet har inga punkter att följa upp."
    )
    tools = [controls(chosen.path, [area_select(context.areas, chosen)], {}), share_menu()]
    top = head(
        [("Översikt", "/"), ("Avtal", PATH), (agreement.name, "")],
        tools,
        agreement.name,
        answer(said),
        lead(_term(agreement, with_.today())),
        basis(_notice(agreement, with_.today()), f"Källa: {agreement.source}"),
    )
    earlier = agreements.before(with_.settings, agreement)
    parts = [_follow_up(agreement, part.id, part.name, area, context) for part in agreement.parts]
    made = [*parts, _news(with_.settings, earlier, agreement) if earlier else None, _deciding(with_.settings, decided)]
    return Page(agreement.name, (top, *(each for each in made if each is not None)), menu=PATH)


def _term(agreement: Agreement, today: date) -> str:
    state = agreements.state(agreement, today)
    return {
        "before": f"Avtalet börjar gälla {day(agreement.valid_from)}. Siffrorna är från tiden före.",
        "in force": f"Avtalet gäller {_span(agreement)}.",
        "after": f"Avtalet gällde {_span(agreement)}.",
    }[state]


def _notice(agreement: Agreement, today: date) -> str | None:
    last = agreements.last_notice(agreement)
    if last is None or agreement.notice is None:
        return None
    rule = f"{agreement.notice.months_before_end} månader före slutet ({agreement.notice.section})"
    when = f"kunde sägas upp till och med {day(last)}" if last < today else f"kan sägas upp till och med {day(last)}"
    longer = f"Annars förlängs det med {count(agreement.notice.extension_years)} år"
    return f"Avtalet {when}, {rule}. {longer}."


# ---- Clause by clause ---------------------------------------------------------------------------------------------------------


def _follow_up(agreement: Agreement, part: str, name: str, area: Area, context: Context) -> Element:
    clauses = [clause for clause in agreement.follow_up if clause.part == part]
    items = [_clause(agreement, clause, area, context) for clause in clauses]
    return h.section(h.h2(name), h.ol(items, class_="clauses") if items else h.p("Inget står om uppföljning."), class_="part", id=part)


def _clause(agreement: Agreement, clause: Clause, area: Area, context: Context) -> Element:
    told = h.div(h.p(clause.section, class_="small quiet"), h.p(clause.text))
    ids = agreements.answers(agreement, clause)
    if not ids:
        return h.li(told, h.p(h.b(UNANSWERED), f" {clause.reason}", class_="unanswered"))
    return h.li(told, h.ul([_answer(id_, agreement, area, context) for id_ in ids], class_="answers digits"))


def _answer(indicator: str, agreement: Agreement, area: Area, context: Context) -> Element:
    figure = latest(context, indicator, area, agreement)
    by, address = writer(context.settings, indicator), Choices(f"/indikator/{indicator}", area="" if area.kind == "lan" else area.id)
    link = h.a(INDICATORS[indicator].name, href=(address.but(period=figure.period) if figure else address).address)
    if figure is None:
        return h.li(link, h.span("ingen siffra än", class_="quiet"))
    state = state_of(figure)
    word = h.span(f" {state.word}", class_="unseen") if state is not NO_GOAL and figure.value is not None else None
    value = h.b(mark(state), by.with_unit(figure), word, class_=f"state {state.id}")
    return h.li(link, h.span(value, f"{NBSP}· {period_short(figure.period)}"))


def latest(context: Context, indicator: str, area: Area, agreement: Agreement) -> Figure | None:
    """The area's newest figure of a quarter or year that ends no later than the agreement; a whole one before an incomplete one."""
    found = [figure for kind in ("quarter", "year") for figure in context.lookup.series(indicator, area.id, kind)]
    if agreement.valid_to is not None:
        found = [figure for figure in found if periods.last_day(figure.period) <= agreement.valid_to]
    return max(found, key=_preferred, default=None)


def _preferred(figure: Figure) -> tuple[bool, bool, date, str]:
    return figure.is_plain, figure.value is not None, periods.last_day(figure.period), figure.period_kind


# ---- What is new, and who has decided -----------------------------------------------------------------------------------------


def _news(settings: Settings, earlier: Agreement, agreement: Agreement) -> Element:
    changes = [*agreement.changes, *agreements.rule_changes(settings, earlier, agreement)]
    rows = [row(each.text, [h.td(each.section, class_="left"), h.td(_named(each.indicators), class_="left")]) for each in changes]
    heading = f"Det här är nytt sedan {earlier.name}"
    if not rows:
        return h.section(h.h2(heading), h.p("Reglerna är desamma."), class_="part", id="nytt")
    headings = [h.th(name, scope="col", class_="left") for name in ("Vad", "Avsnitt", "Mått")]
    return h.section(h.h2(heading), scrolling(table(heading, headings, rows, class_="listing news"), heading), class_="part", id="nytt")


def _named(indicators: Sequence[str]) -> list[Node]:
    links: list[Node] = []
    for number, id_ in enumerate(indicators):
        links += [", " if number else "", h.a(INDICATORS[id_].name, href=f"/indikator/{id_}")]
    return links


def _deciding(settings: Settings, decided: Mapping[str, Decision]) -> Element:
    every = agreements.parties(settings)
    if not decided:
        why = "Ingen fil med beslut om avtalet har levererats. Det säger inget om vad parterna har beslutat."
        made: Node = notice("Besluten är inte kända.", why, ("Se leveranser", "/leveranser"))
        return h.section(h.h2("Parternas beslut"), made, class_="part", id="beslut")
    names = {party: _party(settings, party) for party in every}
    waiting = sorted((names[party] for party in every if party not in decided), key=in_order)
    against = sorted((names[party] for party, each in decided.items() if not each.adopts), key=in_order)
    said = [f"{len(decided) - len(against)} av {len(every)} parter har antagit avtalet."]
    said += [f"{listed(against)} har beslutat att inte anta det."] if against else []
    said += [f"Beslut saknas från {listed(waiting)}."] if waiting else []
    rows = [
        _decision_row(names[party], decided.get(party)) for party in (REGION, *sorted(settings.kommuner, key=lambda k: in_order(names[k])))
    ]
    headings = ["Part", *(h.th(name, scope="col", class_="left") for name in ("Beslut", "Dag", "Diarienummer"))]
    listing = h.details(
        h.summary("Visa alla parter", class_="button"), scrolling(table("Parternas beslut", headings, rows, class_="listing"), "Beslut")
    )
    return h.section(h.h2("Parternas beslut"), h.p(" ".join(said)), listing, class_="part", id="beslut")


def _party(settings: Settings, party: str) -> str:
    return "Västra Götalandsregionen" if party == REGION else settings.kommuner[party]


def _decision_row(name: str, decision: Decision | None) -> Element:
    if decision is None:
        return row(name, [h.td("inget beslut", class_="left"), *[h.td("–", class_="left")] * 2])
    cells = ("antar" if decision.adopts else "antar inte", day(decision.day), decision.diary or "–")
    return row(name, [h.td(cell, class_="left") for cell in cells])
