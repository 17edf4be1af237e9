"""The commands: exit statuses, Swedish words, stdout for what was asked and stderr for the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import personnummer
from tests.program import uppfoljning

# A number of the right shape for a day in the eighteenth hundreds: nobody's.
MADE_UP = next(number for digit in range(10) if personnummer.find(number := f"18250101-000{digit}"))
GOOD = "kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard\nAle;2024-Q1;100;50;40;30\n"


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    return tmp_path / "storage"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "ntandvard.csv"
    file.write_text(GOOD, encoding="utf-8")
    return file


def test_help_is_in_swedish(storage: Path) -> None:
    shown = uppfoljning(storage, "--help").stdout
    assert "Flaggor" in shown
    assert "Visa den här hjälpen." in shown
    for english in ("Show this message", "Commands", "required"):
        assert english not in shown


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("finnsinte",), 2, "Kommandot finnsinte finns inte."),
        (("load",), 2, "DATASET saknas."),
        (("load", "ntandvard", "x.csv", "--hoppsan"), 2, "Flaggan --hoppsan finns inte."),
        (("load", "okand", "x.csv"), 1, "Datamängden 'okand' finns inte."),
        (("load", "utskrivning", "x.csv"), 2, "Filens namn anger ingen period."),
        (("load", "ntandvard", "saknas.csv"), 1, "Filen finns inte."),
        (("withdraw", "1", "--reason", "fel"), 1, "Leverans 1 finns inte."),
        (("figures", "--format", "xml"), 2, "Formatet 'xml' finns inte."),
        (("figures", "--run", "ingen"), 2, "Körningen 'ingen' finns inte."),
        (("figures", "--area", "9999"), 2, "Området '9999' finns inte."),
        (("figures", "--indicator", "x", "--period", "2025-q3"), 2, "Måttet 'x' finns inte.\nPerioden '2025-q3' går inte att läsa."),
        (("figures", "--period-kind", "år"), 2, "Periodslaget 'år' finns inte."),
        (("figures", "-o", "/finns/inte/x.csv"), 1, "Finns mappen"),
        (("backup", "-o", "/finns/inte/x.tar.gz"), 2, "Mappen /finns/inte finns inte."),
        (("restore", "/finns/inte/x.tar.gz"), 2, "Filen /finns/inte/x.tar.gz finns inte."),
        (("report", "2025"), 2, "--output saknas."),
        (("publish", "i år"), 2, "Värdet för ÅR duger inte. Skriv ett heltal."),
        (("decisions", "1850"), 2, "Värdet för ÅR duger inte. Skriv minst 1900."),
        (("withdraw", "ett", "--reason", "fel"), 2, "Värdet för ID duger inte. Skriv ett heltal."),
        (("compute", "--as-of", "igår"), 2, "Tiden 'igår' går inte att läsa."),
        (("withdraw", "1", "--reason", f"gäller {MADE_UP}"), 2, "innehåller ett personnummer"),
        (("serve", "--host", "0.0.0.0"), 2, "access: open"),
        (("--config", "saknas.yaml", "coverage"), 2, "kan inte läsas"),
    ],
)
def test_refusals_have_a_sentence_and_a_status(storage: Path, arguments: tuple[str, ...], status: int, said: str) -> None:
    done = uppfoljning(storage, *arguments, expect=status)
    assert said in done.stderr
    assert done.stdout in ("", "x.csv: avvisad, 1 fel. Inget har lagrats.\n", "saknas.csv: avvisad, 1 fel. Inget har lagrats.\n")


def test_help_lists_every_command_under_a_heading(storage: Path) -> None:
    shown = uppfoljning(storage, "--help").stdout
    headings = ("Ta in uppgifter", "Räkna och läsa", "Året och nämndplanerna", "Drift")
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("╭─")] == ["Flaggor", *(each.split()[0] for each in headings)]
    assert "Kommandon" not in shown


def test_check_stores_nothing_and_says_all_as_json(storage: Path, tmp_path: Path, good: Path) -> None:
    assert json.loads(uppfoljning(storage, "check", "ntandvard", str(good), "--json").stdout) == []
    bad = tmp_path / "fel.csv"
    bad.write_text(GOOD + "Alle;2024-Q1;x;50;40;30\n", encoding="utf-8")
    found = json.loads(uppfoljning(storage, "check", "ntandvard", str(bad), "--json", expect=1).stdout)
    assert [(problem["row"], problem["column"]) for problem in found] == [(3, "kommun"), (3, "intyg")]
    assert set(found[0]) == {"file", "row", "column", "value", "rule", "message"}
    assert json.loads(uppfoljning(storage, "deliveries", "--json").stdout) == []


def test_several_files_are_taken_or_refused_by_themselves(storage: Path, tmp_path: Path, good: Path) -> None:
    bad = tmp_path / "fel.csv"
    bad.write_text(GOOD.replace("100", "-1"), encoding="utf-8")
    done = uppfoljning(storage, "load", "ntandvard", str(bad), str(good), expect=1)
    assert "fel.csv: avvisad" in done.stdout
    assert "leverans 1" in done.stdout
    assert len(json.loads(uppfoljning(storage, "deliveries", "--json").stdout)) == 1


def test_figures_before_any_run_are_the_header_alone(storage: Path) -> None:
    done = uppfoljning(storage, "figures")
    assert done.stdout.startswith("indicator,area_kind,area,")
    assert done.stdout.count("\n") == 1
    assert "compute" in done.stderr


def test_an_as_of_run_never_becomes_current(storage: Path, good: Path) -> None:
    uppfoljning(storage, "load", "ntandvard", str(good))
    uppfoljning(storage, "compute")
    before = uppfoljning(storage, "figures").stdout
    then = uppfoljning(storage, "compute", "--as-of", "2020-01-01").stdout.split()[1]
    assert uppfoljning(storage, "figures").stdout == before
    assert uppfoljning(storage, "figures", "--run", then).stdout.count("\n") == 1


def test_a_real_store_never_becomes_demo(storage: Path, good: Path) -> None:
    uppfoljning(storage, "load", "ntandvard", str(good))
    assert "riktiga leveranser" in uppfoljning(storage, "demo", "--no-serve", expect=1).stderr
