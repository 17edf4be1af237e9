"""Which kommuner a plan's measures are compared with: by name or by indicator, in the same unit, and no more than a reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from config import Settings
from flows import planning
from flows.planning import Plans
from loaders.intake import take_in
from metrics.plan_values import Measure
from policy import Sight, here
from sql import plan_entries
from sql.plan_entries import NEVER, Change, Place
from sql.store import Store
from tests.dashboard.served import sqlite_store

ALE, LERUM, PARTILLE = "1440", "1441", "1402"
NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)
EVERYTHING = Sight(True)


class Given(NamedTuple):
    numerator: float | None
    denominator: float | None
    value: float | None
    status: str = "no_goal"


@pytest.fixture
def kept(settings: Settings) -> Iterator[Store]:
    with sqlite_store(settings) as store:
        yield store


def give(store: Store, path: Path, dataset: str, day: int = 0) -> None:
    taken = take_in(store.settings, store, dataset, path, [], None, False, here("test"), NOW + timedelta(days=day))
    assert taken.delivery is not None, taken.problems


def plan(store: Store, folder: Path, kommun: str, *measures: Any, year: int = 2026, day: int = 0) -> None:
    """A plan with these measures and nothing else."""
    content = {"kommun": kommun, "namnd": "N", "ar": year, "dnr": "1", "riktningsmal": [], "verksamhetsmatt": {"Omsorg": list(measures)}}
    path = folder / f"plan_{kommun}.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    give(store, path, "namndplan", day)


def outcomes(store: Store, folder: Path, *rows: str, day: int = 1) -> None:
    path = folder / "matt.csv"
    path.write_text("\n".join(["kommun;matt;period;utfall", *rows]), encoding="utf-8")
    give(store, path, "matt", day)


def measures(store: Store, sight: Sight = EVERYTHING, figures: planning.FiguresOf = planning.no_figures) -> dict[str, Measure]:
    """Ale's measures in the first tertial, by name."""
    book = Plans(store.settings, store).book()
    stored = book.plan(ALE, 2026)
    assert stored is not None
    found = planning.follow_up(store.settings, store, book, stored.plan, "2026-T1", date(2026, 9, 1), figures, sight)
    return {each.part.namn: each for each in found.measures}


def test_names_that_differ_by_case_and_spaces_are_the_same(kept: Store, tmp_path: Path) -> None:
    plan(kept, tmp_path, ALE, "Antal beslut")
    plan(kept, tmp_path, LERUM, "ANTAL  beslut", "Antal beslut om hemtjänst")
    outcomes(kept, tmp_path, f"{ALE};Antal beslut;2026-T1;20", f"{LERUM};ANTAL  beslut;2026-T1;30", f"{PARTILLE};antal beslut;2026-T1;40")
    assert measures(kept)["Antal beslut"].peers == {LERUM: 30, PARTILLE: 40}, "also of a kommun that has no plan here"


def test_what_was_written_last_counts(kept: Store, tmp_path: Path) -> None:
    plan(kept, tmp_path, ALE, "Antal beslut")
    plan(kept, tmp_path, LERUM, "Antal Beslut")
    outcomes(kept, tmp_path, f"{ALE};Antal beslut;2026-T1;20", f"{LERUM};Antal Beslut;2026-T1;30")
    place = Place(LERUM, "2026-T1", "matt", "Antal Beslut", "utfall")
    plan_entries.record(kept, [Change(place, "31.0", NEVER._replace(delivery=3))], by=here("Bo"), now=NOW + timedelta(days=2))
    assert measures(kept)["Antal beslut"].peers == {LERUM: 31}
    outcomes(kept, tmp_path, f"{LERUM};Antal Beslut;2026-T1;32", day=3)
    assert measures(kept)["Antal beslut"].peers == {LERUM: 32}


def test_another_kommuns_measure_is_known_by_its_present_name(kept: Store, tmp_path: Path) -> None:
    """What it was called before may have meant something else; what was delivered under that name follows it."""
    plan(kept, tmp_path, ALE, "Antal beslut", "Antal nya beslut")
    plan(kept, tmp_path, LERUM, {"namn": "Antal nya beslut", "hette": ["Antal beslut"]})
    outcomes(kept, tmp_path, f"{ALE};Antal beslut;2026-T1;20", f"{ALE};Antal nya beslut;2026-T1;2", f"{LERUM};Antal beslut;2026-T1;30")
    found = measures(kept)
    assert (found["Antal beslut"].peers, found["Antal nya beslut"].peers) == ({}, {LERUM: 30})


def test_other_units_are_not_compared(kept: Store, tmp_path: Path) -> None:
    plan(kept, tmp_path, ALE, {"namn": "Beslut", "enhet": "antal"})
    plan(kept, tmp_path, LERUM, {"namn": "Beslut", "enhet": "%"})
    plan(kept, tmp_path, PARTILLE, "Beslut")
    outcomes(kept, tmp_path, f"{ALE};Beslut;2026-T1;20", f"{LERUM};Beslut;2026-T1;30", f"{PARTILLE};Beslut;2026-T1;40")
    assert measures(kept)["Beslut"].peers == {PARTILLE: 40}


def test_small_counts_of_another_kommun_are_for_those_who_may_see_them(kept: Store, tmp_path: Path) -> None:
    """Somebody of Ale sees Ale's few as they are, and no more of Lerum's than the public does."""
    plan(kept, tmp_path, ALE, "Beslut")
    plan(kept, tmp_path, LERUM, "Beslut")
    outcomes(kept, tmp_path, f"{ALE};Beslut;2026-T1;2", f"{LERUM};Beslut;2026-T1;3", f"{PARTILLE};Beslut;2026-T1;400")
    seen = {
        "all": measures(kept),
        "Ale": measures(kept, Sight(False, frozenset({ALE}))),
        "Ale and Lerum": measures(kept, Sight(False, frozenset({ALE, LERUM}))),
        "public": measures(kept, Sight(False)),
    }
    values = {who: (found["Beslut"].due[0].value, found["Beslut"].peers) for who, found in seen.items()}
    assert values == {
        "all": (2, {LERUM: 3, PARTILLE: 400}),
        "Ale": (2, {PARTILLE: 400}),
        "Ale and Lerum": (2, {LERUM: 3, PARTILLE: 400}),
        "public": (None, {PARTILLE: 400}),
    }


def test_those_who_follow_the_same_indicator_in_the_year_are_compared(kept: Store, tmp_path: Path) -> None:
    """Whatever they call it; with figures as the reader sees them."""
    own = {"namn": "Antal betaldagar", "indikator": "betaldagar"}
    plan(kept, tmp_path, ALE, own)
    plan(kept, tmp_path, LERUM, {"namn": "Dagar som vi betalar för", "indikator": "betaldagar"})
    plan(kept, tmp_path, PARTILLE, own, year=2025)

    def figures(kommun: str, indicator: str, at: str) -> Given | None:
        return Given({ALE: 1.0, LERUM: 2.0, PARTILLE: 3.0}[kommun], None, None)

    measure = measures(kept, figures=figures)["Antal betaldagar"]
    assert (measure.latest and measure.latest.value, measure.peers) == (4, {LERUM: 8})
