"""A nämndplan: Ale's real one loads, and every spoiled one is refused with line, key and what to do."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from config import Settings
from loaders import header, intake, namndplan
from namndplan import SHEETS
from reports.plan_form import form
from tests.conftest import settings_of
from tests.loaders.tables import DATA, TODAY, check, put, where
from tests.test_personnummer import check_digit

ALE = (DATA / "ale_namndplan_2026.yaml").read_text(encoding="utf-8")
LINES = ALE.splitlines()
NUMBER = "850430" + "123" + check_digit("850430" + "123")


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(LINES, 1) if text in line)


def test_ales_plan(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "namndplan", ALE)
    assert (found.problems, found.row_count) == ((), 1)
    assert found.notes == ("Planen har 3 riktningsmål och 22 verksamhetsmått. Budgeten går ihop.",)
    row = namndplan.row(namndplan.read(ALE.encode(), settings), settings)
    assert row.select("kommun", "ar", "row").rows() == [("1440", 2026, 1)]
    kept = json.loads(row["plan"][0])
    assert kept["riktningsmal"][0]["namn"] == "Ett tryggare Ale"
    assert kept["riktningsmal"][2]["uppdrag"][0]["delsteg"][0]["klart_senast"] == "2026-03-31"
    assert kept["verksamhetsmatt"]["Äldreomsorg"][3] == {"namn": "Antal betaldagar (inom slutenvården)", "indikator": "betaldagar"}
    assert kept["budget_tkr"]["Totalt"] == [-755969, -755969, -800933]
    assert row.schema["plan"] == pl.String


def test_a_plan_may_lie_ahead(settings: Settings, tmp_path: Path) -> None:
    ahead = ALE.replace("ar: 2026", "ar: 2028")
    assert check(settings, tmp_path, "namndplan", ahead).problems == ()


@pytest.mark.parametrize("kommun", ["1440", "Ale", "Ale kommun"])
def test_the_kommun_of_a_plan(settings: Settings, kommun: str) -> None:
    plan = namndplan.read(ALE.replace('kommun: "1440"', f"kommun: {kommun}").encode(), settings)
    assert namndplan.row(plan, settings)["kommun"].to_list() == ["1440"]


@pytest.mark.parametrize(
    ("old", "new", "column", "rule"),
    [
        ("  Totalt: [-755969, -755969, -800933]", "  Totalt: [-755969, -755970, -800933]", "budget_tkr.Totalt", "budget"),
        ("  Centralt Socialförvaltningen: [-11722, -25922, -23446]", "  Centralt: [-11722, -25922, -23445]", "budget_tkr.Totalt", "budget"),
        ("  Totalt: [-755969, -755969, -800933]", "  Totalt: [-755969, -755969]", "budget_tkr.Totalt", "budget"),
        ("  Totalt: [-755969, -755969, -800933]", "  Totalt: [-755969, -755969, 1.5]", "budget_tkr.Totalt.2", "heltal"),
        ('kommun: "1440"', 'kommun: "0180"', "kommun", "kommun"),
        ('kommun: "1440"', "kommun: [1440]", "kommun", "text"),
        ("ar: 2026", 'ar: "2026"', "ar", "heltal"),
        ("ar: 2026", "ar: 26", "ar", "ar"),
        ("namnd: Socialnämnden", "namd: Socialnämnden", "namd", "okand_nyckel"),
        ("    mal: []", "    mal: inga", "riktningsmal.0.mal", "lista"),
        (
            "{namn: Hållbart arbetsliv, beslutad_av: Kommunfullmäktige}",
            "{namn: Hållbart arbetsliv}",
            "riktningsmal.2.mal.2.beslutad_av",
            "saknas",
        ),
        ("klart_senast: 2026-06-30", "klart_senast: snart", "riktningsmal.2.uppdrag.0.delsteg.1.klart_senast", "datum"),
        ("klart_senast: 2026-06-30", "klart_senast: 2026-02-30", "riktningsmal.2.uppdrag.0.delsteg.1.klart_senast", "datum"),
        ("klart_senast: 2026-06-30", "klart_senast: 2026-06-30 12:00:00", "riktningsmal.2.uppdrag.0.delsteg.1.klart_senast", "datum"),
        ("status: Avslutad}", 'status: ""}', "forbattringar.4.status", "saknas"),
        ("prioriterad: true}", "prioriterad: ja}", "forbattringar.0.prioriterad", "ja_nej"),
        ("status: Avslutad}", "status: Klar}", "forbattringar.4.status", "okand_status"),
        ("indikator: betaldagar}", "riktning: uppåt}", "verksamhetsmatt.Äldreomsorg.3.riktning", "okand_riktning"),
        ("indikator: betaldagar}", "period: vecka}", "verksamhetsmatt.Äldreomsorg.3.period", "okand_period"),
        ("indikator: betaldagar}", "mal: minst tre}", "verksamhetsmatt.Äldreomsorg.3.mal", "tal"),
        ("indikator: betaldagar}", "mal: .inf}", "verksamhetsmatt.Äldreomsorg.3.mal", "tal"),
        ("- Antal boendestödsbeslut (totalt)", f"- {'x' * 401}", "verksamhetsmatt.Funktionsstöd.1.namn", "for_lang_text"),
        ("- Antal nya boendestödsbeslut", "- Antal e-tjänster", "verksamhetsmatt.Individ- och familjeomsorg.7.namn", "dubbelt_namn"),
        ("namn: Stärk första linjens chefer", "namn: Hållbart arbetsliv", "riktningsmal.2.mal.2.namn", "dubbelt_namn"),
        ("ar: 2026", "ar: 2026\nar: 2027", "ar", "dubbel_nyckel"),
    ],
)
def test_a_spoiled_plan(settings: Settings, tmp_path: Path, old: str, new: str, column: str, rule: str) -> None:
    assert old in ALE
    found = check(settings, tmp_path, "namndplan", ALE.replace(old, new, 1)).problems
    assert (column, rule) in [(problem.column, problem.rule) for problem in found]
    assert all(problem.row for problem in found)
    assert all(problem.message.endswith(".") for problem in found)


def test_the_line_of_an_error(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "namndplan", ALE.replace("status: Avslutad}", "staus: Avslutad}")).problems
    line = line_of("status: Avslutad}")
    assert where(found) == [(line, "forbattringar.4.status", "saknas"), (line, "forbattringar.4.staus", "okand_nyckel")]


def test_every_error_at_once(settings: Settings, tmp_path: Path) -> None:
    spoiled = ALE.replace("ar: 2026", "ar: nu").replace("status: Avslutad}", "status: 7}").replace("dnr: SN 2025/247", "dnr:")
    assert [problem.column for problem in check(settings, tmp_path, "namndplan", spoiled).problems] == [
        "ar",
        "dnr",
        "forbattringar.4.status",
    ]


def test_without_a_total_or_without_a_budget(settings: Settings, tmp_path: Path) -> None:
    without_total = "\n".join(line for line in LINES if "Totalt" not in line)
    assert [p.rule for p in check(settings, tmp_path, "namndplan", without_total).problems] == ["budget"]
    without_budget = ALE[: ALE.index("budget_tkr")]
    assert check(settings, tmp_path, "namndplan", without_budget).problems == ()


@pytest.mark.parametrize(
    "content",
    ["kommun: [", "- a\n- b\n", "hej", "a: &x 1\nb: *x\n", "\t\n", "!!python/object:os.system {}", "[" * 500],
)
def test_what_is_no_plan(settings: Settings, tmp_path: Path, content: str) -> None:
    assert {problem.rule for problem in check(settings, tmp_path, "namndplan", content).problems} == {"yaml"}


def test_too_much_for_a_plan(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "namndplan", "a: " + "x" * 200_001).problems
    assert where(found) == [(None, None, "for_stor_fil")]


def test_a_plan_outside_what_is_stated(settings: Settings, tmp_path: Path) -> None:
    path = put(tmp_path, ALE)
    found = intake.check(settings, None, "namndplan", path, ("2025",), ("Lerum",), TODAY).problems
    assert where(found) == [(None, "kommun", "utanfor_tackning"), (None, "ar", "utanfor_tackning")]
    assert intake.check(settings, None, "namndplan", path, ("2026",), ("Ale",), TODAY).problems == ()


# ---- As a workbook --------------------------------------------------------------------------------------------------------------


def workbook(**changed: dict[tuple[int, str], object] | None) -> bytes:
    """Ale's plan as a workbook, some cells of a sheet changed (by row in the sheet and column), or a sheet left out (None)."""
    plan = namndplan.read(ALE.encode(), settings_of("nowhere"))
    names = {header.plain(name): name for name in SHEETS}
    cells = {names[header.plain(name)]: change for name, change in changed.items()}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in form(plan).items():
            if cells.get(name, {}) is not None:
                sheet = book.add_worksheet(name)
                table = [list[object](SHEETS[name]), *map(list[object], rows)]
                for (row, column), value in (cells.get(name) or {}).items():
                    table[row - 1][SHEETS[name].index(column)] = value
                for number, line in enumerate(table):
                    for place, cell in enumerate(line):
                        sheet.write_datetime(number, place, cell, day) if isinstance(cell, date) else sheet.write(number, place, cell)
    return out.getvalue()


def test_ales_plan_as_a_workbook_is_the_same_plan(settings: Settings, tmp_path: Path) -> None:
    assert namndplan.read(workbook(), settings) == namndplan.read(ALE.encode(), settings)
    found = check(settings, tmp_path, "namndplan", workbook(), "plan.xlsx")
    assert found.notes == ("Planen har 3 riktningsmål och 22 verksamhetsmått. Budgeten går ihop.",)


@pytest.mark.parametrize(
    ("changed", "where_", "rule"),
    [
        ({"matt": None}, (None, "Mått"), "saknat_blad"),
        ({"plan": {(2, "varde"): "0180"}}, (2, "Plan.kommun"), "kommun"),
        ({"plan": {(2, "nyckel"): "komun"}}, (2, "Plan.nyckel"), "okand_nyckel"),
        ({"plan": {(4, "varde"): "snart"}}, (4, "Plan.ar"), "heltal"),
        ({"mal": {(1, "beslutad_av"): "vem"}}, (1, "Mål.beslutad_av"), "saknad_kolumn"),
        ({"mal": {(3, "beslutad_av"): None}}, (3, "Mål.beslutad_av"), "saknas"),
        ({"mal": {(3, "riktningsmal"): "Annat"}}, (3, "Mål.riktningsmal"), "okand_hanvisning"),
        ({"uppdrag": {(2, "status"): "Klar"}}, (2, "Uppdrag.status"), "okand_status"),
        ({"uppdrag": {(2, "klart_senast"): "snart"}}, (2, "Uppdrag.klart_senast"), "datum"),
        ({"delsteg": {(2, "uppdrag"): "Annat"}}, (2, "Delsteg.uppdrag"), "okand_hanvisning"),
        ({"matt": {(2, "visar_mal"): "Hållbart arbetsliv"}}, (2, "Mått.verksamhetsomrade"), "omrade_eller_mal"),
        ({"matt": {(3, "namn"): "Antal e-tjänster"}}, (20, "Mått.namn"), "dubbelt_namn"),
        ({"matt": {(3, "mal"): "många"}}, (3, "Mått.mal"), "tal"),
        ({"forbattringar": {(2, "prioriterad"): "kanske"}}, (2, "Förbättringar.prioriterad"), "ja_nej"),
        ({"budget": {(2, "budget"): -1}}, (7, "Budget"), "budget"),
        ({"budget": {(2, "budget"): 1.5}}, (2, "Budget.budget"), "heltal"),
        ({"budget": {(3, "verksamhetsomrade"): "Centralt Socialförvaltningen"}}, (3, "Budget.verksamhetsomrade"), "dubbelt_namn"),
        ({"matt": {(3, "namn"): f"Barn {NUMBER}"}}, (3, "B"), "personnummer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_spoiled_workbook(
    settings: Settings, tmp_path: Path, changed: dict[str, dict[tuple[int, str], object] | None], where_: tuple[int | None, str], rule: str
) -> None:
    found = check(settings, tmp_path, "namndplan", workbook(**changed), "plan.xlsx").problems
    if rule == "personnummer":
        assert [problem.rule for problem in found] == [rule]
        return
    assert (*where_, rule) in where(found)
    assert all(problem.message.endswith(".") for problem in found)


def test_every_error_of_a_workbook_at_once(settings: Settings, tmp_path: Path) -> None:
    spoiled = workbook(uppdrag={(2, "klart_senast"): "snart"}, matt={(3, "mal"): "många"}, mal={(3, "riktningsmal"): "Annat"})
    assert {rule for _, _, rule in where(check(settings, tmp_path, "namndplan", spoiled).problems)} == {"datum", "tal", "okand_hanvisning"}


@pytest.mark.parametrize("content", ["#", " ", "---\n", "# en plan kommer\n"])
def test_a_file_of_nothing_but_a_comment_is_no_plan(settings: Settings, tmp_path: Path, content: str) -> None:
    assert [problem.rule for problem in check(settings, tmp_path, "namndplan", content, "plan.yaml").problems] == ["yaml"]
