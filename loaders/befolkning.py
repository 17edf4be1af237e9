"""Befolkning: population on 31 December per kommun, year and age. Source: contract, section 4; SCB."""

from __future__ import annotations

import polars as pl

from loaders import jsonstat, scb
from loaders.dataset import FINDINGS_SCHEMA, Column, Dataset
from loaders.scb import TOTALS

_CELL = ["kommun", "ar"]
_GROUP = ["kommun", "ar", "alder"]


def _totals_beside_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """A row for both (or no) kön beside rows per kön of the same kommun, year and age would be counted twice."""
    if "kon" not in rows.columns:
        return pl.DataFrame(schema=FINDINGS_SCHEMA)
    is_sum = pl.col("kon").is_null() | pl.col("kon").is_in(sorted(TOTALS)) | pl.col("kon").str.starts_with("totalt")
    counted = rows.drop_nulls(_GROUP).with_columns(is_sum=is_sum)
    beside = counted.filter(pl.col("is_sum") & (~pl.col("is_sum")).any().over(_GROUP))
    message = "Raden är en summa bredvid sina delar och skulle räknas två gånger. Ta bort summaraderna, eller raderna per kön."
    return _findings(beside, "kon", "totalrad", message)


def _open_groups(rows: pl.DataFrame) -> pl.DataFrame:
    """An open group (`24+`) must begin where the single years of its kommun and year end."""
    age = pl.col("alder").str.strip_suffix("+").cast(pl.Int64, strict=False)
    aged = rows.drop_nulls(_GROUP).with_columns(age=age, is_open=pl.col("alder").str.ends_with("+"))
    end = pl.when(~pl.col("is_open")).then(pl.col("age")).max().over(_CELL).fill_null(-1) + 1
    wrong = aged.with_columns(end=end).filter(pl.col("is_open") & (pl.col("age") != pl.col("end")))
    message = pl.format("Den öppna gruppen ska börja där de hela åren slutar, vid {}+. Rätta gruppen eller åldrarna före den.", "end")
    return _findings(wrong, "alder", "oppen_grupp", message)


def _findings(rows: pl.DataFrame, column: str, rule: str, message: str | pl.Expr) -> pl.DataFrame:
    words = pl.lit(message) if isinstance(message, str) else message
    return rows.select("row", column=pl.lit(column), value=pl.col(column), rule=pl.lit(rule), message=words)


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
    group_rules=(_totals_beside_parts, _open_groups),
    shape=_summed_over_kon,
    foreign_table=scb.from_sheets,
    foreign_answer=jsonstat.from_text,
)
