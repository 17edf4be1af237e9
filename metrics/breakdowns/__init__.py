"""Breakdowns: an indicator's figure by hospital, category, reason, direction, step, age or number of days, all by one mechanism."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from config import Settings
from metrics.breakdowns import avvikelser, engine, protection, utskrivning
from metrics.breakdowns.dimension import Dimension
from metrics.breakdowns.engine import SCHEMA, SORT, empty
from metrics.breakdowns.protection import OTHERS
from metrics.indicators import of

__all__ = ["DIMENSIONS", "OTHERS", "SCHEMA", "SORT", "Dimension", "dimensions_of", "empty", "frame", "public", "shows_too_much"]

DIMENSIONS: Final[Mapping[str, Dimension]] = MappingProxyType(
    {dimension.id: dimension for dimension in (*utskrivning.DIMENSIONS, *avvikelser.DIMENSIONS)}
)
"""Every dimension, by id, in the order to show them."""


def dimensions_of(indicator: str) -> list[Dimension]:
    """The ways in which the indicator is taken apart."""
    return [dimension for dimension in DIMENSIONS.values() if indicator in dimension.indicators]


def frame(settings: Settings, counted: Mapping[str, pl.DataFrame], opened: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """Every breakdown of the figures, in the columns of `SCHEMA`; `counted` and `opened` (`handlaggning.open_reports`) as for them."""
    there = {**counted, "avvikelser.alder": avvikelser.ages(opened)}
    parts = {(each.dataset, each.id): there[name] for each in DIMENSIONS.values() if (name := f"{each.dataset}.{each.id}") in there}
    return engine.frame(settings, [DIMENSIONS[id_] for _, id_ in parts], of(settings), parts, figures)


def public(settings: Settings, breakdowns: pl.DataFrame, figures: pl.DataFrame, earlier: Iterable[pl.DataFrame] = ()) -> pl.DataFrame:
    """What the public may see of a run's breakdowns, beside its protected `figures` and what it has seen of them `earlier`."""
    return protection.public(breakdowns, figures, DIMENSIONS, of(settings), settings.disclosure.threshold, earlier)


def shows_too_much(settings: Settings, breakdowns: pl.DataFrame) -> bool:
    """Whether the breakdowns hold what the public may not see."""
    return protection.shows_too_much(breakdowns, of(settings), settings.disclosure.threshold)
