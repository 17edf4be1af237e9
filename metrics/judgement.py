"""The conditions for payment, judged per discharge: met, not met, unknown, or not applicable.

The conditions are data under each agreement in config.yaml; here they become Polars expressions. Source: contract, section 5.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from config import Agreement, Condition


class State(NamedTuple):
    """How one condition falls out, row by row: three Boolean expressions without nulls, at most one of the last two true.

    A condition is met where it may apply and is neither `not_met` nor `unknown`.
    """

    may_apply: pl.Expr
    not_met: pl.Expr
    unknown: pl.Expr


def state(condition: Condition) -> State:
    """The condition's state. It is unknown when its column, or the one that decides whether it applies, is empty."""
    not_met, unknown = _date_test(condition) if condition.date_in else _yes_test(str(condition.yes_in))
    if condition.applies_if is None:
        return State(pl.lit(value=True), not_met, unknown)
    decides = pl.col(condition.applies_if)
    applies = decides.fill_null(value=False)
    return State(decides.fill_null(value=True), applies & not_met, (applies & unknown) | decides.is_null())


def _yes_test(column: str) -> tuple[pl.Expr, pl.Expr]:
    answer = pl.col(column)
    return ~answer.fill_null(value=True), answer.is_null()


def _date_test(condition: Condition) -> tuple[pl.Expr, pl.Expr]:
    """A missing date is not met, but says nothing when the delivery lacked the whole column."""
    day = pl.col(str(condition.date_in))
    lacks = pl.col(f"lacks_{condition.date_in}").fill_null(value=False)
    absent = day.is_null() & ~lacks
    if condition.of is None:
        return absent, lacks & day.is_null()
    late_days = day.to_physical() - pl.col(condition.of).to_physical()  # whole days; a date subtraction would make microseconds
    late = (late_days > condition.within_days).fill_null(value=False)
    no_start = day.is_not_null() & pl.col(condition.of).is_null()
    return absent | late, (lacks & day.is_null()) | no_start


def any_of(agreement: Agreement, which: str) -> pl.Expr:
    """Whether any of the agreement's conditions is `which` (`not_met` or `unknown`)."""
    return pl.any_horizontal([getattr(state(condition), which) for condition in agreement.utskrivning.conditions])
