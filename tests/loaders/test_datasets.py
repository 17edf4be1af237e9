"""A spoiled file for every rule of every dataset: row, column, value, rule, and a message that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings
from loaders.registry import DATASETS
from tests.loaders import tables
from tests.loaders.tables import AVVIKELSER, MATT, NTANDVARD, RIGHT, UTSKRIVNING, Row, check, problems, spoiled, where

BAD_TEXT = {"count": "tolv", "decimal": "tolv", "date": "igår", "yes_no": "kanske", "kommun": "Stockholm", "quarter": "hösten"}
BAD_TEXT |= {"period": "hösten", "year": "hösten", "age": "gammal", "word": "annat", "pseudonym": "123", "text": "#REF!"}


@pytest.mark.parametrize("dataset", sorted(RIGHT))
def test_a_right_file(settings: Settings, tmp_path: Path, dataset: str) -> None:
    found = check(settings, tmp_path, dataset, tables.text(RIGHT[dataset]))
    assert (found.problems, found.row_count) == ((), len(RIGHT[dataset]))


REQUIRED = [(dataset, column) for dataset in sorted(RIGHT) for column in DATASETS[dataset].required]


@pytest.mark.parametrize(("dataset", "column"), REQUIRED)
@pytest.mark.parametrize("cell", ["", " ", "-", ".."])
def test_a_required_cell_that_is_missing(settings: Settings, tmp_path: Path, dataset: str, column: str, cell: str) -> None:
    found = problems(settings, tmp_path, dataset, spoiled(RIGHT[dataset], 1, **{column: cell}))
    assert (3, column, "saknas") in where(found)
    assert {problem.rule for problem in found} <= {"saknas", "oppen_grupp"}


CELLS = [(dataset, column.name) for dataset in sorted(RIGHT) for column in DATASETS[dataset].columns if column.name in RIGHT[dataset][0]]


@pytest.mark.parametrize(("dataset", "column"), CELLS)
def test_a_cell_that_cannot_be_read(settings: Settings, tmp_path: Path, dataset: str, column: str) -> None:
    declared = DATASETS[dataset].column(column)
    cell = "#REF!" if declared.kind == "word" and not declared.choices else BAD_TEXT[declared.kind]
    found = [p for p in problems(settings, tmp_path, dataset, spoiled(RIGHT[dataset], 0, **{column: cell})) if p.rule != "oppen_grupp"]
    assert [(problem.row, problem.column, problem.value) for problem in found] == [(2, column, cell)]
    assert found[0].message.endswith(".")


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"intyg": "-5"}, "intyg", "negativt"),
        ({"onskar_mhb": "691"}, "onskar_mhb", "delmangd"),
        ({"fatt_mhb": "691", "fatt_stod": ""}, "fatt_mhb", "delmangd"),
        ({"fatt_tandvard": "691", "fatt_stod": ""}, "fatt_tandvard", "delmangd"),
        ({"fatt_stod": "691"}, "fatt_stod", "delmangd"),
        ({"fatt_stod": "469"}, "fatt_stod", "delmangd"),
        ({"fatt_mhb": "1", "fatt_stod": "309"}, "fatt_stod", "delmangd"),
        ({"kvartal": "2026-Q4"}, "kvartal", "framtida_period"),
        ({"kvartal": "2025-10"}, "kvartal", "kvartal"),
    ],
)
def test_ntandvard(settings: Settings, tmp_path: Path, cells: Row, column: str, rule: str) -> None:
    found = problems(settings, tmp_path, "ntandvard", spoiled(NTANDVARD, **cells))
    expected = [(2, column, rule)]
    if cells.get("intyg"):
        expected += [(2, name, "delmangd") for name in ("onskar_mhb", "fatt_mhb", "fatt_tandvard", "fatt_stod")]
    assert where(found) == expected
    assert found[0].value == cells[column]


def test_equal_numbers_are_right(settings: Settings, tmp_path: Path) -> None:
    cells = dict.fromkeys(("intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard", "fatt_stod"), "7")
    assert problems(settings, tmp_path, "ntandvard", spoiled(NTANDVARD, **cells)) == ()


def test_one_row_per_key(settings: Settings, tmp_path: Path) -> None:
    found = problems(settings, tmp_path, "ntandvard", spoiled(NTANDVARD, 1, kommun="Ale kommun", kvartal="2025K3"))
    assert where(found) == [(2, "kvartal", "dubblett"), (3, "kvartal", "dubblett")]
    assert all("Rad 2" in p.message or "rad 2" in p.message for p in found)
    assert all("Rad 3" in p.message or "rad 3" in p.message for p in found)
    three = [*NTANDVARD, NTANDVARD[0], NTANDVARD[0]]
    assert [problem.row for problem in problems(settings, tmp_path, "ntandvard", three)] == [2, 4, 5]


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"inskriven": "2025-07-04"}, "utskrivningsklar", "datumordning"),
        ({"utskriven": "2025-07-02"}, "utskriven", "datumordning"),
        ({"utskriven": "2025-08-01"}, "utskriven", "utanfor_tackning"),
        ({"utskriven": "2026-11-23"}, "utskriven", "framtida_datum"),
        ({"sip_kallelse": "2026-11-23"}, "sip_kallelse", "framtida_datum"),
        ({"sip_behov": "kanske"}, "sip_behov", "ja_nej"),
        ({"arende": "81121"}, "arende", "pseudonym"),
        ({"it_stod": "2"}, "it_stod", "ja_nej"),
    ],
)
def test_utskrivning(settings: Settings, tmp_path: Path, cells: Row, column: str, rule: str) -> None:
    found = problems(settings, tmp_path, "utskrivning", spoiled(UTSKRIVNING, **cells))
    assert where(found) == [(2, column, rule)]


def test_days_that_are_the_same_are_in_order(settings: Settings, tmp_path: Path) -> None:
    same = dict.fromkeys(("inskriven", "utskrivningsklar", "utskriven"), "2025-07-31")
    assert problems(settings, tmp_path, "utskrivning", spoiled(UTSKRIVNING, **same)) == ()


@pytest.mark.parametrize(("dataset", "column"), [("utskrivning", "arende"), ("avvikelser", "avvikelse")])
def test_ids_are_unique_within_a_file(settings: Settings, tmp_path: Path, dataset: str, column: str) -> None:
    rows = RIGHT[dataset]
    found = problems(settings, tmp_path, dataset, spoiled(rows, 1, **{column: f" {rows[0][column]} "}))
    assert where(found) == [(2, column, "dubblett"), (3, column, "dubblett")]
    assert "rad 3" in found[0].message


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"aterkopplad": "2025-07-03"}, "aterkopplad", "datumordning"),
        ({"avslutad": "2025-07-03"}, "avslutad", "datumordning"),
        ({"steg": "4"}, "steg", "for_stort"),
        ({"steg": "-1"}, "steg", "negativt"),
        ({"steg": "1.5"}, "steg", "heltal"),
        ({"rapportor": "regionen"}, "rapportor", "ord"),
        ({"omrade": "tandvård"}, "omrade", "ord"),
        ({"registrerad": "2025-06-30"}, "registrerad", "utanfor_tackning"),
        ({"aterkopplad": "2027-01-01"}, "aterkopplad", "framtida_datum"),
    ],
)
def test_avvikelser(settings: Settings, tmp_path: Path, cells: Row, column: str, rule: str) -> None:
    assert where(problems(settings, tmp_path, "avvikelser", spoiled(AVVIKELSER, **cells))) == [(2, column, rule)]


def test_words_and_free_codes(settings: Settings, tmp_path: Path) -> None:
    cells = {"rapportor": " Region ", "omrade": "MUNHALSA", "kategori": "Eget ord", "steg": "3,0"}
    assert problems(settings, tmp_path, "avvikelser", spoiled(AVVIKELSER, **cells)) == ()


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"utfall": "många"}, "utfall", "tal"),
        ({"mal": "fler"}, "mal", "tal"),
        ({"period": "2026-T3"}, "period", "framtida_period"),
        ({"period": "2026-11"}, "period", "framtida_period"),
        ({"period": "2025-07-01"}, "period", "period"),
    ],
)
def test_matt(settings: Settings, tmp_path: Path, cells: Row, column: str, rule: str) -> None:
    assert where(problems(settings, tmp_path, "matt", spoiled(MATT, **cells))) == [(2, column, rule)]


def test_a_measure_has_one_outcome_per_kommun_and_period(settings: Settings, tmp_path: Path) -> None:
    again = [*MATT, MATT[0] | {"period": "2025-t2"}]
    assert where(problems(settings, tmp_path, "matt", again)) == [(2, "period", "dubblett"), (4, "period", "dubblett")]
    assert problems(settings, tmp_path, "matt", [*MATT, MATT[0] | {"period": "2025-T1"}]) == ()


def test_every_error_at_once_in_the_order_of_rows(settings: Settings, tmp_path: Path) -> None:
    rows = spoiled(spoiled(UTSKRIVNING, 0, kommun="Mora", inskriven="x", it_stod="?"), 1, enhet="", utskriven="2024-01-01")
    assert where(problems(settings, tmp_path, "utskrivning", rows)) == [
        (2, "kommun", "kommun"),
        (2, "inskriven", "datum"),
        (2, "it_stod", "ja_nej"),
        (3, "enhet", "saknas"),
        (3, "utskriven", "datumordning"),
        (3, "utskriven", "utanfor_tackning"),
    ]


def test_messages_are_swedish_sentences_with_a_remedy(settings: Settings, tmp_path: Path) -> None:
    found = problems(settings, tmp_path, "ntandvard", spoiled(NTANDVARD, kommun="Mora", intyg="1", fatt_mhb="x"))
    for problem in found:
        assert problem.message[0].isupper() or problem.message.startswith(str(problem.column))
        assert problem.message.count(".") >= 2
    assert found[0].as_dict() == {
        "file": "fil.csv",
        "row": 2,
        "column": "kommun",
        "value": "Mora",
        "rule": "kommun",
        "message": "Kommunen finns inte i länet. Skriv kommunens namn eller kod, till exempel Härryda eller 1401.",
    }
