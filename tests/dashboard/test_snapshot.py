"""The current run in memory: read once, noticed within a second when it changes, protected once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

import polars as pl
import pytest

import public_figures
from config import Settings
from dashboard.snapshot import BeingProtectedError, Snapshots
from metrics import disclosure
from metrics.disclosure import protect
from policy import Sight
from sql import publications, runs
from sql.errors import StoreError
from sql.store import Store
from tests.dashboard.county import COMPUTED
from tests.dashboard.served import save_run


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_no_run_is_none(settings: Settings, store: Store) -> None:
    assert Snapshots(settings, store).current() is None


def test_a_new_run_is_seen_after_a_second_and_not_asked_for_before(settings: Settings, store: Store) -> None:
    clock = Clock()
    snapshots = Snapshots(settings, store, clock)
    assert snapshots.current() is None
    first = save_run(settings, store)
    clock.now = 0.9
    assert snapshots.current() is None
    clock.now = 1.0
    current = snapshots.current()
    assert current is not None
    assert current.run == first
    clock.now = 2.5
    assert snapshots.current() is current
    second = save_run(settings, store)
    clock.now = 4.0
    renewed = snapshots.current()
    assert renewed is not None
    assert renewed.run == second
    assert set(renewed.figures["run"]) == {second}
    assert set(current.figures["run"]) == {first}, "a reader keeps the run it began with"


def test_protected_figures_are_made_once_and_hold_breakdowns_of_county_years_alone(settings: Settings, store: Store) -> None:
    save_run(settings, store, only="avvikelser")
    snapshot = Snapshots(settings, store).current()
    assert snapshot is not None
    assert snapshot.view(Sight(True)).figures is snapshot.figures
    assert snapshot.view(Sight(True)).breakdowns["period"].n_unique() > 4
    protected = snapshot.view(Sight(False))
    assert protected.figures.equals(protect(settings, snapshot.figures))
    assert not protected.figures.equals(snapshot.figures)
    assert set(protected.breakdowns["area"]) == {"lan-14"}
    assert set(protected.breakdowns["period_kind"]) == {"year"}
    assert snapshot.view(Sight(False)) is protected


def test_nobody_waits_for_a_new_runs_protected_figures(settings: Settings, store: Store) -> None:
    clock, may_go = Clock(), threading.Event()
    may_go.set()

    def protect_slowly(settings_: Settings, store_: Store, run: str) -> pl.DataFrame:
        assert may_go.wait(10)
        return public_figures.of_run(settings_, store_, run)

    first = save_run(settings, store, only="avvikelser")
    snapshots = Snapshots(settings, store, clock, protect_slowly)
    old = snapshots.current()
    assert old is not None
    old.view(Sight(False))
    may_go.clear()
    second = save_run(settings, store, only="avvikelser")
    clock.now = 5.0
    meanwhile = snapshots.current()
    assert meanwhile is old
    assert meanwhile.view(Sight(False)).run == first
    may_go.set()
    deadline = monotonic() + 20
    while snapshots.current() is old and monotonic() < deadline:
        sleep(0.01)
    renewed = snapshots.current()
    assert renewed is not None
    assert (renewed.run, renewed.is_protected) == (second, True)


def test_a_publication_makes_a_new_snapshot(settings: Settings, store: Store) -> None:
    """From then on the public knows more, so another version of the same run may have to be shown."""
    run = save_run(settings, store, only="avvikelser")
    clock = Clock()
    snapshots = Snapshots(settings, store, clock)
    old = snapshots.current()
    year = public_figures.computed(store, run, 2023)
    new = publications.NewPublication(year=2023, run=run, note="", reason="", by="test", now=COMPUTED)
    protected = public_figures.of_year(settings, store, run, 2023)
    publications.publish(store, new, {publications.INTERNAL: year, publications.PROTECTED: protected})
    clock.now = 5.0
    fresh = snapshots.current()
    assert fresh is not None
    assert fresh is not old
    assert fresh.run == run


def test_a_database_that_fails_is_asked_once_a_second(settings: Settings, store: Store) -> None:
    save_run(settings, store)
    clock = Clock()
    snapshots = Snapshots(settings, store, clock)
    assert snapshots.current() is not None
    database = store.folder / "uppfoljning.db"
    whole = database.read_bytes()
    database.write_bytes(b"no database at all" * 100)
    clock.now = 1.0
    with pytest.raises(StoreError, match="skadad"):
        snapshots.current()
    database.write_bytes(whole)
    clock.now = 1.9
    with pytest.raises(StoreError, match="skadad"):
        snapshots.current()
    clock.now = 2.0
    assert snapshots.current() is not None


def test_somebody_who_has_waited_long_enough_is_told_to_come_back(settings: Settings, store: Store) -> None:
    """And then gets them: the making goes on, once, whoever has asked meanwhile."""
    may_go, made = threading.Event(), []

    def protect_slowly(settings_: Settings, store_: Store, run: str) -> pl.DataFrame:
        made.append(run)
        assert may_go.wait(10)
        return public_figures.of_run(settings_, store_, run)

    run = save_run(settings, store, only="avvikelser")
    snapshot = Snapshots(settings, store, protect=protect_slowly, patience=0.01).current()
    assert snapshot is not None
    for _ in range(3):
        with pytest.raises(BeingProtectedError, match="Försök igen om en stund"):
            snapshot.view(Sight(False, frozenset({"1440"})))
    assert snapshot.view(Sight(True)).figures is snapshot.figures, "who sees all waits for nothing"
    may_go.set()
    snapshot.make_protected()
    assert snapshot.view(Sight(False)).protected
    assert made == [run]


def test_a_protection_that_failed_is_tried_again(settings: Settings, store: Store) -> None:
    tries: list[str] = []

    def protect_badly_at_first(settings_: Settings, store_: Store, run: str) -> pl.DataFrame:
        tries.append(run)
        if len(tries) == 1:
            raise StoreError("Databasen svarar inte.")
        return public_figures.of_run(settings_, store_, run)

    save_run(settings, store, only="avvikelser")
    snapshot = Snapshots(settings, store, protect=protect_badly_at_first, patience=60).current()
    assert snapshot is not None
    with pytest.raises(StoreError, match="svarar inte"):
        snapshot.view(Sight(False))
    assert snapshot.view(Sight(False)).protected


def test_of_several_who_want_the_same_protection_one_makes_it(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the processes of one server do, when a new run comes."""
    run = save_run(settings, store, only="avvikelser", quarters=1)
    made: list[int] = []

    def counted(settings_: Settings, figures: pl.DataFrame, earlier: Any) -> pl.DataFrame:
        made.append(1)
        sleep(0.2)
        return disclosure.protect(settings_, figures)

    monkeypatch.setattr(disclosure, "proved", counted)
    years = runs.frame(store, run, "figures")["period"].str.slice(0, 4).n_unique()
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: public_figures.of_run(settings, store, run), range(3)))
    assert len(made) == years
    assert all(each.equals(found[0]) for each in found)
