"""A store with the synthetic county published, for the steps on the way to SKR."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import polars as pl

from reports.quality import counted
from reports.skr_checks import datasets
from sql import publications, runs
from sql.publications import INTERNAL, PROTECTED, NewPublication, Publication
from sql.store import Store
from tests.reports import form

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


@cache
def _frames() -> tuple[pl.DataFrame, pl.DataFrame]:
    """What the form rests on: as computed, and with small numbers hidden."""
    ids = {column.indicator for column in form.SKR.columns} | {counted(dataset) for dataset in datasets(form.SKR)}
    ours = pl.col("indicator").is_in(ids)
    return form.frames()["figures"].filter(ours), form.protected().filter(ours)


def computed(store: Store, minutes: int = 0, intyg: float = 0.0) -> str:
    """A run; `intyg` is added to Ale's persons with intyg in 2025."""
    here = (pl.col("indicator") == "ntandvard_intyg") & (pl.col("area") == "1440") & (pl.col("period") == "2025")
    figures = _frames()[0].with_columns(numerator=pl.when(here).then(pl.col("numerator") + intyg).otherwise("numerator"))
    frames = {"figures": figures, "conditions": form.frames()["conditions"].clear()}
    return runs.save(store, frames, as_of=None, now=NOW + timedelta(minutes=minutes), deliveries=[])


def published(store: Store, run: str, years: tuple[int, ...] = (2023, 2024, 2025)) -> Publication:
    """The years as publications of the run; the last one."""
    figures, public = _frames()
    for year in years:
        mine = pl.col("period").str.slice(0, 4) == str(year)
        new = NewPublication(year=year, run=run, note="", reason="", by="anna", now=NOW)
        made = publications.publish(store, new, {INTERNAL: figures.filter(mine), PROTECTED: public.filter(mine)})
    return made
