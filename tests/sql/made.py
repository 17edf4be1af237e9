"""Made-up deliveries for the tests of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

import periods
from sql.deliveries import NewDelivery, Receipt, accept
from sql.facts import rows
from sql.shapes import SHAPES, ColumnType
from sql.store import Store

ALE, GBG, LERUM = "1440", "1480", "1441"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def discharge(arende: str, kommun: str, utskriven: str, **given: Any) -> dict[str, Any]:
    day = date.fromisoformat(utskriven)
    return {
        "arende": arende,
        "kommun": kommun,
        "enhet": "sjukhus",
        "inskriven": day,
        "utskrivningsklar": day,
        "utskriven": day,
        **given,
    }


def frame(dataset: str, records: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> pl.DataFrame:
    """The records as a loader would hand them over; `columns` are the optional ones that the sender's file had."""
    shape = SHAPES[dataset]
    schema: dict[str, ColumnType] = {**shape.required, **{name: shape.optional[name] for name in columns}, "row": pl.Int64}
    return pl.DataFrame([{**record, "row": number} for number, record in enumerate(records, 2)], schema=schema)


def coverage(kommuner: Sequence[str], period: str, complete: bool = True) -> pl.DataFrame:
    """Each kommun × each month of the period."""
    cells = [{"kommun": k, "period": month, "complete": complete} for k in kommuner for month in periods.months(period)]
    return pl.DataFrame(cells, schema={"kommun": pl.String, "period": pl.String, "complete": pl.Boolean})


def named_coverage(data: pl.DataFrame, dataset: str) -> pl.DataFrame:
    """What the rows themselves name, complete."""
    return data.select(SHAPES[dataset].cell()).unique().with_columns(complete=pl.lit(True))


def deliver(
    store: Store,
    dataset: str,
    records: Sequence[Mapping[str, Any]],
    covers: pl.DataFrame | None = None,
    *,
    columns: Sequence[str] = (),
    at: datetime = NOON,
    name: str = "fil.csv",
    content: str | None = None,
) -> Receipt:
    """Accept the records as one delivery. `content` stands for the sender's bytes."""
    data = frame(dataset, records, columns)
    covered = named_coverage(data, dataset) if covers is None else covers
    said = content if content is not None else repr((records, covered.rows(), columns))
    new = NewDelivery(
        dataset=dataset,
        file_name=name,
        sha256=hashlib.sha256(said.encode()).hexdigest(),
        loaded_by="anna",
        loaded_at=at,
        coverage=covered,
    )
    return accept(store, new, data)


def ids(store: Store, as_of: datetime | None = None) -> list[tuple[str, int]]:
    """Which discharges count, and from which delivery."""
    found = rows(store, "utskrivning", as_of).select("arende", "delivery").collect()
    return sorted(found.iter_rows())
