"""Kommuner against the county in one period: by interval, in the funnel, and with all of them tested at once.

Source: statistics, d3, d6 and d8.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

import polars as pl

from metrics import funnel, sentences
from metrics.indicators import INDICATORS, Indicator
from metrics.intervals import Level
from metrics.rules import RULES

Benchmark = Literal["higher", "lower", "similar", "cannot"]
Judgement = Literal["better", "worse", "none"]

_SOUND: Final = ("met", "missed", "no_goal")
_SCHEMA: Final = {
    "area": pl.String,
    "area_name": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
    "benchmark": pl.String,
    "judgement": pl.String,
    "benchmark_sentence": pl.String,
    "lower_95": pl.Float64,
    "upper_95": pl.Float64,
    "lower_99_8": pl.Float64,
    "upper_99_8": pl.Float64,
    "signal": pl.String,
    "sentence": pl.String,
    "p_value": pl.Float64,
    "p_adjusted": pl.Float64,
    "stands_out": pl.Boolean,
}


class Funnel(NamedTuple):
    """Limits for one area on the value's scale, where its value lies, and how likely a value that far off is by chance."""

    limits_95: funnel.Bounds
    limits_99_8: funnel.Bounds
    place: funnel.Place
    p_value: float


def benchmark(lower: float | None, upper: float | None, county: float | None) -> Benchmark:
    """An interval against the county's value: only where it does not hold the value is anything said."""
    if lower is None or upper is None or county is None:
        return "cannot"
    return "lower" if upper < county else "higher" if lower > county else "similar"


def judgement(found: Benchmark, direction: str) -> Judgement:
    """Better or worse, for an indicator with a direction; `none` where nothing can be said."""
    if found in ("similar", "cannot") or direction == "none":
        return "none"
    return "better" if found == direction else "worse"


def has_funnel(indicator: Indicator) -> bool:
    """Whether the indicator is a share or a rate, so that a common level and an area's size give limits."""
    return indicator.is_ratio and indicator.interval != "none"


def limits(indicator: Indicator, common: float, size: float, level: Level) -> funnel.Bounds | None:
    """Funnel limits on the value's scale for an area of that size; None where the common level or the size gives none.

    `common` is the sum of numerators over the sum of denominators, `size` the denominator of the area.
    """
    if size <= 0 or (indicator.interval == "wilson" and common > 1):
        return None
    if indicator.interval == "wilson":
        lower, upper = funnel.share_limits(common, size, level)
    else:
        lower, upper = funnel.rate_limits(common, size, level) if common > 0 else (0.0, 0.0)
    return indicator.scale * lower, indicator.scale * upper


def kommuner(figures: pl.DataFrame, indicator: str, period: str) -> pl.DataFrame:
    """Every kommun of one indicator and period, in order of kommunkod, against the county and among each other.

    `benchmark` compares the kommun's interval with the county's value; `signal` is `funnel-<place>` or `funnel-cannot`, from the
    kommuner whose figures are complete. `stands_out`: p, adjusted for all kommuner tested at once (Benjamini–Hochberg), is at most
    5 per cent. Columns are null where nothing can be computed.
    """
    declared = INDICATORS[indicator]
    mine = figures.filter(indicator=indicator, period=period)
    county = mine.filter(pl.col("area_kind") == "lan")["value"]
    rows = mine.filter(pl.col("area_kind") == "kommun").sort("area").to_dicts()
    funnels = _funnels(declared, rows)
    adjusted = iter(funnel.benjamini_hochberg([found.p_value for found in funnels if found]))
    made = [
        _row(declared, row, county[0] if len(county) else None, found, next(adjusted) if found else None)
        for row, found in zip(rows, funnels, strict=True)
    ]
    return pl.DataFrame(made, schema=_SCHEMA)


def _funnels(indicator: Indicator, rows: Sequence[dict[str, Any]]) -> list[Funnel | None]:
    """One per row; None for a figure that is not sound. Nothing at all with fewer than two kommuner to compare."""
    sound = [has_funnel(indicator) and row["status"] in _SOUND and row["denominator"] > 0 for row in rows]
    if sum(sound) < 2:
        return [None] * len(rows)
    among = math.fsum(row["denominator"] for row, ok in zip(rows, sound, strict=True) if ok)
    common = math.fsum(row["numerator"] for row, ok in zip(rows, sound, strict=True) if ok) / among
    return [_funnel(indicator, row, common) if ok else None for row, ok in zip(rows, sound, strict=True)]


def _funnel(indicator: Indicator, row: dict[str, Any], common: float) -> Funnel | None:
    numerator, size = row["numerator"], row["denominator"]
    inner, outer = limits(indicator, common, size, "95"), limits(indicator, common, size, "99.8")
    if inner is None or outer is None:
        return None
    is_share = indicator.interval == "wilson"
    p_value = funnel.share_p_value(numerator, size, common) if is_share else funnel.rate_p_value(numerator, common * size)
    return Funnel(inner, outer, funnel.place(row["value"], inner, outer), p_value)


def _row(indicator: Indicator, row: dict[str, Any], county: float | None, found: Funnel | None, adjusted: float | None) -> dict[str, Any]:
    sound = row["status"] in _SOUND
    compared = benchmark(row["lower"], row["upper"], county) if sound else "cannot"
    made = {name: row[name] for name in ("area", "area_name", "numerator", "denominator", "value")}
    made |= {"benchmark": compared, "judgement": judgement(compared, indicator.direction)}
    made |= {"benchmark_sentence": sentences.BENCHMARK[compared], "signal": "funnel-cannot", "sentence": sentences.CANNOT}
    if found is not None:
        made |= {"signal": f"funnel-{found.place.replace('_', '-')}", "sentence": sentences.FUNNEL[found.place], "p_value": found.p_value}
        made |= {"lower_95": found.limits_95[0], "upper_95": found.limits_95[1]}
        made |= {"lower_99_8": found.limits_99_8[0], "upper_99_8": found.limits_99_8[1]}
        made |= {"p_adjusted": adjusted, "stands_out": adjusted is not None and adjusted <= RULES.false_discovery_rate}
    return made
