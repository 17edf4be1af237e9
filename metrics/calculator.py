"""What a month's discharges cost a kommun, step by step, by the same functions as the figures.

Made cases go through `metrics.utskrivning.tally` and `parts` like delivered ones, with every condition unknown, which excludes nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import polars as pl

import periods
from config import Agreement, Amount, Condition, Settings, in_force
from metrics import utskrivning

Cases = Mapping[int, int]
"""How many patients there are with each number of days."""

_KOMMUN: Final = "x"


@dataclass(frozen=True)
class Alone:
    """A patient with so many days that they are counted alone, and the days that are paid for."""

    days: int
    payable_days: float


@dataclass(frozen=True)
class Payment:
    """A month's sum. Without an agreement there is no rule, and everything after `discharges` is empty.

    `stays`, `days` and `mean` are of those in the mean (`mean` None over nobody), `over_days` what they give above the limit,
    `payable_days` the month's sum and `sek` its price, None in a year without a known amount.
    """

    month: str
    agreement: Agreement | None
    amount: Amount | None
    discharges: int
    stays: int = 0
    days: int = 0
    mean: float | None = None
    is_over: bool = False
    over_days: float = 0
    alone: tuple[Alone, ...] = ()
    alone_days: float = 0
    payable_days: float = 0
    sek: float | None = None


def payment(settings: Settings, month: str, cases: Cases) -> Payment:
    """The payment for the cases, discharged in the month under the agreement that holds on its last day."""
    last = periods.last_day(month)
    agreement = in_force(settings.agreements, last)
    amount = settings.payment_amount_per_day.get(last.year)
    discharges = sum(cases.values())
    if agreement is None:
        return Payment(month, None, amount, discharges)
    counted = utskrivning.tally(settings, _rows(settings, month, cases)).collect()
    coverage = pl.DataFrame({"kommun": [_KOMMUN], "period": [month], "complete": [True]})
    found = utskrivning.parts(settings, counted, coverage).row(0, named=True)
    limit = agreement.utskrivning.mean_limit_days
    alone = tuple(Alone(days, days - limit) for days in _alone(agreement, cases))
    alone_days = sum(each.payable_days for each in alone)
    return Payment(
        month=month,
        agreement=agreement,
        amount=amount,
        discharges=discharges,
        stays=found["short_stays"],
        days=found["short_days"],
        mean=found["short_days"] / found["short_stays"] if found["short_stays"] else None,
        is_over=bool(found["months_over"]),
        over_days=found["payable_days"] - alone_days,
        alone=alone,
        alone_days=alone_days,
        payable_days=found["payable_days"],
        sek=found["payable_sek"],
    )


def _alone(agreement: Agreement, cases: Cases) -> list[int]:
    """The days of each patient who is counted alone, fewest first."""
    after = agreement.utskrivning.individual_after_days
    return [days for days, patients in sorted(cases.items()) if days > after for _ in range(patients)]


def _rows(settings: Settings, month: str, cases: Cases) -> pl.LazyFrame:
    """The cases as rows that end on the month's last day, with every column of the conditions empty."""
    last = periods.last_day(month)
    made = [(_KOMMUN, last - timedelta(days=days), last) for days, patients in cases.items() for _ in range(patients)]
    frame = pl.LazyFrame(made, schema={"kommun": pl.String, "utskrivningsklar": pl.Date, "utskriven": pl.Date}, orient="row")
    conditions = [condition for agreement in settings.agreements for condition in agreement.utskrivning.conditions]
    columns: dict[str, Any] = {}
    for condition in (*conditions, settings.utskrivning.sip_in_time):
        columns |= _empty(condition)
    return frame.with_columns(**{name: column for name, column in columns.items() if name not in frame.collect_schema()})


def _empty(condition: Condition) -> dict[str, pl.Expr]:
    """The condition's columns without an answer: of a date, as where the sender lacks the column."""
    asked = [name for name in (condition.applies_if, condition.yes_in) if name]
    days = [name for name in (condition.date_in, condition.of) if name]
    found = {name: pl.lit(None, pl.Boolean) for name in asked} | {name: pl.lit(None, pl.Date) for name in days}
    return found | {f"lacks_{name}": pl.lit(value=True) for name in days}


def spread(days: int, patients: int) -> dict[int, int]:
    """Cases with that sum, spread as evenly as whole days can be: the payment for those in the mean depends on the sum alone."""
    if patients == 0:
        return {}
    each, more = divmod(days, patients)
    return {length: count for length, count in ((each, patients - more), (each + 1, more)) if count}
