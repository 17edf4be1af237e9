"""No personnummer gets in, wherever it stands, and none is repeated. The numbers are made up, their check digits right."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from config import Settings
from loaders import intake
from sql.refusals import problems as remembered
from sql.refusals import refusals
from sql.store import open_store
from tests.loaders import tables
from tests.loaders.tables import NTANDVARD, TODAY, UTSKRIVNING, check, put, sheet_data, spoiled, table_data, where, xlsx
from tests.test_personnummer import check_digit

NINE = "850430" + "123"
NUMBER = NINE + check_digit(NINE)
DASHED = f"{NUMBER[:6]}-{NUMBER[6:]}"
FORMS = [
    NUMBER,
    DASHED,
    f"19{NUMBER}",
    f"19{DASHED}",
    DASHED.replace("-", "+"),
    DASHED.replace("-", " "),
    f"pnr {DASHED}, se akt",
    f"{NUMBER}.0",
]
SAMORDNING = "850490" + "123"


@pytest.mark.parametrize("form", [*FORMS, SAMORDNING + check_digit(SAMORDNING)])
@pytest.mark.parametrize("column", ["arende", "enhet", "sip_behov"])
def test_in_a_cell(settings: Settings, tmp_path: Path, form: str, column: str) -> None:
    found = check(settings, tmp_path, "utskrivning", tables.text(spoiled(UTSKRIVNING, 1, **{column: form}))).problems
    assert where(found) == [(3, column, "personnummer")]
    assert "rad 3" in found[0].message
    assert column in found[0].message
    assert not_repeated(found)


def not_repeated(found: object) -> bool:
    digits = "".join(letter for letter in str(found) if letter.isdigit())
    return NUMBER not in digits and DASHED not in str(found)


def test_before_every_other_rule(settings: Settings, tmp_path: Path) -> None:
    rows = spoiled(UTSKRIVNING, 0, kommun="Mora", enhet=DASHED, inskriven="x")
    assert where(check(settings, tmp_path, "utskrivning", tables.text(rows)).problems) == [(2, "enhet", "personnummer")]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (f"Rapport {DASHED}\n" + tables.text(NTANDVARD), (1, "A")),
        (tables.text([row | {DASHED: "x"} for row in NTANDVARD]), (1, "H")),
        (tables.text([row | {"Handläggare": DASHED} for row in NTANDVARD[:1]]), (2, "Handläggare")),
        (tables.text(NTANDVARD).replace("520", f"520;{DASHED}"), (2, None)),
        (f"a;b\n1;{DASHED}\n", (2, "b")),
        (f'"aldrig slut\n{DASHED}', (2, None)),
        ("x" * 200_000 + f"\n{DASHED}\n", (2, None)),
        (tables.text(NTANDVARD).encode("cp1252") + f"{DASHED}å".encode() + "å".encode("cp1252"), (4, None)),
    ],
    ids=["title", "header", "left out", "beyond the header", "no header", "unbalanced", "a long cell", "two encodings"],
)
def test_elsewhere_in_a_text(settings: Settings, tmp_path: Path, content: str | bytes, place: tuple[int, str | None]) -> None:
    found = check(settings, tmp_path, "ntandvard", content).problems
    assert where(found) == [(*place, "personnummer")]
    assert not_repeated(found)


def test_in_the_file_name(settings: Settings, tmp_path: Path) -> None:
    path = put(tmp_path, tables.text(UTSKRIVNING), f"utskrivning {DASHED}.csv")
    found = intake.check(settings, None, "utskrivning", path, (), None, TODAY)
    assert where(found.problems) == [(None, None, "personnummer")]
    assert not_repeated(found)


@pytest.mark.parametrize("cell", [f"<v>{NUMBER}.0</v>", f"<v>{NUMBER}</v>", f"<v>{NUMBER[0]}.{NUMBER[1:]}E9</v>"])
def test_a_number_in_a_workbook(settings: Settings, tmp_path: Path, cell: str) -> None:
    data = table_data(NTANDVARD).replace("</row>", f'<c r="M1">{cell}</c></row>', 1)
    assert where(check(settings, tmp_path, "ntandvard", xlsx({"Blad": data})).problems) == [(1, "M", "personnummer")]


def test_in_another_sheet_and_in_a_sheets_name(settings: Settings, tmp_path: Path) -> None:
    book = {"Data": table_data(NTANDVARD), "Gömt": sheet_data({40: {"C": f"se {DASHED}"}}), DASHED: "<sheetData/>"}
    hidden = xlsx(book).replace(b"", b"")
    found = check(settings, tmp_path, "ntandvard", hidden).problems
    assert where(found) == [(40, "C", "personnummer"), (None, None, "personnummer")]
    assert "bladet Gömt" in found[0].message
    assert "blad nummer 3" in found[1].message
    assert not_repeated(found)


def test_in_parquet(settings: Settings, tmp_path: Path) -> None:
    frame = pl.DataFrame(NTANDVARD).with_columns(
        a=pl.lit(int(NUMBER)), b=pl.lit([DASHED]), c=pl.lit(DASHED.encode()), d=pl.lit(float(NUMBER))
    )
    path = tmp_path / "fil.parquet"
    frame.write_parquet(path)
    found = intake.check(settings, None, "ntandvard", path, (), None, TODAY).problems
    assert where(found)[:4] == [(1, name, "personnummer") for name in "abcd"]
    assert not_repeated(found)
    frame.rename({"a": DASHED}).write_parquet(path)
    header = intake.check(settings, None, "ntandvard", path, (), None, TODAY).problems
    assert where(header)[0] == (None, "H", "personnummer")
    assert not_repeated(header)


def test_in_a_plan_and_in_json(settings: Settings, tmp_path: Path) -> None:
    plan = (tables.DATA / "ale_namndplan_2026.yaml").read_text(encoding="utf-8")
    found = check(settings, tmp_path, "namndplan", plan + f"\n# {DASHED}\n").problems
    assert where(found) == [(plan.count("\n") + 2, None, "personnummer")]
    answer = json.dumps({"version": "2.0", "note": DASHED}, indent=1)
    assert where(check(settings, tmp_path, "befolkning", answer).problems) == [(3, None, "personnummer")]


def test_dates_and_other_digits_are_let_through(settings: Settings, tmp_path: Path) -> None:
    moments = (
        "2025-07-01 12:30:00",
        "20250701T120101+0100",
        "20250701",
        "85043-1230",
        "8504301231",
        f"1{NUMBER}",
        f"{NUMBER[:6]}--{NUMBER[6:]}",
    )
    for cell in moments:
        found = check(settings, tmp_path, "utskrivning", tables.text(spoiled(UTSKRIVNING, 0, enhet=cell)))
        assert found.problems == ()


def test_nothing_of_it_is_stored_printed_or_logged(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    store = open_store(settings)
    path = put(tmp_path, tables.text(spoiled(UTSKRIVNING, 1, arende=DASHED)), f"{NUMBER}.csv")
    outcome = intake.take_in(settings, store, "utskrivning", path, ["2025-07"], None, True, "test", datetime(2026, 1, 2, tzinfo=UTC))
    inside = put(tmp_path, tables.text(spoiled(UTSKRIVNING, 1, arende=DASHED)))
    other = intake.take_in(settings, store, "utskrivning", inside, ["2025-07"], None, True, "test", datetime(2026, 1, 2, tzinfo=UTC))
    assert (outcome.delivery, other.delivery) == (None, None)
    assert len(refusals(store)) == 2
    kept = [refusals(store), remembered(store, 1).rows(), remembered(store, 2).rows()]
    store.close()
    assert not_repeated([outcome, other, kept, caplog.text, capfd.readouterr()])
    for file in (tmp_path / "storage").rglob("*"):
        if file.is_file():
            assert NUMBER.encode() not in file.read_bytes()
            assert DASHED.encode() not in file.read_bytes()
