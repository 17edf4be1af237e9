"""Publications: frozen byte for byte, superseded by editions, and their runs stay."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text

from sql import publications, runs
from sql.errors import StoreError
from sql.publications import INTERNAL, PROTECTED, NewPublication, Publication
from sql.store import Store
from tests.sql.made import NOON

FIGURES = pl.DataFrame({"area": ["1440", "kf-gr"], "numerator": [0.1 + 0.2, 3.0]})
HIDDEN = FIGURES.with_columns(numerator=pl.Series([0.1 + 0.2, None]))


def run(store: Store, number: int = 0) -> str:
    return runs.save(store, {"figures": FIGURES}, as_of=None, now=NOON + timedelta(minutes=number), deliveries=[1])


def publish(store: Store, run_id: str, year: int = 2025, reason: str = "", value: float = 0.0) -> Publication:
    new = NewPublication(year=year, run=run_id, note="Ale saknas", reason=reason, by="anna", now=NOON)
    return publications.publish(store, new, {INTERNAL: FIGURES.with_columns(pl.col("numerator") + value), PROTECTED: HIDDEN})


def test_before_the_first(store: Store) -> None:
    assert publications.latest(store, 2025) is None
    assert publications.get(store, "2025-1") is None
    assert publications.listing(store) == ()
    with pytest.raises(StoreError, match="2025-1 finns inte"):
        publications.frame(store, "2025-1", INTERNAL)


def test_it_keeps_its_frames_and_says_who_when_and_why(store: Store) -> None:
    run_id = run(store)
    made = publish(store, run_id)
    assert made == publications.get(store, "2025-1") == publications.latest(store, 2025)
    assert (made.id, made.year, made.edition, made.run) == ("2025-1", 2025, 1, run_id)
    assert (made.published_at, made.published_by, made.note, made.reason) == (NOON, "anna", "Ale saknas", "")
    assert_frame_equal(publications.frame(store, "2025-1", INTERNAL), FIGURES)
    assert_frame_equal(publications.frame(store, "2025-1", PROTECTED), HIDDEN)


def test_a_new_edition_leaves_the_old_byte_for_byte(store: Store) -> None:
    first = publish(store, run(store))
    before = publications.frozen(store, first.id)
    second = publish(store, run(store, 1), reason="Ale har rättat", value=1.0)
    publish(store, second.run, year=2024)
    assert (second.id, second.edition, second.reason) == ("2025-2", 2, "Ale har rättat")
    assert second.sha256 != first.sha256
    assert publications.frozen(store, first.id) == before
    assert publications.get(store, first.id) == first
    assert [made.id for made in publications.listing(store)] == ["2025-2", "2025-1", "2024-1"]
    assert [made.id for made in publications.listing(store, 2025)] == ["2025-2", "2025-1"]


def test_a_published_run_is_never_pruned(store: Store) -> None:
    published = publish(store, run(store)).run
    for number in range(1, runs.KEPT + 3):
        run(store, number)
    assert published in {kept.id for kept in runs.listing(store)}
    assert_frame_equal(runs.frame(store, published, "figures"), FIGURES)


def test_a_run_that_is_gone_cannot_be_published(store: Store) -> None:
    with pytest.raises(StoreError, match="finns inte kvar"):
        publish(store, "20260301T120000Z-abcdef")
    assert publications.listing(store) == ()


def test_somebody_who_changes_the_bytes_is_found_out(store: Store) -> None:
    publish(store, run(store))
    forged = runs.parquet_bytes(FIGURES.with_columns(numerator=pl.lit(9.0)))
    with store.writing() as session:
        session.execute(text("UPDATE publication_frame SET parquet = :forged WHERE name = 'protected'"), {"forged": forged})
    with pytest.raises(StoreError, match="har ändrats i databasen"):
        publications.frame(store, "2025-1", PROTECTED)
