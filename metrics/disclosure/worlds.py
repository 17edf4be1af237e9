"""Other worlds: how the numbers of one cell could have been different.

A hidden number is protected when another world, as possible as the real one, shows the public exactly the same figures.
A cell (kommun x base period) in such a world differs by one person or event: one more, one less, or one of another kind.
`Family.vectors` lists those differences, and `Family.possible` says whether a cell could hold the numbers that follow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Final, NamedTuple

import periods
from config import Agreement, Settings
from metrics import placeringar, spans
from metrics.disclosure import shown

Vector = Mapping[str, int]
State = Mapping[str, float]


VEIL: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"months_over": ("short_stays", "payable_days")})
"""A part that follows from others in its cell: alone it can differ only where these are hidden too."""


@dataclass(frozen=True)
class Law:
    """Something that everybody knows of a cell's numbers: `holds` of the values of `parts`, in that order.

    A law that `defines` a part of `VEIL` does not bind the vector of that part alone.
    """

    parts: tuple[str, ...]
    holds: Callable[..., bool]
    defines: str | None = None


@dataclass(frozen=True)
class Family:
    """What is known of the parts of one dataset.

    `laws` are by base period, since agreements come and go. `rare` vectors fit few cells and are for the last resort.
    """

    vectors: tuple[Vector, ...]
    rare: tuple[Vector, ...]
    laws: Mapping[str, tuple[Law, ...]]

    def possible(self, base: str, state: State, vector: Vector, sign: int) -> bool:
        """Whether a cell of the base period that holds `state` could hold `sign` times the vector more.

        Laws on parts that the cell lacks say nothing.
        """
        if not vector.keys() <= state.keys():
            return False
        after = {**state, **{part: state[part] + sign * step for part, step in vector.items()}}
        if any(after[part] < 0 for part in vector):
            return False
        known = (law for law in self.laws[base] if not vector.keys().isdisjoint(law.parts) and all(part in after for part in law.parts))
        return all(law.holds(*map(after.__getitem__, law.parts)) for law in known if vector.keys() != {law.defines})


def family(settings: Settings, dataset: str, cells: Sequence[tuple[str, State]]) -> Family:
    """The family of a dataset, for cells given as base period and numbers.

    Every dataset has the laws and vectors that its indicators' declarations imply; some have more.
    """
    parts = sorted({part for _, state in cells for part in state})
    bases = sorted({base for base, _ in cells})
    if dataset == "utskrivning":
        return _discharge_family(settings, parts, bases, cells)
    if dataset == "placeringar":
        return _placement_family(settings, parts, bases)
    laws = (*_declared_laws(dataset), *(_REPORT_LAWS if dataset == "avvikelser" else ()))
    vectors = _report_vectors() if dataset == "avvikelser" else list(_between(_declared_events(dataset, parts)))
    return Family(_fitting(vectors, parts), (), dict.fromkeys(bases, laws))


def _fitting(vectors: Sequence[Vector], parts: Sequence[str]) -> tuple[Vector, ...]:
    """The vectors as far as the block's parts go, each once whatever its sign; shortest first. A measure moves by itself too."""
    found: dict[tuple[tuple[str, int], ...], Vector] = {}
    known = {part for vector in vectors for part in vector}
    single: list[Vector] = [{part: 1} for part in parts if part in shown.BEHIND or part not in known]
    for vector in [*vectors, *single]:
        kept = {part: step for part, step in sorted(vector.items()) if part in parts and step}
        opposite = tuple((part, -step) for part, step in kept.items())
        if kept and opposite not in found:
            found.setdefault(tuple(kept.items()), kept)
    return tuple(sorted(found.values(), key=len))


def _between(kinds: Sequence[Vector]) -> Iterator[Vector]:
    """One more of each kind, and one of another kind instead."""
    yield from kinds
    for before, after in combinations(kinds, 2):
        yield {part: after.get(part, 0) - before.get(part, 0) for part in {*before, *after}}


# ---- What the declarations imply ----------------------------------------------------------------------------------------------

_MOST_EVENTS = 16


def _declared_laws(dataset: str) -> tuple[Law, ...]:
    """A part is never more than its whole, and nothing measures nobody."""
    parts = [Law((whole, part), lambda whole, part: part <= whole) for part, whole in shown.shares(dataset)]
    return (*parts, *(Law((*counts, measure), _measures_somebody) for measure, counts in shown.BEHIND.items()))


def _measures_somebody(*values: float) -> bool:
    return values[-1] == 0 or any(values[:-1])


def _declared_events(dataset: str, parts: Sequence[str]) -> list[Vector]:
    """What one person or event can add: one to some parts, and to every whole of each; those that add to fewest first."""
    wholes = [(part, whole) for part, whole in shown.shares(dataset) if {part, whole} <= {*parts}]
    single = sorted({_with_wholes(part, wholes) for part in parts if shown.is_count(part)}, key=lambda event: (len(event), sorted(event)))
    events = dict.fromkeys(single)
    waiting = deque(single)
    while waiting and len(events) < _MOST_EVENTS:
        held = waiting.popleft()
        joined = [held | other for other in single if held & other and not other <= held]
        waiting += [event for event in dict.fromkeys(joined) if event not in events]
        events |= dict.fromkeys(joined)
    return [dict.fromkeys(sorted(event), 1) for event in events]


def _with_wholes(part: str, wholes: Sequence[tuple[str, str]]) -> frozenset[str]:
    found = frozenset({part})
    while more := {whole for part, whole in wholes if part in found} - found:
        found |= more
    return found


# ---- Avvikelser: reports, answered or not, at a step ---------------------------------------------------------------------------

_REPORT_LAWS = (
    Law(("reports", "disagreements", "disputes"), lambda reports, some, others: some + others <= reports),
    Law(("reports", "wrong_unit", "declined"), lambda reports, some, others: some + others <= reports),
)


def _report_vectors() -> list[Vector]:
    steps: tuple[Vector, ...] = ({}, {"disagreements": 1}, {"disputes": 1})
    return list(_between([{"reports": 1, "answered": answered, **step} for answered in (0, 1) for step in steps]))


# ---- Placeringar: of one form each, planned or acute ----------------------------------------------------------------------------


def _placement_family(settings: Settings, parts: Sequence[str], bases: Sequence[str]) -> Family:
    laws = (
        *_declared_laws("placeringar"),
        Law(("placements", *placeringar.FORMS), lambda placements, *forms: placements == sum(forms)),
    )
    either = Law(("placements", "planned", "acute"), lambda placements, planned, acute: placements == planned + acute)
    some = Law(either.parts, lambda placements, planned, acute: planned + acute <= placements)
    held = {base: placeringar.is_ruled(settings, base) for base in bases}
    return Family(_fitting(_placement_vectors(), parts), (), {base: (*laws, either if held[base] else some) for base in bases})


def _placement_vectors() -> list[Vector]:
    """A placement more, of each form, planned or acute; one of another form; and another answer to one of the questions."""
    answers: tuple[Vector, ...] = ({"sip_before": 1}, {"settled_in_time": 1}, {"inside_county": 1}, {"standard_used": 1})
    kinds: tuple[Vector, ...] = ({"planned": 1}, {"planned": 1, "sip_before": 1}, {"acute": 1}, {"acute": 1, "settled_in_time": 1})
    places: tuple[Vector, ...] = ({}, {"inside_county": 1})
    one_more = [{"placements": 1, form: 1, **kind, **place} for form in placeringar.FORMS for kind in kinds for place in places]
    other_form = [{after: 1, before: -1} for before, after in combinations(placeringar.FORMS, 2)]
    return [*answers, *other_form, {"planned": 1, "acute": -1}, *one_more]


# ---- Utskrivning: discharges by the rule of the month's agreement --------------------------------------------------------------


class Rule(NamedTuple):
    """What decides how a discharge counts: days in the mean's limit, days before it is counted alone, days of a long stay."""

    limit: float
    alone_after: int
    long_after: int


_LAWS_WITHOUT_RULE = (
    Law(("discharges", "long_stays"), lambda discharges, long: long <= discharges),
    Law(("discharges", "ruled_discharges"), lambda discharges, ruled: ruled <= discharges),
    Law(("judged", "unjudged", "ruled_discharges"), lambda judged, unjudged, ruled: judged + unjudged == ruled),
    Law(("compliant", "judged"), lambda compliant, judged: compliant <= judged),
)
"""What holds in a month without an agreement, and in one that two rules share or one rule only touches."""


def _discharge_family(settings: Settings, parts: Sequence[str], bases: Sequence[str], cells: Sequence[tuple[str, State]]) -> Family:
    rules = {base: _rule(settings, base) for base in bases}
    laws = {base: _rule_laws(rule) if rule else _LAWS_WITHOUT_RULE for base, rule in rules.items()}
    some = {_terms(settings, agreement) for agreement in settings.agreements}
    vectors: list[Vector] = [vector for rule in sorted(some) for vector in _discharge_vectors(rule)]
    vectors += [{"discharges": 1}, {"discharges": 1, "long_stays": 1}]
    payable = sorted({days for base, state in cells if (rule := rules[base]) for days in _of_the_one_alone(rule, state)})
    rare: list[Vector] = [{"compliant": 1, "payable_days": days} for days in payable]
    rare += [{"unjudged": 1, "judged": -1, "payable_days": days} for days in payable]
    return Family(_fitting(vectors, parts), _fitting(rare, parts), laws)


def _of_the_one_alone(rule: Rule, state: State) -> Iterator[int]:
    """Payable days of the discharge that is counted alone, in a cell where it is the only one."""
    is_told = {"compliant", "unjudged", "short_stays", "short_days", "payable_days"} <= state.keys()
    if is_told and state["compliant"] + state["unjudged"] - state["short_stays"] == 1:
        yield int(state["payable_days"] - max(state["short_days"] - rule.limit * state["short_stays"], 0))


def _rule(settings: Settings, month: str) -> Rule | None:
    """The one rule of all the month's days; None outside every agreement and where two rules share the month."""
    first, last = periods.first_day(month), periods.last_day(month)
    held = settings.agreements_between(first, last)
    terms = {_terms(settings, agreement) for agreement in held}
    return terms.pop() if len(terms) == 1 and spans.holds_all_days(held, first, last) else None


def _terms(settings: Settings, agreement: Agreement) -> Rule:
    terms = agreement.utskrivning
    return Rule(terms.mean_limit_days, terms.individual_after_days, settings.utskrivning.long_stay_days)


def _discharge(rule: Rule, status: str, days: int) -> Vector:
    """What one discharge adds; `status` is unjudged, compliant or left_out (judged, and a condition not met)."""
    alone = days > rule.alone_after
    counted = {"discharges": 1, "ruled_discharges": 1, "long_stays": int(days > rule.long_after)}
    counted |= {"unjudged": 1} if status == "unjudged" else {"judged": 1, "compliant": int(status == "compliant")}
    if status == "left_out":
        return counted
    return counted | ({"payable_days": int(days - rule.limit)} if alone else {"short_stays": 1, "short_days": days})


def _discharge_vectors(rule: Rule) -> list[Vector]:
    """A discharge at the mean's limit moves no payable days; one on the same day can come and go where there are few days."""
    alone = max(rule.alone_after, rule.long_after) + 1
    found: list[Vector] = [{"short_days": 1, "payable_days": 1}]
    for short in (int(rule.limit), 0):
        found += _between([_discharge(rule, status, days) for status in ("compliant", "unjudged", "left_out") for days in (short, alone)])
    return found


def _rule_laws(rule: Rule) -> tuple[Law, ...]:
    return (
        Law(("ruled_discharges", "discharges"), lambda ruled, all_of_them: ruled == all_of_them),
        Law(("judged", "unjudged", "ruled_discharges"), lambda judged, unjudged, ruled: judged + unjudged == ruled),
        Law(("compliant", "judged"), lambda compliant, judged: compliant <= judged),
        Law(("short_stays", "short_days"), lambda stays, days: days <= rule.alone_after * stays),
        Law(("discharges", "long_stays"), lambda discharges, long: long <= discharges),
        Law(("discharges", "long_stays", "short_stays"), lambda all_of_them, long, short: _kinds_fit(rule, all_of_them, long, short)),
        Law(("compliant", "unjudged", "short_stays", "long_stays"), lambda *counts: _alone_fit(rule, *counts)),
        Law(("short_stays", "short_days", "payable_days", "compliant", "unjudged"), lambda *counts: _payable_fit(rule, *counts)),
        Law(("short_stays", "months_over"), lambda short, over: over <= min(short, 1)),
        Law(("short_stays", "short_days", "months_over"), lambda short, days, over: over == (days > rule.limit * short), "months_over"),
    )


def _kinds_fit(rule: Rule, discharges: float, long: float, short: float) -> bool:
    return rule.alone_after > rule.long_after or short + long <= discharges


def _alone_fit(rule: Rule, compliant: float, unjudged: float, short: float, long: float) -> bool:
    """Those who are not left out are in the mean or counted alone; who is counted alone has had a long stay."""
    alone = compliant + unjudged - short
    return alone >= 0 and (rule.alone_after < rule.long_after or alone <= long)


def _payable_fit(rule: Rule, short: float, days: float, payable: float, compliant: float, unjudged: float) -> bool:
    """Payable days are those over the mean's limit, if any, and for each who is counted alone at least the fewest possible."""
    alone = compliant + unjudged - short
    left = payable - max(days - rule.limit * short, 0)
    return left == 0 if alone == 0 else left >= alone * (rule.alone_after + 1 - rule.limit)
