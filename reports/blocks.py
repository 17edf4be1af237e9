"""What a page is built of, as data for the templates: texts, tables and charts with their titles and text alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.book import Area, Book
from reports.wording import in_words, shown

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


def alternative(title: str, subtitle: str, told: Sequence[str]) -> str:
    """What a chart says to one who cannot see it: its title, what is measured, and the values."""
    return f"{title}. {subtitle}. " + "; ".join(told) + "." if told else f"{title}. {subtitle}."


def told(book: Book, indicator: str, areas: Sequence[Area]) -> list[str]:
    """Each area's figure in words."""
    return [f"{area.name} {in_words(book, indicator, book.figure(indicator, area))}" for area in areas]
