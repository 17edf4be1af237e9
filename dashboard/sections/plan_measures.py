"""The measures of a nämndplan with outcome, goal, trend and other kommuner; and its money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboard.charts.timeline import value_range
from dashboard.choices import Choices
from dashboard.parts import row, scrolling, table
from dashboard.plan_view import View
from dashboard.plan_words import KIND_WORDS, goal_words, origin_words
from dashboard.states import MISSING, NO_GOAL, STATES, badge
from dashboard.tree import Element, Node, h, text_of
from metrics.plan_values import Measure, Outcome
from namndplan import TOTAL
from swedish import NONE, amount, bare, number, period, period_short, signed

_WIDTH: Final = 1000
_HEIGHT: Final = 34
_HEADINGS: Final = ("Mått", "Utfall", "Mål", "Läge", "Före", "Utveckling", "Andra kommuner")


def latest_words(measure: Measure) -> str:
    """The latest outcome with its unit, or the word for why there is none."""
    latest = measure.latest
    if latest is None or latest.value is None:
        return (STATES[latest.state] if latest else MISSING).word
    return amount(latest.value, measure.unit)


def section(view: View) -> Element:
    """Every measure, by verksamhetsområde."""
    groups = [_group(view, name, measures) for name, measures in view.found.groups]
    about = (
        "Av utfall från sidan och från fil gäller det som kom sist. Mått som är indikatorer räknas ur leveranserna. Andra kommuner jämförs "
        "i samma period: de som följer samma indikator i sin plan, eller har ett mått med samma namn."
    )
    head = h.div(h.h2("Mått", id="matt"), h.p(about), class_="part-head")
    nothing = h.p("Planen har inga mått.", class_="quiet") if not groups else None
    return h.section(head, nothing, groups, class_="part", aria_labelledby="matt")


def _group(view: View, name: str, measures: Sequence[Measure]) -> Element:
    headings = [h.th(each, scope="col", class_="left" if each in ("Läge", "Utveckling", "Andra kommuner") else None) for each in _HEADINGS]
    return h.div(
        h.h3(name),
        scrolling(table(f"Mått, {name}", headings, [_row(view, each) for each in measures], class_="plan-measures"), name),
        class_="plan-group",
    )


def _row(view: View, measure: Measure) -> Element:
    latest = measure.latest
    cells = [
        _outcome(view, measure),
        h.td(goal_words(measure, latest) or NONE),
        h.td(_state(latest), class_="left"),
        h.td(_before(measure)),
        h.td(spark(measure) or NONE, class_="left trend"),
        h.td(_peers(view, measure), class_="left"),
    ]
    return row(_name(view, measure), [_named(cell, name) for cell, name in zip(cells, _HEADINGS[1:], strict=True)])


def _named(cell: Element, name: str) -> Element:
    """The cell with its column's name, which narrow windows show beside it; one that holds nothing is not shown there."""
    empty = {"class": f"{cell[1].get('class', '')} nothing".strip()} if text_of(cell) == NONE else {}
    return (cell[0], cell[1] | {"data-name": name} | empty, *cell[2:])


def _name(view: View, measure: Measure) -> list[Node]:
    name: Node = measure.part.namn
    if measure.fills_itself:
        address = Choices(f"/indikator/{measure.part.indikator}", area=view.kommun.id).address
        name = h.a(measure.part.namn, href=address)
    comment = measure.latest.comment if measure.latest else None
    followed = f"Följs varje {KIND_WORDS[measure.kind]}" if measure.part.period else None
    return [name, *([h.small(followed)] if followed and not measure.due else []), *([h.small(comment, class_="told")] if comment else [])]


def _outcome(view: View, measure: Measure) -> Element:
    latest = measure.latest
    if latest is None or latest.value is None:
        return h.td(badge(STATES[latest.state] if latest else MISSING))
    which = None if latest.period == view.found.period else h.small(period_short(latest.period))
    return h.td(h.b(latest_words(measure)), which, title=origin_words(latest) or None)


def _state(latest: Outcome | None) -> Node:
    if latest is None or latest.value is None:
        return NONE
    state = STATES[latest.state]
    return h.span(NO_GOAL.word, class_="quiet") if state is NO_GOAL else badge(state)


def _before(measure: Measure) -> list[Node]:
    before, latest = measure.before, measure.latest
    if before is None or before.value is None:
        return [NONE]
    places = _places(measure.unit, before, latest)
    change = "" if latest is None or latest.value is None else f" ({signed(round(latest.value - before.value, places), places)})"
    return [bare(before.value, measure.unit) + change, h.small(period_short(before.period))]


def _places(unit: str, *outcomes: Outcome | None) -> int:
    """As many decimals as the outcomes need."""
    return max(len(bare(each.value, unit).partition(",")[2]) for each in outcomes if each and each.value is not None)


def _peers(view: View, measure: Measure) -> Node | list[Node]:
    """The others' outcomes of the same period, and what makes them the same measure."""
    by = h.small("samma indikator" if measure.fills_itself else "mått med samma namn")
    told: list[Node] = [_others(view, measure), by] if measure.peers else []
    if measure.fills_itself:
        address = Choices(f"/indikator/{measure.part.indikator}", area=view.kommun.id).address
        told.append(h.a("Jämför alla kommuner", href=address))
    return told or NONE


def _others(view: View, measure: Measure) -> str:
    values = sorted(measure.peers.values())
    if len(values) == 1 or measure.peer_median is None:
        [(kommun, value)] = measure.peers.items()
        return f"{view.settings.kommuner.get(kommun, kommun)} {amount(value, measure.unit)}"
    least, most = bare(values[0], measure.unit), bare(values[-1], measure.unit)
    return f"median {amount(measure.peer_median, measure.unit)} ({least}–{most}), {len(values)} kommuner"


def spark(measure: Measure) -> Element | None:
    """The outcomes as a small line with the goal, and the same in words; None when there is no line to draw."""
    known = [(each.period, each.value) for each in measure.series if each.value is not None]
    if len(known) < 2:
        return None
    values = [value for _, value in known]
    goal = measure.latest.goal if measure.latest else None
    span = value_range([*values, goal], from_zero=False)
    step = _WIDTH / (len(values) - 1)
    points = "L".join(f"{number * step:.0f} {3 + span.pixels(value, _HEIGHT - 6):.1f}" for number, value in enumerate(values))
    said = ", ".join(f"{period_short(name)} {bare(value, measure.unit)}" for name, value in known)
    line = h.svg(
        h.path(class_="series", d=f"M{points}"),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        preserveAspectRatio="none",
        width="100%",
        height=_HEIGHT,
        overflow="visible",
    )
    at = None if goal is None else f"{3 + span.pixels(goal, _HEIGHT - 6):.1f}"
    return h.svg(
        h.line(class_="goal-line", x1="0", x2="100%", y1=at, y2=at) if at else None,
        line,
        h.circle(class_="point", cx="100%", cy=f"{3 + span.pixels(values[-1], _HEIGHT - 6):.1f}", r="3.5"),
        class_="drawing plan-spark",
        height=_HEIGHT,
        role="img",
        aria_label=f"Utveckling: {said}",
    )


def money(view: View) -> Element | None:
    """Budget, forecast and outcome per verksamhetsområde, in tkr, with their sum."""
    lines = view.found.budget
    if not lines:
        return None
    amounts = [(line.before, line.budget, line.forecast, line.outcome, line.difference) for line in lines]
    rows = [row(line.area, [number(each, 0) for each in own]) for line, own in zip(lines, amounts, strict=True)]
    sums = [None if None in column else sum(each for each in column if each is not None) for column in zip(*amounts, strict=True)]
    total = [number(each, 0) for each in sums]
    year = view.found.plan.ar
    headings = ["Verksamhetsområde", f"Budget {year - 1}", f"Budget {year}", "Prognos", "Utfall hittills", "Prognos mot budget"]
    at = period(view.found.period)
    about = f"Tusen kronor. Prognos och utfall gäller {at}; kostnader är negativa. Summan visas när alla är lämnade."
    made = table("Budget", headings, [*rows, row(h.b(TOTAL), [h.b(value) for value in total])], class_="plan-money")
    head = h.div(h.h2("Budget", id="budget"), h.p(about), class_="part-head")
    return h.section(head, scrolling(made, "Budget"), class_="part", aria_labelledby="budget")
