"""What has changed since the period before: goals reached or lost, and statistical signals."""

from __future__ import annotations

from collections.abc import Iterator

import periods
from dashboard.areas import Area
from dashboard.charts.process import is_good
from dashboard.context import Context
from dashboard.reach import JUDGED
from dashboard.states import mark, state_of
from dashboard.tree import Element, Node, h
from dashboard.values import writer
from metrics.indicators import INDICATORS
from swedish import period as in_words
from swedish import period_short

_NO_SIGNAL = ("xmr-none", "xmr-too-few")


def section(context: Context, area: Area, period: str, *, class_: str = "") -> Element:
    """A list of what has changed; when nothing has, it says so."""
    before = periods.previous(period)
    events = [*_goals(context, area, period, before), *_months_over(context, area, period, before), *_signals(context, area, period)]
    body: Node = h.ul(events, class_="events surface") if events else h.p(_nothing(context, area, before), class_="surface small")
    return h.section(
        h.h2(f"Vad som har ändrats sedan {in_words(before)}", id="andrat"), body, class_=f"chart {class_}".strip(), aria_labelledby="andrat"
    )


def _nothing(context: Context, area: Area, before: str) -> str:
    known = (context.lookup.figure(indicator, area.id, before) for indicator in INDICATORS)
    if any(figure is not None and figure.value is not None for figure in known):
        return "Inget har bytt läge, och inget är statistiskt ovanligt."
    return f"Det finns inga siffror för {in_words(before)} att jämföra med."


def _goals(context: Context, area: Area, period: str, before: str) -> Iterator[Element]:
    for indicator in INDICATORS:
        now, then = (context.lookup.figure(indicator, area.id, each) for each in (period, before))
        if now is None or then is None or now.status == then.status or not {now.status, then.status} <= set(JUDGED):
            continue
        by = writer(context.settings, indicator)
        words = "når nu målet" if now.status == "met" else "når inte längre målet"
        yield _event(mark(state_of(now)), by.indicator.name, f" {words}, {by.with_unit(now)}", f"{in_words(before)}: {by.with_unit(then)}")


def _months_over(context: Context, area: Area, period: str, before: str) -> Iterator[Element]:
    """Months over the limit: one kommun's, where their number has changed."""
    now, then = (context.lookup.figure("betalningsmanader", area.id, each) for each in (period, before))
    if area.kind != "kommun" or now is None or then is None or not (now.is_plain and then.is_plain) or now.value == then.value:
        return
    counts = [f"{figure.numerator:.0f} av {figure.denominator:.0f}" for figure in (now, then)]
    yield _event(None, INDICATORS["betalningsmanader"].name, f": {counts[0]}", f"{in_words(before)}: {counts[1]}")


def _signals(context: Context, area: Area, period: str) -> Iterator[Element]:
    months = {*periods.months(period), period}
    for found in context.lookup.latest(area.id):
        if found["signal"] in _NO_SIGNAL or found["period"] not in months:
            continue
        by = writer(context.settings, found["indicator"])
        kind = {True: " better", False: " worse", None: ""}[is_good(found, by)]
        shape = h.span(class_=f"mark signal{kind}", aria_hidden="true")
        yield _event(shape, by.indicator.name, f": {found['sentence']}", f"statistisk signal i {period_short(found['period'])}")


def _event(shape: Element | None, name: str, what: str, more: str) -> Element:
    return h.li(shape or h.span("–", aria_hidden="true"), h.span(h.b(name), what, h.small(more)))
