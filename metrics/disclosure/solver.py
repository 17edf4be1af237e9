"""What follows from what is known: intervals of whole numbers, and linear algebra. Used by the audit, not by the protection.

Both are sound: a number that they settle has no other value. Arithmetic is in whole numbers throughout.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import NamedTuple

ENDLESS = 10**12
"""Larger than any count; an interval that ends here is open."""

_OPEN = 10**9
"""A bound beyond this comes from an open interval."""

_PRIME = (1 << 61) - 1  # sums of a county's counts are far below it, so remainders are as good as the fractions themselves


class Constraint(NamedTuple):
    """low <= sum of coefficient x variable <= high."""

    terms: tuple[tuple[int, int], ...]
    low: int
    high: int


class Implied(NamedTuple):
    """`constraint` holds as soon as each variable in `when` is known to lie within its interval."""

    when: tuple[tuple[int, int, int], ...]
    constraint: Constraint


class Intervals:
    """The interval of every variable, narrowed by the constraints until nothing more follows."""

    def __init__(self, variables: int, constraints: Sequence[Constraint], implied: Sequence[Implied]) -> None:
        self.low, self.high = [0] * variables, [ENDLESS] * variables
        self._take(constraints, implied)

    def _take(self, constraints: Sequence[Constraint], implied: Sequence[Implied]) -> None:
        self._constraints, self._implied = list(constraints), list(implied)
        self._about: list[list[int]] = [[] for _ in self.low]
        for number, constraint in enumerate(self._constraints):
            for variable, _ in constraint.terms:
                self._about[variable].append(number)
        for number, rule in enumerate(self._implied, len(self._constraints)):
            for variable in {*(variable for variable, _ in rule.constraint.terms), *(variable for variable, _, _ in rule.when)}:
                self._about[variable].append(number)

    def settle(self, known: Mapping[int, int]) -> Intervals:
        """Take numbers as known and narrow whatever follows. Itself."""
        for variable, value in known.items():
            self.low[variable] = self.high[variable] = value
        self._narrow({number for variable in known for number in self._about[variable]})
        return self

    def narrow(self) -> Intervals:
        """Narrow everything. Itself, with only those constraints that can still say something."""
        self._narrow(range(len(self._constraints) + len(self._implied)))
        kept = (self._open_part(constraint) for constraint in self._constraints)
        self._take([constraint for constraint in kept if constraint], self._implied)
        return self

    def _open_part(self, constraint: Constraint) -> Constraint | None:
        """The constraint on the variables that are still open; None when it holds whatever they are."""
        least, most = self.range_of(constraint.terms)
        if constraint.low <= least and most <= constraint.high:
            return None
        settled = sum(factor * self.low[variable] for variable, factor in constraint.terms if self.low[variable] == self.high[variable])
        terms = tuple((variable, factor) for variable, factor in constraint.terms if self.low[variable] < self.high[variable])
        return Constraint(terms, constraint.low - settled, constraint.high - settled)

    def with_known(self, known: Mapping[int, int]) -> Intervals:
        """The same intervals, narrowed by what somebody knows besides."""
        other = copy(self)
        other.low, other.high = self.low.copy(), self.high.copy()
        return other.settle({variable: value for variable, value in known.items() if self.low[variable] < self.high[variable]})

    def range_of(self, terms: Iterable[tuple[int, int]]) -> tuple[int, int]:
        """The least and the largest value of a sum; beyond `ENDLESS` where it is open."""
        low, high = self.low, self.high
        least = most = 0
        for variable, factor in terms:
            if factor > 0:
                least += factor * low[variable]
                most += factor * high[variable]
            else:
                least += factor * high[variable]
                most += factor * low[variable]
        return least, most

    def _narrow(self, start: Iterable[int]) -> None:
        """Apply constraints, and those that share a variable with what they changed, until nothing changes."""
        waiting = deque(sorted(start))
        queued = set(waiting)
        plain = len(self._constraints)
        while waiting:
            number = waiting.popleft()
            queued.discard(number)
            if number < plain:
                changed = self._apply(self._constraints[number])
            else:
                rule = self._implied[number - plain]
                changed = self._apply(rule.constraint) if self._holds(rule) else []
            for variable in changed:
                fresh = [other for other in self._about[variable] if other not in queued]
                queued.update(fresh)
                waiting.extend(fresh)

    def _holds(self, rule: Implied) -> bool:
        return all(low <= self.low[variable] and self.high[variable] <= high for variable, low, high in rule.when)

    def _apply(self, constraint: Constraint) -> list[int]:
        """Narrow the constraint's variables. The ones that changed."""
        least, most = self.range_of(constraint.terms)
        slack_up, slack_down = constraint.high - least, most - constraint.low
        if slack_up >= most - least <= slack_down:
            return []
        changed = []
        for variable, factor in constraint.terms:
            width = (self.high[variable] - self.low[variable]) * abs(factor)
            if (width > slack_up or width > slack_down) and self._squeeze(variable, factor, slack_up, slack_down):
                changed.append(variable)
        return changed

    def _squeeze(self, variable: int, factor: int, up: int, down: int) -> bool:
        """Let factor x variable rise by at most `up` from its least, and fall by at most `down` from its most."""
        low, high, size = self.low[variable], self.high[variable], abs(factor)
        raised, lowered = (up, down) if factor > 0 else (down, up)
        if (top := low + raised // size) < _OPEN:
            self.high[variable] = min(high, top)
        self.low[variable] = max(low, high - lowered // size)
        return (self.low[variable], self.high[variable]) != (low, high)


Row = dict[int, int]
"""A sum of variables, by their factors modulo a prime."""


def signed(factor: int) -> int:
    """The factor as the whole number nearest zero that it stands for."""
    return factor - _PRIME if factor > _PRIME // 2 else factor


def _without(row: Row, pivot: int, instead: Row) -> None:
    """Replace the pivot in the row by what it equals."""
    factor = row.pop(pivot)
    for variable, other in instead.items():
        value = (row.get(variable, 0) + factor * other) % _PRIME
        if value:
            row[variable] = value
        else:
            del row[variable]


class Elimination:
    """Which variables follow from equations. Only differences matter, so the numbers on the right-hand side play no part."""

    def __init__(self) -> None:
        self._order: dict[int, int] = {}
        self._equals: list[Row] = []
        self._final: dict[int, Row] = {}

    def add(self, terms: Iterable[tuple[int, int]]) -> None:
        """One more equation: this sum of unknown variables is a known number."""
        row = self._reduced(dict(terms))
        if row:
            pivot = min(row, key=lambda variable: (abs(row[variable]) != 1, variable))
            factor = pow(-row.pop(pivot), -1, _PRIME)
            self._order[pivot] = len(self._equals)
            self._equals.append({variable: other * factor % _PRIME for variable, other in row.items()})
            self._final.clear()

    def _reduced(self, row: Row) -> Row:
        row = {variable: factor % _PRIME for variable, factor in row.items() if factor % _PRIME}
        while pivots := row.keys() & self._order.keys():
            pivot = min(pivots, key=self._order.__getitem__)
            _without(row, pivot, self._equals[self._order[pivot]])
        return row

    def meets(self, row: Row) -> bool:
        """Whether anything in the sum is known to follow from something else."""
        return not self._order.keys().isdisjoint(row)

    def free(self, terms: Iterable[tuple[int, int]]) -> Row:
        """The sum in terms of variables that nothing is known about; empty when it has one possible value."""
        row = {variable: factor % _PRIME for variable, factor in terms}
        for pivot in row.keys() & self._order.keys():
            _without(row, pivot, self._expanded(pivot))
        return row

    def _expanded(self, pivot: int) -> Row:
        """What the pivot equals when every pivot is replaced; the last equations hold no other pivots."""
        if not self._final:
            for variable in reversed(self._order):
                self._final[variable] = dict(self._equals[self._order[variable]])
                for other in self._final[variable].keys() & self._order.keys():
                    _without(self._final[variable], other, self._final[other])
        return self._final[pivot]
