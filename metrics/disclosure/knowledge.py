"""What everybody knows of the numbers of one cell, or of a sum of cells: the contract's definitions as inequalities.

Used by the audit. Source: contract, section 5, rules behind the indicators.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from types import MappingProxyType

import periods
from config import Agreement, Settings
from metrics import placeringar
from metrics.disclosure import shown
from metrics.disclosure.solver import ENDLESS, Constraint, Implied
from metrics.indicators import INDICATORS

VEILED = frozenset({"months_over"})
"""Follows from days and stays, so the audit asks only whether its own sums give it away."""

_NAMED = {("unjudged", "ruled_discharges"): "judged"}


def rests() -> Mapping[str, Mapping[str, str]]:
    """By part: the wholes that it is never more than, each with the name of what is left of it.

    A percentage's numerator is a part of its denominator, unless it is declared otherwise. Asked for when it is used, since the
    settings make indicators too.
    """
    return _rests_of(tuple(INDICATORS))


@cache
def _rests_of(_declared: tuple[str, ...]) -> Mapping[str, Mapping[str, str]]:
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for i in INDICATORS.values():
        if i.denominator and i.unit == "%" and not i.may_exceed and shown.is_share(i.id):
            found[i.numerator][i.denominator] = _NAMED.get((i.numerator, i.denominator), f"{i.denominator} without {i.numerator}")
    return MappingProxyType(dict(found))


def with_rests(numbers: Mapping[str, int]) -> dict[str, int]:
    """The numbers of a cell, and what is left of each whole."""
    pairs = ((part, whole, rest) for part, wholes in rests().items() for whole, rest in wholes.items())
    return {**numbers, **{rest: numbers[whole] - numbers[part] for part, whole, rest in pairs if {part, whole} <= numbers.keys()}}


@dataclass
class Known:
    """What holds always, and what holds once something else is known."""

    constraints: list[Constraint] = field(default_factory=list)
    implied: list[Implied] = field(default_factory=list)


def about(settings: Settings, parts: Mapping[str, int], bases: Sequence[str]) -> Known:
    """What is known about variables (by part) that sum the same cells, in these base periods."""
    laws = _Laws(parts)
    for part, wholes in rests().items():
        for whole, rest in wholes.items():
            laws.add({whole: 1, part: -1, rest: -1}, high=0)
    laws.add({"reports": 1, "disagreements": -1, "disputes": -1})
    laws.add({"reports": 1, "wrong_unit": -1, "declined": -1})
    laws.add({"placements": 1, **dict.fromkeys(placeringar.FORMS, -1)}, high=0)
    is_ruled = all(placeringar.is_ruled(settings, base) for base in bases)
    laws.add({"placements": 1, "planned": -1, "acute": -1}, high=0 if is_ruled else ENDLESS)
    laws.at_most("long_stays", "discharges")
    laws.at_most("ruled_discharges", "discharges")
    laws.at_most("months_over", "short_stays")
    laws.add({"months_over": -1}, low=-len(bases))
    rules = {_rule(settings, base) for base in bases}
    for agreement in settings.agreements:
        if rules == {agreement.id}:
            _under_a_rule(laws, settings, agreement)
            if len(bases) == 1:
                _in_one_cell(laws, settings, agreement)
    for measure, counts in shown.BEHIND.items():
        laws.when(dict.fromkeys(counts, (0, 0)), {measure: 1}, high=0)
    return laws.known


class _Laws:
    def __init__(self, parts: Mapping[str, int]) -> None:
        self.parts = parts
        self.known = Known()

    def _constraint(self, factors: Mapping[str, int], low: int, high: int) -> Constraint | None:
        if not factors.keys() <= self.parts.keys():
            return None
        return Constraint(tuple((self.parts[part], factor) for part, factor in factors.items() if factor), low, high)

    def add(self, factors: Mapping[str, int], low: int = 0, high: int = ENDLESS) -> None:
        """low <= the sum <= high, where all the parts are there."""
        if constraint := self._constraint(factors, low, high):
            self.known.constraints.append(constraint)

    def at_most(self, some: str, of_all: str) -> None:
        """A part of the whole."""
        self.add({of_all: 1, some: -1})

    def when(self, given: Mapping[str, tuple[int, int]], factors: Mapping[str, int], low: int = 0, high: int = ENDLESS) -> None:
        """As `add`, once the given parts lie within their intervals."""
        constraint = self._constraint(factors, low, high)
        if constraint and given.keys() <= self.parts.keys():
            when = tuple((self.parts[part], *interval) for part, interval in given.items())
            self.known.implied.append(Implied(when, constraint))


def _rule(settings: Settings, base: str) -> str | None:
    """The id of the agreement that holds on all the base period's days, if there is one."""
    first, last = periods.first_day(base), periods.last_day(base)
    return next((a.id for a in settings.agreements if a.holds_on(first) and a.holds_on(last)), None)


def _under_a_rule(laws: _Laws, settings: Settings, agreement: Agreement) -> None:
    """Holds for sums too, since it is linear. `alone` stays are compliant + unjudged - short_stays."""
    after, long = agreement.utskrivning.individual_after_days, settings.utskrivning.long_stay_days
    laws.add({"discharges": 1, "ruled_discharges": -1}, high=0)
    laws.add({"compliant": 1, "unjudged": 1, "short_stays": -1})
    laws.add({"short_days": -1, "short_stays": after})
    if after <= long:
        laws.add({"discharges": 1, "long_stays": -1, "short_stays": -1})
    if after >= long:
        laws.add({"long_stays": 1, "compliant": -1, "unjudged": -1, "short_stays": 1})
    limit = _whole(agreement)
    if limit is not None:
        least = after + 1 - limit
        laws.add({"payable_days": 1, "compliant": -least, "unjudged": -least, "short_stays": least})
        laws.add({"payable_days": 1, "compliant": -least, "unjudged": -least, "short_days": -1, "short_stays": least + limit})


def _whole(agreement: Agreement) -> int | None:
    limit = Fraction(agreement.utskrivning.mean_limit_days)
    return int(limit) if limit.denominator == 1 else None


def _in_one_cell(laws: _Laws, settings: Settings, agreement: Agreement) -> None:
    """The sum over a month's discharges decides what is paid for them; a sum of months says less."""
    limit = _whole(agreement)
    if limit is None:
        return
    over = {"short_days": 1, "short_stays": -limit}
    laws.when({"months_over": (0, 0)}, over, low=-ENDLESS, high=0)
    laws.when({"months_over": (1, 1)}, over, low=1)
    if agreement.utskrivning.individual_after_days >= settings.utskrivning.long_stay_days:
        nobody_alone = {"long_stays": (0, 0), "payable_days": (1, ENDLESS)}
        laws.when(nobody_alone, over | {"payable_days": -1}, high=0)
