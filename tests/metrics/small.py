"""A county made by hand: rows and coverage given as short lists, figures looked up by indicator, area and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from config import Settings
from metrics import engine
from metrics.cases.case import covering
from tests.metrics.random_county import County

OTHERS = ("pagaende", "utbildning", "enheter", "naromradesplaner", "fast_lakarkontakt", "placeringar", "halsosamtal")
DATASETS = ("befolkning", "ntandvard", "utskrivning", "avvikelser", *OTHERS)
IDS = {"utskrivning": "arende", "avvikelser": "avvikelse", "placeringar": "placering", "pagaende": "arende"}
Cells = Iterable[tuple[str, str]] | Mapping[tuple[str, str], bool]


def county(settings: Settings, rows: Mapping[str, Sequence[Mapping[str, Any]]], covered: Mapping[str, Cells]) -> County:
    """A mapping among the cells says which of them are whole."""
    made = {
        dataset: [
            {"lacks": frozenset(), **row, **({IDS[dataset]: f"a{number}"} if dataset in IDS else {})}
            for number, row in enumerate(rows.get(dataset, ()))
        ]
        for dataset in DATASETS
    }
    cells = {dataset: covered.get(dataset, ()) for dataset in DATASETS}
    return County(settings, made, {name: dict(c) if isinstance(c, Mapping) else dict.fromkeys(c, True) for name, c in cells.items()})


def figures(county: County) -> pl.DataFrame:
    return engine.figures(county.settings, county.frames(), county.coverage())


def figure(frame: pl.DataFrame, indicator: str, area: str, period: str) -> dict[str, Any]:
    (row,) = frame.filter(indicator=indicator, area=area, period=period).to_dicts()
    return row


__all__ = ["Cells", "county", "covering", "figure", "figures"]
