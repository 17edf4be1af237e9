"""Everything that has been published of one dataset and year (of a stock: on one day), as equations. Used by the audit.

Written apart from the protection on purpose: the two share no code beyond the indicators' declarations. A variable is a part
summed over a set of base cells, so figures that sum the same cells are one variable, whatever area, period, indicator or edition.
What an edition leaves as it was is taken to be known to be so, part by part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import polars as pl

import periods
from config import Settings
from metrics.disclosure import knowledge, shown
from metrics.disclosure.solver import Constraint, Implied
from metrics.indicators import INDICATORS

Terms = tuple[tuple[int, int], ...]
Part = tuple[str, int]
"""A part and the base cells (a set, as a whole number) that it is summed over."""


@dataclass(frozen=True)
class Line:
    """One row of one edition: its numbers by part, and whether they are shown."""

    edition: int
    indicator: str
    area: str
    period: str
    numbers: Mapping[str, int]
    is_shown: bool


@dataclass(frozen=True)
class Secret:
    """A hidden number of 1 to threshold - 1, or one that measures so few: it must not be computable.

    `is_count` where everybody knows that it is 1 to threshold - 1.

    `owners` are kommuner whose own number it is, since nobody else in the area has any of it.
    """

    line: Line
    terms: Terms
    value: int
    is_count: bool
    owners: frozenset[str]


@dataclass
class Evidence:
    """Variables with their true values, what is shown of them, and what everybody knows about them.

    `since` is the first edition that shows a variable. `zeros` are those that are shown in rows with nothing but zeros.
    `definitions` say what each sum is the sum of, once; `constraints` say it in every way, and what else always holds.
    `own` are each kommun's base cells, by variable. `secrets` are known to be 1 to threshold - 1 where they are counts.
    """

    truth: list[int] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)
    since: dict[int, int] = field(default_factory=dict)
    zeros: dict[int, int] = field(default_factory=dict)
    definitions: list[Terms] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    implied: list[Implied] = field(default_factory=list)
    own: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    secrets: list[Secret] = field(default_factory=list)


# ---- Lines --------------------------------------------------------------------------------------------------------------------


def lines(settings: Settings, number: int, figures: pl.DataFrame, public: pl.DataFrame) -> Iterator[Line]:
    """The rows of an edition that carry numbers.

    Of figures that are shown for county years alone those years are read, and in them what other indicators count too: what
    nobody else shows is in no sum, and hidden rows say nothing of how small they are.
    """
    elsewhere = {part for i in INDICATORS.values() if not shown.is_for_county_years(i.id) for part in (i.numerator, i.denominator)}
    sides = figures.select("indicator", "area", "period", "numerator", "denominator", public["status"].alias("public_status"))
    for indicator, area, period, above, below, status in sides.iter_rows():
        if above is not None:
            carried = {shown.numerator(indicator): above, shown.denominator(indicator): below}
            if shown.is_for_county_years(indicator):
                if status == "suppressed" or (area, len(period)) != (settings.county.id, len("2025")):
                    continue
                carried = {part: value for part, value in carried.items() if part in elsewhere}
            numbers = dict(_told(settings, period, part, value) for part, value in carried.items() if part and _tells(part, value))
            yield Line(number, indicator, area, period, numbers, status != "suppressed")


def _tells(part: str, value: float | None) -> bool:
    """Populations and covered months are no secrets; fractions of days, under a mean's limit that is not whole, are left out."""
    return value is not None and shown.is_personal(part) and float(value).is_integer()


def _told(settings: Settings, period: str, part: str, value: float | None) -> tuple[str, int]:
    """Kronor tell the payable days: the amount per day is public."""
    value = value or 0
    if part == "payable_sek":
        return "payable_days", round(value / settings.payment_amount_per_day[int(period[:4])].amount)
    return part, int(value)


def topic(line: Line) -> tuple[str, str]:
    """Dataset and year, or the month that a stock's period ends with: no equation spans two topics."""
    declared = INDICATORS.get(line.indicator)
    if declared is None or declared.kind == "flow":
        return declared.dataset if declared else line.indicator, line.period[:4]
    return declared.dataset, f"{periods.last_day(line.period):%Y-%m}"


# ---- From lines to variables --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Base:
    """A kommun in a base period, with its numbers. Editions that agree on them all speak of the same one."""

    kommun: str
    period: str
    numbers: frozenset[tuple[str, int]]


@cache
def _months(period: str) -> frozenset[str]:
    return frozenset(periods.months(period))


class Gatherer:
    """Turns the lines of one topic into evidence."""

    def __init__(self, settings: Settings, of_topic: Sequence[Line]) -> None:
        self.settings = settings
        self.lines = of_topic
        self.evidence = Evidence()
        self.variables: dict[Part, int] = {}
        self.names: list[Part] = []
        self.asked: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self.numbers: defaultdict[tuple[int, str, str], dict[str, int]] = defaultdict(dict)
        self.told: defaultdict[tuple[int, str, str], set[str]] = defaultdict(set)
        self.seen = {(line.edition, line.area, line.period) for line in of_topic if line.is_shown} - {
            (line.edition, line.area, line.period)
            for line in of_topic
            if not line.is_shown and not shown.is_for_county_years(line.indicator)
        }
        for line in of_topic:
            self.numbers[line.edition, line.area, line.period].update(line.numbers)
            self.told[line.edition, line.area, line.period].add(line.indicator)
        self.bases: list[Base] = []
        self.bases_of: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        self._find_bases()
        self.base_numbers = [dict(base.numbers) for base in self.bases]
        self.first_with = self._first_with()

    def gather(self) -> Evidence:
        """All that can be known."""
        for line in self.lines:
            self._read(line)
        for cells, parts in tuple(self.asked.items()):
            for part in tuple(parts):
                for whole, rest in knowledge.rests().get(part, {}).items():
                    if whole in parts:
                        self._variable(rest, cells)
        self.evidence.secrets = [secret for secret in self.evidence.secrets if not self._was_shown(secret)]
        self._define()
        self._ask_each_base()
        for cells, parts in self.asked.items():
            known = knowledge.about(self.settings, parts, [self.bases[number].period for number in _numbers(cells)])
            self.evidence.constraints += known.constraints
            self.evidence.definitions += [constraint.terms for constraint in known.constraints if constraint.low == constraint.high]
            self.evidence.implied += known.implied
        return self.evidence

    def _find_bases(self) -> None:
        """A kommun's periods that hold none of its other periods; editions that agree share them.

        One where all that the public sees everywhere is shown as zero adds nothing to any sum, as everybody knows: it is left out.
        """
        seen: dict[Base, int] = {}
        periods_of: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for edition, area, period in self.numbers:
            if area in self.settings.kommuner:
                periods_of[edition, area].append(period)
        for (edition, area), mine in periods_of.items():
            for period in mine:
                if not any(_months(other) < _months(period) or (other > period and _months(other) == _months(period)) for other in mine):
                    if (edition, area, period) in self.seen and not any(self.numbers[edition, area, period].values()):
                        continue
                    base = Base(area, period, frozenset(knowledge.with_rests(self.numbers[edition, area, period]).items()))
                    self.bases_of[edition, area].append(seen.setdefault(base, len(seen)))
        self.bases = list(seen)

    def _cells(self, line: Line, part: str) -> int:
        """The base cells that the line sums the part over."""
        cells = 0
        for code in _members(self.settings, line.area, line.period):
            if line.indicator in self.told[line.edition, code, line.period] or shown.is_for_county_years(line.indicator):
                for number in self.bases_of[line.edition, code]:
                    if _months(self.bases[number].period) <= _months(line.period) and part in self.base_numbers[number]:
                        cells |= 1 << number
        return cells

    def _read(self, line: Line) -> None:
        terms: dict[str, Terms] = {}
        for part, value in line.numbers.items():
            variable = self._variable(part, self._cells(line, part))
            if self.evidence.truth[variable] != value:
                return  # not the sum of its parts: no equation follows from it
            terms[part] = ((variable, 1),)
            if line.is_shown:
                self.evidence.known[variable] = value
                self.evidence.since[variable] = min(line.edition, self.evidence.since.get(variable, line.edition))
                if not any(line.numbers.values()):
                    self.evidence.zeros[variable] = 0
        if not line.is_shown:
            self.evidence.secrets += self._secrets(line, terms)

    def _first_with(self) -> list[dict[str, int]]:
        """By base and part: the first base of that kommun and period that says the same of the part."""
        first: dict[tuple[str, str, str, int], int] = {}
        return [
            {part: first.setdefault((base.kommun, base.period, part, value), number) for part, value in base.numbers}
            for number, base in enumerate(self.bases)
        ]

    def _variable(self, part: str, cells: int) -> int:
        """The part summed over the cells, which is the same as over others that say the same of it."""
        if part not in self.asked[cells]:
            holders = sorted({self.first_with[number][part] for number in _numbers(cells)})
            name = part, sum(1 << number for number in holders)
            if name not in self.variables:
                self._add(name, holders)
            self.asked[cells][part] = self.variables[name]
        return self.asked[cells][part]

    def _add(self, name: Part, holders: Sequence[int]) -> None:
        self.variables[name] = len(self.variables)
        self.names.append(name)
        self.evidence.truth.append(sum(self.base_numbers[number][name[0]] for number in holders))
        if len(holders) == 1:
            self.evidence.own[self.bases[holders[0]].kommun][self.variables[name]] = self.evidence.truth[-1]

    def _was_shown(self, secret: Secret) -> bool:
        """Whether an earlier edition shows it: a number that everybody has been told is no secret."""
        since = self.evidence.since
        return all(variable in since and since[variable] < secret.line.edition for variable, _ in secret.terms)

    # ---- What is secret ---------------------------------------------------------------------------------------------------------

    def _secrets(self, line: Line, terms: Mapping[str, Terms]) -> Iterator[Secret]:
        for part, sum_of in terms.items():
            if shown.is_count(part) and self._is_small(line.numbers[part]):
                yield self._secret(line, sum_of, True)
            elif part in shown.BEHIND and part not in knowledge.VEILED and line.numbers[part] and self._is_on_few(line, part):
                yield self._secret(line, sum_of, False)
        if len(terms) > 1 and shown.is_share(line.indicator):
            above, below = line.numbers
            if self._is_small(line.numbers[below] - line.numbers[above]):
                yield self._secret(line, self._rest(line, above, below, terms), (above, below) not in shown.UNBOUND)

    def _rest(self, line: Line, above: str, below: str, terms: Mapping[str, Terms]) -> Terms:
        if rest := knowledge.rests().get(above, {}).get(below):
            return ((self._variable(rest, self._cells(line, above)), 1),)
        return (*terms[below], (terms[above][0][0], -1))

    def _is_small(self, value: int) -> bool:
        return 1 <= value < self.settings.disclosure.threshold

    def _secret(self, line: Line, terms: Terms, is_count: bool) -> Secret:
        shares: defaultdict[str, int] = defaultdict(int)
        for variable, factor in terms:
            part, cells = self.names[variable]
            for number in _numbers(cells):
                shares[self.bases[number].kommun] += factor * self.base_numbers[number][part]
        value = sum(shares.values())
        return Secret(line, terms, value, is_count, frozenset(code for code, share in shares.items() if share == value))

    def _is_on_few(self, line: Line, part: str) -> bool:
        at = self.numbers[line.edition, line.area, line.period]
        alone = at["compliant"] + at["unjudged"] - at["short_stays"] if {"compliant", "unjudged", "short_stays"} <= at.keys() else 0
        counts = {**at, "alone_stays": alone}
        return any(self._is_small(counts.get(count, 0)) for count in shown.BEHIND[part])

    # ---- Sums -------------------------------------------------------------------------------------------------------------------

    def _define(self) -> None:
        """Say of every sum what it is the sum of, in each way that it can be divided; the coarsest way defines it."""
        for part, cells in self.names:  # grows on the way
            ways = sorted((way for way in self._divisions(cells) if len(way) > 1), key=len)
            for number, way in enumerate(ways):
                terms = ((self.variables[part, cells], 1), *((self._variable(part, piece), -1) for piece in way))
                self.evidence.constraints.append(Constraint(terms, 0, 0))
                if not number:
                    self.evidence.definitions.append(terms)

    def _divisions(self, cells: int) -> Iterator[list[int]]:
        numbers = list(_numbers(cells))
        if len(numbers) > 1:
            quarters = _grouped(numbers, [periods.quarter_of(periods.first_day(self.bases[n].period)) for n in numbers])
            yield quarters if len(quarters) > 1 else _grouped(numbers, [self.bases[n].period for n in numbers])
            codes = [self.bases[n].kommun for n in numbers]
            yield _grouped(numbers, codes)
            if len(set(codes)) > 2:
                day = max(self.bases[n].period for n in numbers)
                yield from (_grouped(numbers, _areas(self.settings, which, day, codes)) for which in range(len(self.settings.divisions)))

    def _ask_each_base(self) -> None:
        """What is known about a cell's parts ties together all that an edition says of it, also what is not new."""
        for number, first_with in enumerate(self.first_with):
            for part, first in first_with.items():
                if (part, 1 << first) in self.variables:
                    self._variable(part, 1 << number)


def _numbers(cells: int) -> Iterator[int]:
    for number, digit in enumerate(reversed(f"{cells:b}")):
        if digit == "1":
            yield number


def _grouped(numbers: Iterable[int], keys: Iterable[str]) -> list[int]:
    groups: defaultdict[str, int] = defaultdict(int)
    for number, key in zip(numbers, keys, strict=True):
        groups[key] |= 1 << number
    return list(groups.values())


def _members(settings: Settings, area: str, period: str) -> tuple[str, ...]:
    if area in settings.kommuner:
        return (area,)
    if area == settings.county.id:
        return tuple(settings.kommuner)
    for division in settings.divisions:
        if area in {one.id for one in division.areas}:
            return division.members_on(area, periods.last_day(period))
    return ()


def _areas(settings: Settings, which: int, period: str, codes: Iterable[str]) -> list[str]:
    """Each kommun's area in a division on the period's last day; its own code where it has none."""
    division = settings.divisions[which]
    placed = {code: area.id for area in division.areas for code in division.members_on(area.id, periods.last_day(period))}
    return [placed.get(code, code) for code in codes]
