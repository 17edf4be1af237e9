"""What the public may see of breakdowns: the county's whole years, where no category is small.

County years do not add up to each other, so nothing that is shown can be taken apart into something that is not. A table with a
small category is hidden whole; where the categories are the sender's own words, small ones are put together with others instead.
Every other breakdown is left out altogether: that a category is there would say that it is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import polars as pl

from metrics.breakdowns.dimension import Dimension
from metrics.breakdowns.engine import SCHEMA, SORT
from metrics.indicator import Indicator

OTHERS: Final = "ovriga"
_OTHERS_NAME: Final = "Övriga"
_SUPPRESSED: Final = "suppressed"
_TABLE: Final = ("dimension", "area", "period")


@dataclass(frozen=True)
class _Category:
    """One category's numbers, by indicator: numerator, and denominator where there is one."""

    id: str
    name: str
    numbers: Mapping[str, tuple[float, float | None]]


def public(
    breakdowns: pl.DataFrame,
    figures: pl.DataFrame,
    dimensions: Mapping[str, Dimension],
    indicators: Mapping[str, Indicator],
    threshold: int,
    earlier: Iterable[pl.DataFrame] = (),
) -> pl.DataFrame:
    """The public's breakdowns, in the same columns. `figures` are the run's protected ones: what is hidden there is so here.

    `earlier` is what the public has been given before of the same years, frame by frame. A table that was hidden then stays so, and so
    does one where other categories were put together: the difference would take them apart.
    A hidden table of a county year is one row per indicator, without category and numbers, whose status is suppressed.
    """
    wide = breakdowns.filter(pl.col("area_kind") == "lan", pl.col("period_kind") == "year")
    hidden = set(figures.filter(status=_SUPPRESSED).select("indicator", "area", "period").iter_rows())
    told = [_told(frame) for frame in earlier]
    made: list[dict[str, Any]] = []
    for place, table in sorted(wide.group_by(_TABLE)):
        dimension, area, period = place
        rows = table.to_dicts()
        is_hidden = any((row["indicator"], area, period) in hidden for row in rows)
        kept = None if is_hidden else _shown(_categories(rows), dimensions[str(dimension)], indicators, threshold)
        if kept is not None and any(_takes_apart({each.id for each in kept}, then[place]) for then in told if place in then):
            kept = None
        made += _rows(rows, kept, indicators)
    return pl.DataFrame(made, schema=SCHEMA, orient="row").sort(SORT) if made else breakdowns.clear()


def _told(public_parts: pl.DataFrame) -> dict[tuple[object, ...], set[str | None]]:
    """By table, the categories that were shown: None alone where it was hidden."""
    return {place: set(table["category"]) for place, table in public_parts.group_by(_TABLE)}


def _takes_apart(now: set[str], then: set[str | None]) -> bool:
    return None in then or (OTHERS in now | then and now != then)


def shows_too_much(public_parts: pl.DataFrame, indicators: Mapping[str, Indicator], threshold: int) -> bool:
    """Whether there is anything but county years, or a category that is small: what may never be spread."""
    if not public_parts.filter((pl.col("area_kind") != "lan") | (pl.col("period_kind") != "year")).is_empty():
        return True
    shown = public_parts.filter(pl.col("category").is_not_null())
    tables = (_categories(table.to_dicts()) for _, table in shown.group_by(_TABLE))
    return any(_is_small(each, indicators, threshold) for table in tables for each in table)


def _categories(rows: Sequence[Mapping[str, Any]]) -> list[_Category]:
    found: dict[str, dict[str, tuple[float, float | None]]] = {}
    names = {row["category"]: row["category_name"] for row in rows}
    for row in rows:
        found.setdefault(row["category"], {})[row["indicator"]] = (row["numerator"], row["denominator"])
    return [_Category(id_, names[id_], numbers) for id_, numbers in sorted(found.items())]


def _shown(
    categories: list[_Category], dimension: Dimension, indicators: Mapping[str, Indicator], threshold: int
) -> list[_Category] | None:
    """The categories to show, or None when the table cannot be."""
    small = [each for each in categories if _is_small(each, indicators, threshold)]
    if not small:
        return categories
    return _folded(categories, small, indicators, threshold) if dimension.is_free else None


def _is_small(category: _Category, indicators: Mapping[str, Indicator], threshold: int) -> bool:
    """Whether a count is small, or what is left when others are taken from the largest."""
    counts = sorted(_counts(category, indicators).values())
    rests = [counts[-1] - sum(some) for size in range(1, len(counts)) for some in combinations(counts[:-1], size)]
    return any(1 <= count < threshold for count in (*counts, *rests))


def _counts(category: _Category, indicators: Mapping[str, Indicator]) -> dict[str, float]:
    """Every part that counts persons or events, once."""
    found: dict[str, float] = {}
    for id_, (above, below) in category.numbers.items():
        declared = indicators[id_]
        if not declared.measures and declared.numerator not in declared.not_sensitive:
            found[declared.numerator] = above
        if below is not None and declared.denominator and declared.denominator not in declared.not_sensitive:
            found[declared.denominator] = below
    return found


def _folded(
    categories: Sequence[_Category], small: Sequence[_Category], indicators: Mapping[str, Indicator], threshold: int
) -> list[_Category] | None:
    """Small categories put together with the smallest others, until their sum fits more than one way of being small."""
    ordered = sorted((each for each in categories if each not in small), key=lambda each: _size(each, indicators))
    for taken in range(1, len(ordered) + 1):
        together = _sum([*small, *ordered[:taken]])
        left = ordered[taken:]
        least = len(small) + taken * threshold
        most = len(small) * (threshold - 1) + taken * (_size(left[0], indicators) if left else float("inf"))
        if not _is_small(together, indicators, threshold) and least < _size(together, indicators) < most:
            return [*sorted(left, key=lambda each: each.id), together]
    return None


def _size(category: _Category, indicators: Mapping[str, Indicator]) -> float:
    return max(_counts(category, indicators).values())


def _sum(categories: Sequence[_Category]) -> _Category:
    numbers: dict[str, tuple[float, float | None]] = {}
    for each in categories:
        for id_, (above, below) in each.numbers.items():
            so_far, among = numbers.get(id_, (0.0, None if below is None else 0.0))
            numbers[id_] = (so_far + above, None if below is None or among is None else among + below)
    return _Category(OTHERS, _OTHERS_NAME, numbers)


def _rows(
    rows: Sequence[Mapping[str, Any]], kept: Sequence[_Category] | None, indicators: Mapping[str, Indicator]
) -> Iterator[dict[str, Any]]:
    """The table's rows again: of the categories that are kept, or one for each indicator that says that it is hidden."""
    first = {row["indicator"]: row for row in rows}
    nothing = dict.fromkeys(("category", "category_name", "numerator", "denominator", "value"))
    for id_, row in first.items():
        if kept is None:
            yield {**row, **nothing, "status": _SUPPRESSED}
        for category in kept or ():
            if id_ in category.numbers:
                yield {**row, **_numbers(category, indicators[id_])}


def _numbers(category: _Category, indicator: Indicator) -> dict[str, Any]:
    above, below = category.numbers[indicator.id]
    value = above if not indicator.is_ratio else indicator.scale * above / below if below else None
    return {"category": category.id, "category_name": category.name, "numerator": above, "denominator": below, "value": value}
