"""The agreements themselves: until when notice may be given, who has decided what, and what is new in one since the one before."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import polars as pl

from config import Agreement, Change, Clause, Goal, Settings
from metrics import spans, villkor
from metrics.indicator import Indicator

REGION: Final = "VGR"
"""The region, as a party."""
_BY_CONDITIONS: Final = ("foljsamhet", "foljsamhet_bortfall", "dagar_snitt", "betaldagar", "betalningsbelopp", "betalningsmanader")
"""What the conditions for payment decide, all together."""

State = Literal["before", "in force", "after"]


@dataclass(frozen=True)
class Decision:
    """A party's decision on an agreement."""

    party: str
    adopts: bool
    day: date
    diary: str | None


def parties(settings: Settings) -> tuple[str, ...]:
    """Who must have decided for an agreement to hold: the region and every kommun."""
    return (REGION, *settings.kommuner)


def state(agreement: Agreement, today: date) -> State:
    """Whether the agreement's days have not come, are now, or have passed."""
    if today < agreement.valid_from:
        return "before"
    return "in force" if agreement.holds_on(today) else "after"


def last_notice(agreement: Agreement) -> date | None:
    """The last day on which a party may give notice, so many whole months before the agreement's last day; None if nothing is said.

    A month that is too short for the day gives its own last day: eighteen months before 31 December is 30 June.
    """
    if agreement.notice is None or agreement.valid_to is None:
        return None
    months = agreement.valid_to.year * 12 + agreement.valid_to.month - 1 - agreement.notice.months_before_end
    year, month = divmod(months, 12)
    return date(year, month + 1, min(agreement.valid_to.day, calendar.monthrange(year, month + 1)[1]))


def about(settings: Settings, day: date) -> Agreement | None:
    """Which agreement a decision of the day is about: the one that begins next after it, else the last one. None without any."""
    ordered = sorted(settings.agreements, key=lambda agreement: agreement.valid_from)
    return next((agreement for agreement in ordered if agreement.valid_from > day), ordered[-1] if ordered else None)


def decisions(settings: Settings, rows: pl.DataFrame) -> dict[str, dict[str, Decision]]:
    """By agreement and party, the latest decision; of two on one day the one furthest down counts. `rows` is the dataset avtalsbeslut."""
    found: dict[str, dict[str, Decision]] = {agreement.id: {} for agreement in settings.agreements}
    known = set(parties(settings))
    told = rows.sort("datum", "delivery", "row").select("part", "beslut", "datum", "diarienummer").iter_rows()
    for party, decided, day, diary in told:
        agreement = about(settings, day)
        if agreement is not None and party in known:
            found[agreement.id][party] = Decision(party, decided == "antar", day, diary)
    return found


def before(settings: Settings, agreement: Agreement) -> Agreement | None:
    """The agreement before, or None."""
    earlier = [each for each in settings.agreements if each.valid_from < agreement.valid_from]
    return max(earlier, key=lambda each: each.valid_from, default=None)


def answers(agreement: Agreement, clause: Clause) -> tuple[str, ...]:
    """Ids of the indicators that answer the clause."""
    if clause.by_conditions:
        return tuple(f"{villkor.PREFIX}{condition.id}" for condition in agreement.utskrivning.conditions)
    return clause.indicators


def changes_of(settings: Settings, indicator: str, periods: Iterable[str]) -> Iterator[tuple[Agreement, Change]]:
    """What was new for the indicator in each agreement that began between two of the periods."""
    held = [spans.agreement_ids(settings, period) or "" for period in periods]
    shown = {id_ for each in held for id_ in each.split("+")}
    first = held[0].split("+")[0] if held else ""
    for agreement in settings.agreements:
        if agreement.id in shown and agreement.id != first:
            earlier = before(settings, agreement)
            news = [*agreement.changes, *(rule_changes(settings, earlier, agreement) if earlier else ())]
            yield from ((agreement, change) for change in news if indicator in change.indicators)


def breaks_of(settings: Settings, indicator: Indicator, periods: Sequence[str]) -> tuple[Agreement, ...]:
    """The agreements that began between two of the periods, where the figures before and after are not of quite the same thing: they
    follow from the agreement's rules, or something about them is new."""
    began = dict.fromkeys(agreement.id for agreement, _ in changes_of(settings, indicator.id, periods))
    held = [spans.agreement_ids(settings, period) or "" for period in periods]
    within = {id_ for each in held for id_ in each.split("+")} - set(held[0].split("+")[:1] if held else ())
    return tuple(each for each in settings.agreements if each.id in within and (indicator.ruled or each.id in began))


# ---- What the rules themselves say is new -------------------------------------------------------------------------------------


def rule_changes(settings: Settings, earlier: Agreement, later: Agreement) -> Iterator[Change]:
    """What differs between the rules of two agreements: conditions, the limits of the payment, and goals."""
    then = {condition.id: condition for condition in earlier.utskrivning.conditions}
    now = {condition.id: condition for condition in later.utskrivning.conditions}
    new = [condition for id_, condition in now.items() if id_ not in then]
    gone = [condition for id_, condition in then.items() if id_ not in now]
    yield from (_change(f"Nytt villkor: {each.name}.", each.section, f"{villkor.PREFIX}{each.id}") for each in new)
    yield from (
        _change(f"Villkoret finns inte kvar: {each.name}.", later.utskrivning.section, f"{villkor.PREFIX}{each.id}") for each in gone
    )
    if new or gone:
        many = f"Villkoren är inte desamma: {len(new)} är nya och {len(gone)} finns inte kvar."
        yield _change(many, later.utskrivning.section, *_BY_CONDITIONS)
    limits = [(each.utskrivning.mean_limit_days, each.utskrivning.individual_after_days) for each in (earlier, later)]
    if limits[0] != limits[1]:
        yield _change("Gränserna för betalningsansvaret är andra.", later.utskrivning.section, "dagar_snitt", "betaldagar")
    for indicator, goals in settings.goals.items():
        held = [_goal_on(goals, each.valid_from) for each in (earlier, later)]
        if held[0] is not None and held[1] is None:
            yield _change(f"Målet finns inte kvar ({held[0].source}).", "–", indicator)


def _change(text: str, section: str, *indicators: str) -> Change:
    return Change(text=text, section=section, indicators=indicators)


def _goal_on(goals: Iterable[Goal], day: date) -> Goal | None:
    return next((goal for goal in goals if goal.holds_on(day)), None)


def answered(agreement: Agreement) -> Mapping[bool, int]:
    """How many of the agreement's follow-up clauses are answered by a figure, and how many are not."""
    by_figure = sum(bool(answers(agreement, clause)) for clause in agreement.follow_up)
    return {True: by_figure, False: len(agreement.follow_up) - by_figure}
