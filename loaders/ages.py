"""What population rows must keep together: no total beside its parts, and an open group in its place. Source: contract, section 4."""

from __future__ import annotations

import unicodedata
from typing import Final

import polars as pl

from loaders.dataset import FINDINGS_SCHEMA, FrameRule

TOTALS: Final = frozenset(
    ("t", "tot", "total", "totalt", "totsa", "1+2", "alla", "samtliga", "båda", "båda könen", "män och kvinnor", "summa")
)
"""What senders and SCB call a row that sums the others over kön (or civilstånd); SCB also writes a sentence that begins with `totalt`."""

_CELL = ["kommun", "ar"]
_GROUP = ["kommun", "ar", "alder"]


def is_total(text: str) -> bool:
    """Whether the word stands for all of them together."""
    word = unicodedata.normalize("NFC", text).casefold().strip()
    return word in TOTALS or word.startswith("totalt")


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
    aged = _aged(rows)
    return _wrong_group(aged.filter(pl.col("is_open") & (pl.col("age") != pl.col("end"))))


def _overlapping_groups(rows: pl.DataFrame) -> pl.DataFrame:
    """SCB's open group is its own (`100+`), whichever ages were asked for; it may only not hold single years too."""
    aged = _aged(rows)
    return _wrong_group(aged.filter(pl.col("is_open") & (pl.col("age") < pl.col("end"))))


def _aged(rows: pl.DataFrame) -> pl.DataFrame:
    """`age` and `is_open` of each row with an age, and the `end` of the single years: the first age that is none of them.

    Without single years there is nothing for a group to come after: the first group stands where it begins.
    """
    age = pl.col("alder").str.strip_suffix("+").cast(pl.Int64, strict=False)
    aged = rows.drop_nulls(_GROUP).with_columns(age=age, is_open=pl.col("alder").str.ends_with("+"))
    end = pl.when(~pl.col("is_open")).then(pl.col("age")).max().over(_CELL) + 1
    return aged.with_columns(end=pl.coalesce(end, pl.col("age").min().over(_CELL)))


def _wrong_group(rows: pl.DataFrame) -> pl.DataFrame:
    message = pl.format("Den öppna gruppen ska börja där de hela åren slutar, vid {}+. Rätta gruppen eller åldrarna före den.", "end")
    return _findings(rows, "alder", "oppen_grupp", message)


def _findings(rows: pl.DataFrame, column: str, rule: str, message: str | pl.Expr) -> pl.DataFrame:
    words = pl.lit(message) if isinstance(message, str) else message
    return rows.select("row", column=pl.lit(column), value=pl.col(column), rule=pl.lit(rule), message=words)


OWN_RULES: Final[tuple[FrameRule, ...]] = (_totals_beside_parts, _open_groups)
FOREIGN_RULES: Final[tuple[FrameRule, ...]] = (_totals_beside_parts, _overlapping_groups)
