"""An attacker for the tests, apart from the protection and the audit: exact fractions and intervals over everything shown.

Small counties only. It knows all sums, how the indicators hang together, and which hidden counts are 1 to threshold - 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor

import polars as pl

import periods
from config import Settings
from metrics.indicators import INDICATORS

Key = tuple[str, str, str]
Sum = dict[Key, int]
"""Base cells (part, kommun, base period) with their factors."""
Row = dict[int, Fraction]

MEASURES = {"short_days", "answer_days", "payable_days", "payable_sek", "months_over", "months", "population", "population_from_age"}
MEASURES |= {"lacking_intyg"}
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


class Attacker:
    """Everything published of one dataset and year (or quarter), as equations over base cells."""

    def __init__(self, settings: Settings, figures: pl.DataFrame, public: pl.DataFrame) -> None:
        self.settings = settings
        rows = figures.with_columns(public_status=public["status"]).drop_nulls("numerator").to_dicts()
        self.rows = rows
        self.bases = self._bases()
        self.truth: dict[Key, int] = {}
        for row in rows:
            if row["area"] in settings.kommuner and row["period"] in self.bases:
                self.truth |= {(part, row["area"], row["period"]): int(row[side]) for side, part in self._parts(row)}
        self.equations: list[tuple[Sum, int]] = []
        self.bounds: list[tuple[Sum, int, int]] = []
        self.secrets: list[tuple[tuple[str, str, str], Sum, int]] = []
        for row in rows:
            self._read(row)
        for kommun in {kommun for _, kommun, _ in self.truth}:
            for base in self.bases:
                self._relate(kommun, base)

    def _bases(self) -> list[str]:
        kinds = {row["period_kind"] for row in self.rows}
        return sorted({row["period"] for row in self.rows if row["period_kind"] == ("month" if "month" in kinds else "quarter")})

    @staticmethod
    def _parts(row: dict[str, object]) -> list[tuple[str, str]]:
        declared = INDICATORS[str(row["indicator"])]
        sides = [("numerator", declared.numerator), ("denominator", declared.denominator)]
        return [(side, part) for side, part in sides if part and part not in ("months", "population", "population_from_age")]

    def _sum(self, part: str, area: str, period: str) -> Sum:
        return {
            (part, kommun, base): 1
            for kommun in self._members(area, period)
            for base in self.bases
            if self._inside(base, period) and (part, kommun, base) in self.truth
        }

    def _inside(self, base: str, period: str) -> bool:
        if len(base) == 7 and base[5] == "Q":
            return periods.last_day(base) == periods.last_day(period)
        return base in periods.months(period)

    def _members(self, area: str, period: str) -> Iterable[str]:
        if area in self.settings.kommuner:
            return (area,)
        for division in self.settings.divisions:
            if any(one.id == area for one in division.areas):
                return division.members_on(area, periods.last_day(period))
        return self.settings.kommuner

    def _read(self, row: dict[str, object]) -> None:
        place = (str(row["indicator"]), str(row["area"]), str(row["period"]))
        sums = [(part, self._sum(part, place[1], place[2]), int(float(str(row[side])))) for side, part in self._parts(row)]
        if row["public_status"] != "suppressed":
            self.equations += [(cells, value) for part, cells, value in sums if part != "payable_sek"]
            return
        counts = [(cells, value) for part, cells, value in sums if part not in MEASURES]
        if len(sums) == len(counts) == 2:
            (above, some), (below, whole) = counts
            counts.append(({**below, **dict.fromkeys(above, -1)}, whole - some))
        for cells, value in counts:
            if 1 <= value < self.settings.disclosure.threshold:
                self.bounds.append((cells, 1, self.settings.disclosure.threshold - 1))
                self.secrets.append((place, cells, value))

    def _relate(self, kommun: str, base: str) -> None:
        for factors, is_zero in RELATIONS:
            cells = {(part, kommun, base): factor for part, factor in factors.items()}
            if cells.keys() <= self.truth.keys():
                if is_zero:
                    self.equations.append((cells, 0))
                else:
                    self.bounds.append((cells, 0, 10**6))

    # ---- The attack ---------------------------------------------------------------------------------------------------------------

    def recovered(self, insider: str | None = None, *, knows_small: bool = True) -> set[tuple[str, str, str]]:
        """Rows whose hidden 1-4 has one possible value, for somebody who also knows the insider's own cells."""
        keys = sorted(self.truth)
        number = {key: n for n, key in enumerate(keys)}
        known = {key: value for key, value in self.truth.items() if key[1] == insider}
        equations = [*self.equations, *(({key: 1}, value) for key, value in known.items())]
        reduced = _solve([({number[key]: Fraction(f) for key, f in cells.items()}, Fraction(value)) for cells, value in equations])
        bounds = [bound for bound in self.bounds if knows_small or bound[1] == 0]
        ranges = _narrow(len(keys), reduced, [({number[k]: f for k, f in cells.items()}, low, high) for cells, low, high in bounds])
        found = set()
        for place, cells, value in self.secrets:
            own = sum(factor * known.get(key, 0) for key, factor in cells.items())
            if own == value:
                continue
            least, most = _range({number[key]: Fraction(factor) for key, factor in cells.items()}, ranges)
            if least == most or not _rest({number[key]: Fraction(factor) for key, factor in cells.items()}, reduced):
                found.add(place)
        return found


def _solve(equations: Iterable[tuple[Row, Fraction]]) -> dict[int, tuple[Row, Fraction]]:
    """Gauss and Jordan: pivot -> (what else is in its row, the right-hand side)."""
    solved: dict[int, tuple[Row, Fraction]] = {}
    for row, value in equations:
        row, value = _replace(dict(row), value, solved)
        if row:
            pivot, factor = next(iter(row.items()))
            del row[pivot]
            row, value = {n: other / factor for n, other in row.items()}, value / factor
            for other, (some, right) in solved.items():
                if pivot in some:
                    solved[other] = _replace(some, right, {pivot: (row, value)})
            solved[pivot] = row, value
    return solved


def _replace(row: Row, value: Fraction, solved: dict[int, tuple[Row, Fraction]]) -> tuple[Row, Fraction]:
    for pivot in [n for n in row if n in solved]:
        factor = row.pop(pivot)
        some, right = solved[pivot]
        value -= factor * right
        for n, other in some.items():
            row[n] = row.get(n, Fraction(0)) - factor * other
            if not row[n]:
                del row[n]
    return row, value


def _rest(row: Row, solved: dict[int, tuple[Row, Fraction]]) -> Row:
    return _replace(dict(row), Fraction(0), solved)[0]


Ranges = list[tuple[Fraction, Fraction]]


def _range(row: Row, ranges: Ranges) -> tuple[Fraction, Fraction]:
    ends = [sorted((factor * ranges[n][0], factor * ranges[n][1])) for n, factor in row.items()]
    return sum((low for low, _ in ends), Fraction(0)), sum((high for _, high in ends), Fraction(0))


def _narrow(count: int, solved: dict[int, tuple[Row, Fraction]], bounds: Sequence[tuple[dict[int, int], int, int]]) -> Ranges:
    """Interval arithmetic over the solved rows and the bounds, in whole numbers, until nothing changes."""
    ranges: Ranges = [(Fraction(0), Fraction(10**6))] * count
    rules = [({pivot: Fraction(1), **row}, value, value) for pivot, (row, value) in solved.items()]
    rules += [({n: Fraction(f) for n, f in row.items()}, Fraction(low), Fraction(high)) for row, low, high in bounds]
    changed = True
    while changed:
        changed = False
        for row, low, high in rules:
            least, most = _range(row, ranges)
            for n, factor in row.items():
                ends = sorted((factor * ranges[n][0], factor * ranges[n][1]))
                limits = sorted(((low - (most - ends[1])) / factor, (high - (least - ends[0])) / factor))
                new = max(ranges[n][0], Fraction(ceil(limits[0]))), min(ranges[n][1], Fraction(floor(limits[1])))
                if new != ranges[n]:
                    ranges[n], changed = new, True
                    least, most = _range(row, ranges)
    return ranges
