"""Charts of areas beside each other: ranked dots and lying bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports import axis
from reports.blocks import Block, alternative, told
from reports.book import Area, Book
from reports.wording import STATE_WORDS, change, goal_words, shown


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
        "alt": alternative(title, subtitle, [see] if see else told(book, indicator, ordered)),
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
        "alt": alternative(title, subtitle, [f"{line['name']} {line['text']} {line['note']}".strip() for line in rows]),
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
