"""The demo county goes in through the loaders, like anybody's files, and what is refused is what should be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

import periods
from config import Settings
from demo.build import build
from demo.county import _delivered, _drafts, _write
from demo.drafts import DemoFile
from demo.scene import set_scene
from loaders.intake import check, take_in
from sql import deliveries, facts, refusals, runs
from sql.coverage import in_force
from sql.store import Store, StoreError, open_store
from tests.conftest import soak

SHORT = date(2023, 7, 20)
NOVEMBER = date(2026, 11, 22)
NEXT_AGREEMENT = date(2027, 7, 20)


def some_files(settings: Settings, folder: Path, today: date, words: tuple[str, ...]) -> list[DemoFile]:
    """The files of the day whose names hold one of the words, without making the others."""
    scene = set_scene(settings, 1, today)
    ordered = sorted(_drafts(scene), key=lambda draft: draft.day)
    return [
        _write(scene, folder, draft, _delivered(draft.day, today, number))
        for number, draft in enumerate(ordered)
        if any(word in draft.stem for word in words)
    ]


def deliver(settings: Settings, store: Store, files: list[DemoFile]) -> None:
    for file in files:
        outcome = take_in(settings, store, file.dataset, file.path, file.periods, file.kommuner, False, "demo", file.delivered)
        assert (outcome.delivery is None) == (file.expected == "refused"), (file.path.name, outcome.problems[:3])


@pytest.mark.parametrize("today", soak([SHORT], [SHORT, NOVEMBER, NEXT_AGREEMENT]), ids=str)
def test_the_whole_county_is_built_marked_and_computed(settings: Settings, tmp_path: Path, today: date) -> None:
    """From a building that was cut short: it is taken up again, and nothing comes in twice."""
    store = open_store(settings)
    store.mark_demo()
    deliver(settings, store, some_files(settings, tmp_path, today, ("befolkning", "utskrivning_2023-Q1")))
    assert build(settings, store, 1, today)
    assert store.is_demo
    listed = deliveries.listing(store)
    assert len({(d.dataset, d.sha256) for d in listed}) == len(listed)
    run = runs.current(store)
    assert run is not None
    assert run.id.startswith("demo-")
    figures = runs.frame(store, run.id, "figures")
    last = max(figures.filter(pl.col("period_kind") == "quarter")["period"])
    assert last == periods.previous(periods.quarter_of(today))
    county = figures.filter(pl.col("area") == "lan-14", pl.col("period") == periods.previous(last))
    value = dict(county.select("indicator", "value").iter_rows())
    assert 2.3 < value["ntandvard_tackning"] < 3.1
    assert 1.7 < value["dagar_snitt"] < 2.3
    assert 80 < value["foljsamhet"] < 95
    assert 6000 < value["utskrivna"] < 9000
    assert [refused.dataset for refused in refusals.refusals(store)] == ["ntandvard"]
    assert not build(settings, store, 1, today)
    store.close()


def test_a_store_with_real_deliveries_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    store = open_store(settings)
    deliver(settings, store, some_files(settings, tmp_path, SHORT, ("befolkning",)))
    with pytest.raises(StoreError):
        build(settings, store, 1, SHORT)
    assert [d.dataset for d in deliveries.listing(store)] == ["befolkning"]
    store.close()


def test_the_story_can_be_read_from_what_was_stored(settings: Settings, tmp_path: Path) -> None:
    """Two kommuner missing, one late, one lacking a month, one corrected."""
    store = open_store(settings)
    words = ("ntandvard_2026-Q3", "utskrivning_2025-Q3", "utskrivning_2026-Q2", "avvikelser_2026-Q3")
    files = some_files(settings, tmp_path, NOVEMBER, words)
    deliver(settings, store, files)
    quarter = in_force(store, "ntandvard")
    assert quarter.filter(pl.col("period") == "2026-Q3")["kommun"].n_unique() == 47
    months = in_force(store, "avvikelser").group_by("period").agg(pl.col("kommun").n_unique())
    assert {p: n for p, n in months.iter_rows() if n != 49} == {"2026-08": 48}
    [late] = [f for f in files if f.path.stem.endswith("_sen")]
    [corrected] = [f for f in files if f.path.stem.endswith("_rattad")]
    before = in_force(store, "utskrivning", late.delivered - timedelta(minutes=1)).filter(pl.col("period") == "2025-07")
    after = in_force(store, "utskrivning").filter(pl.col("period") == "2025-07")
    assert (before["kommun"].n_unique(), after["kommun"].n_unique()) == (48, 49)
    days = (pl.col("utskriven") - pl.col("utskrivningsklar")).dt.total_days().sum()

    def waited(as_of: datetime | None) -> int:
        rows = facts.rows(store, "utskrivning", as_of).filter(pl.col("kommun").is_in(corrected.kommuner or ()))
        return int(rows.filter(pl.col("utskriven").is_between(date(2026, 4, 1), date(2026, 6, 30))).select(days).collect().item())

    assert waited(corrected.delivered - timedelta(minutes=1)) > waited(None)
    store.close()


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (NOVEMBER, ("utskrivning_2024-Q2", "befolkning", "namndplan", "matt")),
        (NEXT_AGREEMENT, ("2027",)),
        (date(2026, 10, 1), ("2026-Q3", "rattad")),
    ],
    ids=str,
)
def test_each_file_passes_the_check_on_its_day(settings: Settings, tmp_path: Path, today: date, words: tuple[str, ...]) -> None:
    for file in some_files(settings, tmp_path, today, words):
        day = file.delivered.astimezone(UTC).date() + timedelta(days=1)
        found = check(settings, None, file.dataset, file.path, file.periods, file.kommuner, min(day, today))
        assert bool(found.problems) == (file.expected == "refused"), (file.path.name, found.problems[:3])


def test_only_the_planned_column_is_lacking(settings: Settings, tmp_path: Path) -> None:
    files = some_files(settings, tmp_path, NOVEMBER, ("utskrivning_2024-Q2",))
    noted = {f.path.stem: " ".join(check(settings, None, f.dataset, f.path, f.periods, f.kommuner, NOVEMBER).notes) for f in files}
    assert [stem for stem, notes in noted.items() if "oppenvard_insatser" in notes] == ["utskrivning_2024-Q2_egen_fil"]


def test_the_refused_file_has_both_its_errors(settings: Settings, tmp_path: Path) -> None:
    [refused] = some_files(settings, tmp_path, NOVEMBER, ("komplettering",))
    found = check(settings, None, refused.dataset, refused.path, refused.periods, refused.kommuner, NOVEMBER)
    assert [(problem.row, problem.column) for problem in found.problems] == [(2, "onskar_mhb"), (3, "kvartal")]


def test_the_day_of_delivery_is_the_one_in_sweden(settings: Settings, tmp_path: Path) -> None:
    """A file that is clipped to the beginning of today is delivered the evening before in UTC, and is taken in all the same."""
    store = open_store(settings)
    files = some_files(settings, tmp_path, date(2026, 10, 1), ("ntandvard_2026-Q3", "avvikelser_2026-Q3"))
    assert files[0].delivered < datetime(2026, 10, 1, tzinfo=UTC)
    deliver(settings, store, files)
    store.close()


def test_kommuner_of_other_counties_are_left_alone(settings: Settings) -> None:
    fewer = {code: name for code, name in settings.kommuner.items() if code.startswith("144")}
    scene = set_scene(settings.model_copy(update={"kommuner": fewer}), 1, SHORT)
    assert scene.kommuner == tuple(sorted(fewer))
    assert replace(scene, seed=2).kommuner == scene.kommuner
