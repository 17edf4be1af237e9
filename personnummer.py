"""The guard against personal identity numbers: finds a personnummer or samordningsnummer in a text.

A plain module that every room may import, so that files, pages and commands use the same guard.
Source: contract, section 3.
"""

from __future__ import annotations

import re
from calendar import monthrange
from typing import NamedTuple

# One space of any width that Swedish office programs write: plain, NBSP, figure space, thin space, narrow NBSP.
_SPACES = " \u00a0\u2007\u2009\u202f"

# The same shape for an engine without look-around (Polars): what it does not find holds no number, what it finds is judged by `find`.
CANDIDATE = f"(?:^|[^0-9])(?:[0-9]{{2}})?[0-9]{{6}}[-+{_SPACES}]?[0-9]{{4}}(?:[^0-9]|$)"

_SHAPE = re.compile(
    rf"(?<![0-9])(?P<century>[0-9]{{2}})?(?P<year>[0-9]{{2}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})[-+{_SPACES}]?(?P<last>[0-9]{{4}})(?![0-9])"
)

# A whole cell with a date, or a date and a time that shows itself by a T or a colon. Twelve bare digits are no date here.
_MOMENT = re.compile(
    r"\s*(?P<year>\d{4})(?P<dash>-?)(?P<month>\d{2})(?P=dash)(?P<day>\d{2})"
    r"(?:(?:T\d{2}(?:\d{2}){0,2}|[T ]\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?\s*",
    re.ASCII,
)
_CENTURIES = ("18", "19", "20")
_COORDINATION_DAYS = 60


class Span(NamedTuple):
    """Where in the text the number stands, end excluded."""

    start: int
    end: int


def find(text: str) -> Span | None:
    """Where the first personnummer or samordningsnummer stands, or None.

    Ten or twelve digits with nothing, `-`, `+` or one space before the last four, not next to another digit, with a valid
    date (day + 60 for a samordningsnummer) and check digit. A text that as a whole is a date or a date with time never is one.
    """
    if _is_moment(text):
        return None
    return next((Span(*match.span()) for match in _SHAPE.finditer(text) if _is_number(match)), None)


def _is_moment(text: str) -> bool:
    match = _MOMENT.fullmatch(text)
    return match is not None and _is_day(int(match["year"]), int(match["month"]), int(match["day"]))


def _is_number(match: re.Match[str]) -> bool:
    ten = match["year"] + match["month"] + match["day"] + match["last"]
    return _has_valid_date(match) and _checksum(ten) % 10 == 0


def _has_valid_date(match: re.Match[str]) -> bool:
    day = int(match["day"])
    if day > _COORDINATION_DAYS:
        day -= _COORDINATION_DAYS
    centuries = (match["century"],) if match["century"] else _CENTURIES
    return any(century in _CENTURIES and _is_day(int(century + match["year"]), int(match["month"]), day) for century in centuries)


def _is_day(year: int, month: int, day: int) -> bool:
    return year > 0 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _checksum(ten: str) -> int:
    """Luhn's sum over ten digits, the check digit included."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(ten))
    return sum(product // 10 + product % 10 for product in doubled)
