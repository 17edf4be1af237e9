"""The first half of a run: a dataset's rows become counts, per kommun and base period (`base`), each cell from its own rows alone.

`counted` is pure and depends on nothing but the settings and the rows that it is given, so it may be called for any part of a dataset
(a quarter, a year, all there is), in any process and any order: the counts of two parts, put together, are the counts of both. Whatever
looks back in time or aside at another dataset does so among counts, in the second half (`metrics.engine`), and says so in `months_back`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import polars as pl

import periods
from config import Settings
from metrics import (
    avvikelser,
    befolkning,
    enheter,
    fast_lakarkontakt,
    functions,
    halsosamtal,
    handlaggning,
    naromradesplaner,
    ntandvard,
    pagaende,
    placeringar,
    utbildning,
    utskrivning,
)
from metrics.breakdowns import avvikelser as avvikelser_apart
from metrics.breakdowns import utskrivning as utskrivning_apart

Counts: TypeAlias = Mapping[str, pl.DataFrame]
"""By name (the dataset's own, or `dataset.what`): `kommun`, `base`, what tells the rows of a cell apart, and counts."""

POPULATION: Final = "befolkning"


def _of_avvikelser(settings: Settings, rows: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    return {
        avvikelser.DATASET: avvikelser.counted(settings, rows),
        handlaggning.OPEN: handlaggning.left_open(rows),
        functions.DAYS: functions.answer_days(rows),
    }


def _of_utbildning(settings: Settings, rows: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    return {utbildning.DATASET: utbildning.counted(settings, rows), utbildning.UNITS: utbildning.units(rows)}


_ALONE: Final[Mapping[str, Callable[[Settings, pl.LazyFrame], pl.LazyFrame]]] = MappingProxyType(
    {
        POPULATION: befolkning.counted,
        ntandvard.DATASET: ntandvard.counted,
        utskrivning.DATASET: utskrivning.tally,
        pagaende.DATASET: pagaende.counted,
        enheter.DATASET: enheter.counted,
        naromradesplaner.DATASET: naromradesplaner.counted,
        fast_lakarkontakt.DATASET: fast_lakarkontakt.counted,
        placeringar.DATASET: placeringar.counted,
        halsosamtal.DATASET: halsosamtal.counted,
    }
)
_SEVERAL: Final[Mapping[str, Callable[[Settings, pl.LazyFrame], dict[str, pl.LazyFrame]]]] = MappingProxyType(
    {avvikelser.DATASET: _of_avvikelser, utbildning.DATASET: _of_utbildning}
)
_APART: Final[Mapping[str, Callable[[Settings, pl.LazyFrame], dict[str, pl.LazyFrame]]]] = MappingProxyType(
    {
        utskrivning.DATASET: utskrivning_apart.counted,
        pagaende.DATASET: utskrivning_apart.ongoing,
        avvikelser.DATASET: avvikelser_apart.counted,
    }
)

DATASETS: Final = (*_ALONE, *_SEVERAL)
"""Every dataset that figures are made of."""


def counted(settings: Settings, dataset: str, rows: pl.LazyFrame, *, apart: bool = True) -> dict[str, pl.DataFrame]:
    """The counts of a dataset's rows, by name, in an order that does not depend on the rows'; those of breakdowns where `apart`."""
    several = _SEVERAL.get(dataset)
    lazy = several(settings, rows) if several else {dataset: _ALONE[dataset](settings, rows)}
    if apart and dataset in _APART:
        lazy |= {f"{dataset}.{dimension}": frame for dimension, frame in _APART[dataset](settings, rows).items()}
    found = pl.collect_all(list(lazy.values()))
    return {name: _in_order(frame) for name, frame in zip(lazy, found, strict=True)}


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Sorted by what tells its rows apart: no two have the same."""
    return frame.sort([name for name, kind in frame.schema.items() if kind in (pl.String, pl.Date, pl.Boolean) or name == "days"])


def of_all(settings: Settings, rows: Mapping[str, pl.LazyFrame], *, apart: bool = True) -> dict[str, pl.DataFrame]:
    """The counts of every dataset that there are rows for, here and now."""
    there = (dataset for dataset in DATASETS if dataset in rows)
    return {name: frame for each in there for name, frame in counted(settings, each, rows[each], apart=apart).items()}


def months_back(settings: Settings) -> dict[str, int | None]:
    """The counts that a figure needs from before its own period: for how many months before its first, None for all that there are.

    Every other count is used in the periods that it lies in, and in no others. This is the only place where it is said: what is
    forgotten here makes figures that a new delivery does not reach (tests/flows/test_incremental.py finds it).
    """
    return {
        POPULATION: None,  # the latest year that is known, however old
        handlaggning.OPEN: None,  # what was left open in any month before
        utbildning.UNITS: enheter.months_back(settings),
    }


def bucket(period: str) -> str:
    """What is kept together and made anew together: the quarter that a month or quarter lies in, or the year."""
    return period if len(period) == len("2025") else periods.quarter_of(periods.first_day(period))


def reaches(held: str, figure: str, months_back: int | None) -> bool:
    """Whether figures of the bucket `figure` need counts of the bucket `held`, looking so many months back from its first."""
    if figure in (held, held[:4]):
        return True
    if months_back == 0 or periods.first_day(held) > periods.last_day(figure):
        return False
    ends, begins = periods.last_day(held), periods.first_day(figure)
    return months_back is None or (begins.year - ends.year) * 12 + begins.month - ends.month <= months_back
