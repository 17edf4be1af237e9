"""What the public may see of breakdowns: the county's whole years, where no category is small.

County years do not add up to each other, so nothing that is shown can be taken apart into something that is not. A category is
small by itself, or when some kommun that takes its own away is left with a small count of the others. A table with a small
category is hidden whole; where the categories are the sender's own words, small ones are put together with others instead. A
measure whose figure is hidden is hidden in its tables too, and so is one that shows the same count. Every other breakdown is left
out altogether: that a category is there would say that it is not zero.
"""

from __future__ import annotations

from collections import defaultdict
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


_Numbers = Mapping[str, tuple[float, float | None]]
"""By indicator: numerator, and denominator where there is one."""


@dataclass(frozen=True)
class _Category:
    """One category's numbers, and those of each kommun that has some of it."""

    id: str
    name: str
    numbers: _Numbers
    own: Mapping[str, _Numbers]


_NOBODY: Final = _Category("", "", {}, {})


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
    years = breakdowns.filter(pl.col("period_kind") == "year")
    own = {place: table.to_dicts() for place, table in years.filter(pl.col("area_kind") == "kommun").group_by("dimension", "period")}
    secret = _secret(figures, indicators)
    told = [_told(frame) for frame in earlier]
    tables = {place: table.to_dicts() for place, table in years.filter(pl.col("area_kind") == "lan").group_by(_TABLE)}
    kept: dict[tuple[object, ...], list[_Category] | None] = {}
    for place, rows in tables.items():
        dimension, area, period = (str(each) for each in place)
        hidden, theirs = secret.get((area, period), frozenset()), own.get((dimension, period), ())
        found = _kept(rows, theirs, dimensions[dimension], indicators, hidden, threshold)
        kept[place] = None if any(_takes_apart(found, then[place]) for then in told if place in then) else found
    for place, found in kept.items():
        around = kept.get((dimensions[str(place[0])].within, *place[1:]))
        if found and around and _leaves_few(around, found, indicators, threshold):
            kept[place] = None
    made = [row for place in sorted(tables, key=str) for row in _rows(tables[place], kept[place], indicators)]
    return pl.DataFrame(made, schema=SCHEMA, orient="row").sort(SORT) if made else breakdowns.clear()


def _secret(figures: pl.DataFrame, indicators: Mapping[str, Indicator]) -> dict[tuple[str, str], frozenset[str]]:
    """By area and period, the hidden figures' ids, and the parts that they alone would show."""
    hidden: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    shown: defaultdict[tuple[str, str], set[str | None]] = defaultdict(set)
    for id_, area, period, status in figures.select("indicator", "area", "period", "status").iter_rows():
        if id_ in indicators and status == _SUPPRESSED:
            hidden[area, period].add(id_)
        elif id_ in indicators and status != "missing":
            shown[area, period] |= {indicators[id_].numerator, indicators[id_].denominator}
    return {place: frozenset(ids | (_parts_of(ids, indicators) - shown[place])) for place, ids in hidden.items()}


def _parts_of(ids: Iterable[str], indicators: Mapping[str, Indicator]) -> set[str]:
    declared = [indicators[id_] for id_ in ids]
    return {part for each in declared for part in (each.numerator, each.denominator) if part is not None}


def _shows(indicator: Indicator, secret: frozenset[str]) -> bool:
    return bool(secret & {indicator.id, indicator.numerator, indicator.denominator or ""})


def _told(public_parts: pl.DataFrame) -> dict[tuple[object, ...], set[str]]:
    """By table, the categories that were shown: none where it was hidden."""
    return {place: set(table["category"].drop_nulls()) for place, table in public_parts.group_by(_TABLE)}


def _takes_apart(found: Sequence[_Category] | None, then: set[str]) -> bool:
    now = {each.id for each in found or ()}
    return not then or (OTHERS in now | then and now != then)


def shows_too_much(public_parts: pl.DataFrame, indicators: Mapping[str, Indicator], threshold: int) -> bool:
    """Whether there is anything but county years, or a category that is small: what may never be spread."""
    if not public_parts.filter((pl.col("area_kind") != "lan") | (pl.col("period_kind") != "year")).is_empty():
        return True
    shown = public_parts.filter(pl.col("category").is_not_null())
    tables = (_categories(table.to_dicts(), ()) for _, table in shown.group_by(_TABLE))
    return any(_is_small(each, indicators, threshold) for table in tables for each in table)


def _categories(rows: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]]) -> list[_Category]:
    """The county's rows of one table by category, with those of its kommuner."""
    names = {row["category"]: row["category_name"] for row in rows}
    found: defaultdict[str, dict[str, tuple[float, float | None]]] = defaultdict(dict)
    kommuner: defaultdict[str, defaultdict[str, dict[str, tuple[float, float | None]]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        found[row["category"]][row["indicator"]] = (row["numerator"], row["denominator"])
    for row in own:
        kommuner[row["category"]][row["area"]][row["indicator"]] = (row["numerator"], row["denominator"])
    return [_Category(id_, names[id_], numbers, kommuner[id_]) for id_, numbers in sorted(found.items())]


def _kept(
    rows: Sequence[Mapping[str, Any]],
    own: Sequence[Mapping[str, Any]],
    dimension: Dimension,
    indicators: Mapping[str, Indicator],
    hidden: frozenset[str],
    threshold: int,
) -> list[_Category] | None:
    """The categories of one table to show, of the measures that are not `hidden` and show nothing that is; None when it cannot be."""
    open_ = [row for row in rows if not _shows(indicators[row["indicator"]], hidden)]
    if hidden & {*dimension.tells} or dimension.indicators[0] not in {row["indicator"] for row in open_}:
        return None
    return _shown(_categories(open_, own), dimension, indicators, threshold)


def _shown(
    categories: list[_Category], dimension: Dimension, indicators: Mapping[str, Indicator], threshold: int
) -> list[_Category] | None:
    """The categories to show, or None when the table cannot be."""
    small = [each for each in categories if _is_small(each, indicators, threshold)]
    if not small:
        return categories
    return _folded(categories, small, indicators, threshold) if dimension.is_free else None


def _is_small(category: _Category, indicators: Mapping[str, Indicator], threshold: int) -> bool:
    """Whether a count is small, or what is left when others are taken from the largest; for anybody, and for each kommun that
    takes its own away."""
    every = _counts(category.numbers, indicators)
    others = (_less(every, _counts(own, indicators)) for own in category.own.values())
    return any(_has_few(counts, threshold) for counts in (every, *others))


def _less(every: Mapping[str, float], own: Mapping[str, float]) -> dict[str, float]:
    return {part: count - own.get(part, 0.0) for part, count in every.items()}


def _leaves_few(around: Sequence[_Category], within: Sequence[_Category], indicators: Mapping[str, Indicator], threshold: int) -> bool:
    """Whether what is left of some category, when the part of it that another table shows is taken away, is a small count."""
    inner = {each.id: each for each in within}
    for outer in around:
        some = inner.get(outer.id, _NOBODY)
        rests = [_rest(outer.numbers, some.numbers, indicators)]
        rests += [rests[0] - _rest(own, some.own.get(kommun, {}), indicators) for kommun, own in outer.own.items()]
        if any(1 <= rest < threshold for rest in rests):
            return True
    return False


def _rest(outer: _Numbers, inner: _Numbers, indicators: Mapping[str, Indicator]) -> float:
    held, some = _counts(outer, indicators).values(), _counts(inner, indicators).values()
    return max(held, default=0.0) - max(some, default=0.0)


def _has_few(by_part: Mapping[str, float], threshold: int) -> bool:
    counts = sorted(by_part.values())
    rests = [counts[-1] - sum(some) for size in range(1, len(counts)) for some in combinations(counts[:-1], size)]
    return any(1 <= count < threshold for count in (*counts, *rests))


def _counts(numbers: _Numbers, indicators: Mapping[str, Indicator]) -> dict[str, float]:
    """Every part that counts persons or events, once."""
    found: dict[str, float] = {}
    for id_, (above, below) in numbers.items():
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
    return max(_counts(category.numbers, indicators).values())


def _sum(categories: Sequence[_Category]) -> _Category:
    kommuner = dict.fromkeys(kommun for each in categories for kommun in each.own)
    own = {kommun: _added(each.own[kommun] for each in categories if kommun in each.own) for kommun in kommuner}
    return _Category(OTHERS, _OTHERS_NAME, _added(each.numbers for each in categories), own)


def _added(every: Iterable[_Numbers]) -> _Numbers:
    numbers: dict[str, tuple[float, float | None]] = {}
    for each in every:
        for id_, (above, below) in each.items():
            so_far, among = numbers.get(id_, (0.0, None if below is None else 0.0))
            numbers[id_] = (so_far + above, None if below is None or among is None else among + below)
    return numbers


def _rows(
    rows: Sequence[Mapping[str, Any]], kept: Sequence[_Category] | None, indicators: Mapping[str, Indicator]
) -> Iterator[dict[str, Any]]:
    """The table's rows again: of the categories that are kept, or one for each indicator that says that it is hidden."""
    first = {row["indicator"]: row for row in rows}
    nothing = dict.fromkeys(("category", "category_name", "numerator", "denominator", "value"))
    for id_, row in first.items():
        if kept is None or not any(id_ in category.numbers for category in kept):
            yield {**row, **nothing, "status": _SUPPRESSED}
        for category in kept or ():
            if id_ in category.numbers:
                yield {**row, **_numbers(category, indicators[id_])}


def _numbers(category: _Category, indicator: Indicator) -> dict[str, Any]:
    above, below = category.numbers[indicator.id]
    value = above if not indicator.is_ratio else indicator.scale * above / below if below else None
    return {"category": category.id, "category_name": category.name, "numerator": above, "denominator": below, "value": value}
