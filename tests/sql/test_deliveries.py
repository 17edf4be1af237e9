"""Deliveries: accepted whole or not at all, superseded, withdrawn, erased, listed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from sql import deliveries
from sql.coverage import in_force
from sql.deliveries import listing
from sql.store import Store, StoreError
from tests.sql.made import ALE, GBG, LERUM, NOON, coverage, deliver, discharge, frame, ids

JANUARY = [discharge("a1", ALE, "2025-01-10"), discharge("g1", GBG, "2025-01-11")]


def parquets(store: Store) -> list[Path]:
    return sorted(path for path in (store.folder / "leveranser").rglob("*") if path.is_file())


def test_a_delivery_counts_once_accepted(store: Store) -> None:
    receipt = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG, LERUM], "2025-01"))
    assert (receipt.already, receipt.shared) == (False, ())
    assert ids(store) == [("a1", receipt.id), ("g1", receipt.id)]
    assert in_force(store, "utskrivning").rows() == [(k, "2025-01", "", receipt.id, True) for k in (ALE, LERUM, GBG)]
    assert in_force(store, "avvikelser").is_empty()


def test_its_file_is_for_its_owner_only_and_named_by_nobody_else(store: Store) -> None:
    deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"))
    (path,) = parquets(store)
    assert path.parent == store.folder / "leveranser" / "utskrivning"
    assert path.suffix == ".parquet"
    assert [p.stat().st_mode & 0o777 for p in (path, path.parent, path.parent.parent, store.folder)] == [0o600, 0o700, 0o700, 0o700]


def test_the_newest_delivery_counts_and_withdraw_brings_the_former_back(store: Store) -> None:
    first = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-Q1"))
    second = deliver(store, "utskrivning", [discharge("a2", ALE, "2025-01-12")], coverage([ALE], "2025-01"))
    assert second.id > first.id
    assert ids(store) == [("a2", second.id), ("g1", first.id)]
    assert [d.status for d in listing(store)] == ["delvis", "gäller"]
    deliveries.withdraw(store, second.id, "fel fil", "bo", NOON)
    assert ids(store) == [("a1", first.id), ("g1", first.id)]
    assert [(d.status, d.reason) for d in listing(store)] == [("gäller", None), ("återkallad", "fel fil")]


def test_a_covered_month_without_rows_supersedes_too(store: Store) -> None:
    deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"))
    empty = deliver(store, "utskrivning", [], coverage([ALE], "2025-01"))
    assert [arende for arende, _ in ids(store)] == ["g1"]
    assert in_force(store, "utskrivning").row(0) == (ALE, "2025-01", "", empty.id, True)


def test_superseded_for_all_it_covers(store: Store) -> None:
    deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"))
    deliver(store, "utskrivning", JANUARY[:1], coverage([ALE, GBG], "2025-Q1"))
    assert [d.status for d in listing(store)] == ["ersatt", "gäller"]


def test_the_same_bytes_with_the_same_coverage_change_nothing(store: Store) -> None:
    first = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"), content="x")
    again = deliver(store, "utskrivning", JANUARY, coverage([GBG, ALE], "2025-01"), content="x", at=NOON + timedelta(days=1))
    assert (again.id, again.already) == (first.id, True)
    assert len(parquets(store)) == len(listing(store)) == 1
    sha256 = listing(store)[0].sha256
    assert deliveries.same(store, "utskrivning", sha256, coverage([GBG, ALE], "2025-01")) == first.id
    assert deliveries.same(store, "utskrivning", sha256, coverage([ALE], "2025-01")) is None
    assert deliveries.same(store, "avvikelser", sha256, coverage([GBG, ALE], "2025-01")) is None


def test_the_same_bytes_are_a_new_delivery_once_superseded_withdrawn_or_for_another_coverage(store: Store) -> None:
    first = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"), content="x")
    wider = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-Q1"), content="x")
    assert not wider.already
    back = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"), content="x")
    assert not back.already  # the first no longer counts
    deliveries.withdraw(store, back.id, "fel", "bo", NOON)
    assert not deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"), content="x").already
    incomplete = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01", complete=False), content="x")
    assert not incomplete.already
    assert first.id < wider.id < back.id < incomplete.id


def test_the_same_bytes_for_another_dataset_are_another_delivery(store: Store) -> None:
    row = {"kommun": ALE, "ar": 2025, "alder": "24", "antal": 5}
    deliver(store, "befolkning", [row], content="x")
    quarter = {"kommun": ALE, "kvartal": "2025-Q1", "intyg": 5, "onskar_mhb": 1, "fatt_mhb": 1, "fatt_tandvard": 1}
    assert not deliver(store, "ntandvard", [quarter], content="x").already


def test_ended_and_unknown_deliveries_are_refused(store: Store) -> None:
    first = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"))
    deliveries.withdraw(store, first.id, "fel", "bo", NOON)
    with pytest.raises(StoreError, match="redan återkallad"):
        deliveries.withdraw(store, first.id, "fel", "bo", NOON)
    deliveries.erase(store, first.id, "begäran", "bo", NOON)
    with pytest.raises(StoreError, match="redan raderad"):
        deliveries.erase(store, first.id, "fel", "bo", NOON)
    with pytest.raises(StoreError, match="redan raderad"):
        deliveries.withdraw(store, first.id, "fel", "bo", NOON)
    for ending in (deliveries.withdraw, deliveries.erase):
        with pytest.raises(StoreError, match="Leverans 4711 finns inte"):
            ending(store, 4711, "fel", "bo", NOON)
    assert listing(store)[0].reason == "begäran"


def test_erase_deletes_the_rows_and_keeps_the_line(store: Store) -> None:
    older = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"))
    newer = deliver(store, "utskrivning", [discharge("a2", ALE, "2025-01-12")], coverage([ALE], "2025-01"))
    deliveries.erase(store, newer.id, "begäran", "bo", NOON)
    assert len(parquets(store)) == 1
    assert ids(store) == [("a1", older.id), ("g1", older.id)]
    line = listing(store)[1]
    assert (line.id, line.row_count, line.status, line.reason) == (newer.id, 1, "raderad", "begäran")
    assert line.withdrawn_at == line.erased_at == "2026-03-01T12:00:00Z"
    assert line.covers == "2025-01, Ale"


def test_the_listing_says_all_that_the_contract_asks(store: Store) -> None:
    covers = pl.concat([coverage([ALE, GBG], "2025-Q1"), coverage([LERUM], "2025-01", complete=False)])
    receipt = deliver(store, "utskrivning", JANUARY, covers, name="Ale 2025-Q1.csv", content="x")
    (line,) = listing(store)
    said = line.as_dict()
    assert said["id"] == receipt.id
    assert said["dataset"] == "utskrivning"
    assert said["file_name"] == "Ale 2025-Q1.csv"
    assert said["sha256"] == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert (said["loaded_by"], said["loaded_at"], said["row_count"]) == ("anna", "2026-03-01T12:00:00Z", 2)
    assert said["coverage"] == (
        {"first": "2025-01", "last": "2025-01", "kommuner": (LERUM,)},
        {"first": "2025-01", "last": "2025-03", "kommuner": (ALE, GBG)},
    )
    assert said["covers"] == "2025-01, Lerum; 2025-01–2025-03, Ale, Göteborg"
    assert (said["incomplete"], said["status"], said["reason"], said["withdrawn_at"]) == (1, "gäller", None, None)


def test_the_listing_of_one_dataset_and_of_periods_with_a_gap(store: Store) -> None:
    deliver(store, "befolkning", [{"kommun": ALE, "ar": year, "alder": "24", "antal": 5} for year in (2019, 2020, 2025)])
    many = ["1401", "1402", "1407", "1415"]
    deliver(store, "utskrivning", [], coverage(many, "2025-12"))
    assert [d.covers for d in listing(store, "befolkning")] == ["2019–2020, Ale; 2025, Ale"]
    assert [d.covers for d in listing(store)] == ["2019–2020, Ale; 2025, Ale", "2025-12, 4 kommuner"]


def test_the_other_delivery_is_named_where_both_rows_count(store: Store) -> None:
    january = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"))
    february = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-02-02")], coverage([ALE, GBG], "2025-02"))
    assert [(s.delivery, s.count, s.ids) for s in february.shared] == [(january.id, 1, ("a1",))]
    assert ids(store) == [("a1", february.id), ("g1", january.id)]


def test_no_delivery_is_named_where_the_other_row_no_longer_counts(store: Store) -> None:
    deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"))
    corrected = [discharge("a1", ALE, "2025-02-02"), JANUARY[1]]
    assert deliver(store, "utskrivning", corrected, coverage([ALE, GBG], "2025-Q1")).shared == ()


def test_many_shared_ids_are_counted_and_the_first_named(store: Store) -> None:
    first = deliver(store, "utskrivning", [discharge(f"a{i:03}", ALE, "2025-01-10") for i in range(50)], coverage([ALE], "2025-01"))
    second = deliver(store, "utskrivning", [discharge(f"a{i:03}", ALE, "2025-02-10") for i in range(50)], coverage([ALE], "2025-02"))
    (shared,) = second.shared
    assert (shared.delivery, shared.count, len(shared.ids), shared.ids[0]) == (first.id, 50, 20, "a000")


def test_the_newest_row_of_an_id_wins_only_while_it_counts(store: Store) -> None:
    january = deliver(store, "utskrivning", JANUARY, coverage([ALE, GBG], "2025-01"))
    february = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-02-02")], coverage([ALE, GBG], "2025-02"))
    march = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-03-02")], coverage([ALE, GBG], "2025-03"))
    assert [s.delivery for s in march.shared] == [january.id, february.id]
    assert ids(store) == [("a1", march.id), ("g1", january.id)]
    deliveries.withdraw(store, march.id, "fel", "bo", NOON)
    assert ids(store) == [("a1", february.id), ("g1", january.id)]
    deliver(store, "utskrivning", [], coverage([ALE], "2025-02"))
    assert ids(store) == [("a1", january.id), ("g1", january.id)]


def test_rows_that_do_not_fit_the_dataset_are_a_fault_of_the_loader(store: Store) -> None:
    data = frame("utskrivning", JANUARY)
    new = deliveries.NewDelivery(
        dataset="utskrivning", file_name="x", sha256="x", loaded_by="x", loaded_at=NOON, coverage=coverage([ALE], "2025-01")
    )
    wrong = (data.drop("enhet"), data.drop("row"), data.with_columns(eget=1), data.with_columns(pl.col("utskriven").cast(pl.String)))
    for rows in wrong:
        with pytest.raises(ValueError, match="do not fit"):
            deliveries.accept(store, new, rows)
    assert parquets(store) == []
    assert listing(store) == ()


def test_a_coverage_that_repeats_itself_is_a_fault_of_the_loader(store: Store) -> None:
    twice = pl.concat([coverage([ALE], "2025-01"), coverage([ALE], "2025-01", complete=False)])
    with pytest.raises(ValueError, match="twice"):
        deliver(store, "utskrivning", [], twice)
    assert parquets(store) == []
