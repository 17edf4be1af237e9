"""Population of 31 December per kommun: read for the years in population.csv, drawn as straight lines between and kept level outside them.

population.csv holds ages 0–23 one by one and 24+ together: 2019 from SCB's one-year file, 2025 from SCB's table
TAB5557 with 24+ as the total minus ages 0–23. See docs/sources.md.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parent / "population.csv"


@dataclass(frozen=True)
class Population:
    """Persons by kommun, year and age group, as read; `ages` are the labels, the last one an open group."""

    ages: tuple[str, ...]
    read: Mapping[str, Mapping[int, tuple[int, ...]]]

    def years(self) -> tuple[int, ...]:
        """The years that were read, in order."""
        return tuple(sorted({year for years in self.read.values() for year in years}))

    def by_age(self, kommun: str, year: int) -> tuple[int, ...]:
        """Persons per age group, in the order of `ages`."""
        years = self.years()
        before = max((y for y in years if y <= year), default=years[0])
        after = min((y for y in years if y >= year), default=years[-1])
        first, last = self.read[kommun][before], self.read[kommun][after]
        return tuple(_between(a, b, year - before, after - before) for a, b in zip(first, last, strict=True))

    def is_read(self, year: int) -> bool:
        """Whether the year's numbers are SCB's own and not drawn between two years."""
        return year in self.years()

    def adults(self, kommun: str, year: int) -> int:
        """Persons in the open group."""
        return self.by_age(kommun, year)[-1]

    def everyone(self, kommun: str, year: int) -> int:
        """Persons of all ages."""
        return sum(self.by_age(kommun, year))


def read_population() -> Population:
    """The population that follows with the program."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    read: dict[str, dict[int, tuple[int, ...]]] = {}
    for kommun, year, *persons in rows:
        read.setdefault(kommun, {})[int(year)] = tuple(map(int, persons))
    return Population(ages=tuple(header[2:]), read=read)


def _between(first: int, last: int, steps: int, of: int) -> int:
    """The whole number nearest the straight line after so many of its steps."""
    return (2 * (first * of + (last - first) * steps) + of) // (2 * of) if of else first
