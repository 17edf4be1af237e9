"""Population on 31 December: the denominators that are looked up per kommun and year, never added over months."""

from __future__ import annotations

import polars as pl

from config import Settings

POPULATION = "population"
POPULATION_FROM_AGE = "population_from_age"
POPULATION_PARTS = frozenset({POPULATION, POPULATION_FROM_AGE})
"""Denominators that are populations: shown even where small counts are protected, and taken from the latest year."""


def counted(settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Persons per kommun and year (`base`): `population`, `population_from_age`.

    An age without a row counts nobody. An open group (`20+`) that begins below the age of `ntandvard.population_from_age`
    could hold both sides of it, so that kommun's `population_from_age` is null. Source: contract, sections 4 and 5.
    """
    from_age = settings.ntandvard.population_from_age
    age = pl.col("alder").str.strip_suffix("+").cast(pl.Int64)
    is_split = pl.col("alder").str.ends_with("+") & (age < from_age)
    found = rows.group_by("kommun", "ar").agg(
        pl.col("antal").sum().alias(POPULATION),
        pl.when(~is_split.any()).then(pl.when(age >= from_age).then("antal").otherwise(0).sum()).alias(POPULATION_FROM_AGE),
    )
    return found.select("kommun", pl.col("ar").cast(pl.String).alias("base"), POPULATION, POPULATION_FROM_AGE)


def parts(counted: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """One row per covered kommun and year: `kommun`, `year`, `population`, `population_from_age` (persons), `complete`."""
    covered = coverage.select("kommun", pl.col("period").alias("base"), "complete")
    found = counted.join(covered, on=("kommun", "base")).with_columns(year=pl.col("base").cast(pl.Int64)).drop("base")
    return found.select("kommun", "year", POPULATION, POPULATION_FROM_AGE, "complete").sort("kommun", "year")
