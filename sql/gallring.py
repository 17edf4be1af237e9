"""Gallring: rows that are older than they may be are removed, and what figures need of them is kept (docs/adr/0015).

A delivery that is gallrad still counts for what it counted for: its coverage, its line in the catalogue, every run and publication stay.
What is kept is no rows: it is what `metrics` had made of them, per kommun and base period.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import polars as pl
from sqlmodel import Session, col, select

import periods
from policy import Person, as_person
from sql.audit import Event, What, record
from sql.catalogue import Delivery, listing
from sql.coverage import CELL, in_force, in_force_now
from sql.errors import StoreError
from sql.runs import parquet_bytes
from sql.store import Store
from sql.tables import CoverageRow, DeliveryRow
from sql.tables_gallring import GallradPartRow


@dataclass(frozen=True)
class Old:
    """Deliveries of a dataset with rows, that speak for a time `before` the day: for nothing else (`wholly`), or for later too."""

    dataset: str
    before: date
    wholly: tuple[Delivery, ...]
    partly: tuple[Delivery, ...]


@dataclass(frozen=True)
class Kept:
    """What is kept for the periods of a bucket: rows of counts or parts (`name`), with `kommun`, `base` and `delivery`."""

    name: str
    bucket: str
    rows: pl.DataFrame


def older(store: Store, dataset: str, before: date) -> Old:
    """The deliveries of the dataset that still have rows and that speak for a period that ended before the day."""
    found = [each for each in listing(store, dataset) if each.erased_at is None and each.gallrad_at is None]
    ends = {each.id: [periods.last_day(span.last) for span in each.coverage] for each in found}
    begins = {each.id: [periods.last_day(span.first) for span in each.coverage] for each in found}
    wholly = tuple(each for each in found if ends[each.id] and max(ends[each.id]) < before)
    partly = tuple(each for each in found if each not in wholly and any(day < before for day in begins[each.id]))
    return Old(dataset, before, wholly, partly)


def gallra(
    store: Store, old: Collection[Delivery], counting: pl.DataFrame, kept: Collection[Kept], by: Person | str, now: datetime
) -> None:
    """Remove the rows of the deliveries (of one dataset) and keep `kept`, in one commit; the files go after it.

    `counting` is what they were in force for when `kept` was made (as `sql.coverage.in_force`). Raises StoreError, and removes nothing,
    where something else counts by now.
    """
    who = as_person(by)
    ids = [each.id for each in old]
    with store.writing() as session:
        rows = [session.get_one(DeliveryRow, each) for each in ids]
        dataset, names = rows[0].dataset, [row.parquet for row in rows]
        still = in_force_now(session, dataset).filter(pl.col("delivery").is_in(ids))
        if any(row.gallrad_at or row.erased_at for row in rows) or not still.equals(counting):
            raise StoreError("Det som gäller ändrades medan gallringen förbereddes. Inget är gallrat. Kör uppfoljning gallra igen.")
        session.add_all(GallradPartRow(name=each.name, bucket=each.bucket, parquet=parquet_bytes(each.rows)) for each in kept)
        cells = set(counting.select("delivery", *CELL).iter_rows())
        for covered in session.exec(select(CoverageRow).where(col(CoverageRow.delivery_id).in_(ids))):
            covered.gone = (covered.delivery_id, covered.kommun, covered.period, covered.key) not in cells
            session.add(covered)
        for row in rows:
            row.gallrad_at = now
            session.add(row)
            record(store, session, who, Event(What.GALLRA, f"leverans {row.id}", said=f"{row.dataset}, {row.file_name}"), now)
    # Only now, as when a delivery is erased: a crash here leaves the files to the next sweep.
    store.files.discard(dataset, names)


def gallrade(store: Store) -> dict[int, datetime]:
    """The deliveries whose rows are gone by gallring, and since when."""
    with store.reading() as session:
        found = select(DeliveryRow.id, DeliveryRow.gallrad_at).where(col(DeliveryRow.gallrad_at).is_not(None))
        return {id_: at for id_, at in session.exec(found) if id_ is not None and at is not None}


def kept(store: Store, buckets: Collection[str]) -> dict[str, pl.DataFrame]:
    """All that is kept for those buckets, by name: rows with `kommun`, `base` and `delivery`, whichever delivery counts now."""
    found: dict[str, list[pl.DataFrame]] = {}
    with store.reading() as session:
        for row in session.exec(select(GallradPartRow).where(col(GallradPartRow.bucket).in_(buckets)).order_by(col(GallradPartRow.id))):
            found.setdefault(row.name, []).append(pl.read_parquet(BytesIO(row.parquet)))
    return {name: pl.concat(frames, how="diagonal_relaxed") for name, frames in found.items()}


def had_rows(store: Store, dataset: str, months: Collection[str]) -> set[str]:
    """The kommuner with rows in those months that are gone since, where the delivery that they were in still counts."""
    rows = kept(store, {periods.quarter_of(periods.first_day(month)) for month in months}).get(dataset)
    if rows is None:
        return set()
    cells = in_force(store, dataset).filter(pl.col("period").is_in(list(months))).select("kommun", "delivery", base="period")
    return set(rows.join(cells, on=("kommun", "base", "delivery"), how="semi")["kommun"])


def forget(session: Session, delivery: int) -> None:
    """Remove all that is kept of a delivery, in the caller's transaction: for one that is erased after it was gallrad."""
    for row in session.exec(select(GallradPartRow)):
        rows = pl.read_parquet(BytesIO(row.parquet))
        if delivery in rows["delivery"]:
            row.parquet = parquet_bytes(rows.filter(pl.col("delivery") != delivery))
            session.add(row)
