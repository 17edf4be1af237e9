"""What a page is built of, as data for the templates: texts, tables and charts with their titles and text alternatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import periods
from metrics.indicators import INDICATORS
from reports import axis
from reports.book import NOTHING, Area, Book, Figure
from reports.wording import STATE_WORDS, change, goal_words, in_words, shown
from swedish import plain

Block = dict[str, Any]
_POINTS_PER_LABEL = 9.0


def page(kicker: str, title: str, *bands: list[Block]) -> Block:
    """A page: a small line above, the heading, and bands one under the other."""
    return {"kicker": kicker, "heading": title, "bands": list(bands)}


def band(*columns: tuple[int, Sequence[Block]]) -> list[Block]:
    """Blocks side by side: for each column how many of the twelve it spans, and what stands in it."""
    return [{"span": span, "blocks": list(each)} for span, each in columns]


def text(*paragraphs: str | tuple[str, str]) -> Block:
    """Paragraphs; a pair begins with a lead in bold. Empty ones are left out."""
    pairs = [("", p) if isinstance(p, str) else p for p in paragraphs]
    return {"type": "text", "paragraphs": [{"lead": lead, "text": words} for lead, words in pairs if lead or words]}


def heading(words: str) -> Block:
    """A heading inside a page."""
    return {"type": "heading", "text": words}


def key(words: str) -> Block:
    """The marks and what they mean."""
    return {"type": "key", "text": words}


def cell(words: str, state: str | None = None) -> str | Block:
    """A cell; with a state it begins with the state's mark."""
    return words if state is None else {"text": words, "state": state}


def value_cell(book: Book, indicator: str, area: Area | None = None, period: str | None = None) -> str | Block:
    """A figure in a table: its number with the mark of its state, or the mark alone where nothing can be shown."""
    figure = book.figure(indicator, area, period)
    if figure.value is None:
        return cell("", figure.status)
    number_text = shown(book, indicator, figure)
    return number_text if figure.status == "no_goal" else cell(number_text, figure.status)


def column(head: str, width: float, *, right: bool = False) -> Block:
    """A column of a table: `width` in millimetres, or a negative share of what is left."""
    return {"head": head, "width": width, "right": right}


def row(*cells: str | Block, strong: bool = False) -> Block:
    """A row of a table."""
    return {"cells": list(cells), "strong": strong}


def table(title: str, subtitle: str, columns: Sequence[Block], rows: Sequence[Block], *, size: float = 8.5, pad: float = 3) -> Block:
    """A table; `size` and `pad` in points."""
    return {"type": "table", "title": title, "subtitle": subtitle, "columns": columns, "rows": rows, "size": size, "pad": pad}


# ---- Charts -------------------------------------------------------------------------------------------------------------------


def _alt(title: str, subtitle: str, told: Sequence[str]) -> str:
    return f"{title}. {subtitle}. " + "; ".join(told) + "." if told else f"{title}. {subtitle}."


def _told(book: Book, indicator: str, areas: Sequence[Area]) -> list[str]:
    return [f"{area.name} {in_words(book, indicator, book.figure(indicator, area))}" for area in areas]


def _ordered(book: Book, indicator: str, areas: Sequence[Area]) -> list[Area]:
    """Highest value first; those without one last, in the order given."""
    lowest = float("-inf")
    return sorted(areas, key=lambda area: -(v if (v := book.figure(indicator, area).value) is not None else lowest))


def _references(book: Book, indicator: str, areas: Sequence[Area]) -> list[Block]:
    """The goals in force and the county's value, lowest first."""
    figures = [book.figure(indicator, area) for area in areas]
    goals = {figure.goal: goal_words(book, indicator, figure) for figure in figures if figure.goal is not None}
    found: list[Block] = [{"at": goal, "text": f"Mål {words}", "goal": True} for goal, words in goals.items()]
    county = book.figure(indicator, book.scope.county)
    if county.is_plain and book.scope.county not in areas:
        found.append({"at": county.value, "text": f"Länet {shown(book, indicator, county)}", "goal": False})
    return sorted(found, key=lambda reference: float(reference["at"]))


def _labelled(references: Sequence[Block], scale: axis.Axis, *, narrow: bool) -> list[Block]:
    """The references with a side for each text: of two, the lower's stands before its line; one alone turns inwards."""
    if narrow:  # room for one text
        references = [reference | {"text": reference["text"] if reference["goal"] else ""} for reference in references]
    alone = len([reference for reference in references if reference["text"]]) == 1
    far = (scale.low + scale.high) / 2
    return [r | {"before": r["at"] > far if alone else number == 0} for number, r in enumerate(references)]


def _free_ticks(scale: axis.Axis, references: Sequence[Block]) -> list[Block]:
    """The ticks that no reference line runs through."""
    apart = (scale.high - scale.low) * 0.02
    return [tick for tick in scale.as_data() if all(abs(tick["at"] - reference["at"]) > apart for reference in references)]


def _rank_row(book: Book, indicator: str, area: Area, note: str, *, with_before: bool, narrow: bool) -> Block:
    figure, before = book.figure(indicator, area), book.figure(indicator, area, book.year_before)
    return {
        "name": area.name,
        "note": note,
        "value": figure.value,
        "low": figure.lower if figure.upper is not None else None,
        "high": figure.upper,
        "before": before.value if with_before and before.is_plain else None,
        "state": figure.status,
        "text": STATE_WORDS[figure.status] if figure.value is None else shown(book, indicator, figure),
        "change": "" if narrow else change(book, indicator, area).text,
        "chosen": area == book.scope.area,
    }


def rank(
    book: Book,
    indicator: str,
    areas: Sequence[Area],
    *,
    title: str,
    subtitle: str,
    notes: Mapping[str, str] | None = None,
    pitch: float = 11,
    names: float = 24,
    with_before: bool = False,
    narrow: bool = False,
    see: str = "",
) -> Block:
    """Ranked dots with intervals, the goal and the county.

    `notes` stand under the names, by area id; `see` replaces a long list in the text alternative; `narrow` leaves out the change.
    """
    ordered = _ordered(book, indicator, areas)
    rows = [_rank_row(book, indicator, area, (notes or {}).get(area.id, ""), with_before=with_before, narrow=narrow) for area in ordered]
    references = _references(book, indicator, areas)
    drawn = [line[name] for line in rows for name in ("value", "low", "high", "before")] + [r["at"] for r in references]
    scale = axis.around(drawn, 3 if narrow else 6)
    return {
        "type": "rank",
        "title": title,
        "subtitle": subtitle,
        "alt": _alt(title, subtitle, [see] if see else _told(book, indicator, ordered)),
        "rows": rows,
        "low": scale.low,
        "high": scale.high,
        "ticks": _free_ticks(scale, references),
        "references": _labelled(references, scale, narrow=narrow),
        "pitch": pitch,
        "names": names,
        "values": 12 if narrow else 27,
        "changes": 0 if narrow else 14,
        "value_head": "" if narrow else book.year,
        "change_head": "" if narrow else f"sedan {book.year_before}",
    }


def _point(figure: Figure) -> Block:
    return {"value": figure.value, "state": figure.status, "text": "", "above": True}


def _points(book: Book, indicator: str, area: Area, wanted: Sequence[str]) -> list[Block]:
    return [_point(book.figure(indicator, area, period)) for period in wanted]


def year_marks(wanted: Sequence[str]) -> list[Block]:
    """Where each year begins among the periods."""
    return [{"at": i, "text": period[:4]} for i, period in enumerate(wanted) if i == 0 or period[:4] != wanted[i - 1][:4]]


def breaks(book: Book, wanted: Sequence[str]) -> list[Block]:
    """Where an agreement begins among the periods, after the first."""
    starts = {agreement.valid_from: agreement.name for agreement in book.settings.agreements}
    return [
        {"at": i, "text": name}
        for i, period in enumerate(wanted)
        for start, name in starts.items()
        if i > 0 and periods.first_day(period) <= start <= periods.last_day(period)
    ]


def _apart(references: list[Block], per_label: float) -> list[Block]:
    """The references with labels moved apart, so that no two texts lie on each other."""
    ordered = sorted(references, key=lambda reference: reference["at"])
    for reference in ordered:
        reference["label_at"] = reference["at"]
    for below, above in pairwise(ordered):
        above["label_at"] = max(above["label_at"], below["label_at"] + per_label)
    return ordered


def series(
    book: Book,
    indicator: str,
    wanted: Sequence[str],
    *,
    title: str,
    subtitle: str,
    references: Sequence[tuple[float, str, bool]] = (),
    band: tuple[float, float, float] | None = None,
    height: float = 200,
    month_names: Sequence[str] = (),
) -> Block:
    """One area's line over the periods. `references` are (value, text, is a goal); `band` is (low, middle, high)."""
    points = _points(book, indicator, book.scope.area, wanted)
    drawn = [point["value"] for point in points] + [at for at, _, _ in references] + list(band or ())
    scale = axis.around(drawn)
    known = [i for i, point in enumerate(points) if point["value"] is not None]
    if known:
        last, previous = points[known[-1]], points[known[-2]] if len(known) > 1 else points[known[-1]]
        last |= {
            "text": shown(book, indicator, book.figure(indicator, period=wanted[known[-1]])),
            "above": last["value"] >= previous["value"],
        }
    lines = [{"at": at, "text": words, "goal": is_goal} for at, words, is_goal in references]
    told = [f"{period} {in_words(book, indicator, book.figure(indicator, period=period))}" for period in wanted if period[:4] == book.year]
    return {
        "type": "series",
        "title": title,
        "subtitle": subtitle,
        "alt": _alt(title, subtitle, told),
        "points": points,
        "low": scale.low,
        "high": scale.high,
        "ticks": scale.as_data(),
        "references": _apart(lines, (scale.high - scale.low) / (height - 36) * _POINTS_PER_LABEL),
        "band": None if band is None else dict(zip(("low", "middle", "high"), band, strict=True)),
        "height": height,
        "margin": 30 if lines else 8,
        "years": year_marks(wanted),
        "months": [{"at": i, "text": name} for i, name in enumerate(month_names) if name],
        "breaks": breaks(book, wanted),
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
        "alt": _alt(title, subtitle, _told(book, indicator, areas)),
        "panels": each,
        "low": scale.low,
        "high": scale.high,
        "goal": goal,
        "across": across,
        "height": height,
        "years": year_marks(wanted),
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


def bar(
    name: str,
    value: float | None,
    words: str,
    *,
    before: float | None = None,
    note: str = "",
    state: str = "no_goal",
    strong: bool = False,
    chosen: bool = False,
) -> Block:
    """One lying bar."""
    return {"name": name, "value": value, "text": words, "before": before, "note": note, "state": state, "strong": strong, "chosen": chosen}


def bars(title: str, subtitle: str, rows: Sequence[Block], *, pitch: float = 16, names: float = 30, values: float = 24) -> Block:
    """Lying bars from zero. `names` and `values` are the room for text on either side, in millimetres."""
    return {
        "type": "bars",
        "title": title,
        "subtitle": subtitle,
        "alt": _alt(title, subtitle, [f"{line['name']} {line['text']} {line['note']}".strip() for line in rows]),
        "rows": rows,
        "high": axis.from_zero([line[name] for line in rows for name in ("value", "before")]),
        "pitch": pitch,
        "names": names,
        "values": values,
    }


def area_bars(
    book: Book,
    indicator: str,
    areas: Sequence[Area],
    *,
    title: str,
    subtitle: str,
    with_before: bool = True,
    pitch: float = 16,
    names: float = 30,
) -> Block:
    """A bar for each area's figure, with a tick for the year before where both can be compared."""
    rows = []
    largest = max((value for area in areas if (value := book.figure(indicator, area).value) is not None), default=None)
    for area in areas:
        figure, before = book.figure(indicator, area), book.figure(indicator, area, book.year_before)
        words = STATE_WORDS[figure.status] if figure.value is None else shown(book, indicator, figure)
        tick = before.value if with_before and before.is_plain else None
        rows.append(
            bar(
                area.name,
                figure.value,
                words,
                before=tick,
                state=figure.status,
                strong=figure.value == largest,
                chosen=area == book.scope.area,
            )
        )
    return bars(title, subtitle, rows, pitch=pitch, names=names)


def month_columns(book: Book, indicator: str, years: int, names: Sequence[str], *, title: str, subtitle: str, height: float = 130) -> Block:
    """Standing bars, one a month; the last year in ink, those before in grey."""
    wanted = book.months(years)
    figures = [book.figure(indicator, period=month) for month in wanted]
    each = [
        {"value": f.value, "state": f.status, "text": shown(book, indicator, f), "name": names[i % 12], "strong": month[:4] == book.year}
        for i, (month, f) in enumerate(zip(wanted, figures, strict=True))
    ]
    marks = []
    for mark in year_marks(wanted):
        figure = book.figure(indicator, period=mark["text"])
        marks.append(mark | {"state": figure.status if figure.value is not None else "no_goal", "note": in_words(book, indicator, figure)})
    told = [f"{month} {in_words(book, indicator, f)}" for month, f in zip(wanted, figures, strict=True) if month[:4] == book.year]
    return {
        "type": "columns",
        "title": title,
        "subtitle": subtitle,
        "alt": _alt(title, subtitle, told),
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
