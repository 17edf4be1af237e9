"""What the year's figures are made of: by hospital, number of days, area, category, reason, step and age, for the area in focus.

What an edition may show of them is decided where it is made; here every row that it holds is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from metrics.breakdowns import DIMENSIONS, Dimension, tables
from metrics.breakdowns.tables import Part
from metrics.indicators import INDICATORS
from reports import blocks
from reports.blocks import Block
from reports.book import Book
from reports.measures import THEMES
from reports.wording import STATE_WORDS, places
from swedish import NBSP, NONE, listed, number, unit_word

_MOST_ROWS: Final = 12
_NARROW: Final = 2  # with no more measures than this, two tables stand beside each other
_TOLD: Final = {"enhet": "Flest utskrivna", "omrade": "Flest avvikelser"}
_LOOKS: Final = {"size": 8.0, "pad": 1.3}  # so that a theme keeps to one page
_Rows = Sequence[Mapping[str, Any]]
_Tables = Sequence[tuple[Dimension, Sequence[Part]]]


def pages(book: Book) -> Iterator[Block]:
    """A page for each theme that the edition holds breakdowns of for the area; none where it holds none."""
    mine = book.edition.breakdowns.filter(pl.col("area") == book.scope.area.id)
    rows = {str(dimension): table.to_dicts() for (dimension,), table in mine.group_by("dimension")}
    themes = {id_: INDICATORS[DIMENSIONS[id_].indicators[0]].theme for id_ in DIMENSIONS if id_ in rows}
    for theme in dict.fromkeys(themes.values()):
        found = [(DIMENSIONS[id_], _parts(DIMENSIONS[id_], rows[id_])) for id_ in themes if themes[id_] == theme]
        shown = [(dimension, parts) for dimension, parts in found if parts]
        hidden = [dimension.heading for dimension, parts in found if not parts]
        last = [blocks.band((12, [blocks.text(("Visas inte öppet.", _hidden(hidden)))]))] if hidden else []
        yield blocks.page(f"Fördelningar: {THEMES[theme].lower()}", _heading(shown), *_bands(book, shown), *last)


def _parts(dimension: Dimension, rows: _Rows) -> list[Part]:
    """The categories, up to the last one that holds anybody."""
    found = tables.parts(rows, dimension.indicators[0], dimension)
    while found and not found[-1].rows:
        found.pop()
    return found


def _hidden(headings: Sequence[str]) -> str:
    return f"{listed(headings)}: något tal är så litet att det kan peka ut enskilda."


def _heading(shown: _Tables) -> str:
    """Where most of them are, when one category alone has most."""
    for dimension, parts in shown:
        sizes = [part.size(dimension.indicators[0]) for part in parts]
        if dimension.id in _TOLD and len(sizes) > 1 and sizes.count(max(sizes)) == 1:
            return f"{_TOLD[dimension.id]}: {parts[sizes.index(max(sizes))].name}"
    return "Vad siffrorna består av"


# ---- The tables ---------------------------------------------------------------------------------------------------------------


def _bands(book: Book, shown: _Tables) -> Iterator[list[Block]]:
    """Wide tables one under the other, narrow ones in pairs below."""
    for dimension, parts in shown:
        if len(dimension.indicators) > _NARROW:
            yield blocks.band((12, [_wide(book, dimension, parts)]))
    narrow = [_narrow(book, each, parts) for each, parts in shown if len(each.indicators) <= _NARROW]
    for first in range(0, len(narrow), 2):
        yield blocks.band(*((6, [each]) for each in narrow[first : first + 2]))


def _subtitle(book: Book, found: Sequence[Part], measured: str, note: str) -> str:
    is_whole = all(row["status"] != "incomplete" for part in found for row in part.rows.values())
    left = len(found) - _MOST_ROWS
    lacking = "" if is_whole else f" ({STATE_WORDS['incomplete']})"
    more = f" {left} till finns i arbetsboken." if left > 0 else ""
    return f"{measured}, {book.scope.area.name} {book.year}{lacking}. {note}{more}"


def _wide(book: Book, dimension: Dimension, found: Sequence[Part]) -> Block:
    """A column for each measure."""
    columns = [blocks.column(dimension.name, -1), *(blocks.column(_head(each), 25, right=True) for each in dimension.indicators)]
    lines = [blocks.row(part.name, *_values(book, dimension.indicators, part)) for part in found[:_MOST_ROWS]]
    return blocks.table(dimension.heading, _subtitle(book, found, "Hela året", dimension.note), columns, lines, **_LOOKS)


def _narrow(book: Book, dimension: Dimension, found: Sequence[Part]) -> Block:
    """How many, their share, and the other measure where there is one."""
    first, *others = dimension.indicators
    declared = INDICATORS[first]
    what = declared.denominator_label if dimension.is_by_size else declared.name
    columns = [blocks.column(dimension.name, -1), blocks.column("antal", 14, right=True), blocks.column("andel", 14, right=True)]
    columns += [blocks.column(_head(each), 22, right=True) for each in others]
    whole = sum(part.size(first) for part in found)
    lines = [
        blocks.row(part.name, number(part.size(first), 0), _share(part.size(first), whole), *_values(book, others, part))
        for part in found[:_MOST_ROWS]
    ]
    return blocks.table(dimension.heading, _subtitle(book, found, what, dimension.note), columns, lines, **_LOOKS)


def _head(indicator: str) -> str:
    word = unit_word(INDICATORS[indicator].unit)
    name = INDICATORS[indicator].name
    return f"{name}, {word}" if word and word not in name.lower() else name


def _values(book: Book, indicators: Iterable[str], part: Part) -> list[str]:
    return [_value(book, each, part) for each in indicators]


def _value(book: Book, indicator: str, part: Part) -> str:
    if indicator in part.hidden:
        return STATE_WORDS["suppressed"]
    value = part.value(indicator)
    return NONE if value is None else number(value, places(book, indicator))


def _share(size: float, whole: float) -> str:
    return f"{number(100 * size / whole, 0)}{NBSP}%" if whole else NONE
