"""Cells as text -> typed values, in every dialect of the contract's section 3, or marked as bad. Nothing is guessed.

Each distinct text of a column is read once: a million rows hold few distinct dates, kommuner and answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import polars as pl

import periods
from config import Settings
from loaders import places
from loaders.dataset import Column, Kind

MISSING = ("", "-", "–", ".", "..")

# What spreadsheet programs write in place of a value that they could not compute, in English and Swedish. It is never a value.
ERROR_CELL = (
    r"^(?:#(?:[A-ZÅÄÖ_]+[!?]|N/A|DIV/0!|DIVISION/0!|GETTING_DATA)"
    r"|Err:[0-9]{3})$"
)

_SPACE = r"[ \x{a0}\x{202f}]"
_WHOLE = rf"(?:[0-9]+|[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+)"
_INTEGER = rf"^-?{_WHOLE}(?:[.,]0+)?$"
_THOUSAND_OR_ONE = r"^-?[0-9]{1,3}[.,]000$"  # an English or German thousand, or a Swedish one with three decimals: never guessed
_DECIMAL = rf"^-?{_WHOLE}(?:[.,][0-9]+)?$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?: (?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?$"
_COMPACT_DATE = r"^[0-9]{8}$"
_YES = ("ja", "j", "1", "true", "x")
_NO = ("nej", "n", "0", "false")
_FEW = 4  # reading each distinct text once pays when a text stands in at least this many rows, in the mean
_SAMPLE = 50_000  # rows to judge that by


class Values(NamedTuple):
    """A column's typed values (null where missing or bad) and which cells are bad."""

    values: pl.Series
    bad: pl.Series


class Reader:
    """Reads columns with one set of settings."""

    def __init__(self, settings: Settings) -> None:
        names = places.by_name(settings)
        by_kind: dict[Kind, Callable[[pl.Series, Column], pl.Series]] = {
            "kommun": lambda text, _: _each(text, lambda cell: places.code_of(cell, settings, names)),
            "party": lambda text, _: _each(text, lambda cell: places.party_of(cell, settings, names)),
            "count": lambda text, _: integers(text),
            "year": lambda text, _: years(text),
            "decimal": lambda text, _: decimals(text),
            "date": lambda text, _: dates(text),
            "yes_no": lambda text, _: yes_no(text),
            "word": words,
            "text": lambda text, _: text.str.normalize("NFC"),
            "pseudonym": lambda text, _: _where(text, text.str.contains(r"\p{L}")),
            "quarter": lambda text, _: _each(text, _quarter),
            "period": lambda text, _: _each(text, periods.parse),
            "age": lambda text, _: ages(text),
        }
        self._by_kind = by_kind

    def read(self, text: pl.Series, column: Column) -> Values:
        """Typed values of a column of raw cells (String, null where the file had no cell)."""
        if text.head(_SAMPLE).n_unique() * _FEW >= min(text.len(), _SAMPLE):
            return self._parse(text, column)
        distinct = text.unique()
        values, bad = self._parse(distinct, column)
        # Mostly nothing is bad, and then there is nothing to look up for a million rows.
        is_bad = _mapped(text, distinct, bad) if bad.any() else pl.repeat(value=False, n=text.len(), eager=True)
        return Values(_mapped(text, distinct, values), is_bad)

    def _parse(self, text: pl.Series, column: Column) -> Values:
        cells = stripped(text)
        is_error = cells.str.contains(ERROR_CELL).fill_null(value=False)
        values = self._by_kind[column.kind](_where(cells, ~is_error), column)
        return Values(values, values.is_null() & cells.is_not_null())


def stripped(text: pl.Series) -> pl.Series:
    """Cells without surrounding white space, null where they hold one of the marks of a missing value."""
    cells = text.str.strip_chars()
    return _where(cells, ~cells.is_in(MISSING))


def _where(text: pl.Series, keep: pl.Series) -> pl.Series:
    return text.to_frame("text").select(pl.when(keep).then("text")).to_series()


def _mapped(text: pl.Series, distinct: pl.Series, values: pl.Series) -> pl.Series:
    return text.replace_strict(distinct, values, return_dtype=values.dtype)


def _each(text: pl.Series, reader: Callable[[str], str | None]) -> pl.Series:
    """Read text by text in Python: for what has few distinct texts, or rules that need a dictionary."""
    cells: Iterable[str | None] = text
    return pl.Series([None if cell is None else reader(cell) for cell in cells], dtype=pl.String)


def integers(text: pl.Series) -> pl.Series:
    """`1234`, `1 234`, `12,0`: whole numbers. Spaces only where thousands begin, so `12 34` is none."""
    is_number = text.str.contains(_INTEGER) & ~text.str.contains(_THOUSAND_OR_ONE)
    digits = _where(text, is_number).str.replace_all(_SPACE, "").str.replace(r"[.,]0+$", "")
    return digits.cast(pl.Int64, strict=False)


def years(text: pl.Series) -> pl.Series:
    """Whole numbers that are years."""
    numbers = integers(text).cast(pl.String)
    return _each(numbers, lambda number: number if periods.parse(number) == number else None).cast(pl.Int64)


def decimals(text: pl.Series) -> pl.Series:
    """`1234,5`, `1 234.5`, `-3`: numbers with a decimal comma or point. One that no float holds is bad."""
    digits = _where(text, text.str.contains(_DECIMAL)).str.replace_all(_SPACE, "").str.replace(",", ".", literal=True)
    number = digits.cast(pl.Float64, strict=False)
    return number.to_frame("number").select(pl.when(pl.col("number").is_finite()).then("number")).to_series()


def dates(text: pl.Series) -> pl.Series:
    """`YYYY-MM-DD`, `YYYYMMDD`, `YYYY-MM-DD HH:MM[:SS]`, days that exist."""
    frame = text.to_frame("text").select(
        pl.when(pl.col("text").str.contains(_DATE)).then(pl.col("text").str.slice(0, 10)).alias("dashed"),
        pl.when(pl.col("text").str.contains(_COMPACT_DATE)).then("text").alias("compact"),
    )
    read = frame.select(
        pl.coalesce(
            pl.col("dashed").str.to_date("%Y-%m-%d", strict=False),
            pl.col("compact").str.to_date("%Y%m%d", strict=False),
        ).alias("date")
    )
    return read.select(pl.when(pl.col("date").dt.year() >= 1).then("date")).to_series()  # year 0 is no year of the calendar


def yes_no(text: pl.Series) -> pl.Series:
    """`ja`, `j`, `1`, `true` and `x`, or `nej`, `n`, `0` and `false`."""
    answer = text.str.to_lowercase().to_frame("answer")
    is_yes, is_no = pl.col("answer").is_in(_YES), pl.col("answer").is_in(_NO)
    return answer.select(pl.when(is_yes).then(statement=True).when(is_no).then(statement=False)).to_series()


def words(text: pl.Series, column: Column) -> pl.Series:
    """Lower-case words; only the column's choices where it has any."""
    lower = text.str.normalize("NFC").str.to_lowercase()
    return _where(lower, lower.is_in(column.choices)) if column.choices else lower


def ages(text: pl.Series) -> pl.Series:
    """Whole years (`7`), or an open group (`100+`), as SCB writes them too: `7 år`, `100+ år`."""
    bare = text.str.replace(rf"(?i){_SPACE}?(?:år|ar)$", "")
    is_open = bare.str.ends_with("+")
    years = integers(bare.str.strip_suffix("+"))
    frame = pl.DataFrame({"years": years, "is_open": is_open})
    group = pl.when("is_open").then(pl.lit("+")).otherwise(pl.lit(""))
    return frame.select(pl.when(pl.col("years") >= 0).then(pl.col("years").cast(pl.String) + group)).to_series()


def _quarter(text: str) -> str | None:
    period = periods.parse(text)
    return period if period and periods.kind(period) == "quarter" else None


def remedies(settings: Settings) -> Mapping[Kind, tuple[str, str]]:
    """What rule a bad cell of each kind breaks, and what to do about it."""
    code, name = next(iter(settings.kommuner.items()))
    return {
        "kommun": ("kommun", f"Kommunen finns inte i länet. Skriv kommunens namn eller kod, till exempel {name} eller {code}."),
        "party": ("part", f"Parten finns inte i avtalet. Skriv kommunens namn eller kod, till exempel {name} eller {code}, eller VGR."),
        "count": ("heltal", "Det är inget heltal. Skriv det med siffror, till exempel 12 eller 1 234."),
        "year": ("ar", "Det är inget år. Skriv det med fyra siffror."),
        "decimal": ("tal", "Det är inget tal. Skriv det med siffror, till exempel 12 eller 1 234,5."),
        "date": ("datum", "Det är inget datum. Skriv ÅÅÅÅ-MM-DD."),
        "yes_no": ("ja_nej", "Skriv ja eller nej, eller lämna cellen tom."),
        "word": ("ord", "Ordet finns inte bland dem som får användas."),
        "text": ("formelfel", "Cellen håller ett formelfel. Rätta formeln i kalkylbladet och spara filen igen."),
        "pseudonym": ("pseudonym", "Beteckningen saknar bokstav. Använd en pseudonym med minst en bokstav, aldrig ett personnummer."),
        "quarter": ("kvartal", "Det är inget kvartal. Skriv det som ÅÅÅÅ-Q3 eller ÅÅÅÅ kv 3."),
        "period": ("period", "Det är ingen period. Skriv den som ÅÅÅÅ, ÅÅÅÅ-Q3, ÅÅÅÅ-MM, ÅÅÅÅ-T2 eller ÅÅÅÅ-H1."),
        "age": ("alder", "Det är ingen ålder i hela år, eller en öppen grupp som 100+. Rätta den; rader med summor ska inte vara med."),
    }
