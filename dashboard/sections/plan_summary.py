"""The nämndplan on a kommun's own page: how far its follow-up has come, what is late, and the measures that our indicators give."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.context import Context
from dashboard.parts import row, scrolling, table
from dashboard.plan_view import PATH
from dashboard.plan_words import goal_words, work_state
from dashboard.sections.plan_measures import latest_words
from dashboard.states import NO_GOAL, STATES, badge
from dashboard.tree import Element, Node, h
from metrics.plan_values import FollowUp, Measure
from swedish import NONE, capital, count, count_of, period

_MOST_LATE = 5


def section(context: Context, area: Area) -> Element | None:
    """None where the kommun has no plan here."""
    if context.planned is None or area.kind != "kommun":
        return None
    figures = lambda kommun, indicator, at: context.lookup.figure(indicator, kommun, at)  # noqa: E731 - the one place that asks
    found = context.planned.newest(area.id, figures, context.lookup.view.sight)
    return _section(found, area) if found else None


def _section(found: FollowUp, area: Area) -> Element:
    own = [measure for measure in found.measures if measure.fills_itself]
    parts: list[Node] = [_late(found)] if found.late else []
    if own:
        headings = [h.th(name, scope="col", class_="left" if name == "Läge" else None) for name in ("Mått", "Utfall", "Mål", "Läge")]
        made = table("Nämndplanens mått ur leveranserna", headings, [_row(measure) for measure in own], class_="listing")
        parts.append(scrolling(made, "Nämndplanens mått ur leveranserna"))
    onward = h.p(h.a("Se hela planen", href=f"{PATH}/{area.id}", class_="button"))
    head = h.div(h.h2("Nämndplanen", id="namndplan"), h.p(_told(found)), class_="part-head")
    return h.section(head, h.div(parts, onward, class_="stack"), class_="part", aria_labelledby="namndplan")


def _told(found: FollowUp) -> str:
    """How far it has come, in a sentence or two."""
    done = sum(work.is_done for work in found.work)
    work = "Planen har inga uppdrag."
    if found.work:
        work = f"{capital(count_of(done))} av {count(len(found.work))} uppdrag är {'avslutade' if done > 1 else 'avslutat'}."
    given = found.to_give - sum(len(measure.missing) for measure in found.measures)
    outcomes = f" {given} av {found.to_give} utfall är lämnade för {period(found.period)}." if found.to_give else ""
    return f"{found.plan.namnd}, {found.plan.ar}. {work}{outcomes}"


def _late(found: FollowUp) -> Element:
    names = [h.li(h.b(work.whole_name), work_state(work)) for work in found.late[:_MOST_LATE]]
    more = len(found.late) - _MOST_LATE
    rest = h.li(h.span(f"och {count(more)} till", class_="quiet")) if more > 0 else None
    return h.ul(names, rest, class_="plan-list")


def _row(measure: Measure) -> Element:
    latest = measure.latest
    state = STATES[latest.state] if latest else None
    told = NONE if state is None or state is NO_GOAL else badge(state)
    name = h.a(measure.part.namn, href=f"/indikator/{measure.part.indikator}")
    return row(name, [latest_words(measure), goal_words(measure, latest) or NONE, h.td(told, class_="left")])
