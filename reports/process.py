"""What a series usually does, for a line chart: the expected range and where it does something else (metrics.signals)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import polars as pl

import periods
from metrics import signals
from reports.book import Book
from swedish import capital, month


@dataclass(frozen=True)
class Range:
    """The expected range over the places `first`..`last` of the chart."""

    first: int
    last: int
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Mark:
    """A signal over the places `first`..`last`, in words."""

    first: int
    last: int
    words: str


@dataclass(frozen=True)
class Process:
    """Ranges and signals among the wanted periods; a series with too few points has neither."""

    ranges: tuple[Range, ...]
    marks: tuple[Mark, ...]


UNKNOWN = Process((), ())


def process(book: Book, indicator: str, wanted: Sequence[str]) -> Process:
    """The ranges and signals of the area in focus among the wanted months or quarters, from all that is known before and among them."""
    kind: Literal["month", "quarter"] = "month" if periods.kind(wanted[0]) == "month" else "quarter"
    found = signals.chart(book.edition.every_period(), indicator, book.scope.area.id, kind)
    rows = {row["period"]: row for row in found.filter(pl.col("period").is_in(list(wanted))).iter_rows(named=True)}
    placed = [(place, rows[period]) for place, period in enumerate(wanted) if period in rows]
    ranges, marks = [], []
    for (low, middle, high), group in groupby(placed, key=lambda one: (one[1]["lower"], one[1]["mean"], one[1]["upper"])):
        places = [place for place, _ in group]
        if low is not None:
            ranges.append(Range(places[0], places[-1], low, middle, high))
    for (signal, words), group in groupby(placed, key=lambda one: (one[1]["signal"], one[1]["sentence"])):
        places = [place for place, _ in group]
        if signal is not None:
            marks.append(Mark(places[0], places[-1], capital(words)))
    return Process(tuple(ranges), tuple(marks))


def in_year(book: Book, found: Process, wanted: Sequence[str]) -> list[Mark]:
    """The signals that reach into the year, oldest first."""
    return [mark for mark in found.marks if wanted[mark.last][:4] == book.year]


def title(book: Book, indicator: str, found: Process, wanted: Sequence[str], otherwise: str) -> str:
    """What the chart shows: the year's last signal, or that there was none, or `otherwise` where nothing can be said."""
    marks = in_year(book, found, wanted)
    if marks:
        mark = marks[-1]
        first, last = wanted[mark.first], wanted[mark.last]
        when = month(last) if first == last else f"{month(first)}{'' if first[:4] == last[:4] else ' ' + first[:4]}–{month(last)}"
        return f"{mark.words}: {when} {book.year}"
    whole = all(book.figure(indicator, period=period).is_plain for period in wanted if period[:4] == book.year)
    return f"Alla månader {book.year} är inom det väntade" if found.ranges and whole else otherwise
