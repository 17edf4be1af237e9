"""What has been delivered, as a list for people and machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import polars as pl
from sqlmodel import Session, col, select

import periods
from sql.coverage import in_force_now
from sql.shapes import EVER
from sql.store import Store
from sql.tables import CoverageRow, DeliveryRow

Status = Literal["gäller", "delvis", "ersatt", "återkallad", "raderad"]
_NAMED = 3  # so many kommuner are named in `covers`; more are counted


@dataclass(frozen=True)
class Span:
    """Kommuner (codes) that the delivery speaks for in every period from `first` to `last`."""

    first: str
    last: str
    kommuner: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A line of the catalogue. Times are UTC as ISO text; `reason` says why it was withdrawn or erased.

    `status`: gäller (for all it covers), delvis (for some), ersatt (for none), återkallad, raderad.
    `gallrad_at`: since when its rows are gone, whatever its status: the figures that they gave stay.
    `incomplete` counts kommun × period from which rows were rejected; `covers` is `coverage` in words.
    """

    id: int
    dataset: str
    file_name: str
    sha256: str
    loaded_by: str
    loaded_at: str
    row_count: int
    coverage: tuple[Span, ...]
    covers: str
    incomplete: int
    status: Status
    reason: str | None
    withdrawn_at: str | None
    erased_at: str | None
    gallrad_at: str | None

    @property
    def state(self) -> str:
        """Its status, and that its rows are gone where they are so by gallring, in words."""
        return self.status if self.gallrad_at is None else f"{self.status}, gallrad {self.gallrad_at[:10]}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def listing(store: Store, dataset: str | None = None) -> tuple[Delivery, ...]:
    """Every accepted delivery, in the order of acceptance. Raises StoreError."""
    with store.reading() as session:
        query = select(DeliveryRow).order_by(col(DeliveryRow.id))
        if dataset is not None:
            query = query.where(DeliveryRow.dataset == dataset)
        rows = session.exec(query).all()
        covered = _covered(session, dataset)
        counting = _counting(session, {row.dataset for row in rows})
    spans, incomplete = _spans(covered), _incomplete(covered)
    return tuple(
        _delivery(row, spans.get(row.id or 0, ()), incomplete.get(row.id or 0, 0), counting.get(row.id or 0, 0), store.settings.kommuner)
        for row in rows
    )


def _covered(session: Session, dataset: str | None) -> pl.DataFrame:
    query = select(CoverageRow.delivery_id, CoverageRow.kommun, CoverageRow.period, CoverageRow.complete)
    if dataset is not None:
        query = query.join(DeliveryRow, col(DeliveryRow.id) == CoverageRow.delivery_id).where(DeliveryRow.dataset == dataset)
    schema = {"delivery": pl.Int64, "kommun": pl.String, "period": pl.String, "complete": pl.Boolean}
    return pl.DataFrame([tuple(row) for row in session.exec(query)], schema=schema, orient="row")


def _counting(session: Session, datasets: set[str]) -> dict[int, int]:
    """How much of its coverage each delivery is in force for."""
    counted: dict[int, int] = {}
    for dataset in datasets:
        counted |= dict(in_force_now(session, dataset).group_by("delivery").len().iter_rows())
    return counted


def _incomplete(covered: pl.DataFrame) -> dict[int, int]:
    rejected = covered.filter(~pl.col("complete")).unique(["delivery", "kommun", "period"])
    return dict(rejected.group_by("delivery").len().iter_rows())


def _spans(covered: pl.DataFrame) -> dict[int, tuple[Span, ...]]:
    """Kommuner with the same periods together, then each unbroken row of periods."""
    per_kommun = covered.group_by("delivery", "kommun").agg(pl.col("period").unique().sort())
    alike = per_kommun.group_by("delivery", "period").agg(pl.col("kommun").sort()).sort("delivery", "period", "kommun")
    found: dict[int, tuple[Span, ...]] = {}
    for delivery, names, kommuner in alike.iter_rows():
        spans = (Span(first, last, tuple(kommuner)) for first, last in periods.stretches(names))
        found[delivery] = (*found.get(delivery, ()), *spans)
    return found


def _delivery(row: DeliveryRow, spans: tuple[Span, ...], incomplete: int, counting: int, names: Mapping[str, str]) -> Delivery:
    return Delivery(
        id=row.id or 0,
        dataset=row.dataset,
        file_name=row.file_name,
        sha256=row.sha256,
        loaded_by=row.loaded_by,
        loaded_at=_iso(row.loaded_at),
        row_count=row.row_count,
        coverage=spans,
        covers="; ".join(_in_words(span, names) for span in spans),
        incomplete=incomplete,
        status=_status(row, counting),
        reason=row.erased_reason or row.withdrawn_reason,
        withdrawn_at=_iso(row.withdrawn_at) if row.withdrawn_at else None,
        erased_at=_iso(row.erased_at) if row.erased_at else None,
        gallrad_at=_iso(row.gallrad_at) if row.gallrad_at else None,
    )


def _in_words(span: Span, names: Mapping[str, str]) -> str:
    if span.first == EVER:
        return f"alla beslut, {len(span.kommuner)} parter"
    when = span.first if span.first == span.last else f"{span.first}–{span.last}"
    who = ", ".join(names.get(k, k) for k in span.kommuner) if len(span.kommuner) <= _NAMED else f"{len(span.kommuner)} kommuner"
    return f"{when}, {who}"


def _status(row: DeliveryRow, counting: int) -> Status:
    if row.erased_at is not None:
        return "raderad"
    if row.withdrawn_at is not None:
        return "återkallad"
    if counting == row.cells:
        return "gäller"
    return "delvis" if counting else "ersatt"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
