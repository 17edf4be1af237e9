"""Whose figure is further off than chance explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.charts.funnel import Funnel, funnel
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.downloads import links
from dashboard.framed import framed
from dashboard.parts import row, table
from dashboard.rests import source_line
from dashboard.states import goal_of, goal_words
from dashboard.tree import Element, h
from dashboard.values import Writer, writer
from metrics.comparison import has_funnel
from metrics.rules import RULES
from swedish import capital, count, listed, listed_shortly
from swedish import period as in_words

_SHOWN_NAMES = 5
_OUTSIDE = ("funnel-above-99-8", "funnel-below-99-8")


def section(indicator: str, context: Context, chosen: Choices, period: str, *, class_: str = "") -> Element | None:
    """The funnel of shares and rates; None for other indicators, and with fewer than two kommuner to compare."""
    by = writer(context.settings, indicator)
    rows = (
        [found for found in context.lookup.compared(indicator, period) if found["lower_95"] is not None] if has_funnel(by.indicator) else []
    )
    if len(rows) < 2:
        return None
    outside = [found for found in rows if found["signal"] in _OUTSIDE]
    common = sum(found["numerator"] for found in rows) / sum(found["denominator"] for found in rows)
    heading = _heading(len(outside))
    figures = context.per_kommun(indicator, period)
    goal = next((goal for figure in figures.values() if figure and (goal := goal_of(context.settings, figure))), None)
    level = by.indicator.scale * common
    lines = [(level, f"länet {by.number(level)}"), *([(goal.value, goal_words(goal, by.indicator.unit))] if goal else [])]
    chart = funnel(Funnel(rows, figures, common, lines, chosen.area), by, _message(heading, outside))
    return framed(
        chart,
        heading=heading,
        what=f"{by.indicator.name}, {in_words(period)}, efter storlek. Inom det grå kan hela skillnaden mot länet vara slump.",
        source=source_line(context, indicator),
        table=_table(rows, by),
        links=links(indicator=[indicator], area=[area.id for area in context.kommuner], period=[period]),
        foot=_foot(rows, outside),
        class_=class_,
    )


def _heading(outside: int) -> str:
    if outside == 0:
        return "Ingen kommun avviker mer än slumpen förklarar"
    return f"{capital(count(outside))} {'kommun' if outside == 1 else 'kommuner'} avviker mer än slumpen förklarar"


def _message(heading: str, outside: Sequence[Mapping[str, Any]]) -> str:
    return f"Trattdiagram. {heading}. {_who(outside)}"


def _who(outside: Sequence[Mapping[str, Any]]) -> str:
    """Every kommun outside the grey, the highest value first."""
    ordered = sorted(outside, key=lambda found: -found["value"])
    sides = (("Över", _OUTSIDE[0]), ("Under", _OUTSIDE[1]))
    named = [(word, [found["area_name"] for found in ordered if found["signal"] == signal]) for word, signal in sides]
    return " ".join(f"{word}: {listed(names)}." for word, names in named if names)


def _foot(rows: Sequence[Mapping[str, Any]], outside: Sequence[Mapping[str, Any]]) -> str:
    clear = [found["area_name"] for found in rows if found["stands_out"]]
    said = f"sticker {len(clear)} ut: {listed_shortly(clear, _SHOWN_NAMES)}" if clear else "sticker ingen ut"
    share = f"{RULES.false_discovery_rate * 100:.0f}"
    tested = f"När alla {len(rows)} prövas på en gång, med högst {share} procent falska fynd (Benjamini–Hochberg), {said}."
    return f"{_who(outside)} Grått: 99,8 procent. Prickat: 95 procent. {tested}".strip()


def _table(rows: Sequence[Mapping[str, Any]], by: Writer) -> Element:
    headings = [
        "Kommun",
        "Värde",
        "Undre 99,8 %",
        "Övre 99,8 %",
        h.th("Utfall", scope="col", class_="left"),
        h.th("Prövat ihop", scope="col", class_="left"),
    ]
    made = [
        row(
            found["area_name"],
            [
                *(by.number(found[name]) for name in ("value", "lower_99_8", "upper_99_8")),
                h.td(capital(found["sentence"]), class_="left"),
                h.td("sticker ut" if found["stands_out"] else "–", class_="left"),
            ],
        )
        for found in rows
    ]
    return table(f"{by.indicator.name} mot tratten", headings, made)
