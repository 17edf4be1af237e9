"""Gallring takes rows and leaves figures: every run after it, a whole one too, says what the runs before it said."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlmodel import select

from config import ConfigError, Settings
from config.settings import Retention
from flows.compute import GALLRADE, compute
from flows.gallring import gallra, plan
from metrics import counting, engine
from sql import audit_trail, deliveries, facts, gallring, runs
from sql.coverage import in_force
from sql.errors import StoreError
from sql.shapes import SHAPES
from sql.store import Store, open_store
from sql.tables_gallring import GallradPartRow
from tests.conftest import SHIPPED, settings_of, soak
from tests.flows.test_incremental import from_the_rows, same
from tests.metrics.random_county import County, random_county
from tests.program import uppfoljning
from tests.sql.made import ALE, GBG, NOON, coverage, deliver, discharge

TODAY = date(2026, 3, 1)
LIMIT = date(2025, 1, 1)


def keeping(settings: Settings, *datasets: str, years: int = 1) -> Settings:
    return settings.model_copy(update={"retention": dict.fromkeys(datasets, Retention(years=years, source="prov"))})


def send(store: Store, county: County, dataset: str, told: str = "", mark: str = "") -> None:
    """The county's cells whose period begins so, as one delivery."""
    cells = {cell: whole for cell, whole in county.covered[dataset].items() if cell[1].startswith(told)}
    shape = SHAPES[dataset]

    def place(row: dict[str, Any]) -> str:
        value = row[shape.period]
        return f"{value:%Y-%m}" if isinstance(value, date) else str(value)

    rows = [{name: cell for name, cell in row.items() if name != "lacks"} for row in county.rows[dataset]]
    rows = [{**row, **({shape.id: row[shape.id] + mark} if shape.id else {})} for row in rows if (row["kommun"], place(row)) in cells]
    covered = pl.DataFrame(
        [(kommun, period, whole) for (kommun, period), whole in cells.items()],
        schema={"kommun": pl.String, "period": pl.String, "complete": pl.Boolean},
        orient="row",
    )
    deliver(store, dataset, rows, covered, columns=list(shape.optional), content=f"{dataset}{told}{mark}")


def filled(storage: Path, county: County) -> Store:
    store = open_store(county.settings.model_copy(update={"storage": str(storage), "database_url": None}))
    for dataset in counting.DATASETS:
        for year in sorted({period[:4] for _, period in county.covered[dataset]}):
            send(store, county, dataset, year)
    return store


def frames(store: Store, run: str) -> dict[str, pl.DataFrame]:
    return {name: runs.frame(store, run, name) for name in engine.SCHEMAS}


@pytest.mark.parametrize("seed", range(soak(1, 12)))
def test_the_figures_stay_whatever_is_made_anew(seed: int, tmp_path: Path, settings: Settings) -> None:
    """Beside a twin from which nothing went: after gallring, after a correction of what is gone, and after that is withdrawn."""
    county, other = random_county(seed, settings), random_county(seed + 1, settings)
    store = filled(tmp_path / "a", county)
    compute(store.settings, store, NOON)
    store.close()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    twin = open_store(store.settings.model_copy(update={"storage": str(tmp_path / "b")}))
    decided = keeping(store.settings, *soak(("utskrivning", "avvikelser", "utbildning", "enheter", "placeringar"), GALLRADE))
    before = from_the_rows(twin, twin.settings)
    for old in plan(decided, store, TODAY):
        gallra(decided, store, old, "anna", NOON)
    assert {each.dataset for each in deliveries.listing(store) if each.gallrad_at} >= {"utskrivning", "avvikelser", "utbildning"}
    assert same(store, compute(decided, store, NOON), before)
    assert same(store, compute(decided, store, NOON, full=True), before)
    for each in (store, twin):
        send(each, other, "avvikelser", "2024-0", "-ny")
        send(each, other, "utskrivning", "2024-1", "-ny")
    corrected = from_the_rows(twin, twin.settings)
    assert not corrected["figures"].equals(before["figures"])
    assert same(store, compute(decided, store, NOON), corrected)
    for correction in [each.id for each in deliveries.listing(store)][-2:]:
        deliveries.withdraw(store, correction, "prov", "anna", NOON)
    assert same(store, compute(decided, store, NOON, full=True), before)
    store.close()
    twin.close()


# ---- What goes and what waits ---------------------------------------------------------------------------------------------------


def months(store: Store, name: str, *told: str, kommun: str = ALE) -> int:
    rows = [discharge(f"{name}-{month}", kommun, f"{month}-14") for month in told]
    return deliver(store, "utskrivning", rows, pl.concat([coverage([kommun], month) for month in told])).id


def decided(store: Store) -> Settings:
    return keeping(store.settings, "utskrivning")


def value(store: Store, run: str, period: str, area: str = ALE) -> float | None:
    found = runs.frame(store, run, "figures").filter(indicator="utskrivna", area=area, period=period)
    return found["value"].item() if found.height else None


def run_of(store: Store, *, full: bool = False) -> str:
    return compute(decided(store), store, NOON, full=full)


def parquet(store: Store) -> int:
    return len(list((store.folder / "leveranser").rglob("*.parquet")))


def test_the_day_decides(store: Store) -> None:
    """Kept for one whole calendar year before this: rows of 2024 may go on 1 January 2026 and not on the day before."""
    old = months(store, "a", "2024-11", "2024-12")
    spans = months(store, "b", "2024-12", "2025-01", kommun=GBG)
    new = months(store, "c", "2025-01")
    (before,) = plan(decided(store), store, date(2025, 12, 31))
    assert (before.before, before.wholly, before.partly) == (date(2024, 1, 1), (), ())
    (on,) = plan(decided(store), store, date(2026, 1, 1))
    assert on.before == LIMIT
    assert [each.id for each in on.wholly] == [old]
    assert [each.id for each in on.partly] == [spans]
    assert new not in {each.id for each in (*on.wholly, *on.partly)}


def test_rows_go_and_the_rest_stays(store: Store) -> None:
    old, new = months(store, "a", "2024-11", "2024-12"), months(store, "c", "2025-01")
    first = run_of(store)
    (found,) = plan(decided(store), store, TODAY)
    gallra(decided(store), store, found, "anna", NOON)
    assert parquet(store) == 1
    assert in_force(store, "utskrivning")["delivery"].unique().sort().to_list() == [old, new]
    assert facts.rows(store, "utskrivning").collect()["delivery"].to_list() == [new]
    assert list(gallring.gallrade(store)) == [old]
    second, third = run_of(store), run_of(store, full=True)
    for run in (first, second, third):
        assert (value(store, run, "2024"), value(store, run, "2024-12"), value(store, run, "2025-01")) == (2, 1, 1)
    made = runs.get(store, third)
    assert made is not None
    assert made.deliveries == (old, new)
    (again,) = plan(decided(store), store, TODAY)
    assert again.wholly == ()


def test_what_had_been_replaced_leaves_nothing_behind(store: Store) -> None:
    """The replaced one goes too; if what replaced it ends, nobody knows what was there, and that is not zero."""
    months(store, "a", "2024-11", "2024-12")
    newer = months(store, "b", "2024-11")
    (found,) = plan(decided(store), store, TODAY)
    gallra(decided(store), store, found, "anna", NOON)
    assert value(store, run_of(store), "2024-11") == 1
    deliveries.withdraw(store, newer, "prov", "anna", NOON)
    assert in_force(store, "utskrivning")["period"].to_list() == ["2024-12"]
    assert (value(store, run_of(store), "2024-11"), value(store, run_of(store), "2024-12")) == (None, 1)


def test_erasing_what_was_gallrad_takes_what_was_kept(store: Store) -> None:
    old = months(store, "a", "2024-11")
    (found,) = plan(decided(store), store, TODAY)
    gallra(decided(store), store, found, "anna", NOON)
    assert gallring.kept(store, ["2024-Q4"])["ruled:utskrivning"].height == 1
    deliveries.erase(store, old, "begäran", "anna", NOON)
    assert all(rows.is_empty() for rows in gallring.kept(store, ["2024-Q4"]).values())
    assert value(store, run_of(store), "2024-11") is None


def test_something_else_came_to_count_meanwhile(store: Store) -> None:
    old = months(store, "a", "2024-11")
    counting_then = in_force(store, "utskrivning")
    months(store, "b", "2024-11")
    listed = [each for each in deliveries.listing(store) if each.id == old]
    with pytest.raises(StoreError, match="Inget är gallrat"):
        gallring.gallra(store, listed, counting_then, [], "anna", NOON)
    assert gallring.gallrade(store) == {}
    assert parquet(store) == 2


def test_killed_between_the_commit_and_the_files(store: Store) -> None:
    months(store, "a", "2024-11")
    (path,) = (store.folder / "leveranser").rglob("*.parquet")
    rows = path.read_bytes()
    (found,) = plan(decided(store), store, TODAY)
    gallra(decided(store), store, found, "anna", NOON)
    path.write_bytes(rows)
    assert facts.rows(store, "utskrivning").collect().is_empty()
    months(store, "b", "2025-01")
    assert not path.exists()


def test_a_load_after_gallring_reads_nothing_that_is_gone(store: Store) -> None:
    months(store, "a", "2024-11")
    (found,) = plan(decided(store), store, TODAY)
    gallra(decided(store), store, found, "anna", NOON)
    months(store, "a", "2024-11")
    assert value(store, run_of(store), "2024-11") == 1


def test_only_what_figures_are_made_of_can_be_gallrad(settings: Settings, tmp_path: Path) -> None:
    store = open_store(settings)
    for wrong in ("befolkning", "namndplan", "finns_inte"):
        with pytest.raises(ConfigError, match=f"retention.{wrong}"):
            plan(keeping(settings, wrong), store, TODAY)
    assert plan(settings, store, TODAY) == []
    store.close()


def test_counts_that_a_later_program_makes_are_not_known_of_what_is_gone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a count had come with a version after the gallring: missing there, and everything else as it was."""
    row = {"avvikelse": "v1", "registrerad": date(2024, 11, 3), "kommun": ALE, "rapportor": "kommun", "omrade": "munhalsa", "kategori": "x"}
    deliver(store, "avvikelser", [row], coverage([ALE], "2024-11"), columns=["avslutad"])
    keeps = keeping(store.settings, "avvikelser")
    (found,) = plan(keeps, store, TODAY)
    gallra(keeps, store, found, "anna", NOON)
    with store.writing() as session:
        for part in session.exec(select(GallradPartRow).where(GallradPartRow.name == "avvikelser")):
            part.parquet = runs.parquet_bytes(pl.read_parquet(part.parquet).drop("closed"))
            session.add(part)
    figures = runs.frame(store, compute(keeps, store, NOON), "figures").filter(area=ALE, period="2024-11")
    said = dict(figures.select("indicator", "status").iter_rows())
    assert (said["avvikelser"], said["avslutade"]) == ("no_goal", "missing")


def test_who_had_rows_that_are_gone(store: Store) -> None:
    """So that a file which would make a kommun zero is stopped then too."""
    months(store, "a", "2024-11")
    deliver(store, "utskrivning", [], coverage([GBG], "2024-11"))
    (found,) = plan(decided(store), store, TODAY)
    gallra(decided(store), store, found, "anna", NOON)
    assert gallring.had_rows(store, "utskrivning", ["2024-11"]) == {ALE}
    assert gallring.had_rows(store, "utskrivning", ["2024-12"]) == set()


def test_the_command_and_the_trail(tmp_path: Path) -> None:
    """Nothing goes before --yes; then it goes, and is told."""
    config = tmp_path / "config.yaml"
    config.write_text(SHIPPED.read_text(encoding="utf-8") + "\nretention: {utskrivning: {years: 1, source: prov}}\n", encoding="utf-8")
    storage = tmp_path / "storage"
    store = open_store(settings_of(storage))
    months(store, "a", "2019-11")
    run = ("--config", str(config))
    dry = uppfoljning(storage, *run, "gallra")
    assert "ska gallras" in dry.stdout
    assert "Inget är borttaget" in dry.stderr
    assert parquet(store) == 1
    assert "En leverans är gallrad." in uppfoljning(storage, *run, "gallra", "--yes").stderr
    assert parquet(store) == 0
    assert [entry.object for entry in audit_trail.entries(store, audit_trail.Filter(what="gallra"), most=9)] == ["leverans 1"]
    assert "Gallrade leveranser: 1." in uppfoljning(storage, *run, "compute", "--full").stderr
    assert "gäller, gallrad" in uppfoljning(storage, *run, "deliveries").stdout
    assert "sparas för alltid" in uppfoljning(storage, "gallra").stderr
    store.close()


def test_rules_that_change_afterwards_do_not_change_what_is_gone(settings: Settings) -> None:
    """Four days over a limit of three are one to pay for; over a limit of one, three."""
    store = open_store(settings)
    for name, month in (("a", "2024-11"), ("b", "2025-01")):
        day = date.fromisoformat(f"{month}-14")
        row = discharge(name, ALE, str(day), utskrivningsklar=day - timedelta(days=4), inskriven=day - timedelta(days=9))
        deliver(store, "utskrivning", [row], coverage([ALE], month))
    (found,) = plan(decided(store), store, TODAY)
    gallra(decided(store), store, found, "anna", NOON)
    raw = decided(store).model_dump(mode="json")
    for agreement in raw["agreements"]:
        agreement["utskrivning"]["mean_limit_days"] = 1.0
    paid = {}
    for limit, rules in ((3, decided(store)), (1, Settings.model_validate(raw))):
        figures = runs.frame(store, compute(rules, store, NOON), "figures").filter(indicator="betaldagar", area=ALE)
        paid[limit] = dict(figures.select("period", "value").iter_rows())
    assert [paid[limit]["2025-01"] for limit in (3, 1)] == [1, 3]
    assert [paid[limit]["2024-11"] for limit in (3, 1)] == [1, 1]
    store.close()
