"""Which base periods, days, agreements and goals belong to a period, and which kommuner to an area."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

import polars as pl

import periods
from config import Dated, Goal, Settings
from metrics.indicator import BASE_KINDS, Kind

AREA_SCHEMA = {"area_kind": pl.String, "area": pl.String, "area_name": pl.String}


def containing(base: str, kind: Kind) -> tuple[str, ...]:
    """The periods that a base period counts in: a month in its quarter and year; a stock's month or quarter in those it ends."""
    longer = [period for period in (periods.quarter_of(periods.first_day(base)), base[:4]) if period != base]
    if kind == "flow":
        return base, *longer
    return base, *(period for period in longer if periods.last_day(period) == periods.last_day(base))


def bases_in(period: str, kind: Kind) -> int:
    """How many base periods a complete figure for the period needs from each kommun."""
    return len(periods.months(period)) if kind == "flow" else 1


def of_year(figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """The figures of the year's months, of its quarters and of the year itself."""
    return figures.filter(pl.col("period").str.slice(0, 4) == str(year))


def closing(period: str, kind: Kind) -> str:
    """The base period that the period ends with: all that its figure is made of, where months are not added."""
    last = periods.last_day(period)
    names = {"month": periods.month_of(last), "quarter": periods.quarter_of(last), "year": period[:4]}
    return names[BASE_KINDS[kind]]


def targets(bases: Iterable[str], kind: Kind) -> pl.DataFrame:
    """`base`, `period`: one row for each period that each base period counts in."""
    pairs = [(base, period) for base in bases for period in containing(base, kind)]
    return pl.DataFrame(pairs, schema={"base": pl.String, "period": pl.String}, orient="row")


def areas(settings: Settings) -> pl.DataFrame:
    """`area_kind`, `area`, `area_name`: every kommun, every delregion of every division, and the county."""
    rows = [("kommun", code, name) for code, name in settings.kommuner.items()]
    rows += [("delregion", area.id, area.name) for division in settings.divisions for area in division.areas]
    rows.append(("lan", settings.county.id, settings.county.name))
    return pl.DataFrame(rows, schema=AREA_SCHEMA, orient="row")


def _members_on(settings: Settings, day: date) -> Iterator[tuple[str, str]]:
    yield from ((code, code) for code in settings.kommuner)
    for division in settings.divisions:
        for area in division.areas:
            yield from ((area.id, code) for code in division.members_on(area.id, day))
    yield from ((settings.county.id, code) for code in settings.kommuner)


def membership(settings: Settings, wanted: Iterable[str]) -> pl.DataFrame:
    """`period`, `area`, `kommun`: who belongs to each area on each period's last day."""
    rows = [(period, area, kommun) for period in wanted for area, kommun in _members_on(settings, periods.last_day(period))]
    return pl.DataFrame(rows, schema={"period": pl.String, "area": pl.String, "kommun": pl.String}, orient="row")


def holds_all_days(entries: Iterable[Dated], first: date, last: date) -> bool:
    """Whether the entries, which do not overlap, together hold on every day of first..last."""
    day = first
    for entry in sorted(entries, key=lambda entry: entry.valid_from):
        if entry.holds_on(day):
            if entry.valid_to is None or entry.valid_to >= last:
                return True
            day = entry.valid_to + timedelta(days=1)
    return False


def rules_of(rules: Iterable[Dated], bases: Iterable[str]) -> pl.DataFrame:
    """`base`, `ruled` (one of the rules on any day of it), `whole_rule` (on every day)."""
    held = list(rules)
    days = {base: (periods.first_day(base), periods.last_day(base)) for base in sorted(set(bases))}
    rows = [(base, any(rule.overlaps(*span) for rule in held), holds_all_days(held, *span)) for base, span in days.items()]
    return pl.DataFrame(rows, schema={"base": pl.String, "ruled": pl.Boolean, "whole_rule": pl.Boolean}, orient="row")


def agreement_ids(settings: Settings, period: str) -> str | None:
    """Ids of the agreements in force on any day of the period, oldest first, joined by `+`; None outside them all."""
    found = settings.agreements_between(periods.first_day(period), periods.last_day(period))
    return "+".join(agreement.id for agreement in found) or None


def under(settings: Settings, agreements: Collection[str], wanted: Iterable[str]) -> pl.DataFrame:
    """`base`, and whether any of the agreements is in force on some day of it (`touched`), and on every day (`whole`)."""
    mine = [agreement for agreement in settings.agreements if agreement.id in agreements]
    rows = []
    for base in sorted(set(wanted)):
        first, last = periods.first_day(base), periods.last_day(base)
        rows.append((base, any(agreement.overlaps(first, last) for agreement in mine), holds_all_days(mine, first, last)))
    return pl.DataFrame(rows, schema={"base": pl.String, "touched": pl.Boolean, "whole": pl.Boolean}, orient="row")


def goal_for(entries: Iterable[Goal], area_kind: str, period: str) -> Goal | None:
    """The goal that holds unchanged on all the period's days for that kind of area and period, or None.

    Two adjoining entries with the same value and comparison are one goal.
    """
    first, last = periods.first_day(period), periods.last_day(period)
    fitting = [
        goal
        for goal in entries
        if area_kind in goal.area_kinds and periods.kind(period) in goal.period_kinds and goal.overlaps(first, last)
    ]
    if len({(goal.value, goal.comparison) for goal in fitting}) != 1:
        return None
    return fitting[-1] if holds_all_days(fitting, first, last) else None
