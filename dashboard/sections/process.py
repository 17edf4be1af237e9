"""The usual and the unusual: one area's months (or quarters) as a process chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.areas import Area
from dashboard.charts.process import is_good, process
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.framed import framed
from dashboard.parts import notice, row, table
from dashboard.rests import source_line
from dashboard.sections.plan_starts import pairs, told
from dashboard.sentences import usual_or_not
from dashboard.tree import Element, Node, h
from dashboard.values import Writer, small, writer
from metrics.indicator import BASE_KINDS
from metrics.rules import RULES
from swedish import capital, period_short, plain


def section(indicator: str, context: Context, area: Area, *, id_: str = "process", class_: str = "") -> Element:
    """By month, stocks by quarter; a figure that there is one of a year has no points."""
    by = writer(context.settings, indicator)
    kind, unit = ("quarter", "kvartal") if BASE_KINDS[by.indicator.kind] == "quarter" else ("month", "månader")
    points = context.lookup.process(indicator, area.id, "month" if kind == "month" else "quarter")
    heading = usual_or_not(points, area.name, by.indicator.name, unit)
    if not any(point["value"] is not None for point in points):
        why = f"Det ovanliga syns när det finns minst {RULES.minimum_points} hela {unit} under samma avtal."
        return h.section(
            h.h2(heading, id=f"{id_}-rubrik"), notice("Inget att visa än.", why, ("Se leveranser", "/leveranser")), class_=f"chart {class_}"
        )
    starts = context.starts(area.id, indicator)
    agreements = [(each.in_charts, each.valid_from) for each in context.settings.agreements]
    return framed(
        process(points, by, _message(heading, points, by) + told(starts), id_, pairs(starts), agreements),
        heading=heading,
        what=f"{by.indicator.name} per {'månad' if kind == 'month' else 'kvartal'} i {area.name}. ◆ är en statistisk signal, inte ett mål.",
        source=source_line(context, indicator),
        table=_table(points, by),
        links=links(indicator=[indicator], area=[area.id], period_kind=[kind]),
        foot=_foot(points, unit),
        class_=class_,
    )


def _message(heading: str, points: Sequence[Mapping[str, Any]], by: Writer) -> str:
    marked = [point for point in points if point["signal"] is not None]
    last = next(point for point in reversed(points) if point["value"] is not None)
    usual = (
        f" Medel {by.amount(last['mean'])}, gränser {by.number(last['lower'])} till {by.number(last['upper'])}."
        if last["mean"] is not None
        else ""
    )
    return f"{heading}. Senast {by.amount(last['value'])}, {period_short(last['period'])}.{usual} {len(marked)} punkter är markerade."


def _foot(points: Sequence[Mapping[str, Any]], unit: str) -> Node:
    if all(point["mean"] is None for point in points):
        return f"Minst {RULES.minimum_points} {unit} under samma avtal behövs för medel och gränser."
    usual = f"medel ± {plain(RULES.limit_per_range)} gånger den vanliga skillnaden mellan två {unit} under samma avtal"
    rows = f"{RULES.shift_points} i rad på samma sida om medel, {RULES.trend_points} i rad åt samma håll"
    near = f"{RULES.near_points} av {RULES.near_window} nära en gräns"
    return f"Gränserna är {usual}. En signal är en punkt utanför gränserna, {rows}, eller {near}."


def _table(points: Sequence[Mapping[str, Any]], by: Writer) -> Element:
    headings = ["Period", "Värde", "Medel", "Undre gräns", "Övre gräns", h.th("Signal", scope="col", class_="left")]
    rows = [row(period_short(point["period"]), _cells(point, by)) for point in reversed(points)]
    return table(f"{by.indicator.name} med medel och gränser", headings, rows)


def _cells(point: Mapping[str, Any], by: Writer) -> list[Node]:
    numbers = [by.number(point[name]) for name in ("value", "mean", "lower", "upper")]
    return [*numbers, h.td(signal_mark(point, by), class_="left")]


def signal_mark(point: Mapping[str, Any], by: Writer) -> Element | None:
    """The diamond and its sentence, where a rule marks the point."""
    if point["sentence"] is None:
        return None
    kind = {True: " better", False: " worse", None: ""}[is_good(point, by)]
    return h.span(h.span(class_=f"mark signal{kind}", aria_hidden="true"), f" {capital(small(point['sentence']))}")
