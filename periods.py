"""Periods as text: `YYYY-MM`, `YYYY-Qn`, `YYYY`, and for plans `YYYY-Tn` (tertial) and `YYYY-Hn` (half-year).

A plain value module that every room may import. Periods sort and compare as text within a kind.
Source: contract, sections 1 and 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

Kind = Literal["month", "quarter", "tertial", "half_year", "year"]

_MONTHS_IN: dict[str, int] = {"Q": 3, "T": 4, "H": 6}
_KIND_OF: dict[str, Kind] = {"Q": "quarter", "T": "tertial", "H": "half_year"}
_CANONICAL = re.compile(r"(?P<year>\d{4})(?:-(?:(?P<month>0[1-9]|1[0-2])|(?P<letter>[QTH])(?P<number>[1-4])))?")

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DIALECTS = (
    re.compile(_YEAR),
    re.compile(_YEAR + r"-?(?P<month>0[1-9]|1[0-2])"),
    re.compile(_YEAR + r"[-\s]?(?:q|kv|k|kvartal)\.?\s?(?P<Q>[1-4])", re.IGNORECASE),
    re.compile(r"(?:q|kv|k|kvartal)\.?\s?(?P<Q>[1-4])[-\s]" + _YEAR, re.IGNORECASE),
    re.compile(_YEAR + r"[-\s]?t\s?(?P<T>[1-3])", re.IGNORECASE),
    re.compile(_YEAR + r"[-\s]?h\s?(?P<H>[12])", re.IGNORECASE),
)


def parse(text: str) -> str | None:
    """The period that a person wrote, in its one form, or None: `2025K3`, `kv3 2025` and `2025-Q3` are the same."""
    for dialect in _DIALECTS:
        if match := dialect.fullmatch(text.strip()):
            parts = match.groupdict()
            year = parts.pop("year")
            if month := parts.pop("month", None):
                return f"{year}-{month}"
            return next((f"{year}-{letter}{number}" for letter, number in parts.items()), year)
    return None


@lru_cache(maxsize=1000)  # the same few are asked for thousands of times, on each page and in each figure
def _split(period: str) -> tuple[int, int, int]:
    """Year, first month and number of months. Raises ValueError for what is not a period in its one form."""
    match = _CANONICAL.fullmatch(period)
    if match is None:
        raise ValueError(f"{period!r} är ingen period")
    year = int(match["year"])
    if match["month"]:
        return year, int(match["month"]), 1
    if match["letter"]:
        length = _MONTHS_IN[match["letter"]]
        first = (int(match["number"]) - 1) * length + 1
        if first > 12:
            raise ValueError(f"{period!r} är ingen period")
        return year, first, length
    return year, 1, 12


def kind(period: str) -> Kind:
    """What kind of period it is. Raises ValueError for what is not one."""
    _, _, length = _split(period)
    if length == 1:
        return "month"
    return "year" if length == 12 else _KIND_OF[period[5]]


def first_day(period: str) -> date:
    """The period's first day."""
    year, month, _ = _split(period)
    return date(year, month, 1)


def last_day(period: str) -> date:
    """The period's last day."""
    year, month, length = _split(period)
    after = month + length
    return (date(year + 1, 1, 1) if after > 12 else date(year, after, 1)) - timedelta(days=1)


def month_of(day: date) -> str:
    """The month that the day lies in."""
    return f"{day.year:04}-{day.month:02}"


def quarter_of(day: date) -> str:
    """The quarter that the day lies in."""
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def months(period: str) -> tuple[str, ...]:
    """The period's months, in order."""
    year, first, length = _split(period)
    return tuple(f"{year:04}-{month:02}" for month in range(first, first + length))


def quarters(period: str) -> tuple[str, ...]:
    """The whole quarters in the period, in order; none for a month, a tertial or a half-year that splits one."""
    found = dict.fromkeys(quarter_of(first_day(month)) for month in months(period))
    inside = set(months(period))
    return tuple(quarter for quarter in found if inside.issuperset(months(quarter)))


def ending_in(period: str, wanted: Kind) -> tuple[str, ...]:
    """The periods of a kind whose last day lies in this one, in order: two quarters end in a half-year, no year in a first tertial."""
    found = (_of_kind(first_day(month), wanted) for month in months(period))
    return tuple(dict.fromkeys(each for each in found if first_day(period) <= last_day(each) <= last_day(period)))


def of_year(year: int, wanted: Kind) -> tuple[str, ...]:
    """The year's periods of a kind, in order."""
    return ending_in(f"{year:04}", wanted)


def previous(period: str) -> str:
    """The period of the same kind just before."""
    day = first_day(period) - timedelta(days=1)
    return _of_kind(day, kind(period))


def through(first: str, last: str) -> tuple[str, ...]:
    """Every period from the first through the last, both of one kind, in order."""
    found = [last]
    while found[-1] > first:
        found.append(previous(found[-1]))
    return tuple(reversed(found))


def year_before(period: str) -> str:
    """The same period one year earlier."""
    return f"{int(period[:4]) - 1:04}{period[4:]}"


def stretches(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Periods in order as first and last of each stretch without a gap: 2025-01, 2025-02, 2025-05 -> two stretches."""
    first = last = names[0]
    for name in names[1:]:
        if kind(name) != kind(last) or previous(name) != last:
            yield first, last
            first = name
        last = name
    yield first, last


def _of_kind(day: date, wanted: Kind) -> str:
    if wanted == "month":
        return month_of(day)
    if wanted == "year":
        return f"{day.year:04}"
    letter = next(letter for letter, name in _KIND_OF.items() if name == wanted)
    return f"{day.year:04}-{letter}{(day.month - 1) // _MONTHS_IN[letter] + 1}"
