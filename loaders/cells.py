"""How typed cells of spreadsheets become text: one form per type, the same for every kind of file."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from decimal import Decimal

MOST_SHEETS = 255
"""More sheets than anyone delivers by hand: a file of something else."""

UNCOMPUTED = "#FORMEL!"
"""Stands for a formula that was saved without its result: nobody knows what the cell says, so it is a bad value."""


def number(value: float) -> str:
    """A number as digits: `1440`, `0.5`, never with an exponent, the shortest form that reads back equal."""
    if not math.isfinite(value):
        return str(value)
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def moment(value: datetime) -> str:
    """A date, with its time where it has one: `2025-07-01`, `2025-07-01 12:30:00`."""
    text = value.isoformat(" ", "seconds")
    return text.removesuffix(" 00:00:00")


def from_serial(serial: float, *, since_1904: bool) -> str:
    """The date that a spreadsheet means by a number of days; a time of day alone, or what is no date, as it is.

    The first day of the one system is in 1904; the other counts a 29 February 1900 that never was, so that its days
    before March are one off and day 60 does not exist.
    """
    if not math.isfinite(serial) or serial < 1:
        return _time_of_day(serial)
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
    if not since_1904 and serial < 61:
        if serial >= 60:
            return number(serial)
        first += timedelta(days=1)
    try:
        return moment(first + timedelta(milliseconds=round(serial * 86_400_000)))
    except OverflowError:
        return number(serial)


def _time_of_day(serial: float) -> str:
    if not 0 <= serial < 1:
        return number(serial)
    seconds = min(round(serial * 86_400), 86_399)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
