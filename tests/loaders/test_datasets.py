"""A spoiled file for every rule of every dataset: row, column, value, rule, and a message that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings
from loaders import intake
from loaders.registry import DATASETS
from tests.loaders import tables
from tests.loaders.tables import AVVIKELSER, ENHETER, NTANDVARD, RIGHT, UTSKRIVNING, Row, check, problems, spoiled, where

BAD_TEXT = {
    "count": "tolv",
    "decimal": "tolv",
    "date": "igår",
    "yes_no": "kanske",
    "kommun": "Stockholm",
    "party": "Stockholm",
    "quarter": "hösten",
}
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


@pytest.mark.parametrize(("dataset", "column"), [("utskrivning", "arende"), ("avvikelser", "avvikelse"), ("placeringar", "placering")])
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


@pytest.mark.parametrize(
    ("dataset", "cells", "column", "rule"),
    [
        ("utbildning", {"datum": "2025-08-01"}, "datum", "utanfor_tackning"),
        ("utbildning", {"datum": "2026-11-23"}, "datum", "framtida_datum"),
        ("utbildning", {"slag": "annat"}, "slag", "ord"),
        ("utbildning", {"deltagare": "-1"}, "deltagare", "negativt"),
        ("utbildning", {"deltagare": "1,5"}, "deltagare", "heltal"),
        ("utbildning", {"timmar": "två"}, "timmar", "tal"),
        ("enheter", {"fran": "2026-11-23"}, "fran", "framtida_datum"),
        ("pagaende", {"utskrivningsklar": "2020-01-01"}, "utskrivningsklar", "datumordning"),
        ("pagaende", {"arende": "1234567"}, "arende", "pseudonym"),
        ("pagaende", {"sip_kallelse": "2026-11-23"}, "sip_kallelse", "framtida_datum"),
        ("pagaende", {"it_stod": "kanske"}, "it_stod", "ja_nej"),
        ("naromradesplaner", {"ar": "2026"}, "ar", "framtida_period"),
        ("naromradesplaner", {"upprattad": "2026-11-23"}, "upprattad", "framtida_datum"),
        ("naromradesplaner", {"uppfoljd": "2026-11-23"}, "uppfoljd", "framtida_datum"),
        ("fast_lakarkontakt", {"kvartal": "2026-Q4"}, "kvartal", "framtida_period"),
        ("fast_lakarkontakt", {"patienter": "-1"}, "patienter", "negativt"),
        ("fast_lakarkontakt", {"med_fast_lakarkontakt": "-1"}, "med_fast_lakarkontakt", "negativt"),
        ("placeringar", {"placering": "81121"}, "placering", "pseudonym"),
        ("placeringar", {"start": "2025-08-01"}, "start", "utanfor_tackning"),
        ("placeringar", {"start": "2026-11-23"}, "start", "framtida_datum"),
        ("placeringar", {"form": "hotell"}, "form", "ord"),
        ("placeringar", {"akut": "kanske"}, "akut", "ja_nej"),
        ("placeringar", {"sip": "2026-11-23"}, "sip", "framtida_datum"),
        ("placeringar", {"kostnadsfordelning": "2026-11-23"}, "kostnadsfordelning", "framtida_datum"),
        ("placeringar", {"region_andel": "en tredjedel"}, "region_andel", "tal"),
        ("halsosamtal", {"ar": "2026"}, "ar", "framtida_period"),
        ("halsosamtal", {"malgrupp": "-1"}, "malgrupp", "negativt"),
        ("halsosamtal", {"erbjudna": "-1"}, "erbjudna", "negativt"),
        ("avtalsbeslut", {"part": "Region Halland"}, "part", "part"),
        ("avtalsbeslut", {"beslut": "kanske"}, "beslut", "ord"),
        ("avtalsbeslut", {"datum": "2026-11-23"}, "datum", "framtida_datum"),
    ],
)
def test_the_other_agreements(settings: Settings, tmp_path: Path, dataset: str, cells: Row, column: str, rule: str) -> None:
    assert where(problems(settings, tmp_path, dataset, spoiled(RIGHT[dataset], **cells))) == [(2, column, rule)]


@pytest.mark.parametrize(
    ("dataset", "cells"),
    [
        ("enheter", {"till": "2010-01-01"}),
        ("avtalsbeslut", {"part": "Ale kommun", "datum": "2022-10-31"}),
        ("pagaende", {"utskrivningsklar": "2025-08-02"}),
        ("fast_lakarkontakt", {"med_fast_lakarkontakt": "500", "kommun": "1480"}),
        ("halsosamtal", {"erbjudna": "200", "kommun": "1480"}),
        ("naromradesplaner", {"naromrade": "Söder"}),
        ("placeringar", {"slut": "2020-01-01", "sip": "", "kostnadsfordelning": "2025-07-01", "schablon": "", "region_andel": ""}),
        ("utbildning", {"enhet": "Myndighet", "timmar": "0"}),
    ],
)
def test_what_the_contract_says_nothing_of_is_no_error(settings: Settings, tmp_path: Path, dataset: str, cells: Row) -> None:
    """Rows of the same kommun and period, and numbers or days in another order than one would think."""
    assert problems(settings, tmp_path, dataset, spoiled(RIGHT[dataset], **cells)) == ()


@pytest.mark.parametrize("said", [("2025",), ("2025-Q3",), ("2025-07", "2025-08")])
def test_a_status_is_of_one_month(settings: Settings, tmp_path: Path, said: tuple[str, ...]) -> None:
    path = tables.put(tmp_path, tables.text(ENHETER))
    with pytest.raises(intake.Usage, match="sista dagen i en månad"):
        intake.check(settings, None, "enheter", path, said, None, tables.TODAY)


def test_words_and_free_codes(settings: Settings, tmp_path: Path) -> None:
    cells = {"rapportor": " Region ", "omrade": "MUNHALSA", "kategori": "Eget ord", "steg": "3,0"}
    assert problems(settings, tmp_path, "avvikelser", spoiled(AVVIKELSER, **cells)) == ()


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
