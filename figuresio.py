"""Figures as files for machines: CSV, JSON and Parquet, the same from the command and from the API.

A plain module that every room may import. Columns, their order and the order of rows are those of the contract, section 6.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from io import BytesIO

import polars as pl

import periods

FORMATS = ("csv", "json", "parquet")
SCHEMA: dict[str, type[pl.DataType]] = {
    "indicator": pl.String,
    "area_kind": pl.String,
    "area": pl.String,
    "area_name": pl.String,
    "period_kind": pl.String,
    "period": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "unit": pl.String,
    "goal": pl.Float64,
    "status": pl.String,
    "complete": pl.Boolean,
    "preliminary": pl.Boolean,
    "agreement": pl.String,
    "run": pl.String,
}
_KINDS = ("year", "quarter", "month")
ORDER = ("indicator", "area_kind", "area", "period_kind", "period")


def empty() -> pl.DataFrame:
    """No figures: what a store without a run has to show."""
    return pl.DataFrame(schema=SCHEMA)


def with_run(figures: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """The figures of a run in the contract's columns: `run` is added last."""
    return figures.with_columns(run=pl.lit(run_id)).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def select(
    figures: pl.DataFrame,
    indicators: Sequence[str] = (),
    areas: Sequence[str] = (),
    periods: Sequence[str] = (),
    period_kinds: Sequence[str] = (),
) -> pl.DataFrame:
    """The figures that every given filter names exactly, in the contract's order; a filter left empty lets all through.

    This is the door out: what is not a finite number leaves as null, and an agreement's empty text as null.
    """
    filters = {"indicator": indicators, "area": areas, "period": periods, "period_kind": period_kinds}
    chosen = [pl.col(name).is_in(list(values)) for name, values in filters.items() if values]
    found = figures.filter(*chosen) if chosen else figures
    number, text = pl.col(pl.Float64), pl.col(pl.String)
    return (
        found.select(SCHEMA.keys())
        .with_columns(pl.when(number.is_finite()).then(number + 0.0), pl.when(text != "").then(text))  # + 0.0: no negative zero
        .sort(ORDER)
    )


def unknown(
    figures: pl.DataFrame,
    known: Collection[str],
    indicators: Sequence[str],
    areas: Sequence[str],
    periods_: Sequence[str],
    period_kinds: Sequence[str],
) -> list[str]:
    """A Swedish sentence for each filter that can only be a slip of the pen: an id neither known nor in the figures, what is no period."""
    there = {*known, *figures["indicator"].unique(), *figures["area"].unique()}
    return [
        *(f"Måttet {each!r} finns inte." for each in indicators if each not in there),
        *(f"Området {each!r} finns inte. Ange länet, en delregion eller en kommunkod." for each in areas if each not in there),
        *(f"Perioden {each!r} går inte att läsa. Skriv 2025, 2025-Q3 eller 2025-09." for each in periods_ if periods.parse(each) != each),
        *(f"Periodslaget {each!r} finns inte. Välj {', '.join(_KINDS)}." for each in period_kinds if each not in _KINDS),
    ]


def to_csv(figures: pl.DataFrame) -> bytes:
    """CSV with comma and decimal point, null as nothing; numbers in the shortest form that reads back equal, and as a float
    (590.0, 2.611), so that a reader that guesses types from the first rows guesses right."""
    return figures.write_csv().encode()


def to_json(figures: pl.DataFrame, *, demo: bool, name: str = "figures") -> bytes:
    """An object: `metadata` says what the figures are, `figures` (or another name) holds one object per row."""
    head = json.dumps(_metadata(figures, demo=demo), ensure_ascii=False)
    return f'{{"metadata":{head},"{name}":{figures.write_json()}}}'.encode()


def to_parquet(figures: pl.DataFrame, *, demo: bool) -> bytes:
    """Parquet whose key-value metadata carry the same as the JSON's `metadata`."""
    file = BytesIO()
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in _metadata(figures, demo=demo).items()}
    figures.write_parquet(file, metadata=texts)
    return file.getvalue()


def to_bytes(figures: pl.DataFrame, format: str, *, demo: bool, name: str = "figures") -> bytes:  # noqa: A002 - the contract's word
    """The figures in one of FORMATS; `demo` marks JSON and Parquet, while CSV gets no extra line or column.

    `name` is what JSON calls the rows. Raises ValueError for any other format.
    """
    if format == "csv":
        return to_csv(figures)
    if format == "json":
        return to_json(figures, demo=demo, name=name)
    if format == "parquet":
        return to_parquet(figures, demo=demo)
    raise ValueError(f"no such format: {format}")


def _metadata(figures: pl.DataFrame, *, demo: bool) -> dict[str, str | bool | None]:
    metadata: dict[str, str | bool | None] = {"run": str(figures["run"][0]) if figures.height else None}
    if demo:
        metadata |= {"demodata": True, "note": "DEMODATA: påhittade siffror"}
    return metadata
