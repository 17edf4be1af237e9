"""A nämndplan: Ale's real one loads, and every spoiled one is refused with line, key and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from config import Settings
from loaders import intake, namndplan
from tests.loaders.tables import DATA, TODAY, check, put, where

ALE = (DATA / "ale_namndplan_2026.yaml").read_text(encoding="utf-8")
LINES = ALE.splitlines()


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
    ["kommun: [", "- a\n- b\n", "hej", "a: &x 1\nb: *x\n", "\t\n", "!!python/object:os.system {}", "[" * 500, b"PK\x03\x04"],
)
def test_what_is_no_plan(settings: Settings, tmp_path: Path, content: str | bytes) -> None:
    assert {problem.rule for problem in check(settings, tmp_path, "namndplan", content).problems} == {"yaml"}


def test_too_much_for_a_plan(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "namndplan", "a: " + "x" * 200_001).problems
    assert where(found) == [(None, None, "for_stor_fil")]


def test_a_plan_outside_what_is_stated(settings: Settings, tmp_path: Path) -> None:
    path = put(tmp_path, ALE)
    found = intake.check(settings, None, "namndplan", path, ("2025",), ("Lerum",), TODAY).problems
    assert where(found) == [(None, "kommun", "utanfor_tackning"), (None, "ar", "utanfor_tackning")]
    assert intake.check(settings, None, "namndplan", path, ("2026",), ("Ale",), TODAY).problems == ()
