"""Signals in a run's figures, as frames with a stable id and a Swedish sentence: what pages, tables and texts all show.

Incomplete, missing and protected figures are gaps: nothing is concluded from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

import polars as pl

import periods
from metrics import sentences, trend, xmr
from metrics.indicator import BASE_KINDS
from metrics.indicators import INDICATORS, Indicator
from metrics.rules import RULES

PeriodKind = Literal["month", "quarter"]

_SOUND: Final = ("met", "missed", "no_goal")
_KEYS: Final = ("indicator", "area_kind", "area")
_CHART_SCHEMA: Final = {
    "period": pl.String,
    "value": pl.Float64,
    "mean": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "near_lower": pl.Float64,
    "near_upper": pl.Float64,
    "signal": pl.String,
    "sentence": pl.String,
}
_LATEST_SCHEMA: Final = {
    **dict.fromkeys(_KEYS, pl.String),
    "period_kind": pl.String,
    "period": pl.String,
    "signal": pl.String,
    "direction": pl.String,
    "sentence": pl.String,
}
_TREND_SCHEMA: Final = {
    **dict.fromkeys(_KEYS, pl.String),
    "first_year": pl.String,
    "last_year": pl.String,
    "signal": pl.String,
    "slope": pl.Float64,
    "chi_squared": pl.Float64,
    "sentence": pl.String,
}


class Series(NamedTuple):
    """Every period from the first to the last, in order; a value that is not sound, or not there, is None."""

    periods: tuple[str, ...]
    values: tuple[float | None, ...]
    agreements: tuple[str | None, ...]


class Year(NamedTuple):
    """One year's figure, with what a trend needs."""

    period: str
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    agreement: str | None


_YEAR_COLUMNS: Final = Year._fields


# ---- Months and quarters: the XmR chart ---------------------------------------------------------------------------------------


def chart(figures: pl.DataFrame, indicator: str, area: str, period_kind: PeriodKind) -> pl.DataFrame:
    """One row per period of one series: value, mean, limits, and where a point is marked the signal's id and sentence.

    `figures` is a run's frame. Limits are null where nothing can be said: too few points since the agreement began, or too many alike.
    """
    mine = figures.filter(indicator=indicator, area=area, period_kind=period_kind)
    series = _series(mine.select("period", "value", "status", "agreement").iter_rows())
    rows: list[dict[str, Any]] = [{"period": p, "value": v} for p, v in zip(series.periods, series.values, strict=True)]
    for segment in xmr.segments(series.values, series.agreements):
        for place in range(segment.first, segment.last + 1):
            rows[place] |= vars(segment.limits) if segment.limits else {}
        for signal in sorted(segment.signals, key=_importance, reverse=True):
            for place in signal.marked:
                rows[place] |= {"signal": signal_id(signal), "sentence": sentences.signal(signal, period_kind)}
    return pl.DataFrame(rows, schema=_CHART_SCHEMA)


def latest(figures: pl.DataFrame) -> pl.DataFrame:
    """For each indicator and area, what the latest sound month (stock: quarter) says: a signal, the usual, or that nothing can be said.

    `signal` is `xmr-<rule>-<high|low>`, `xmr-none`, or `xmr-too-few` where nothing can be said. `period` is null for a series
    without a sound value.
    """
    kinds = pl.DataFrame(
        [(i.id, BASE_KINDS[i.kind]) for i in INDICATORS.values() if i.kind != "year"], schema=["indicator", "period_kind"], orient="row"
    )
    grouped = (
        figures.join(kinds, on=["indicator", "period_kind"], how="semi")
        .sort(*_KEYS, "period")
        .group_by(*_KEYS, "period_kind", maintain_order=True)
        .agg("period", "value", "status", "agreement")
    )
    rows = [
        (indicator, area_kind, area, kind, *_latest(_series(zip(*columns, strict=True)), kind))
        for indicator, area_kind, area, kind, *columns in grouped.iter_rows()
    ]
    return pl.DataFrame(rows, schema=_LATEST_SCHEMA, orient="row")


def signal_id(signal: xmr.Signal) -> str:
    """A name for the kind of signal that stays the same from run to run."""
    return f"xmr-{signal.rule.replace('_', '-')}-{signal.direction}"


def _importance(signal: xmr.Signal) -> int:
    return xmr.PRIORITY.index(signal.rule)


def _series(rows: Iterable[Sequence[Any]]) -> Series:
    """Rows of period, value, status and agreement. A period without a row is a gap, under the agreement before it."""
    found = {period: (value if status in _SOUND else None, agreement) for period, value, status, agreement in rows}
    if not found:
        return Series((), (), ())
    every = _span(min(found), max(found))
    filled = [found[every[0]]]
    for period in every[1:]:
        filled.append(found.get(period, (None, filled[-1][1])))
    return Series(every, tuple(value for value, _ in filled), tuple(agreement for _, agreement in filled))


@lru_cache(maxsize=64)
def _span(first: str, last: str) -> tuple[str, ...]:
    """Every period of the kind from the first to the last, in order."""
    every = [last]
    while every[-1] > first:
        every.append(periods.previous(every[-1]))
    return tuple(reversed(every))


def _latest(series: Series, period_kind: PeriodKind) -> tuple[str | None, str, str | None, str]:
    """Period, signal id, direction and sentence."""
    place = next((i for i in reversed(range(len(series.values))) if series.values[i] is not None), None)
    if place is None:
        return None, "xmr-too-few", None, sentences.CANNOT
    segment = next(s for s in xmr.segments(series.values, series.agreements) if s.first <= place <= s.last)
    period = series.periods[place]
    if segment.limits is None:
        return period, "xmr-too-few", None, sentences.CANNOT
    here = [signal for signal in segment.signals if signal.last == place]
    if not here:
        return period, "xmr-none", None, sentences.USUAL
    signal = min(here, key=_importance)
    return period, signal_id(signal), signal.direction, sentences.signal(signal, period_kind)


# ---- Years: the five-point trend ----------------------------------------------------------------------------------------------


def trends(figures: pl.DataFrame) -> pl.DataFrame:
    """For each indicator and area with any year, the trend of five years up to the latest sound one: `trend-<marker>` and sentence.

    The years must follow on each other and be sound, the indicator must have an interval, and a figure that hangs under an
    agreement's rules is not compared across two agreements; else the marker is `cannot`.
    """
    grouped = figures.filter(period_kind="year").sort(*_KEYS, "period").group_by(*_KEYS, maintain_order=True).agg(_YEAR_COLUMNS)
    return pl.DataFrame(list(_trend_rows(grouped)), schema=_TREND_SCHEMA, orient="row")


def _trend_rows(grouped: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    for indicator, area_kind, area, *lists in grouped.iter_rows():
        years = [Year(*row) for row in zip(*lists, strict=True)]
        while len(years) > 1 and years[-1].status not in _SOUND:
            years.pop()
        years = years[-RULES.trend_years :]
        found = _trend(INDICATORS[indicator], years)
        said = f"trend-{found.marker.replace('_', '-')}"
        span = years[0].period, years[-1].period
        yield indicator, area_kind, area, *span, said, found.slope, found.chi_squared, sentences.TREND[found.marker]


def _trend(indicator: Indicator, years: Sequence[Year]) -> trend.Trend:
    times = [int(year.period) for year in years]
    follows = times == list(range(times[0], times[0] + RULES.trend_years))
    one_rule = not indicator.ruled or len({year.agreement for year in years}) == 1
    if not (follows and one_rule and all(year.status in _SOUND for year in years)):
        return trend.CANNOT
    if indicator.interval == "wilson":
        return trend.share_trend(times, [year.numerator for year in years], [year.denominator for year in years])
    values, lowers, uppers = ([year.value for year in years], [year.lower for year in years], [year.upper for year in years])
    return trend.interval_trend(times, values, lowers, uppers)
