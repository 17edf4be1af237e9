"""The header row and the names of columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import DatasetSettings, Settings
from tests.loaders import tables
from tests.loaders.tables import BEFOLKNING, NTANDVARD, check, where, without

SPOKEN = {
    "kommun": "Kommun",
    "kvartal": "KVARTAL ",
    "intyg": "in tyg",
    "onskar_mhb": "Önskar MHB",
    "fatt_mhb": "Fått-MHB",
    "fatt_tandvard": "fa\u030att_tandva\u030ard",
    "fatt_stod": "Fått stöd",
}


def test_names_match_without_case_accents_spaces_hyphens_or_underscores(settings: Settings, tmp_path: Path) -> None:
    rows = [{SPOKEN[name]: cell for name, cell in row.items()} for row in NTANDVARD]
    found = check(settings, tmp_path, "ntandvard", tables.text(rows))
    assert (found.problems, found.notes) == ((), ())


def test_every_missing_column_is_named_by_its_field(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "ntandvard", "Titel\n\n" + tables.text(without(NTANDVARD, "intyg", "fatt_mhb"))).problems
    assert where(found) == [(3, "intyg", "saknad_kolumn"), (3, "fatt_mhb", "saknad_kolumn")]
    nothing = check(settings, tmp_path, "ntandvard", "a;b\n1;2\n").problems
    assert [problem.column for problem in nothing] == ["kommun", "kvartal", "intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard"]


def test_the_first_row_that_holds_every_required_column(settings: Settings, tmp_path: Path) -> None:
    head = "kommun;kvartal;intyg\n"
    assert check(settings, tmp_path, "ntandvard", head + tables.text(NTANDVARD)).problems == ()
    twice = tables.text(NTANDVARD) + ";".join(NTANDVARD[0])
    assert check(settings, tmp_path, "ntandvard", twice).problems != ()


def test_two_columns_of_one_field_are_refused(settings: Settings, tmp_path: Path) -> None:
    rows = [row | {"Fått_MHB": "1"} for row in NTANDVARD]
    found = check(settings, tmp_path, "ntandvard", tables.text(rows)).problems
    assert where(found) == [(1, "fatt_mhb", "dubbel_kolumn")]
    assert "fatt_mhb (E) och Fått_MHB (H)" in found[0].message


def test_unknown_columns_are_named_and_left_out(settings: Settings, tmp_path: Path) -> None:
    rows = [row | {"Handläggare": "x", "": "", "Tom": ""} for row in NTANDVARD]
    found = check(settings, tmp_path, "ntandvard", tables.text(rows))
    assert found.problems == ()
    assert found.notes == ("Kolumner som inte hör till ntandvard har utelämnats: Handläggare, Tom.",)


def test_optional_columns_that_the_file_lacks_are_named(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "ntandvard", tables.text(without(NTANDVARD, "fatt_stod")))
    assert found.notes == ("Kolumner som saknas i filen: fatt_stod. Det som bygger på dem blir okänt.",)
    assert check(settings, tmp_path, "befolkning", tables.text(BEFOLKNING)).notes == ()


@pytest.mark.parametrize("alias", ["Antal intyg", "ANTAL_INTYG"])
def test_aliases_of_the_settings(settings: Settings, tmp_path: Path, alias: str) -> None:
    rows = [{("antal intyg" if name == "intyg" else name): cell for name, cell in row.items()} for row in NTANDVARD]
    assert check(settings, tmp_path, "ntandvard", tables.text(rows)).problems != ()
    chosen = settings.ntandvard.model_copy(update={"aliases": {"intyg": (alias,), "fatt_mhb": ("fatt_stod",)}})
    named = settings.model_copy(update={"ntandvard": chosen})
    found = check(named, tmp_path, "ntandvard", tables.text(rows))
    assert (found.problems, found.notes) == ((), ())  # a field's own name comes before another's alias


def test_aliases_belong_to_their_dataset(settings: Settings) -> None:
    assert settings.befolkning == DatasetSettings()
