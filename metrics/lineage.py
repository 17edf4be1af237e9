"""What one figure is made of: its kommuner and base periods, the same figure computed again, and how each row counts in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

import periods
from config import Settings
from metrics import avvikelser, engine, utbildning, utskrivning
from metrics.befolkning import POPULATION_PARTS
from metrics.completeness import POPULATION
from metrics.indicator import Indicator
from metrics.indicators import PER_KOMMUN
from metrics.spans import closing, membership

COMPARED: Final = ("numerator", "denominator", "value", "lower", "upper", "goal", "status", "complete", "preliminary", "agreement")
"""What must be equal for a figure to be the same."""


_BESIDE: Final = {"discharges_there": utskrivning.DATASET, "trained_units": utbildning.DATASET}
"""Parts that are counted in another dataset than their indicator's own."""


def bases(indicator: Indicator, period: str) -> tuple[str, ...]:
    """The months that a flow's figure sums, or the one base period that another figure is of."""
    return periods.months(period) if indicator.kind == "flow" else (closing(period, indicator.kind),)


def looks_back(indicator: Indicator) -> bool:
    """Whether the figure tells of a state that events of earlier months have made."""
    return indicator.kind == "status"


def members(settings: Settings, area: str, period: str) -> tuple[str, ...]:
    """The kommuner that the area sums for the period: those that belong to it on its last day."""
    found = membership(settings, [period]).filter(area=area)["kommun"]
    return tuple(sorted(found))


def datasets(indicator: Indicator) -> tuple[str, ...]:
    """What the figure is computed from: its own dataset first, the population, and what its parts are counted in besides."""
    per_inhabitant = indicator.denominator in POPULATION_PARTS or indicator.id in PER_KOMMUN
    beside = [_BESIDE[part] for part in (indicator.numerator, indicator.denominator or "") if part in _BESIDE]
    return (indicator.dataset, *([POPULATION] if per_inhabitant else []), *beside)


def counted(indicator: Indicator, period: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of the rows that the figure is computed from, those that are in it: of a stock of events, what is still open at its end."""
    if indicator.dataset != avvikelser.DATASET or not looks_back(indicator):
        return rows
    return rows.filter(pl.col("avslutad").is_null() | (pl.col("avslutad") > periods.last_day(period)))


def again(
    settings: Settings, which: tuple[str, str, str], rows: Mapping[str, pl.LazyFrame], coverage: Mapping[str, pl.DataFrame]
) -> dict[str, Any] | None:
    """The figure (indicator, area, period) computed by the engine from rows and coverage that hold all it needs; None for none.

    `rows` and `coverage` are as for `engine.frames`; what other figures need may be left out of them.
    """
    indicator, area, period = which
    found = engine.figures(settings, rows, coverage).filter(indicator=indicator, area=area, period=period)
    return found.row(0, named=True) if found.height else None


def judged_rows(settings: Settings, dataset: str, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with what is made of each where the figures rest on more than what it says.

    utskrivning: `days`, `agreement` (its id, null outside them all) and `counts`: `outside`, `not_met` (a condition for payment
    fails), `alone` (counted by itself), `in_mean`; and `unknown`, whether a condition cannot be judged.
    """
    if dataset != utskrivning.DATASET:
        return rows
    ids = dict(enumerate(agreement.id for agreement in settings.agreements))
    counts = (
        pl.when(pl.col("agreement").is_null())
        .then(pl.lit("outside"))
        .when("not_met")
        .then(pl.lit("not_met"))
        .when("alone")
        .then(pl.lit("alone"))
        .otherwise(pl.lit("in_mean"))
    )
    return (
        utskrivning.judged(settings, rows.lazy())
        .with_columns(counts=counts, agreement=pl.col("agreement").replace_strict(ids, return_dtype=pl.String, default=None))
        .drop("not_met", "alone")
        .collect()
    )
