"""From file to delivery: coverage, zero and missing, the same file again, rows left out, ids in two deliveries."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from config import Settings
from loaders import intake
from loaders.intake import Outcome, Usage
from sql import deliveries, facts
from sql.coverage import in_force
from sql.refusals import problems as remembered
from sql.refusals import refusals
from sql.store import Store, open_store
from tests.loaders import tables
from tests.loaders.tables import AVVIKELSER, MATT, NTANDVARD, TODAY, UTSKRIVNING, Row, put, spoiled, where

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def kept(settings: Settings) -> Iterator[Store]:
    store = open_store(settings)
    yield store
    store.close()


def take(
    store: Store,
    folder: Path,
    rows: Sequence[Row],
    *said: str,
    dataset: str = "utskrivning",
    kommun: Sequence[str] | None = None,
    accept_valid: bool = False,
    now: datetime = NOW,
    name: str = "fil.csv",
) -> Outcome:
    path = put(folder, tables.text(rows), name)
    return intake.take_in(store.settings, store, dataset, path, said, kommun, accept_valid, "test", now)


def cells(store: Store, dataset: str = "utskrivning") -> list[tuple[str, str, bool]]:
    return in_force(store, dataset).select("kommun", "period", "complete").rows()


def discharge(number: int, kommun: str = "1440", day: str = "2025-07-06") -> Row:
    return UTSKRIVNING[0] | {"arende": f"P-{number}", "kommun": kommun, "utskriven": day}


def test_the_sender_states_what_an_event_file_covers(kept: Store, tmp_path: Path, settings: Settings) -> None:
    outcome = take(kept, tmp_path, UTSKRIVNING, "2025-Q3")
    assert (outcome.problems, outcome.delivery, outcome.row_count, outcome.already) == ((), 1, 2, False)
    months = ("2025-07", "2025-08", "2025-09")
    assert cells(kept) == [(kommun, month, True) for kommun in sorted(settings.kommuner) for month in months]
    zero = next(note for note in outcome.notes if note.startswith("Utan rader, och därmed noll"))
    assert "Härryda" in zero
    assert "Ale" not in zero
    assert "Utan rader i någon månad, som blir noll: Ale (2025-08, 2025-09)." in outcome.notes


def test_a_list_of_kommuner_narrows_it(kept: Store, tmp_path: Path) -> None:
    outcome = take(kept, tmp_path, [*UTSKRIVNING, discharge(3, "1480")], "2025-07", kommun=["Ale", "1480", "Lerum"])
    assert cells(kept) == [("1440", "2025-07", True), ("1441", "2025-07", True), ("1480", "2025-07", True)]
    assert outcome.notes[-1] == "Utan rader, och därmed noll för hela perioden: Lerum."


def test_a_row_outside_what_is_stated(kept: Store, tmp_path: Path) -> None:
    rows = [discharge(1), discharge(2, "1480"), discharge(3, day="2025-08-01")]
    outcome = take(kept, tmp_path, rows, "2025-07", kommun=["Ale"])
    assert where(outcome.problems) == [(3, "kommun", "utanfor_tackning"), (4, "utskriven", "utanfor_tackning")]
    found = take(kept, tmp_path, NTANDVARD, "2025-Q2", dataset="ntandvard", kommun=["Ale"])
    assert where(found.problems) == [
        (2, "kvartal", "utanfor_tackning"),
        (3, "kommun", "utanfor_tackning"),
        (3, "kvartal", "utanfor_tackning"),
    ]
    assert take(kept, tmp_path, NTANDVARD[:1], "2025", dataset="ntandvard", kommun=["Ale"]).delivery == 1


def test_a_period_that_is_not_over(kept: Store, tmp_path: Path) -> None:
    outcome = take(kept, tmp_path, UTSKRIVNING, "2025-07", "2026-11", "2026")
    assert [problem.rule for problem in outcome.problems] == ["framtida_period", "framtida_period"]
    assert "till och med 2026-10" in outcome.problems[0].message


def test_stockholms_day_decides(kept: Store, tmp_path: Path) -> None:
    late = datetime(2025, 7, 31, 22, 30, tzinfo=UTC)  # already August in Stockholm
    assert take(kept, tmp_path, UTSKRIVNING, "2025-07", now=late).problems == ()
    early = datetime(2025, 7, 31, 21, 30, tzinfo=UTC)
    assert [problem.rule for problem in take(kept, tmp_path, UTSKRIVNING, "2025-07", now=early).problems] == ["framtida_period"]


def test_wrong_usage(kept: Store, tmp_path: Path, settings: Settings) -> None:
    path = put(tmp_path, tables.text(UTSKRIVNING))
    for dataset, said, kommuner, words in (
        ("utskrivning", (), None, "ingen period"),
        ("utskrivning", ("hösten",), None, "hösten"),
        ("utskrivning", ("2025",), ("Mora",), "Mora"),
        ("okänd", ("2025",), None, "okänd"),
    ):
        with pytest.raises(Usage, match=words):
            intake.check(settings, kept, dataset, path, said, kommuner, TODAY)


def test_a_file_with_a_header_only_says_zero(kept: Store, tmp_path: Path) -> None:
    path = put(tmp_path, ";".join(UTSKRIVNING[0]))
    outcome = intake.take_in(kept.settings, kept, "utskrivning", path, ("2025-07",), ("Ale",), False, "test", NOW)
    assert (outcome.delivery, outcome.row_count, cells(kept)) == (1, 0, [("1440", "2025-07", True)])
    empty = intake.take_in(kept.settings, kept, "ntandvard", put(tmp_path, ";".join(NTANDVARD[0])), (), None, False, "test", NOW)
    assert [problem.rule for problem in empty.problems] == ["inga_rader"]


def test_rows_say_what_they_cover(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, NTANDVARD, dataset="ntandvard", name="ntandvard_2024_2023.csv")
    assert cells(kept, "ntandvard") == [("1440", "2025-Q3", True), ("1480", "2025-Q3", True)]
    take(kept, tmp_path, MATT, dataset="matt")
    found = in_force(kept, "matt").select("kommun", "period", "key").rows()
    assert found == [("1440", "2025-08", "Antal bostad först"), ("1440", "2025-T2", "Antal e-tjänster")]


def test_a_kommun_that_would_become_zero(kept: Store, tmp_path: Path) -> None:
    both = [*UTSKRIVNING, discharge(3, "1480"), discharge(4, "1441", "2025-08-05")]
    take(kept, tmp_path, both, "2025-Q3")
    later = take(kept, tmp_path, UTSKRIVNING, "2025-07")
    assert where(later.problems) == [(None, "kommun", "blir_noll")]
    assert later.problems[0].message.startswith("Göteborg har rader")  # Lerum had none in July
    checked = intake.check(kept.settings, kept, "utskrivning", put(tmp_path, tables.text(UTSKRIVNING)), ("2025-07",), None, TODAY)
    assert where(checked.problems) == [(None, "kommun", "blir_noll")]
    assert take(kept, tmp_path, UTSKRIVNING, "2025-07", accept_valid=True).delivery is None
    assert take(kept, tmp_path, UTSKRIVNING, "2025-07", kommun=["alla"]).delivery == 2
    # Now July of Göteborg is zero by the delivery that counts, so nothing turns into zero any more.
    assert take(kept, tmp_path, spoiled(UTSKRIVNING, enhet="B"), "2025-07").delivery == 3


def test_a_list_is_an_answer_too(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, [*UTSKRIVNING, discharge(3, "1480")], "2025-07")
    assert take(kept, tmp_path, UTSKRIVNING, "2025-07", kommun=["Ale"]).delivery == 2
    assert take(kept, tmp_path, [discharge(9, "1480")], "2025-07", kommun=["1480", "1440"]).delivery == 3


def test_a_kommun_whose_rows_are_rejected_does_not_become_zero(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, [*UTSKRIVNING, discharge(3, "1480")], "2025-07")
    rows = [*UTSKRIVNING, discharge(3, "1480") | {"it_stod": "?"}]
    outcome = take(kept, tmp_path, rows, "2025-07", accept_valid=True)
    assert (outcome.delivery, where(outcome.problems)) == (2, [(4, "it_stod", "ja_nej")])
    assert ("1480", "2025-07", False) in cells(kept)


def test_the_same_file_again_changes_nothing(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, [*UTSKRIVNING, discharge(3, "1480")], "2025-07")
    again = take(kept, tmp_path, [*UTSKRIVNING, discharge(3, "1480")], "2025-07", name="annat namn.csv")
    assert (again.delivery, again.already, again.problems) == (1, True, ())
    assert "leverans 1" in again.answer
    assert len(deliveries.listing(kept)) == 1


def test_the_same_file_with_another_coverage_is_a_new_delivery(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, UTSKRIVNING, "2025-07")
    assert take(kept, tmp_path, UTSKRIVNING, "2025-07", kommun=["Ale"]).delivery == 2
    # The first no longer counts for Ale, so the same again is new.
    back = take(kept, tmp_path, UTSKRIVNING, "2025-07")
    assert (back.delivery, back.already) == (3, False)
    deliveries.withdraw(kept, 3, "test", "test", NOW)
    assert take(kept, tmp_path, UTSKRIVNING, "2025-07").delivery == 4


def test_the_same_file_again_after_it_turned_a_kommun_into_zero(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, [*UTSKRIVNING, discharge(3, "1480")], "2025-07")
    take(kept, tmp_path, UTSKRIVNING, "2025-07", kommun=["alla"])
    again = take(kept, tmp_path, UTSKRIVNING, "2025-07")
    assert (again.delivery, again.already) == (2, True)


def test_ids_in_two_deliveries_are_named(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, [discharge(1), discharge(2)], "2025-07", kommun=["Ale"])
    outcome = take(kept, tmp_path, [discharge(2, day="2025-08-02"), discharge(3, day="2025-08-02")], "2025-08", kommun=["Ale"])
    assert outcome.notes[-1] == "1 arende finns också i leverans 1 (P-2). Raderna i den här leveransen gäller."
    counting = facts.rows(kept, "utskrivning").select("arende", "delivery").sort("arende").collect()
    assert counting.rows() == [("P-1", 1), ("P-2", 2), ("P-3", 2)]


def test_empty_steps_are_zero_and_lacking_columns_are_lacking(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, AVVIKELSER, "2025-07", dataset="avvikelser")
    rows = facts.rows(kept, "avvikelser").select("steg", "lacks_steg", "row", "kategori", "aterkopplad").sort("row").collect()
    assert rows.rows() == [(0, False, number, "fel_boendeenhet", date(2025, 7, 24)) for number in (2, 3)]
    take(kept, tmp_path, tables.without(UTSKRIVNING, "it_stod"), "2025-07")
    lacking = facts.rows(kept, "utskrivning").select("lacks_it_stod", "lacks_sip_behov", "sip_behov").collect()
    assert lacking.rows() == [(True, False, True)] * 2


REJECTS = [
    discharge(1),
    discharge(2) | {"it_stod": "kanske"},
    discharge(3, "1480"),
    discharge(4, "1480", "2025-08-02"),
    discharge(5, day="2025-08-02") | {"enhet": "=1+1", "it_stod": "?"},
]


def test_valid_rows_can_be_taken_alone(kept: Store, tmp_path: Path) -> None:
    refused = take(kept, tmp_path, REJECTS, "2025-Q3", kommun=["Ale", "1480"])
    assert (refused.delivery, refused.reject_file, len(refused.problems)) == (None, None, 2)
    outcome = take(kept, tmp_path, REJECTS, "2025-Q3", kommun=["Ale", "1480"], accept_valid=True)
    assert (outcome.delivery, outcome.row_count) == (1, 3)
    assert where(outcome.problems) == [(3, "it_stod", "ja_nej"), (6, "it_stod", "ja_nej")]
    assert [cell for cell in cells(kept) if not cell[2]] == [("1440", "2025-07", False), ("1440", "2025-08", False)]
    assert facts.rows(kept, "utskrivning").select("arende").collect()["arende"].sort().to_list() == ["P-1", "P-3", "P-4"]


def test_the_reject_file(kept: Store, tmp_path: Path) -> None:
    rows = [row | {"Anteckning": "@x", "=kolumn": "-"} for row in REJECTS]
    outcome = take(kept, tmp_path, rows, "2025-Q3", kommun=["alla"], accept_valid=True)
    assert outcome.reject_file is not None
    assert outcome.reject_file.parent == kept.folder / "avvisade"
    assert stat.S_IMODE(outcome.reject_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(outcome.reject_file.parent.stat().st_mode) == 0o700
    assert str(outcome.reject_file) in outcome.answer
    content = outcome.reject_file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    read = pl.read_csv(content, separator=";", infer_schema=False)
    assert read.columns == [*REJECTS[0], "Anteckning", "'=kolumn", "rad", "orsak"]
    assert read["arende"].to_list() == ["P-2", "P-5"]
    assert read["enhet"].to_list() == ["Sjukhus A", "'=1+1"]
    assert read["Anteckning"].to_list() == ["'@x", "'@x"]
    assert read["rad"].to_list() == ["3", "6"]
    assert read["orsak"].to_list() == ["it_stod: Skriv ja eller nej, eller lämna cellen tom."] * 2


@pytest.mark.parametrize(
    "cells_of_one",
    [{"kommun": "Mora"}, {"utskriven": "igår"}, {"utskriven": ""}, {"utskriven": "2026-12-01"}, {"it_stod": ";;x"}],
    ids=["kommun", "date", "no date", "a date ahead", "too many cells"],
)
def test_a_rejected_row_that_cannot_be_placed(kept: Store, tmp_path: Path, cells_of_one: Row) -> None:
    text = tables.text([discharge(1), discharge(2) | cells_of_one]).replace('"', "")
    path = put(tmp_path, text)
    outcome = intake.take_in(kept.settings, kept, "utskrivning", path, ("2025-Q3",), ("Ale", "1480"), True, "test", NOW)
    assert outcome.delivery == 1
    assert not any(complete for _, _, complete in cells(kept))


def test_a_rejected_key_is_covered_and_incomplete(kept: Store, tmp_path: Path) -> None:
    rows = spoiled(NTANDVARD, 1, fatt_mhb="många")
    take(kept, tmp_path, rows, dataset="ntandvard", accept_valid=True)
    assert cells(kept, "ntandvard") == [("1440", "2025-Q3", True), ("1480", "2025-Q3", False)]


def test_what_cannot_be_passed_by(kept: Store, tmp_path: Path) -> None:
    for rows in (tables.without(UTSKRIVNING, "enhet"), [row | {"it_stod": "?"} for row in UTSKRIVNING]):
        outcome = take(kept, tmp_path, rows, "2025-07", accept_valid=True)
        assert (outcome.delivery, outcome.reject_file) == (None, None)
    assert not (kept.folder / "avvisade").exists()


def test_the_same_file_with_rows_left_out_again(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, REJECTS, "2025-Q3", kommun=["alla"], accept_valid=True)
    again = take(kept, tmp_path, REJECTS, "2025-Q3", kommun=["alla"], accept_valid=True)
    assert (again.delivery, again.already, again.reject_file) == (1, True, None)
    assert len(list((kept.folder / "avvisade").iterdir())) == 1


def test_what_is_remembered_of_a_refused_file(kept: Store, tmp_path: Path) -> None:
    take(kept, tmp_path, spoiled(UTSKRIVNING, 1, kommun="Mora", utskriven="x"), "2025-07", name="utskrivning.csv")
    (line,) = refusals(kept)
    assert (line.dataset, line.file_name, line.refused_by) == ("utskrivning", "utskrivning.csv", "test")
    assert (line.refused_at, line.problem_count) == (NOW, 2)
    assert remembered(kept, line.id).rows() == [(3, "kommun", "kommun"), (3, "utskriven", "datum")]
    assert deliveries.listing(kept) == ()


def test_checking_stores_nothing(kept: Store, tmp_path: Path) -> None:
    before = sorted(path.name for path in kept.folder.rglob("*"))
    path = put(tmp_path, tables.text(spoiled(UTSKRIVNING, kommun="Mora")))
    assert intake.check(kept.settings, kept, "utskrivning", path, ("2025-07",), None, TODAY).problems != ()
    assert sorted(found.name for found in kept.folder.rglob("*")) == before
    assert refusals(kept) == ()


def test_progress_runs_from_start_to_end(settings: Settings, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = put(tmp_path, tables.text(UTSKRIVNING))
    intake.check(settings, None, "utskrivning", path, ("2025-07",), None, TODAY, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (100, 100)
    assert len(told) > 5


def test_a_plan_is_kept_whole(kept: Store, tmp_path: Path) -> None:
    path = put(tmp_path, (tables.DATA / "ale_namndplan_2026.yaml").read_bytes(), "plan.yaml")
    outcome = intake.take_in(kept.settings, kept, "namndplan", path, (), None, False, "test", NOW)
    assert (outcome.delivery, cells(kept, "namndplan")) == (1, [("1440", "2026", True)])
    rows = facts.rows(kept, "namndplan").select("kommun", "ar").collect()
    assert rows.rows() == [("1440", 2026)]
