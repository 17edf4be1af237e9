"""Charts of one measure over months, quarters or years."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import periods
from metrics.agreements import breaks_of, changes_of
from metrics.indicators import INDICATORS
from reports import axis, process
from reports.blocks import Block, alternative, told
from reports.book import NOTHING, Area, Book, Figure
from reports.process import UNKNOWN, Process
from reports.wording import STATE_WORDS, change, in_words, places, shown
from swedish import number, plain

_POINTS_PER_LABEL = 9.0


def _point(figure: Figure) -> Block:
    return {"value": figure.value, "state": figure.status, "text": "", "above": True}


def _points(book: Book, indicator: str, area: Area, wanted: Sequence[str]) -> list[Block]:
    return [_point(book.figure(indicator, area, period)) for period in wanted]


def _year_marks(wanted: Sequence[str]) -> list[Block]:
    """Where each year begins among the periods."""
    return [{"at": i, "text": period[:4]} for i, period in enumerate(wanted) if i == 0 or period[:4] != wanted[i - 1][:4]]


def _breaks(book: Book, indicator: str, wanted: Sequence[str]) -> list[Block]:
    """Where an agreement begins among the periods, after the first, and whether the line is cut there."""
    cut = breaks_of(book.settings, INDICATORS[indicator], wanted)
    return [
        {"at": i, "text": agreement.in_charts, "cuts": agreement in cut}
        for i, period in enumerate(wanted)
        for agreement in book.settings.agreements
        if i > 0 and periods.first_day(period) <= agreement.valid_from <= periods.last_day(period)
    ]


def _what_changed(book: Book, indicator: str, wanted: Sequence[str]) -> str:
    """` Avtalet 2027–2030: Modellen är oförändrad.` for each thing that is new along the line; empty where nothing is."""
    return "".join(f" {agreement.name}: {change.text}" for agreement, change in changes_of(book.settings, indicator, wanted))


def _apart(references: list[Block], per_label: float) -> list[Block]:
    """The references with labels moved apart, so that no two texts lie on each other."""
    ordered = sorted(references, key=lambda reference: reference["at"])
    for reference in ordered:
        reference["label_at"] = reference["at"]
    for below, above in pairwise(ordered):
        above["label_at"] = max(above["label_at"], below["label_at"] + per_label)
    return ordered


def _range_labels(book: Book, indicator: str, expected: Process) -> list[Block]:
    """Texts at the right for the last range; its lines are drawn with it."""
    if not expected.ranges:
        return []
    last, digits = expected.ranges[-1], places(book, indicator)
    named = ((last.high, "Väntat högst"), (last.middle, "Medel"), (last.low, "Väntat lägst"))
    return [{"at": at, "text": f"{words} {number(at, digits)}", "goal": False, "drawn": False} for at, words in named]


def series(
    book: Book,
    indicator: str,
    wanted: Sequence[str],
    *,
    title: str,
    subtitle: str,
    references: Sequence[tuple[float, str, bool]] = (),
    expected: Process = UNKNOWN,
    height: float = 200,
    month_names: Sequence[str] = (),
) -> Block:
    """One area's line over the periods. `references` are (value, text, is a goal); `expected` is drawn behind."""
    points = _points(book, indicator, book.scope.area, wanted)
    if news := _what_changed(book, indicator, wanted):
        subtitle = f"{subtitle}.{news}"
    drawn = (
        [point["value"] for point in points] + [at for at, _, _ in references] + [edge for r in expected.ranges for edge in (r.low, r.high)]
    )
    scale = axis.around(drawn)
    known = [i for i, point in enumerate(points) if point["value"] is not None]
    if known:
        last, previous = points[known[-1]], points[known[-2]] if len(known) > 1 else points[known[-1]]
        last |= {
            "text": shown(book, indicator, book.figure(indicator, period=wanted[known[-1]])),
            "above": last["value"] >= previous["value"],
        }
    lines = [{"at": at, "text": words, "goal": is_goal, "drawn": True} for at, words, is_goal in references]
    lines += _range_labels(book, indicator, expected)
    values = [
        f"{period} {in_words(book, indicator, book.figure(indicator, period=period))}" for period in wanted if period[:4] == book.year
    ]
    return {
        "type": "series",
        "title": title,
        "subtitle": subtitle,
        "alt": alternative(title, subtitle, [*(mark.words for mark in expected.marks), *values]),
        "points": points,
        "low": scale.low,
        "high": scale.high,
        "ticks": scale.as_data(),
        "references": _apart(lines, (scale.high - scale.low) / (height - 36) * _POINTS_PER_LABEL),
        "ranges": [vars(each) for each in expected.ranges],
        "marks": [vars(mark) for mark in (process.told(expected),) if mark],
        "height": height,
        "margin": 30 if lines else 8,
        "years": _year_marks(wanted),
        "months": [{"at": i, "text": name} for i, name in enumerate(month_names) if name],
        "breaks": _breaks(book, indicator, wanted),
    }


def panels(
    book: Book,
    indicator: str,
    areas: Sequence[Area],
    wanted: Sequence[str],
    *,
    title: str,
    subtitle: str,
    across: int,
    height: float = 84,
    narrow: bool = False,
) -> Block:
    """Small lines side by side, on one scale; the number is the year's figure."""
    each = [_panel(book, indicator, area, wanted, narrow=narrow) for area in areas]
    goal = next((g for area in areas if (g := book.figure(indicator, area).goal) is not None), None)
    scale = axis.around([point["value"] for panel in each for point in panel["points"]] + [goal])
    return {
        "type": "panels",
        "title": title,
        "subtitle": subtitle,
        "alt": alternative(title, subtitle, told(book, indicator, areas)),
        "panels": each,
        "low": scale.low,
        "high": scale.high,
        "goal": goal,
        "across": across,
        "height": height,
        "years": _year_marks(wanted),
    }


def _panel(book: Book, indicator: str, area: Area, wanted: Sequence[str], *, narrow: bool) -> Block:
    figure = book.figure(indicator, area)
    changed = change(book, indicator, area)
    return {
        "name": area.name,
        "text": STATE_WORDS[figure.status] if figure.value is None else shown(book, indicator, figure),
        "note": f"{changed.text} sedan {book.year_before}" if changed.text and not narrow else changed.text,
        "state": figure.status,
        "points": _points(book, indicator, area, wanted),
        "chosen": area == book.scope.area,
    }


def month_columns(book: Book, indicator: str, years: int, names: Sequence[str], *, title: str, subtitle: str, height: float = 130) -> Block:
    """Standing bars, one a month; the last year in ink, those before in grey."""
    wanted = book.months(years)
    figures = [book.figure(indicator, period=month) for month in wanted]
    each = [
        {"value": f.value, "state": f.status, "text": shown(book, indicator, f), "name": names[i % 12], "strong": month[:4] == book.year}
        for i, (month, f) in enumerate(zip(wanted, figures, strict=True))
    ]
    marks = []
    for mark in _year_marks(wanted):
        figure = book.figure(indicator, period=mark["text"])
        marks.append(mark | {"state": figure.status if figure.value is not None else "no_goal", "note": in_words(book, indicator, figure)})
    told = [f"{month} {in_words(book, indicator, f)}" for month, f in zip(wanted, figures, strict=True) if month[:4] == book.year]
    return {
        "type": "columns",
        "title": title,
        "subtitle": subtitle,
        "alt": alternative(title, subtitle, told),
        "columns": each,
        "high": axis.from_zero([f.value for f in figures]),
        "height": height,
        "labels": True,
        "years": marks,
    }


def spark(book: Book, indicator: str, wanted: Sequence[str]) -> Block:
    """A line for a table row: the area over the periods, with its goal."""
    figures = [book.figure(indicator, period=period) for period in wanted]
    known = [figure for figure in figures if figure.value is not None]
    goal = known[-1].goal if known else None
    scale = axis.around([figure.value for figure in figures] + [goal])
    first, last = (known[0], known[-1]) if known else (NOTHING, NOTHING)
    told = f"från {in_words(book, indicator, first)} till {in_words(book, indicator, last)}" if known else "inga värden"
    return {
        "points": [_point(figure) for figure in figures],
        "low": scale.low,
        "high": scale.high,
        "goal": goal,
        "goal_text": "" if goal is None else f"mål {plain(goal)}",
        "first": shown(book, indicator, first) if known else "",
        "last": shown(book, indicator, last) if known else "",
        "alt": f"{INDICATORS[indicator].name} {wanted[0]} till {wanted[-1]}: {told}.",
    }
