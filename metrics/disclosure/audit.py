"""The audit: solves the system of everything published and names each hidden number that it gives away.

Written apart from the protection: it looks for a proof that a number has one possible value, where the protection looks for a
second possible value. Each kommun in turn is given its own numbers as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import polars as pl

import periods
from config import Settings
from metrics.disclosure import shown
from metrics.disclosure.evidence import Evidence, Gatherer, Line, Secret, lines, topic
from metrics.disclosure.protection import Published
from metrics.disclosure.solver import Constraint, Elimination, Intervals, signed

_SHORT = 12


class Finding(NamedTuple):
    """A hidden number that can be computed: `what` it is of the row, and by whom; None is anybody.

    `edition` numbers the earlier publications from 0; the figures that were audited are the last one.
    """

    indicator: str
    area: str
    period: str
    value: int
    insider: str | None
    edition: int


def audit(settings: Settings, figures: pl.DataFrame, public: pl.DataFrame, earlier: Sequence[Published] = ()) -> list[Finding]:
    """Every hidden number that follows from what `public` shows, alone or beside the earlier publications.

    `figures` are the same rows before protection; they tell which hidden numbers are small and what was found. A number that
    follows anyway is not a finding: from the earlier publications, which cannot be taken back, or from being small alone (a year
    with four events in four months), whatever is shown.
    """
    gathered: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for number, edition in enumerate([*earlier, Published(figures, public)]):
        for line in lines(settings, number, edition.figures, edition.public):
            gathered[topic(line)].append(line)
    findings: dict[Finding, None] = {}
    for of_topic in gathered.values():
        if not all(line.is_shown for line in of_topic):
            evidence = Gatherer(settings, of_topic).gather()
            findings |= dict.fromkeys(_Auditor(evidence, settings.disclosure.threshold, len(earlier), settings.county.id).findings())
    return list(findings)


class _Views:
    """What follows for somebody to whom these numbers are `shown`: by algebra, and by bounds.

    `zeros` and `small` are what everybody knows of hidden numbers besides.
    """

    def __init__(self, evidence: Evidence, shown: Mapping[int, int], zeros: Mapping[int, int], small: Sequence[Constraint]) -> None:
        self.evidence, self.shown, self.zeros, self.small = evidence, shown, zeros, small
        self.algebra = Elimination()
        if shown:
            for terms in evidence.definitions:
                self.algebra.add(self._unknown(terms))
        self.free = [self.algebra.free(self._unknown(secret.terms)) for secret in evidence.secrets]
        secrets = zip(evidence.secrets, self.free, strict=True) if shown else ()
        self.always = [*evidence.constraints, *(each for secret, free in secrets for each in _derived(evidence, secret, free))]

    @cached_property
    def strict(self) -> Intervals:
        """The bounds for somebody who knows which hidden numbers are small, and which are zero."""
        return self._bounds([*self.always, *self.small], {**self.zeros, **self.shown})

    @cached_property
    def loose(self) -> Intervals:
        """The bounds for somebody who does not."""
        return self._bounds(self.always, self.shown)

    def _unknown(self, terms: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(variable, factor) for variable, factor in terms if variable not in self.shown]

    def _bounds(self, constraints: Sequence[Constraint], known: Mapping[int, int]) -> Intervals:
        return Intervals(len(self.evidence.truth), constraints, self.evidence.implied).settle(known).narrow()

    def by_bounds(self, view: Intervals, own: Mapping[int, int], asked: Iterable[int]) -> set[int]:
        """Which of the secrets have one value within the view, for somebody who knows `own` too."""
        if own:
            view = view.with_known(own)
        ranges = ((number, view.range_of(self.evidence.secrets[number].terms)) for number in asked)
        return {number for number, (least, most) in ranges if least == most}

    def by_algebra(self, own: Mapping[int, int], asked: Iterable[int]) -> set[int]:
        """Which of the secrets have nothing free left, for somebody who knows `own` too."""
        known = Elimination()
        for variable in own:
            known.add(self.algebra.free(self._unknown(((variable, 1),))).items())
        return {number for number in asked if not (known.free(free.items()) if known.meets(free := self.free[number]) else free)}


def _is_told(secret: Secret, county: str) -> bool:
    """Whether a reader can think that the number is small: of figures that are shown for county years alone, all others are hidden."""
    line = secret.line
    return not shown.is_for_county_years(line.indicator) or (line.area == county and periods.kind(line.period) == "year")


class _Auditor:
    """One topic as it is with the last edition (`after`), and as it would be if that showed nothing but zeros (`before`)."""

    def __init__(self, evidence: Evidence, threshold: int, last: int, county: str) -> None:
        self.evidence = evidence
        small = [Constraint(secret.terms, 1, threshold - 1) for secret in evidence.secrets if secret.is_count and _is_told(secret, county)]
        earlier = {variable: value for variable, value in evidence.known.items() if evidence.since[variable] < last}
        self.after = _Views(evidence, evidence.known, evidence.zeros, small)
        self.before = _Views(evidence, earlier, evidence.zeros, small)

    def findings(self) -> Iterator[Finding]:
        """What anybody can compute, and then what each kommun can that others cannot."""
        found: set[int] = set()
        for insider in (None, *self.evidence.own):
            settled = self._settled(insider, found)
            for number in settled:
                secret = self.evidence.secrets[number]
                line = secret.line
                yield Finding(line.indicator, line.area, line.period, secret.value, insider, line.edition)
            if insider is None:
                found.update(settled)

    def _settled(self, insider: str | None, skip: set[int]) -> list[int]:
        own = self.evidence.own[insider] if insider else {}
        asked = [n for n, secret in enumerate(self.evidence.secrets) if n not in skip and insider not in secret.owners]
        after, before = self.after, self.before
        found = after.by_algebra(own, asked)
        found |= after.by_bounds(after.strict, own, [number for number in asked if number not in found])
        if not found:
            return []
        anyway = before.by_bounds(before.strict, own, sorted(found))
        if not anyway:
            return sorted(found)
        told = after.by_algebra(own, sorted(anyway)) | after.by_bounds(after.loose, own, sorted(anyway))
        if told:
            told -= before.by_algebra(own, sorted(told)) | before.by_bounds(before.loose, own, sorted(told))
        return sorted(found - anyway | told)


def _derived(evidence: Evidence, secret: Secret, free: Mapping[int, int]) -> Iterator[Constraint]:
    """What the algebra says of a secret, as a constraint, where it is short and whole."""
    factors = {variable: signed(factor) for variable, factor in free.items()}
    if 0 < len(factors) <= _SHORT and all(abs(factor) <= _SHORT for factor in factors.values()):
        terms = dict(secret.terms)
        for variable, factor in factors.items():
            terms[variable] = terms.get(variable, 0) - factor
        total = sum(factor * evidence.truth[variable] for variable, factor in terms.items())
        yield Constraint(tuple((variable, factor) for variable, factor in terms.items() if factor), total, total)
