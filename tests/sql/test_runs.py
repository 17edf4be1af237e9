"""Runs: one commit makes a whole set of figures current."""

from __future__ import annotations

import re
from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sql import runs
from sql.errors import StoreError
from sql.store import Store
from tests.sql.made import NOON

FIGURES = pl.DataFrame(
    {"area": ["1440", "kf-gr"], "value": [0.1 + 0.2, None], "complete": [True, False]},
    schema={"area": pl.String, "value": pl.Float64, "complete": pl.Boolean},
)


def save(store: Store, number: int = 0, as_of: bool = False) -> str:
    now = NOON + timedelta(minutes=number)
    frames = {"figures": FIGURES.with_columns(n=pl.lit(number)), "conditions": FIGURES.head(0)}
    return runs.save(store, frames, as_of=NOON if as_of else None, now=now, deliveries=[3, 1, 3])


def test_before_the_first_run(store: Store) -> None:
    assert runs.current(store) is None
    assert runs.get(store, "20260301T120000Z-abcdef") is None
    assert runs.listing(store) == ()


def test_a_run_keeps_its_frames_and_says_what_it_was_made_from(store: Store) -> None:
    run_id = save(store)
    run = runs.current(store)
    assert run is not None
    assert run == runs.get(store, run_id)
    assert (run.created_at, run.as_of, run.deliveries) == (NOON, None, (1, 3))
    assert run.settings_sha256 == runs.fingerprint(store.settings)
    assert_frame_equal(runs.frame(store, run_id, "figures"), FIGURES.with_columns(n=pl.lit(0)))
    assert_frame_equal(runs.frame(store, run_id, "conditions"), FIGURES.head(0))


def test_its_id_is_the_time_and_six_hex_and_says_demo(store: Store) -> None:
    store.mark_demo()
    assert re.fullmatch(r"demo-20260301T120000Z-[0-9a-f]{6}", save(store))


def test_the_newest_is_current_and_one_as_of_a_time_never(store: Store) -> None:
    first, second = save(store, 1), save(store, 2)
    asked = save(store, 3, as_of=True)
    current = runs.current(store)
    assert current is not None
    assert current.id == second
    assert [run.id for run in runs.listing(store)] == [asked, second, first]
    assert runs.listing(store)[0].as_of == NOON
    assert runs.frame(store, asked, "figures")["n"].to_list() == [3, 3]


def test_old_runs_go_but_the_current_one_stays(store: Store) -> None:
    current = save(store)
    later = [save(store, number, as_of=True) for number in range(1, runs.KEPT + 3)]
    assert [run.id for run in runs.listing(store)] == [*reversed(later[-runs.KEPT :]), current]
    with pytest.raises(StoreError, match="finns inte kvar"):
        runs.frame(store, later[0], "figures")
    newest = save(store, 20)
    assert runs.get(store, current) is None
    assert runs.listing(store)[0].id == newest
    assert len(runs.listing(store)) == runs.KEPT


def test_a_frame_that_the_run_lacks(store: Store) -> None:
    run_id = save(store)
    with pytest.raises(StoreError, match="finns inte"):
        runs.frame(store, run_id, "annat")


def test_a_run_that_fails_leaves_the_old_one(store: Store) -> None:
    first = save(store)
    with pytest.raises(Exception, match="time zone"):
        runs.save(store, {"figures": FIGURES}, as_of=NOON.replace(tzinfo=None), now=NOON, deliveries=[])
    assert [run.id for run in runs.listing(store)] == [first]


def test_the_fingerprint_follows_the_rules_and_not_the_place(store: Store) -> None:
    settings = store.settings
    moved = settings.model_copy(update={"storage": "annan", "database_url": "sqlite:///x.db"})
    stricter = settings.model_copy(update={"agreements": settings.agreements[:1]})
    assert runs.fingerprint(moved) == runs.fingerprint(settings) != runs.fingerprint(stricter)
