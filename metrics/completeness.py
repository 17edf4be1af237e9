"""What a year lacks before it can be published: which dataset, from which kommuner, for which months or quarters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import polars as pl

import periods
from config import Settings
from metrics.befolkning import POPULATION_PARTS
from metrics.indicator import BASE_KINDS, Kind
from metrics.indicators import INDICATORS

POPULATION = "befolkning"
_ALWAYS: Final = frozenset({"ntandvard", "utskrivning", "avvikelser"})
"""What the figures of the contract's section 5 are made of. Another dataset is asked for in a year that somebody has delivered it for."""


@dataclass(frozen=True)
class Lack:
    """Kommuner (codes) that lack the same periods of a dataset. `partly`: they have delivered, but rows of it were rejected."""

    dataset: str
    kommuner: tuple[str, ...]
    periods: tuple[str, ...]
    partly: bool


def lacking(settings: Settings, figures: pl.DataFrame, year: int) -> tuple[Lack, ...]:
    """What the run's `figures` lack for the year; empty for a complete year. Source: contract, section 5, `complete`.

    A cell (kommun × base period) is there when any of its dataset's indicators is complete in it: an
    indicator can lack a rule or an amount that no kommun can deliver. Population is judged by the year's own figures.
    """
    mine = figures.filter(pl.col("area_kind") == "kommun", pl.col("period").str.slice(0, 4) == str(year))
    delivered = _delivered(mine)
    bases = _asked_for(delivered, year)
    wanted = [(dataset, kommun, period) for dataset, names in bases.items() for kommun in settings.kommuner for period in names]
    missing = pl.DataFrame(wanted, schema=["dataset", "area", "period"], orient="row").join(
        delivered, on=["dataset", "area", "period"], how="left", maintain_order="left"
    )
    missing = missing.with_columns(pl.col("complete", "known").fill_null(value=False)).filter(~pl.col("complete"))
    found: defaultdict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for dataset, kommun, period, known in missing.select("dataset", "area", "period", "known").iter_rows():
        found[dataset, kommun, known].append(period)
    for kommun in _without_population(mine, year, missing):
        found[POPULATION, kommun, False].append(str(year))
    return _together(found)


def _asked_for(delivered: pl.DataFrame, year: int) -> dict[str, tuple[str, ...]]:
    """The base periods that each dataset is asked for: all the year's, but of what is a status alone those that somebody has told of."""
    known = delivered.filter("known")
    kinds: defaultdict[str, set[Kind]] = defaultdict(set)
    for indicator in INDICATORS.values():
        kinds[indicator.dataset].add(indicator.kind)
    found: dict[str, tuple[str, ...]] = {}
    for dataset, mine in kinds.items():
        names = periods.of_year(year, BASE_KINDS[min(mine)])  # a dataset is of one base period
        told = set(known.filter(dataset=dataset)["period"])
        if dataset in _ALWAYS or (told and mine != {"status"}):
            found[dataset] = names
        elif told:
            found[dataset] = tuple(name for name in names if name in told)
    return found


def _delivered(figures: pl.DataFrame) -> pl.DataFrame:
    """`dataset`, `area`, `period`, and whether the cell is `complete`, and `known` at least in part."""
    datasets = {indicator.id: indicator.dataset for indicator in INDICATORS.values()}
    named = figures.with_columns(dataset=pl.col("indicator").replace_strict(datasets, default=None, return_dtype=pl.String))
    return named.group_by("dataset", "area", "period").agg(pl.col("complete").any(), pl.col("numerator").is_not_null().any().alias("known"))


def _without_population(figures: pl.DataFrame, year: int, missing: pl.DataFrame) -> list[str]:
    """Kommuner whose share of inhabitants is incomplete although they have delivered what is counted."""
    found: set[str] = set()
    for indicator in INDICATORS.values():
        if indicator.denominator in POPULATION_PARTS:
            delivered = ~pl.col("area").is_in(missing.filter(pl.col("dataset") == indicator.dataset)["area"].to_list())
            row = (pl.col("indicator") == indicator.id) & (pl.col("period") == str(year)) & ~pl.col("complete")
            found.update(figures.filter(row & delivered)["area"])
    return sorted(found)


def _together(found: dict[tuple[str, str, bool], list[str]]) -> tuple[Lack, ...]:
    alike: defaultdict[tuple[str, bool, tuple[str, ...]], list[str]] = defaultdict(list)
    for (dataset, kommun, partly), names in found.items():
        alike[dataset, partly, tuple(names)].append(kommun)
    return tuple(Lack(dataset, tuple(kommuner), names, partly) for (dataset, partly, names), kommuner in sorted(alike.items()))
