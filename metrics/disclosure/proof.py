"""Protection that the audit has proved: where it still finds a number, more is hidden around it until it does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

import periods
from config import Settings
from metrics.disclosure.audit import Finding, audit
from metrics.disclosure.protection import SUPPRESSED, Published, protect, suppress
from metrics.indicators import INDICATORS

_REACH = (("month",), ("month", "quarter"), ("month", "quarter", "year"))
"""Which figures of the same time are hidden, step by step; after that everything of the dataset."""


def proved(settings: Settings, figures: pl.DataFrame, earlier: Sequence[Published] = ()) -> pl.DataFrame:
    """As `protect`, with nothing in it that the audit can compute.

    The protection looks for other worlds of a few shapes, and where earlier editions already show much it may not find one.
    """
    public = protect(settings, figures, earlier)
    for kinds in (*_REACH, None):
        found = audit(settings, figures, public, earlier)
        if not found:
            break
        public = suppress(figures, (public["status"] == SUPPRESSED) | _around(figures, found, kinds))
    return public


def _around(figures: pl.DataFrame, found: Iterable[Finding], kinds: Sequence[str] | None) -> pl.Series:
    """The rows of the findings' datasets that say something, of the same time and these kinds of periods; None means all of them."""
    datasets = {_dataset(f.indicator) for f in found}
    months = {month for f in found for month in periods.months(f.period)}
    meeting = [period for period in figures["period"].unique() if months & set(periods.months(period))]
    related = pl.col("indicator").is_in([i for i in figures["indicator"].unique() if _dataset(i) in datasets])
    says = (pl.col("numerator") != 0) | (pl.col("denominator").fill_null(0) != 0)
    near = pl.lit(value=True) if kinds is None else pl.col("period").is_in(meeting) & pl.col("period_kind").is_in(kinds)
    return figures.select(near=(related & says & near).fill_null(value=False))["near"]


def _dataset(indicator: str) -> str:
    return INDICATORS[indicator].dataset if indicator in INDICATORS else indicator
