"""The parties' decisions: a list that is whole, or a kommun's own part of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import Settings
from loaders import intake
from sql.facts import rows as rows_that_count
from sql.store import open_store
from tests.loaders import tables
from tests.loaders.tables import Row, where


def test_the_parties_list_is_the_whole_list_or_that_of_the_kommuner_named(settings: Settings, tmp_path: Path) -> None:
    path = tables.put(tmp_path, tables.text(tables.AVTALSBESLUT))
    with pytest.raises(intake.Usage, match="Utelämna --period"):
        intake.check(settings, None, "avtalsbeslut", path, ("2026",), None, tables.TODAY)
    assert intake.check(settings, None, "avtalsbeslut", path, (), ["alla"], tables.TODAY).problems == ()
    found = intake.check(settings, None, "avtalsbeslut", path, (), ["Ale"], tables.TODAY).problems
    assert where(found) == [(2, "part", "utanfor_tackning")]


def test_a_new_list_replaces_the_old_one_and_a_kommuns_own_only_its_part(settings: Settings, tmp_path: Path) -> None:
    store = open_store(settings)

    def take(rows: list[Row], kommuner: list[str] | None) -> list[str]:
        path = tables.put(tmp_path, tables.text(rows))
        outcome = intake.take_in(settings, store, "avtalsbeslut", path, (), kommuner, False, "test", datetime(2026, 11, 22, 12, tzinfo=UTC))
        assert outcome.delivery is not None, outcome.problems
        return sorted(rows_that_count(store, "avtalsbeslut").collect()["part"])

    assert take(tables.AVTALSBESLUT, None) == ["1440", "VGR"]
    assert take([{**tables.AVTALSBESLUT[1], "part": "Lerum"}], ["Lerum"]) == ["1440", "1441", "VGR"]
    assert take(tables.AVTALSBESLUT[:1], None) == ["VGR"]
    store.close()
