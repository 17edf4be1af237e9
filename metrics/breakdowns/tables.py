"""A breakdown as it is laid out: the categories of one area and period in the order to show them, with all that is known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metrics.breakdowns.dimension import Dimension
from metrics.breakdowns.protection import OTHERS
from metrics.indicators import INDICATORS


@dataclass(frozen=True)
class Part:
    """One category: its id, its name, its row for each of the dimension's indicators, and which of those are `hidden` in the table."""

    id: str
    name: str
    rows: Mapping[str, Mapping[str, Any]]
    hidden: frozenset[str] = frozenset()

    def value(self, indicator: str) -> float | None:
        """The value, 0 for a count of nobody; None where it is hidden or nobody is there to have one."""
        if indicator in self.hidden:
            return None
        if indicator in self.rows:
            value: float | None = self.rows[indicator]["value"]
            return value
        return None if INDICATORS[indicator].is_ratio else 0.0

    def size(self, indicator: str) -> float:
        """How many the category holds: what a mean or a share is among, or the count itself."""
        found = self.rows.get(indicator)
        if found is None:
            return 0.0
        return float(found["denominator"] if INDICATORS[indicator].is_ratio else found["numerator"])


def parts(rows: Sequence[Mapping[str, Any]], indicator: str, dimension: Dimension) -> list[Part]:
    """The categories of one area and period: known ones in the dimension's order, the sender's words by size.

    `rows` are those of the dimension, area and period, of every indicator. None where the indicator has no row that is shown.
    """
    shown = [row for row in rows if row["category"] is not None]
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for each in shown:
        found.setdefault(each["category"], {})[each["indicator"]] = each
    if not any(indicator in by for by in found.values()):
        return []
    named = {each["category"]: each["category_name"] for each in shown}
    every = [*found, *(category for category in dimension.labels if category not in found and not dimension.is_free)]
    hidden = frozenset(row["indicator"] for row in rows if row["category"] is None)
    made = [Part(id_, named.get(id_) or dimension.name_of(id_), found.get(id_, {}), hidden) for id_ in every]
    if dimension.is_free:
        return sorted(made, key=lambda part: (part.id == OTHERS, -part.size(indicator), part.name))
    ordered = sorted(made, key=lambda part: dimension.place_of(part.id))
    while dimension.is_by_size and not ordered[-1].size(indicator):
        ordered.pop()
    return ordered
