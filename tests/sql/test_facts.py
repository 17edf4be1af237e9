"""The rows that count: typed, marked with their delivery, and the same as a slow twin would find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import SQLModel

from sql import deliveries, facts
from sql.coverage import in_force
from sql.errors import StoreError
from sql.files import FOLDER
from sql.shapes import SHAPES
from sql.store import Store, open_store
from tests.conftest import soak
from tests.sql.made import ALE, GBG, LERUM, NOON, coverage, deliver, discharge


def test_a_dataset_without_deliveries_has_its_columns(store: Store) -> None:
    for dataset, shape in SHAPES.items():
        found = facts.rows(store, dataset)
        assert isinstance(found, pl.LazyFrame)
        assert found.collect_schema() == shape.schema
        assert found.collect().is_empty()


def test_columns_that_a_delivery_lacks_are_null_and_said_to_lack(store: Store) -> None:
    with_sip = discharge("a1", ALE, "2025-01-01", sip_behov=True, sip_kallelse=None)
    first = deliver(store, "utskrivning", [with_sip], coverage([ALE], "2025-01"), columns=["sip_behov", "sip_kallelse"])
    second = deliver(store, "utskrivning", [discharge("a2", ALE, "2025-02-01")], coverage([ALE], "2025-02"))
    found = facts.rows(store, "utskrivning").sort("arende").collect()
    assert found.schema == SHAPES["utskrivning"].schema
    asked = ("delivery", "row", "utskriven", "sip_behov", "lacks_sip_behov", "sip_kallelse", "lacks_sip_kallelse", "lacks_vardplan")
    assert found.select(asked).rows() == [
        (first.id, 2, date(2025, 1, 1), True, False, None, False, True),
        (second.id, 2, date(2025, 2, 1), None, True, None, True, True),
    ]


@pytest.mark.parametrize(
    ("dataset", "old", "new"),
    [
        ("befolkning", {"ar": 2024, "alder": "100+", "antal": 3}, {"antal": 4}),
        ("ntandvard", {"kvartal": "2025-Q1", "intyg": 3, "onskar_mhb": 1, "fatt_mhb": 1, "fatt_tandvard": 1}, {"intyg": 4}),
        ("matt", {"matt": "boendestöd", "period": "2026-T1", "utfall": 1.5}, {"utfall": 2.5}),
        ("namndplan", {"ar": 2026, "plan": "{}"}, {"plan": "{1}"}),
        (
            "avvikelser",
            {"avvikelse": "v1", "registrerad": date(2025, 1, 1), "rapportor": "kommun", "omrade": "munhalsa", "kategori": "x"},
            {"kategori": "y"},
        ),
    ],
)
def test_every_dataset_is_superseded_by_its_own_periods(store: Store, dataset: str, old: dict[str, object], new: dict[str, object]) -> None:
    first = deliver(store, dataset, [{"kommun": k, **old} for k in (ALE, GBG)] if dataset != "avvikelser" else [{"kommun": ALE, **old}])
    second = deliver(store, dataset, [{"kommun": ALE, **old, **new}])
    (column,) = new
    found = sorted(facts.rows(store, dataset).select("kommun", column, "delivery").collect().iter_rows())
    kept = [(GBG, old[column], first.id)] if dataset != "avvikelser" else []
    assert found == [(ALE, new[column], second.id), *kept]


def test_a_given_coverage_is_followed_when_a_delivery_arrives_in_between(store: Store) -> None:
    first = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-01-01")], coverage([ALE], "2025-01"))
    covered = in_force(store, "utskrivning")
    deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    found = facts.rows_of(store, "utskrivning", covered).select("arende", "delivery").collect()
    assert found.rows() == [("a1", first.id)]


def test_a_file_that_is_gone_is_named(store: Store) -> None:
    receipt = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-01-01")], coverage([ALE], "2025-01"))
    (path,) = (store.folder / FOLDER / "utskrivning").iterdir()
    path.unlink()
    with pytest.raises(StoreError, match=f"leverans {receipt.id} saknas"):
        facts.rows(store, "utskrivning")
    with pytest.raises(StoreError, match=f"leverans {receipt.id} saknas"):
        deliver(store, "utskrivning", [], coverage([GBG], "2025-01"))
    deliveries.erase(store, receipt.id, "filen är borta", "bo", NOON)
    assert facts.rows(store, "utskrivning").collect().is_empty()


def test_a_damaged_file_is_said_when_ids_are_compared(store: Store) -> None:
    deliver(store, "utskrivning", [discharge("a1", ALE, "2025-01-01")], coverage([ALE], "2025-01"))
    (path,) = (store.folder / FOLDER / "utskrivning").iterdir()
    path.write_bytes(b"skadad" * 100)
    with pytest.raises(StoreError, match="skadad"):
        deliver(store, "utskrivning", [discharge("a1", GBG, "2025-01-01")], coverage([GBG], "2025-01"))


def test_any_name_of_the_storage_folder(store: Store, tmp_path: Path) -> None:
    odd = open_store(store.settings.model_copy(update={"storage": str(tmp_path / "lager [å]* %20?#")}))
    deliver(odd, "utskrivning", [discharge("a1", ALE, "2025-01-01")], coverage([ALE], "2025-01"))
    deliver(odd, "utskrivning", [discharge("a1", ALE, "2025-02-01")], coverage([ALE], "2025-02"))
    assert facts.rows(odd, "utskrivning").collect().height == 1
    odd.close()


# --- the slow twin: loops over deliveries and rows, as the contract reads ------------------------------------------

KOMMUNER = (ALE, GBG, LERUM)
MONTHS = ("2025-01", "2025-02")
CELLS = [(kommun, month) for kommun in KOMMUNER for month in MONTHS]


@dataclass
class Sent:
    """A delivery of the slow twin. `loaded`, `withdrawn` and `erased` are hours after noon."""

    cells: frozenset[tuple[str, str]]
    discharges: dict[str, tuple[str, str]]
    loaded: int
    id: int = 0
    withdrawn: int | None = None
    erased: int | None = None


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    cells = draw(st.frozensets(st.sampled_from(CELLS), min_size=1))
    places = st.sampled_from(sorted(cells))
    return Sent(cells, draw(st.dictionaries(st.sampled_from("abcdef"), places)), 0)


@dataclass
class History:
    """Deliveries and endings in the order they happen, one an hour."""

    sent: list[Sent]
    endings: list[tuple[int, bool]] = field(default_factory=list)


histories = st.builds(History, st.lists(sent(), min_size=1, max_size=6), st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=3))


def alive(delivery: Sent, hour: int) -> bool:
    return delivery.loaded <= hour and (delivery.withdrawn is None or delivery.withdrawn > hour)


def twin(history: Sequence[Sent], hour: int) -> tuple[dict[tuple[str, str], int], set[tuple[str, int]]]:
    covered = {cell: delivery for delivery in history if alive(delivery, hour) for cell in delivery.cells}
    counting: dict[str, int] = {}
    for delivery in history:
        for arende, cell in delivery.discharges.items():
            if covered.get(cell) is delivery and delivery.erased is None:
                counting[arende] = delivery.id
    return {cell: delivery.id for cell, delivery in covered.items() if delivery.erased is None}, set(counting.items())


def moment(hour: int) -> datetime:
    return NOON + timedelta(hours=hour)


def play(store: Store, history: History) -> int:
    """Let it happen in the store as well; returns the hour it is then."""
    hour = 0
    for delivery in history.sent:
        hour += 1
        records = [discharge(arende, kommun, f"{month}-15") for arende, (kommun, month) in delivery.discharges.items()]
        cells = [{"kommun": kommun, "period": month, "complete": True} for kommun, month in sorted(delivery.cells)]
        delivery.loaded = hour
        delivery.id = deliver(store, "utskrivning", records, pl.DataFrame(cells), at=moment(hour), content=str(hour)).id
    for which, erased in history.endings:
        delivery = history.sent[which % len(history.sent)]
        if delivery.withdrawn is not None:
            continue
        hour += 1
        end = deliveries.erase if erased else deliveries.withdraw
        end(store, delivery.id, "fel", "bo", moment(hour))
        delivery.withdrawn, delivery.erased = hour, hour if erased else None
    return hour


def wipe(store: Store) -> None:
    with store.writing() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name.startswith("audit_"):  # append-only
                continue
            session.connection().execute(text(f"DELETE FROM {table.name}"))


def hours(last: int) -> Iterator[tuple[int, datetime | None]]:
    yield last, None
    yield from ((hour, moment(hour)) for hour in range(last + 1))


@hypothesis_settings(
    max_examples=soak(8, 200), deadline=None, derandomize=soak(True, False), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=histories)
def test_the_rows_that_count_are_those_of_the_slow_twin(store: Store, history: History) -> None:
    wipe(store)
    last = play(store, history)
    for hour, as_of in hours(last):
        cells, counting = twin(history.sent, hour)
        covered = in_force(store, "utskrivning", as_of)
        assert {(k, p): d for k, p, d in covered.select("kommun", "period", "delivery").iter_rows()} == cells
        found = facts.rows_of(store, "utskrivning", covered).select("arende", "delivery").collect()
        assert found.height == len(counting)
        assert set(found.iter_rows()) == counting
