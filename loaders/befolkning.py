"""Befolkning: population on 31 December per kommun, year and age. Source: contract, section 4; SCB."""

from __future__ import annotations

import polars as pl

from loaders import jsonstat, scb
from loaders.ages import OWN_RULES
from loaders.dataset import Column, Dataset

_GROUP = ["kommun", "ar", "alder"]


def _summed_over_kon(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per kommun, year and age, with the number of the first row that it came from."""
    return rows.group_by(_GROUP, maintain_order=True).agg(pl.col("antal").sum(), pl.col("row").first())


DATASET = Dataset(
    name="befolkning",
    columns=(
        Column(name="kommun", kind="kommun", required=True),
        Column(name="ar", kind="year", required=True),
        Column(name="alder", kind="age", required=True),
        Column(name="antal", kind="count", required=True),
        Column(name="kon", kind="word", kept=False),
    ),
    coverage="rows",
    base="year",
    period="ar",
    key=("kommun", "ar", "alder", "kon"),
    group_rules=OWN_RULES,
    shape=_summed_over_kon,
    foreign_table=scb.from_sheets,
    foreign_answer=jsonstat.from_text,
)
