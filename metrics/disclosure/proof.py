"""Protection that the audit has proved: where it still finds a number, more is hidden around it until it does not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product

import polars as pl

import periods
from config import Settings
from metrics.disclosure.audit import Finding, audit
from metrics.disclosure.protection import SUPPRESSED, Published, protect, suppress
from metrics.indicators import INDICATORS
from metrics.spans import membership

_KINDS = (("month",), ("month", "quarter"), ("month", "quarter", "year"))


def proved(settings: Settings, figures: pl.DataFrame, earlier: Sequence[Published] = ()) -> pl.DataFrame:
    """As `protect`, with nothing in it that the audit can compute.

    The protection looks for other worlds of a few shapes, and where earlier editions already show much it may not find one. Then
    figures of the same time are hidden: of the areas that share a kommun with the number's, then of all, and longer and longer
    periods; at last everything of the dataset.
    """
    public = protect(settings, figures, earlier)
    found = audit(settings, figures, public, earlier)
    for everywhere, kinds in [*product((False, True), _KINDS), (True, None)]:
        if not found:
            break
        around = _around(settings, figures, found, kinds, everywhere=everywhere)
        public = suppress(figures, (public["status"] == SUPPRESSED) | around)
        found = _audit_again(settings, Published(figures, public), earlier, {_dataset(each.indicator) for each in found})
    return public


def _audit_again(settings: Settings, edition: Published, earlier: Sequence[Published], datasets: Collection[str]) -> list[Finding]:
    """What is found in these datasets; no number follows from another dataset."""
    mine = [Published(*(frame.filter(_in(frame, datasets)) for frame in each)) for each in (*earlier, edition)]
    return audit(settings, *mine[-1], earlier=mine[:-1])


def _around(
    settings: Settings, figures: pl.DataFrame, found: Sequence[Finding], kinds: Sequence[str] | None, *, everywhere: bool
) -> pl.Series:
    """The rows of the findings' datasets that say something, of the same time and these kinds of periods; None means all periods."""
    months = {month for each in found for month in periods.months(each.period)}
    meeting = [period for period in figures["period"].unique() if months & set(periods.months(period))]
    says = (pl.col("numerator") != 0) | (pl.col("denominator").fill_null(0) != 0)
    near = _in(figures, {_dataset(each.indicator) for each in found}) & says
    if kinds is not None:
        near &= pl.col("period").is_in(meeting) & pl.col("period_kind").is_in(kinds)
    if not everywhere:
        near &= pl.col("area").is_in(_sharing(settings, found))
    return figures.select(near=near.fill_null(value=False))["near"]


def _sharing(settings: Settings, found: Sequence[Finding]) -> list[str]:
    """The areas that have a kommun in common with one of the findings'."""
    members = membership(settings, pl.Series("period", sorted({each.period for each in found}), dtype=pl.String))
    kommuner = members.filter(pl.col("area").is_in([each.area for each in found]))["kommun"].unique()
    return members.filter(pl.col("kommun").is_in(kommuner.implode()))["area"].unique().to_list()


def _in(figures: pl.DataFrame, datasets: Collection[str]) -> pl.Expr:
    return pl.col("indicator").is_in([each for each in figures["indicator"].unique() if _dataset(each) in datasets])


def _dataset(indicator: str) -> str:
    return INDICATORS[indicator].dataset if indicator in INDICATORS else indicator
