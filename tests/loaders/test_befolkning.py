"""Population in our own form: open groups, totals beside parts, one row per key, kön summed away."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from config import Settings
from loaders import intake
from sql import facts
from sql.coverage import in_force
from sql.store import open_store
from tests.loaders import tables
from tests.loaders.tables import BEFOLKNING, Row, problems, put, where


def rows(*ages: str, **more: str) -> list[Row]:
    return [{"kommun": "1440", "ar": "2025", "alder": age, "antal": "10", **more} for age in ages]


@pytest.mark.parametrize(
    "ages", [("0", "1", "2+"), ("0", "99", "100+"), ("0+",), ("24+",), ("0", "1", "5"), ("23", "24+"), ("0 år", "1+ år")]
)
def test_ages_that_hold_together(settings: Settings, tmp_path: Path, ages: tuple[str, ...]) -> None:
    assert problems(settings, tmp_path, "befolkning", rows(*ages)) == ()


@pytest.mark.parametrize(
    ("ages", "wrong"),
    [(("0", "1", "3+"), 4), (("0", "1", "1+"), 4), (("0", "5", "2+"), 4), (("24+", "30+"), 3), (("0", "1+", "2+"), 4), (("0", "0+"), 3)],
)
def test_an_open_group_begins_where_the_single_years_end(settings: Settings, tmp_path: Path, ages: tuple[str, ...], wrong: int) -> None:
    assert where(problems(settings, tmp_path, "befolkning", rows(*ages))) == [(wrong, "alder", "oppen_grupp")]


def test_open_groups_are_each_kommuns_and_years_own(settings: Settings, tmp_path: Path) -> None:
    other = [row | {"kommun": "1480"} for row in rows("0", "1+")]
    earlier = [row | {"ar": "2024"} for row in rows("0", "1", "2", "3+")]
    assert problems(settings, tmp_path, "befolkning", [*rows("0", "1", "2+"), *other, *earlier]) == ()


@pytest.mark.parametrize("total", ["totalt", "Tot", "T", "totalt, samtliga män och kvinnor", "", "1+2"])
def test_a_total_beside_its_parts(settings: Settings, tmp_path: Path, total: str) -> None:
    both = [*rows("0", kon="män"), *rows("0", kon="kvinnor"), *rows("0", kon=total)]
    assert where(problems(settings, tmp_path, "befolkning", both)) == [(4, "kon", "totalrad")]
    assert problems(settings, tmp_path, "befolkning", rows("0", "1", kon=total)) == ()
    mixed = [*rows("0", kon=total), *rows("1", kon="män"), *rows("1", kon="kvinnor")]
    assert problems(settings, tmp_path, "befolkning", mixed) == ()


@pytest.mark.parametrize("total", ["totalt", "tot", "TotSA", "totalt, samtliga åldrar"])
def test_a_total_over_ages(settings: Settings, tmp_path: Path, total: str) -> None:
    assert where(problems(settings, tmp_path, "befolkning", rows("0", "1", total))) == [(4, "alder", "alder")]


def test_one_row_per_key(settings: Settings, tmp_path: Path) -> None:
    twice = [*BEFOLKNING, BEFOLKNING[0] | {"kommun": "Ale", "alder": "0 år"}]
    assert where(problems(settings, tmp_path, "befolkning", twice)) == [(2, "alder", "dubblett"), (5, "alder", "dubblett")]
    by_kon = [*rows("0", kon="m"), *rows("0", kon="M ")]
    assert [rule for _, _, rule in where(problems(settings, tmp_path, "befolkning", by_kon))] == ["dubblett"] * 2


def test_a_year_that_has_not_ended(settings: Settings, tmp_path: Path) -> None:
    assert where(problems(settings, tmp_path, "befolkning", [row | {"ar": "2026"} for row in rows("0")])) == [(2, "ar", "framtida_period")]


def test_kon_is_summed_away(settings: Settings, tmp_path: Path) -> None:
    table = [*rows("0", kon="män"), *rows("0", kon="kvinnor"), *rows("1+", kon="kvinnor")]
    store = open_store(settings)
    path = put(tmp_path, tables.text(table))
    outcome = intake.take_in(settings, store, "befolkning", path, (), None, False, "test", datetime(2026, 11, 22, tzinfo=UTC))
    kept = facts.rows(store, "befolkning").select("kommun", "ar", "alder", "antal", "row").sort("row").collect()
    assert kept.rows() == [("1440", 2025, "0", 20, 2), ("1440", 2025, "1+", 10, 4)]
    assert in_force(store, "befolkning").select("kommun", "period", "complete").rows() == [("1440", "2025", True)]
    assert outcome.row_count == 2
    assert kept.schema["alder"] == pl.String
    store.close()
