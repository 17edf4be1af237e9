"""Which delivery counts for each kommun × period, now and as of a time."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

import polars as pl
import pytest

from sql import deliveries
from sql.coverage import SCHEMA, in_force, matrix, of_run
from sql.deliveries import listing
from sql.store import Store
from tests.conftest import soak
from tests.sql.made import ALE, GBG, LERUM, NOON, coverage, deliver, discharge, ids

DAY = timedelta(days=1)


def test_nothing_is_covered_at_first(store: Store) -> None:
    assert in_force(store, "utskrivning").schema == SCHEMA
    assert in_force(store, "utskrivning").is_empty()
    assert matrix(store).is_empty()


def test_as_of_a_time(store: Store) -> None:
    first = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-01-01")], coverage([ALE], "2025-01"), at=NOON)
    second = deliver(store, "utskrivning", [discharge("a2", ALE, "2025-01-01")], coverage([ALE], "2025-01"), at=NOON + DAY)
    deliveries.withdraw(store, second.id, "fel", "bo", NOON + 2 * DAY)
    assert ids(store, NOON - timedelta(seconds=1)) == []
    assert ids(store, NOON) == [("a1", first.id)]
    assert ids(store, NOON + DAY) == [("a2", second.id)]
    assert ids(store, NOON + 2 * DAY) == ids(store) == [("a1", first.id)]


def test_a_run_covered_what_its_own_deliveries_did_then(store: Store) -> None:
    """The newest of them for each cell: so it was when the run was made, whatever has come or been withdrawn since."""
    first = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-01-01")], coverage([ALE, GBG], "2025-Q1"), at=NOON)
    second = deliver(store, "utskrivning", [discharge("a2", ALE, "2025-02-01")], coverage([ALE], "2025-02"), at=NOON + DAY)
    other = deliver(store, "utskrivning", [discharge("a3", LERUM, "2025-02-01")], coverage([LERUM], "2025-02"), at=NOON + DAY)
    then = in_force(store, "utskrivning")
    run = sorted(then["delivery"].unique())
    assert run == [first.id, second.id, other.id]
    deliveries.withdraw(store, second.id, "fel", "bo", NOON + 2 * DAY)
    deliver(store, "utskrivning", [], coverage([GBG, LERUM], "2025-Q1"), at=NOON + 3 * DAY)
    assert of_run(store, "utskrivning", run).equals(then)
    deliveries.erase(store, other.id, "begäran", "bo", NOON + 4 * DAY)
    assert of_run(store, "utskrivning", run).equals(then.filter(pl.col("delivery") != other.id))
    assert of_run(store, "utskrivning", []).is_empty()


def test_what_an_erased_delivery_counted_for_is_missing_then_and_not_another_figure(store: Store) -> None:
    first = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-01-01")], coverage([ALE], "2025-01"), at=NOON)
    second = deliver(store, "utskrivning", [], coverage([ALE], "2025-01"), at=NOON + DAY)
    deliveries.erase(store, second.id, "begäran", "bo", NOON + 2 * DAY)
    assert in_force(store, "utskrivning", NOON + DAY).is_empty()
    assert in_force(store, "utskrivning")["delivery"].to_list() == [first.id]


def test_an_erased_delivery_that_had_been_withdrawn_stands_in_nobodys_way_after_that(store: Store) -> None:
    first = deliver(store, "utskrivning", [], coverage([ALE], "2025-01"), at=NOON)
    second = deliver(store, "utskrivning", [], coverage([ALE], "2025-01"), at=NOON + DAY, content="x")
    deliveries.withdraw(store, second.id, "fel", "bo", NOON + 2 * DAY)
    deliveries.erase(store, second.id, "begäran", "bo", NOON + 5 * DAY)
    assert in_force(store, "utskrivning", NOON + 3 * DAY)["delivery"].to_list() == [first.id]


def test_a_measure_has_a_coverage_of_its_own(store: Store) -> None:
    row = {"kommun": ALE, "matt": "boendestöd", "period": "2026-T1", "utfall": 4.0}
    first = deliver(store, "matt", [row, {**row, "matt": "bostad först"}])
    second = deliver(store, "matt", [{**row, "utfall": 5.0}])
    covered = in_force(store, "matt").select("period", "key", "delivery").rows()
    assert covered == [("2026-T1", "boendestöd", second.id), ("2026-T1", "bostad först", first.id)]


def test_the_matrix_counts_kommuner(store: Store) -> None:
    deliver(store, "utskrivning", [], pl.concat([coverage([ALE, GBG], "2025-01"), coverage([LERUM], "2025-01", complete=False)]))
    deliver(store, "utskrivning", [], coverage([ALE], "2025-02"))
    row = {"kommun": ALE, "matt": "boendestöd", "period": "2026-T1", "utfall": 4.0}
    deliver(store, "matt", [row, {**row, "matt": "bostad först"}])
    assert matrix(store).rows() == [("matt", "2026-T1", 1, 1), ("utskrivning", "2025-01", 3, 2), ("utskrivning", "2025-02", 1, 1)]
    assert matrix(store, NOON - DAY).is_empty()


@pytest.mark.parametrize("kommuner", [soak(49, 290)])
def test_ten_years_with_redeliveries_answer_quickly(store: Store, kommuner: int) -> None:
    codes = [f"{1000 + number}" for number in range(kommuner)]
    for time in range(soak(2, 5)):
        for year in range(2016, 2026):
            deliver(store, "utskrivning", [], coverage(codes, str(year)), content=f"{time} {year}")
    started = perf_counter()
    covered = in_force(store, "utskrivning")
    asked = perf_counter() - started
    assert covered.height == kommuner * 120
    assert asked < soak(3, 6)
    started = perf_counter()
    assert len(listing(store)) == 10 * soak(2, 5)
    assert perf_counter() - started < soak(5, 10)
