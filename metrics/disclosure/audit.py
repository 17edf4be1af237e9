"""The audit: solves the system of everything published and names each hidden number that it gives away.

Written apart from the protection: it looks for a proof that a number has one possible value, where the protection looks for a
second possible value. Each kommun in turn is given its own numbers as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from config import Settings
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
    """Every hidden number of `public` that follows from what is shown, there and in the earlier publications.

    `figures` are the same rows before protection; they tell which hidden numbers are small and what was found. A number that is
    settled by its being small alone (a year with four events in four months), whatever is shown, is not a finding.
    """
    gathered: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for number, edition in enumerate([*earlier, Published(figures, public)]):
        for line in lines(settings, number, edition.figures, edition.public):
            gathered[topic(line)].append(line)
    findings: dict[Finding, None] = {}
    for of_topic in gathered.values():
        if not all(line.is_shown for line in of_topic):
            findings |= dict.fromkeys(_Auditor(Gatherer(settings, of_topic).gather(), settings.disclosure.threshold).findings())
    return list(findings)


class _Auditor:
    """Three views of one topic. `strict`: all that is known. `bare`: only which numbers are small or zero. `loose`: all but that."""

    def __init__(self, evidence: Evidence, threshold: int) -> None:
        self.evidence = evidence
        self.algebra = Elimination()
        for terms in evidence.definitions:
            self.algebra.add(_unknown(evidence, terms))
        self.free = [self.algebra.free(_unknown(evidence, secret.terms)) for secret in evidence.secrets]
        small = [Constraint(secret.terms, 1, threshold - 1) for secret in evidence.secrets if secret.is_count]
        secrets = zip(evidence.secrets, self.free, strict=True)
        derived = [constraint for secret, free in secrets for constraint in _derived(evidence, secret, free)]
        self.strict = self._view([*evidence.constraints, *derived, *small], evidence.known)
        self.loose = self._view([*evidence.constraints, *derived], evidence.known)
        self.bare = self._view([*evidence.constraints, *small], evidence.zeros)

    def _view(self, constraints: Sequence[Constraint], known: Mapping[int, int]) -> Intervals:
        return Intervals(len(self.evidence.truth), constraints, self.evidence.implied).settle(known).narrow()

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
        by_algebra = set(self._by_algebra(own, asked))
        by_bounds = self._by_bounds(self.strict, own, asked)
        if by_bounds - by_algebra:
            follows_anyway = self._by_bounds(self.bare, own, sorted(by_bounds))
            by_bounds -= follows_anyway - self._by_bounds(self.loose, own, sorted(follows_anyway))
        return sorted(by_algebra | by_bounds)

    def _by_bounds(self, view: Intervals, own: Mapping[int, int], asked: Iterable[int]) -> set[int]:
        if own:
            view = view.with_known(own)
        ranges = ((number, view.range_of(self.evidence.secrets[number].terms)) for number in asked)
        return {number for number, (least, most) in ranges if least == most}

    def _by_algebra(self, own: Mapping[int, int], asked: Iterable[int]) -> Iterator[int]:
        """Secrets with nothing free left when the insider's own numbers are known too."""
        known = Elimination()
        for variable in own:
            known.add(self.algebra.free(_unknown(self.evidence, ((variable, 1),))).items())
        for number in asked:
            free = self.free[number]
            if known.meets(free):
                free = known.free(free.items())
            if not free:
                yield number


def _unknown(evidence: Evidence, terms: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(variable, factor) for variable, factor in terms if variable not in evidence.known]


def _derived(evidence: Evidence, secret: Secret, free: Mapping[int, int]) -> Iterator[Constraint]:
    """What the algebra says of a secret, as a constraint, where it is short and whole."""
    factors = {variable: signed(factor) for variable, factor in free.items()}
    if 0 < len(factors) <= _SHORT and all(abs(factor) <= _SHORT for factor in factors.values()):
        terms = dict(secret.terms)
        for variable, factor in factors.items():
            terms[variable] = terms.get(variable, 0) - factor
        total = sum(factor * evidence.truth[variable] for variable, factor in terms.items())
        yield Constraint(tuple((variable, factor) for variable, factor in terms.items() if factor), total, total)
