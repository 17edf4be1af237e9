"""An attacker for the tests, apart from the protection and the audit: exact fractions and intervals over everything shown.

Small counties only. It holds every edition, knows all sums and how the indicators hang together, which hidden counts are 1 to
threshold - 1, and what a later edition has left as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

import polars as pl

import periods
from config import Settings
from metrics.disclosure import Published
from metrics.disclosure.primary import small_rows
from metrics.indicators import INDICATORS

Key = tuple[str, str, str, int]
"""Part, kommun, base period, and its value: where editions agree on it they speak of one unknown."""
Sum = dict[Key, int]
Bound = tuple[Mapping[int, int], int, int]
"""Factors by number of unknown, and between what their sum lies."""
Ranges = list[tuple[int, int]]
Row = dict[int, int]
"""A sum of unknowns, by their factors modulo a prime. Only differences matter, so right-hand sides are left out."""
Place = tuple[int, str, str, str]
"""Edition, indicator, area, period."""

PRIME = 2**31 - 1
FAR = 10**6
MOST_TERMS = 12
MEASURES = {"short_days", "answer_days", "payable_days", "months_over", "lacking_intyg"}
PUBLIC = {"months", "population", "population_from_age"}
RELATIONS: Sequence[tuple[dict[str, int], bool]] = [
    ({"intyg": 1, "onskar_mhb": -1}, False),
    ({"intyg": 1, "fatt_mhb": -1}, False),
    ({"intyg": 1, "fatt_tandvard": -1}, False),
    ({"intyg": 1, "fatt_stod": -1}, False),
    ({"reports": 1, "answered": -1}, False),
    ({"reports": 1, "disagreements": -1, "disputes": -1}, False),
    ({"reports": 1, "wrong_unit": -1, "declined": -1}, False),
    ({"discharges": 1, "ruled_discharges": -1}, True),
    ({"ruled_discharges": 1, "judged": -1, "unjudged": -1}, True),
    ({"judged": 1, "compliant": -1}, False),
    ({"discharges": 1, "long_stays": -1, "short_stays": -1}, False),
    ({"compliant": 1, "unjudged": 1, "short_stays": -1}, False),
    ({"long_stays": 1, "compliant": -1, "unjudged": -1, "short_stays": 1}, False),
    ({"short_stays": 7, "short_days": -1}, False),
]
"""Sums that are never negative, or (True) always zero, in every cell. Source: contract, section 5."""

RESTS = {
    (i.numerator, i.denominator): "judged" if i.numerator == "unjudged" else f"{i.denominator} without {i.numerator}"
    for i in INDICATORS.values()
    if i.unit == "%" and not i.may_exceed and i.denominator is not None and i.denominator not in PUBLIC
}
"""By a percentage's numerator and denominator: what is left, an unknown of its own. Who is not unjudged is judged."""


class Attacker:
    """Everything published of one dataset and year (or quarter), as equations over base cells."""

    def __init__(self, settings: Settings, editions: Sequence[pl.DataFrame]) -> None:
        self.settings, self.threshold = settings, settings.disclosure.threshold
        self.truth: dict[Key, int] = {}
        self.equations: list[tuple[Sum, int]] = []
        self.before: list[tuple[Sum, int]] = []
        self.last = len(editions) - 1
        self.bounds: list[tuple[Sum, int, int]] = []
        self.secrets: list[tuple[Place, Sum, int]] = []
        for number, edition in enumerate(editions):
            self._take(number, edition.drop_nulls("numerator").to_dicts())
        self.keys = sorted(self.truth)
        self.number = {key: n for n, key in enumerate(self.keys)}
        self.reduced, self.reduced_before = (_reduced({}, [self._row(keys) for keys, _ in told]) for told in (self.equations, self.before))

    def _take(self, number: int, rows: Sequence[Mapping[str, Any]]) -> None:
        kinds = {row["period_kind"] for row in rows}
        bases = {row["period"] for row in rows if row["period_kind"] == ("month" if "month" in kinds else "quarter")}
        cells: defaultdict[tuple[str, str], dict[str, Key]] = defaultdict(dict)
        for row in rows:
            if row["area"] in self.settings.kommuner and row["period"] in bases:
                for part, value in self._parts(row):
                    key = (part, row["area"], row["period"], value)
                    cells[row["area"], row["period"]][part] = key
                    self.truth[key] = value
        for (kommun, base), at in cells.items():
            for (above, below), rest in RESTS.items():
                if {above, below} <= at.keys():
                    at[rest] = rest, kommun, base, at[below][3] - at[above][3]
                    self.truth[at[rest]] = at[rest][3]
                    self._hold({at[below]: 1, at[above]: -1, at[rest]: -1})
        for row in rows:
            self._read(number, row, cells)
        for at in cells.values():
            self._relate(at)

    def _parts(self, row: Mapping[str, Any]) -> list[tuple[str, int]]:
        """What the row says of persons; kronor say days, since the amount per day is public."""
        declared = INDICATORS[row["indicator"]]
        sides = ((declared.numerator, row["numerator"]), (declared.denominator, row["denominator"]))
        found = [(part, value) for part, value in sides if part is not None and part not in PUBLIC and part != "payable_sek"]
        if declared.numerator == "payable_sek":
            amount = self.settings.payment_amount_per_day[int(row["period"][:4])].amount
            found.append(("payable_days", round(row["numerator"] / amount)))
        return [(part, int(value)) for part, value in found if float(value).is_integer()]

    def _read(self, number: int, row: Mapping[str, Any], cells: Mapping[tuple[str, str], Mapping[str, Key]]) -> None:
        within = [at for (kommun, base), at in cells.items() if self._is_in(kommun, base, row["area"], row["period"])]
        sums = [(part, dict.fromkeys((at[part] for at in within if part in at), 1), value) for part, value in self._parts(row)]
        if any(sum(self.truth[key] for key in keys) != value for _, keys, value in sums):
            return
        if not row["hidden"]:
            told = [(keys, value) for _, keys, value in sums]
            self.equations += told
            self.before += told if number < self.last else []
        elif row["small"]:
            if len(sums) == 2 and (rest := RESTS.get((sums[0][0], sums[1][0]))):
                keys = dict.fromkeys((at[rest] for at in within if rest in at), 1)
                sums.append((rest, keys, sum(self.truth[key] for key in keys)))
            self.secrets += self._secrets((number, row["indicator"], row["area"], row["period"]), sums)

    def _secrets(self, place: Place, sums: Sequence[tuple[str, Sum, int]]) -> Iterator[tuple[Place, Sum, int]]:
        """Counts of 1 to threshold - 1, which the attacker knows to be so, and measures in a row that is hidden for its own sake.

        Where an indicator is shown for the county's whole years alone, a hidden row says nothing of what is in it.
        """
        _, indicator, area, period = place
        is_telling = INDICATORS[indicator].openly != "county_years" or (area == self.settings.county.id and periods.kind(period) == "year")
        for part, keys, value in sums:
            if part not in MEASURES and 1 <= value < self.threshold:
                if is_telling:
                    self.bounds.append((keys, 1, self.threshold - 1))
                yield place, keys, value
        if INDICATORS[indicator].may_exceed and _are_of_one_whole(sums) and 1 <= sums[1][2] - sums[0][2] < self.threshold:
            yield place, {**sums[1][1], **dict.fromkeys(sums[0][1], -1)}, sums[1][2] - sums[0][2]
        yield from ((place, keys, value) for part, keys, value in sums if part in MEASURES - {"months_over"} and value)

    def _is_in(self, kommun: str, base: str, area: str, period: str) -> bool:
        whole = periods.last_day(base) == periods.last_day(period) if base[5] == "Q" else base in periods.months(period)
        return whole and kommun in self._members(area, period)

    def _members(self, area: str, period: str) -> Iterable[str]:
        if area in self.settings.kommuner:
            return (area,)
        for division in self.settings.divisions:
            if any(one.id == area for one in division.areas):
                return division.members_on(area, periods.last_day(period))
        return self.settings.kommuner

    def _relate(self, at: Mapping[str, Key]) -> None:
        """What always holds of a kommun's base period."""
        for factors, is_zero in RELATIONS:
            if factors.keys() <= at.keys():
                cells = {at[part]: factor for part, factor in factors.items()}
                if is_zero:
                    self._hold(cells)
                else:
                    self.bounds.append((cells, 0, FAR))

    def _hold(self, keys: Sum) -> None:
        """A sum that is always zero, whoever shows what."""
        self.equations.append((keys, 0))
        self.before.append((keys, 0))

    def _row(self, keys: Sum) -> dict[int, int]:
        return {self.number[key]: factor for key, factor in keys.items() if factor}

    # ---- The attack ---------------------------------------------------------------------------------------------------------------

    def attack(self) -> dict[Place, str | None]:
        """Rows with a hidden number that has one possible value, each with whom it has: a kommun, or None for anybody."""
        found: dict[Place, str | None] = dict.fromkeys(self.recovered(None))
        for kommun in sorted({key[1] for key in self.keys}):
            found |= dict.fromkeys(self.recovered(kommun) - found.keys(), kommun)
        return found

    def recovered(self, insider: str | None) -> set[Place]:
        """As `attack`, for somebody who also knows the insider's own cells.

        What follows anyway is not counted, whatever the last edition shows: from the editions before it, or from nothing but that
        hidden counts are small (four events in four months that are known to have some are one each).
        """
        known = {key: value for key, value in self.truth.items() if key[1] == insider}
        after, before = (_reduced(reduced, [self._row({key: 1}) for key in known]) for reduced in (self.reduced, self.reduced_before))
        told = [*self._rows(self.equations), *self._whole(after)]
        old = [*self._rows(self.before), *self._whole(before)]
        zeros = self._rows((keys, value) for keys, value in self.equations if not value)
        plain = [bound for bound in self.bounds if not bound[1]]
        strict, bare = self._ranges(known, told, self.bounds), self._ranges(known, [*old, *zeros], self.bounds)
        loose, loose_before = self._ranges(known, told, plain), self._ranges(known, old, plain)
        found: set[Place] = set()
        for place, keys, value in self.secrets:
            row = self._row(keys)
            follows = not _rest(row, after) or _is_one(row, loose)
            followed = not _rest(row, before) or _is_one(row, loose_before)
            is_own = value == sum(factor * known.get(key, 0) for key, factor in keys.items())
            if not is_own and not followed and (follows or (_is_one(row, strict) and not _is_one(row, bare))):
                found.add(place)
        return found

    def _rows(self, told: Iterable[tuple[Sum, int]]) -> list[Bound]:
        return [(self._row(keys), value, value) for keys, value in told]

    def _whole(self, reduced: Mapping[int, Row]) -> Iterator[Bound]:
        """Solved rows that are short and have small whole factors, each with its true value."""
        values = [self.truth[key] for key in self.keys]
        for pivot, rest in reduced.items():
            row = {pivot: 1} | {n: factor if factor <= PRIME // 2 else factor - PRIME for n, factor in rest.items()}
            if len(row) <= MOST_TERMS and all(abs(factor) <= MOST_TERMS for factor in row.values()):
                total = sum(factor * values[n] for n, factor in row.items())
                yield row, total, total

    def _ranges(self, known: Mapping[Key, int], told: Sequence[Bound], bounds: Iterable[tuple[Sum, int, int]]) -> Ranges:
        ranges: Ranges = [(0, FAR)] * len(self.keys)
        for key, value in known.items():
            ranges[self.number[key]] = value, value
        return _narrow(ranges, [*told, *((self._row(keys), low, high) for keys, low, high in bounds)])


def attack(settings: Settings, editions: Sequence[Published]) -> dict[Place, str | None]:
    """What can be recovered from editions of the same year, over all datasets: `Attacker.attack`."""
    topics: defaultdict[tuple[str, str], dict[int, pl.DataFrame]] = defaultdict(dict)
    for number, (figures, public) in enumerate(editions):
        marked = figures.with_columns(hidden=public["status"] == "suppressed", small=small_rows(settings, figures))
        for (indicator, period), rows in marked.group_by("indicator", "period"):
            topic = _topic(str(indicator), str(period))
            before = topics[topic].get(number)
            topics[topic][number] = rows if before is None else before.vstack(rows)
    found: dict[Place, str | None] = {}
    for by_edition in topics.values():
        found |= Attacker(settings, [by_edition.get(number, marked.clear()) for number in range(len(editions))]).attack()
    return found


def _topic(indicator: str, period: str) -> tuple[str, str]:
    declared = INDICATORS[indicator]
    return declared.dataset, period[:4] if declared.kind == "flow" else str(periods.last_day(period))


def _are_of_one_whole(sums: Sequence[tuple[str, Sum, int]]) -> bool:
    """Whether what one is more than the other counts somebody: persons with intyg, say, and not discharges less reports."""
    wholes = [{below for above, below in RESTS if above == part} for part, _, _ in sums]
    return bool(set.intersection(*wholes))


def _reduced(before: Mapping[int, Row], rows: Iterable[Row]) -> dict[int, Row]:
    """Gauss and Jordan modulo a prime, on from what is reduced before: pivot -> what else is in its row."""
    reduced = dict(before)
    for row in rows:
        rest = _rest(row, reduced)
        if rest:
            pivot = min(rest)
            inverse = pow(rest.pop(pivot), -1, PRIME)
            rest = {n: factor * inverse % PRIME for n, factor in rest.items()}
            for other, held in reduced.items():
                if pivot in held:
                    reduced[other] = _rest(held, {pivot: rest})
            reduced[pivot] = rest
    return reduced


def _rest(row: Row, reduced: Mapping[int, Row]) -> Row:
    """The sum without pivots: nothing is left of one that follows."""
    left = {n: factor % PRIME for n, factor in row.items()}
    for pivot in left.keys() & reduced.keys():
        factor = left.pop(pivot)
        for n, other in reduced[pivot].items():
            left[n] = (left.get(n, 0) - factor * other) % PRIME
    return {n: factor for n, factor in left.items() if factor}


def _is_one(row: Mapping[int, int], ranges: Ranges) -> bool:
    least, most = _range(row, ranges)
    return least == most


def _range(row: Mapping[int, int], ranges: Ranges) -> tuple[int, int]:
    ends = [sorted((factor * ranges[n][0], factor * ranges[n][1])) for n, factor in row.items()]
    return sum(low for low, _ in ends), sum(high for _, high in ends)


def _narrow(ranges: Ranges, rules: Sequence[Bound]) -> Ranges:
    """Interval arithmetic in whole numbers, until nothing changes."""
    changed = True
    while changed:
        changed = False
        for row, low, high in rules:
            least, most = _range(row, ranges)
            for n, factor in row.items():
                before = ranges[n]
                ends = sorted((factor * before[0], factor * before[1]))
                limits = sorted((Fraction(low - (most - ends[1]), factor), Fraction(high - (least - ends[0]), factor)))
                new = max(before[0], ceil(limits[0])), min(before[1], floor(limits[1]))
                if new != before:
                    ranges[n], changed = new, True
                    least, most = _range(row, ranges)
    return ranges
