"""Publications: frozen byte for byte, superseded by editions, and their runs stay."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sql import decisions, publications, runs
from sql.decisions import NewDecision
from sql.errors import StoreError
from sql.publications import INTERNAL, PROTECTED, NewPublication, Publication
from sql.store import Store
from tests.sql.made import NOON

ROOT = Path(__file__).parent.parent.parent
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


@pytest.mark.parametrize("table", ["publication", "publication_frame", "decision"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {column} = {column}", "DELETE FROM {}"])
def test_the_database_itself_refuses_every_change(store: Store, table: str, change: str) -> None:
    publish(store, run(store))
    decisions.note(store, decision("2025-1"))
    column = {"publication": "note", "publication_frame": "name", "decision": "text"}[table]
    with pytest.raises(IntegrityError, match="never changed or removed"), store.writing() as session:
        session.execute(text(change.format(table, column=column)))
    assert publications.get(store, "2025-1") is not None
    assert len(decisions.listing(store)) == 1


def test_no_code_changes_or_removes_them() -> None:
    """The only statements on these tables are inserts and selects: nobody imports a row class to update or delete it."""
    rows = ("PublicationRow", "PublicationFrameRow", "DecisionRow")
    users = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "sql").glob("*.py") if path.name != "tables.py"}
    for name, source in users.items():
        for row in rows:
            assert not re.search(rf"(update|delete)\({row}\b", source), name


def test_somebody_who_changes_the_bytes_is_found_out(store: Store) -> None:
    publish(store, run(store))
    forged = runs.parquet_bytes(FIGURES.with_columns(numerator=pl.lit(9.0)))
    on = " ON publication_frame" if store.engine.dialect.name == "postgresql" else ""
    with store.writing() as session:
        session.execute(text(f"DROP TRIGGER publication_frame_update{on}"))
        session.execute(text("UPDATE publication_frame SET parquet = :forged WHERE name = 'protected'"), {"forged": forged})
    with pytest.raises(StoreError, match="har ändrats i databasen"):
        publications.frame(store, "2025-1", PROTECTED)


def decision(publication: str, **given: Any) -> NewDecision:
    said: dict[str, Any] = {"day": date(2026, 3, 2), "text": "En plan i maj.", "by": "anna", "now": NOON}
    return NewDecision(publication=publication, **(said | {"indicator": None, "area": None, "period": None} | given))


def test_decisions_are_kept_in_the_order_of_their_days(store: Store) -> None:
    publish(store, run(store))
    publish(store, run(store, 1), year=2024)
    late = decisions.note(
        store, decision("2025-1", day=date(2026, 4, 1), text="Två.", indicator="utskrivna", area="1440", period="2025-03")
    )
    early = decisions.note(store, decision("2025-1"))
    other = decisions.note(store, decision("2024-1", day=date(2025, 3, 3)))
    assert decisions.listing(store) == (other, early, late)
    assert decisions.listing(store, 2025) == (early, late)
    assert (late.publication, late.indicator, late.area, late.period) == ("2025-1", "utskrivna", "1440", "2025-03")
    assert (early.day, early.text, early.noted_by, early.noted_at) == (date(2026, 3, 2), "En plan i maj.", "anna", NOON)


def test_a_decision_needs_its_publication(store: Store) -> None:
    with pytest.raises(StoreError, match="2025-1 finns inte"):
        decisions.note(store, decision("2025-1"))
