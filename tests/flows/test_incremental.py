"""A run that uses again what has not changed is the run that uses nothing again, to the last byte, whatever has come and gone."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import update
from sqlmodel import col, select

from config import Settings
from flows import counting as tasks
from flows import fingerprints, incremental
from flows.compute import compute
from metrics import counting, engine
from metrics.counting import months_back
from sql import deliveries, facts, pieces, runs
from sql.coverage import in_force
from sql.deliveries import NewDelivery, accept
from sql.errors import StoreError
from sql.shapes import SHAPES
from sql.store import Store, open_store
from sql.tables_pieces import PieceRow, RunPieceRow
from tests.conftest import soak
from tests.metrics.random_county import random_county
from tests.sql.made import ALE, GBG, NOON, coverage, deliver, discharge, frame

Cell = tuple[str, str]
STEPS = soak(3, 25)
SEEDS = soak(1, 12)
IDS = 5000  # so few that two deliveries now and then hold the same one


class Story:
    """A store in which deliveries come, are corrected, withdrawn and erased, in an order that the seed decides."""

    def __init__(
        self,
        seed: int,
        storage: Path,
        shipped: Settings,
        told: Sequence[str] = counting.DATASETS,
        datasets: Sequence[str] = counting.DATASETS,
    ) -> None:
        self.rng = random.Random(seed)
        self.counties = [random_county(seed + number, shipped) for number in range(2)]  # the second tells the same cells otherwise
        self.settings = self.counties[0].settings.model_copy(update={"storage": str(storage), "database_url": None})
        self.store = open_store(self.settings)
        self.datasets, self.hour = datasets, 0
        for dataset in told:
            self.send(dataset, list(self.counties[0].covered[dataset]), 0)

    def send(self, dataset: str, cells: Sequence[Cell], telling: int) -> None:
        """A delivery of those cells, as one of the counties tells of them."""
        told = self.counties[telling]
        place = SHAPES[dataset].period
        wanted = set(cells)
        rows = [self._row(dataset, row) for row in told.rows[dataset] if (row["kommun"], _period(row[place])) in wanted]
        id_ = SHAPES[dataset].id
        if id_ is not None:
            rows = list({row[id_]: row for row in rows}.values())
        covered = pl.DataFrame(
            [(kommun, period, self.rng.random() < 0.9) for kommun, period in sorted(wanted)],
            schema={"kommun": pl.String, "period": pl.String, "complete": pl.Boolean},
            orient="row",
        )
        self.hour += 1
        columns = [name for name in SHAPES[dataset].optional if self.rng.random() < 0.9]
        rows = [{name: cell for name, cell in row.items() if name in columns or name in SHAPES[dataset].required} for row in rows]
        deliver(self.store, dataset, rows, covered, columns=columns, at=self.now, content=str(self.hour))

    def _row(self, dataset: str, row: Mapping[str, Any]) -> dict[str, Any]:
        id_ = SHAPES[dataset].id
        return {**row, **({id_: f"a{self.rng.randrange(IDS)}"} if id_ else {})}

    @property
    def now(self) -> datetime:
        return NOON + timedelta(hours=self.hour)

    def something(self) -> None:
        """Something happens to a dataset."""
        dataset = self.rng.choice(self.datasets)
        alive = [
            each for each in deliveries.listing(self.store) if each.dataset == dataset and each.status not in ("återkallad", "raderad")
        ]
        if len(alive) > 1 and self.rng.random() < 0.3:
            end = self.rng.choice((deliveries.withdraw, deliveries.erase))
            end(self.store, self.rng.choice(alive).id, "prov", "anna", self.now)
            return
        telling = self.rng.randrange(2)
        cells = list(self.counties[telling].covered[dataset])
        some = self.rng.sample(cells, min(len(cells), self.rng.choice((1, 3, 20))))
        if some:
            self.send(dataset, some, telling)


def _period(value: Any) -> str:
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value)


def from_the_rows(store: Store, settings: Settings) -> dict[str, pl.DataFrame]:
    """Every frame, made at one go, with no pieces at all."""
    covered = {dataset: in_force(store, dataset) for dataset in counting.DATASETS}
    rows = {dataset: facts.rows_of(store, dataset, cells) for dataset, cells in covered.items()}
    return engine.frames(settings, rows, covered)


def same(store: Store, run: str, frames: Mapping[str, pl.DataFrame]) -> bool:
    return all(runs.parquet_bytes(runs.frame(store, run, name)) == runs.parquet_bytes(frame) for name, frame in frames.items())


def tell(story: Story, steps: int) -> Iterator[bool]:
    """After each thing that happens: whether the new run is what a whole one would be."""
    compute(story.settings, story.store, story.now)
    for _ in range(steps):
        story.something()
        run = compute(story.settings, story.store, story.now)
        yield same(story.store, run, from_the_rows(story.store, story.settings))
    story.store.close()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_comes_and_goes(seed: int, tmp_path: Path, settings: Settings) -> None:
    assert all(tell(Story(seed, tmp_path / "a", settings), STEPS))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("befolkning", ["befolkning", "ntandvard"]),
        ("avvikelser.oppna", ["avvikelser"]),
        ("utbildning.enheter", ["utbildning", "enheter"]),
    ],
)
def test_a_look_back_that_nobody_declared_is_found(
    name: str, told: list[str], tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test above would see if a declaration were forgotten."""
    assert name in months_back(settings)
    for module in (fingerprints, incremental):
        monkeypatch.setattr(module, "months_back", lambda given: {**months_back(given), name: 0})
    assert not all(tell(Story(1, tmp_path / "a", settings, told, told[:1]), 2))


# ---- What is used again -----------------------------------------------------------------------------------------------------------

Q1, Q2 = ("2025-01", "2025-02", "2025-03"), ("2025-04", "2025-05", "2025-06")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[str, ...]]]:
    """What is counted from rows, as it happens: dataset and periods."""
    seen: list[tuple[str, tuple[str, ...]]] = []
    really = tasks.here

    def here(settings: Settings, wanted: Sequence[tasks.Task]) -> Iterator[dict[str, pl.DataFrame]]:
        seen.extend((task.dataset, task.periods) for task in wanted)
        return really(settings, wanted)

    monkeypatch.setattr(tasks, "here", here)
    return seen


def send(store: Store, months: Sequence[str], name: str) -> int:
    rows = [discharge(f"{name}-{month}", ALE, f"{month}-14") for month in months]
    return deliver(store, "utskrivning", rows, pl.concat([coverage([ALE], month) for month in months])).id


def run_of(store: Store, number: int, *, full: bool = False) -> str:
    return compute(store.settings, store, NOON + timedelta(minutes=number), full=full)


def test_a_new_quarter_is_all_that_is_counted(store: Store, counted: list[tuple[str, tuple[str, ...]]]) -> None:
    send(store, Q1, "a")
    first = run_of(store, 1)
    assert counted == [("utskrivning", Q1)]
    send(store, Q2, "b")
    second = run_of(store, 2)
    assert counted[1:] == [("utskrivning", Q2)]
    before, after = pieces.of_run(store, first), pieces.of_run(store, second)
    assert {bucket for _, bucket in after} == {"2025", "2025-Q1", "2025-Q2"}
    assert {bucket for name, bucket in after if after[name, bucket] != before.get((name, bucket))} == {"2025", "2025-Q2"}
    assert run_of(store, 3) != second
    assert len(counted) == 2


def test_full_uses_nothing_again_and_is_the_same_run(store: Store, counted: list[tuple[str, tuple[str, ...]]]) -> None:
    send(store, (*Q1, *Q2), "a")
    first, second = run_of(store, 1), run_of(store, 2, full=True)
    assert counted == [("utskrivning", (*Q1, *Q2))] * 2
    assert pieces.of_run(store, first) == pieces.of_run(store, second)


def test_as_of_a_time_before_uses_what_is_the_same(store: Store, counted: list[tuple[str, tuple[str, ...]]]) -> None:
    send(store, Q1, "a")
    before = run_of(store, 1)
    then = datetime.now(UTC)
    later = frame("utskrivning", [discharge("b", GBG, "2025-05-02")])
    accept(
        store,
        NewDelivery(dataset="utskrivning", file_name="b", sha256="b", loaded_by="b", loaded_at=then, coverage=coverage([GBG], "2025-05")),
        later,
    )
    run_of(store, 2)
    asked = compute(store.settings, store, then, then - timedelta(days=1))
    assert same(store, asked, {name: runs.frame(store, before, name) for name in engine.SCHEMAS})


def test_nothing_is_used_under_other_settings_or_by_another_program(
    store: Store, counted: list[tuple[str, tuple[str, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    send(store, Q1, "a")
    run_of(store, 1)
    compute(store.settings.model_copy(update={"agreements": store.settings.agreements[:1]}), store, NOON)
    assert len(counted) == 2
    run_of(store, 2)
    monkeypatch.setattr(fingerprints, "PROGRAM", "another")
    run_of(store, 3)
    assert len(counted) == 4


@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_a_piece_that_is_not_what_it_was_is_not_used(how: str, store: Store, counted: list[tuple[str, tuple[str, ...]]]) -> None:
    send(store, Q1, "a")
    first = run_of(store, 1)
    piece = pieces.of_run(store, first)["utskrivning", "2025-Q1"]
    with store.writing() as session:
        if how == "lost":
            session.execute(update(RunPieceRow).where(col(RunPieceRow.name) == "utskrivning").values(inputs="x"))
        else:
            session.execute(update(PieceRow).where(col(PieceRow.sha256) == piece.sha256).values(parquet=b"PAR1"))
    send(store, Q2, "b")
    run = run_of(store, 2)
    assert counted[-1] == ("utskrivning", (*Q1, *Q2))
    assert same(store, run, from_the_rows(store, store.settings))


def test_pieces_that_no_run_has_are_swept(store: Store) -> None:
    """The oldest run goes when the eleventh comes, and what it alone had goes with it."""
    sent = send(store, Q1, "a")
    first = run_of(store, 0)
    alone = pieces.of_run(store, first)["utskrivning", "2025-Q1"].sha256
    deliveries.withdraw(store, sent, "prov", "anna", NOON)
    for number in range(1, runs.KEPT + 1):
        assert alone in pieces.read(store, [alone])
        run_of(store, number)
    assert pieces.read(store, [alone]) == {}
    had = {piece.sha256 for run in runs.listing(store) for piece in pieces.of_run(store, run.id).values()}
    with store.reading() as session:
        assert set(session.exec(select(PieceRow.sha256))) == had


def test_a_run_whose_pieces_went_while_it_was_made(store: Store) -> None:
    """So many runs were made meanwhile that the one it was to share with is gone: nothing is saved, and a person can read why."""
    gone = pieces.made("figures", "2025", "x", pl.DataFrame({"a": [1]}))
    with pytest.raises(StoreError, match="Kör uppfoljning compute igen"):
        runs.save(store, {}, as_of=None, now=NOON, deliveries=[], pieces=[replace(gone, parquet=None)])
    assert runs.listing(store) == ()
