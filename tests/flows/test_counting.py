"""Tasks: however the counting is cut, what is counted is the same; and a part of a dataset is read as it counts in the whole."""

from __future__ import annotations

import random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows import counting
from metrics import counting as counts
from sql import facts
from sql.coverage import in_force
from sql.shapes import SHAPES
from sql.store import Store
from tests.conftest import soak
from tests.metrics.random_county import County, random_county
from tests.sql.made import ALE, GBG, coverage, deliver, discharge


def in_store(store: Store, county: County) -> None:
    """The county's rows as one delivery per dataset."""
    for dataset, cells in county.covered.items():
        optional = list(SHAPES[dataset].optional)
        rows = [{name: cell for name, cell in row.items() if name != "lacks"} for row in county.rows[dataset]]
        covered = pl.DataFrame(
            [(kommun, period, whole) for (kommun, period), whole in cells.items()],
            schema={"kommun": pl.String, "period": pl.String, "complete": pl.Boolean},
            orient="row",
        )
        deliver(store, dataset, rows, covered, columns=optional)


@pytest.mark.parametrize("seed", range(soak(2, 20)))
def test_however_the_work_is_cut_the_counts_are_the_same(store: Store, seed: int) -> None:
    made = random_county(seed, store.settings)
    in_store(store, made)
    covered = {dataset: in_force(store, dataset) for dataset in counts.DATASETS}
    every = {dataset: cells["period"].unique().to_list() for dataset, cells in covered.items()}
    once = counting.put_together(made.settings, counting.here(made.settings, counting.whole(store, covered, every)))
    tasks = counting.yearly(store, covered, every)
    random.Random(seed).shuffle(tasks)
    assert len({(task.dataset, task.periods[0][:4]) for task in tasks}) == len(tasks) > len(covered)
    apart = counting.put_together(made.settings, counting.here(made.settings, tasks))
    assert set(once) == set(apart)
    for name, frame_ in once.items():
        assert_frame_equal(frame_, apart[name], check_row_order=False, check_exact=True)


def test_a_part_is_read_as_it_counts_in_the_whole(store: Store) -> None:
    """The newer delivery holds an id of another month: the older one's row does not count, also when its month alone is read."""
    deliver(store, "utskrivning", [discharge("a", ALE, "2025-01-03"), discharge("b", GBG, "2025-01-04")], coverage([ALE, GBG], "2025-01"))
    deliver(store, "utskrivning", [discharge("a", ALE, "2025-02-03")], coverage([ALE], "2025-02"))
    deliver(store, "utskrivning", [discharge("c", ALE, "2025-03-03")], coverage([ALE], "2025-Q1"))
    covered = in_force(store, "utskrivning")
    whole = facts.rows_of(store, "utskrivning", covered).collect()
    for months in (["2025-01"], ["2025-02"], ["2025-03"], ["2025-01", "2025-03"]):
        part = facts.rows_of(store, "utskrivning", covered, months).collect()
        assert_frame_equal(part, whole.filter(pl.col("utskriven").dt.strftime("%Y-%m").is_in(months)), check_row_order=False)


def test_an_id_that_came_again_elsewhere_counts_once(store: Store) -> None:
    deliver(store, "utskrivning", [discharge("a", ALE, "2025-01-03"), discharge("b", GBG, "2025-01-04")], coverage([ALE, GBG], "2025-01"))
    deliver(store, "utskrivning", [discharge("a", ALE, "2025-02-03")], coverage([ALE], "2025-02"))
    january = facts.rows_of(store, "utskrivning", in_force(store, "utskrivning"), ["2025-01"]).collect()
    assert january["arende"].to_list() == ["b"]
    assert facts.sharing(store).rows() == [(1, 2)]


def test_nothing_delivered_is_counted_as_nothing(store: Store) -> None:
    settings = store.settings
    found = counting.put_together(settings, counting.here(settings, []))
    assert {name.split(".")[0] for name in found} == set(counts.DATASETS)
    assert all(frame_.is_empty() for frame_ in found.values())
    assert found.keys() == counts.of_all(settings, {each: pl.LazyFrame(schema=SHAPES[each].schema) for each in counts.DATASETS}).keys()
