"""What a series usually does, for a line chart: the expected range and where it does something else (metrics.xmr)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

import periods
from metrics import sentences, xmr
from reports.book import PLAIN, Book
from swedish import capital, month

_COLUMNS = ("period", "value", "status", "agreement")


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
    """A signal over the places `first`..`last`, in words; the lower the priority, the more it says."""

    first: int
    last: int
    words: str
    priority: int


@dataclass(frozen=True)
class Process:
    """Ranges and signals among the wanted periods; a series with too few points has neither."""

    ranges: tuple[Range, ...]
    marks: tuple[Mark, ...]


UNKNOWN = Process((), ())


def process(book: Book, indicator: str, wanted: Sequence[str]) -> Process:
    """Ranges among the wanted months or quarters, and the signals that end in the year, from all that is known up to then."""
    kind: Literal["month", "quarter"] = "quarter" if periods.kind(wanted[0]) == "quarter" else "month"
    every, values, agreements = _known(book, indicator, wanted)
    place = {period: number for number, period in enumerate(wanted)}
    ranges, marks = [], []
    for segment in xmr.segments(values, agreements):
        inside = [place[period] for period in every[segment.first : segment.last + 1] if period in place]
        if segment.limits and inside:
            limits = segment.limits
            ranges.append(Range(inside[0], inside[-1], limits.lower, limits.mean, limits.upper))
        for signal in segment.signals:
            first, last = every[signal.first], every[signal.last]
            if last[:4] == book.year and last in place:
                words = capital(sentences.signal(signal, kind))
                marks.append(Mark(place.get(first, 0), place[last], words, xmr.PRIORITY.index(signal.rule)))
    return Process(tuple(ranges), tuple(marks))


def _known(book: Book, indicator: str, wanted: Sequence[str]) -> tuple[list[str], list[float | None], list[str | None]]:
    """Every period from the first known to the last wanted, with its plain value (None: a gap) and the agreement."""
    rows = book.edition.every_period().filter(
        pl.col("indicator") == indicator, pl.col("area") == book.scope.area.id, pl.col("period_kind") == periods.kind(wanted[0])
    )
    found = {
        period: (value if status in PLAIN else None, agreement) for period, value, status, agreement in rows.select(_COLUMNS).iter_rows()
    }
    every = [wanted[-1]]
    while every[-1] > min(found, default=wanted[0]):
        every.append(periods.previous(every[-1]))
    every.reverse()
    filled = [found.get(period, (None, None)) for period in every]
    return every, [value for value, _ in filled], [agreement for _, agreement in filled]


def told(found: Process) -> Mark | None:
    """The signal to tell: the one that ends last, and of two that end together the one that says most."""
    return max(found.marks, key=lambda mark: (mark.last, -mark.priority), default=None)


def title(book: Book, indicator: str, found: Process, wanted: Sequence[str], otherwise: str) -> str:
    """What the chart shows: the year's last signal, or that there was none, or `otherwise` where nothing can be said."""
    mark = told(found)
    if mark is not None:
        first, last = wanted[mark.first], wanted[mark.last]
        begun = month(first) if first[:4] == last[:4] else f"{month(first)} {first[:4]}"
        return f"{mark.words}: {begun if first == last else f'{begun}–{month(last)}'} {book.year}"
    whole = all(book.figure(indicator, period=period).is_plain for period in wanted if period[:4] == book.year)
    return f"Alla månader {book.year} är inom det väntade" if found.ranges and whole else otherwise
