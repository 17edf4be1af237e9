"""The year's commands on a small county: publish, new editions, what has moved, and what is refused and why."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import openpyxl
import polars as pl
import pytest

import figuresio
from metrics.indicators import INDICATORS
from tests.conftest import settings_of
from tests.program import uppfoljning
from tests.reports.pdf_text import pages
from tests.test_whole_way import write

KOMMUNER = tuple(settings_of("storage").kommuner)
ALE, LERUM = "1440", "1441"
DISCHARGES = "arende;kommun;enhet;inskriven;utskrivningsklar;utskriven;inskrivningsmeddelande;utskrivningsklar_meddelad"


def ntandvard(path: Path, without: tuple[str, ...] = (), quarters: tuple[int, ...] = (1, 2, 3, 4), intyg: int = 100) -> Path:
    rows = ["kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard"]
    rows += [f"{kommun};2024-Q{quarter};{intyg};50;30;20" for kommun in KOMMUNER if kommun not in without for quarter in quarters]
    return write(path, rows)


def befolkning(path: Path) -> Path:
    rows = ["kommun;ar;alder;antal"]
    return write(path, rows + [f"{kommun};{year};{age};1000" for kommun in KOMMUNER for year in (2023, 2024) for age in ("23", "24+")])


def discharges(path: Path, count: int) -> Path:
    rows = [f"U{number};{ALE};sjukhus;2024-03-01;2024-03-04;2024-03-06;ja;ja" for number in range(count)]
    return write(path, [DISCHARGES, *rows])


def load(storage: Path, dataset: str, path: Path, *options: str) -> None:
    uppfoljning(storage, "load", dataset, str(path), *options)


def all_of_2024(folder: Path) -> Path:
    """A storage where every kommun has left everything for 2024, computed."""
    storage = folder / "storage"
    load(storage, "befolkning", befolkning(folder / "befolkning.csv"))
    load(storage, "ntandvard", ntandvard(folder / "ntandvard.csv"))
    load(storage, "utskrivning", discharges(folder / "utskrivning_2024.csv", 12))
    load(storage, "avvikelser", write(folder / "avvikelser_2024.csv", ["avvikelse;registrerad;kommun;rapportor;omrade;kategori"]))
    uppfoljning(storage, "compute")
    return storage


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The storage of `all_of_2024`; each test has a copy."""
    return all_of_2024(tmp_path_factory.mktemp("county"))


@pytest.fixture
def storage(delivered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(delivered, tmp_path / "storage"))


def figures(storage: Path, *options: str) -> str:
    return uppfoljning(storage, "figures", *options).stdout


def test_a_complete_year_is_frozen(storage: Path) -> None:
    assert uppfoljning(storage, "publish", "2024").stdout == "2024-1\n"
    for options in ((), ("--public",)):
        assert figures(storage, "--publication", "2024-1", *options) == figures(storage, *options)
    assert "suppressed" not in figures(storage, "--publication", "2024-1")


def test_late_deliveries_change_nothing_in_it_and_a_new_edition_leaves_it(storage: Path, tmp_path: Path) -> None:
    uppfoljning(storage, "publish", "2024")
    before = [figures(storage, "--publication", "2024-1", *options) for options in ((), ("--public",), ("--format", "json"))]
    load(storage, "utskrivning", discharges(tmp_path / "utskrivning_2024_sen.csv", 20))
    uppfoljning(storage, "withdraw", "2", "--reason", "fel fil")
    uppfoljning(storage, "compute")
    assert uppfoljning(storage, "publish", "2024", "--note", "N-tandvård saknas").stdout == "2024-2\n"
    assert [figures(storage, "--publication", "2024-1", *options) for options in ((), ("--public",), ("--format", "json"))] == before
    assert figures(storage, "--publication", "2024-2") == figures(storage)
    assert uppfoljning(storage, "revisions", "2024").stdout.startswith("0 siffror har ändrats sedan publikation 2024-2")


def test_revisions_name_the_deliveries(storage: Path, tmp_path: Path) -> None:
    uppfoljning(storage, "publish", "2024")
    load(storage, "utskrivning", discharges(tmp_path / "utskrivning_2024_sen.csv", 20))
    uppfoljning(storage, "compute")
    told = json.loads(uppfoljning(storage, "revisions", "2024", "--json").stdout)
    assert told["publication"] == "2024-1"
    assert [(d["id"], d["file_name"], d["change"]) for d in told["deliveries"]] == [
        (3, "utskrivning_2024.csv", "ended"),
        (5, "utskrivning_2024_sen.csv", "came"),
    ]
    moved = {(row["indicator"], row["area"], row["period"]): row for row in told["figures"]}
    row = moved["utskrivna", ALE, "2024-03"]
    assert (row["published_value"], row["now_value"], row["difference"], row["deliveries"]) == (12, 20, 8, [3, 5])
    assert {area for indicator, area, period in moved if (indicator, period) == ("utskrivna", "2024")} == {
        ALE,
        "kf-gr",
        "lan-14",
        "vs-simba",
    }
    assert all(indicator not in ("avvikelser", "ntandvard_intyg") for indicator, _, _ in moved)
    shown = uppfoljning(storage, "revisions", "2024").stdout
    assert "Göteborgsregionen (kommunalförbund)" in shown
    assert "utskrivning_2024_sen.csv, kom " in shown
    assert "utskrivning_2024.csv, är ersatt" in shown


def test_an_incomplete_year_is_refused_by_name(storage: Path, tmp_path: Path) -> None:
    uppfoljning(storage, "withdraw", "2", "--reason", "fel fil")
    load(storage, "ntandvard", ntandvard(tmp_path / "utan.csv", without=(ALE, LERUM)))
    others = tuple(kommun for kommun in KOMMUNER if kommun not in (ALE, LERUM))
    load(storage, "ntandvard", ntandvard(tmp_path / "ale_och_lerum.csv", others, quarters=(1,)))
    uppfoljning(storage, "compute")
    refused = uppfoljning(storage, "publish", "2024", expect=1)
    assert refused.stdout == ""
    assert refused.stderr.splitlines()[:2] == ["2024 är inte komplett:", "ntandvard saknas för 2024-Q2–2024-Q4: Ale och Lerum."]
    assert "--note" in refused.stderr
    uppfoljning(storage, "revisions", "2024", expect=2)
    assert uppfoljning(storage, "publish", "2024", "--note", "Ale och Lerum lämnar i maj").stdout == "2024-1\n"


def test_what_is_asked_for_must_be_there(storage: Path) -> None:
    for arguments, status, said in (
        (("publish", "2031"), 1, "Det finns inga siffror för 2031."),
        (("publish", "2024", "--note", "gäller 811218-9876"), 2, "innehåller ett personnummer"),
        (("publish", "tjugo"), 2, "Värdet för ÅR duger inte."),
        (("revisions", "2024"), 2, "2024 är inte publicerat."),
        (("figures", "--publication", "2024-1"), 2, "Publikationen '2024-1' finns inte."),
        (("figures", "--publication", "2024-1", "--run", "x"), 2, "inte båda"),
    ):
        done = uppfoljning(storage, *arguments, expect=status)
        assert said in done.stderr
        assert done.stdout == ""


def test_nothing_is_published_before_the_first_run(tmp_path: Path) -> None:
    assert "Kör uppfoljning compute först." in uppfoljning(tmp_path / "storage", "publish", "2024", expect=1).stderr


def test_the_report_is_of_the_publication_and_stays_the_same(storage: Path, tmp_path: Path) -> None:
    draft, first, again, internal = (tmp_path / f"{name}.pdf" for name in ("draft", "first", "again", "internal"))
    uppfoljning(storage, "report", "2024", "-o", str(draft))
    assert all("UTKAST" in page for page in pages(draft.read_bytes()))
    uppfoljning(storage, "publish", "2024")
    uppfoljning(storage, "report", "2024", "--area", ALE, "-o", str(first))
    assert not any("UTKAST" in page or "INTERNT" in page for page in pages(first.read_bytes()))
    assert "2024-1" in pages(first.read_bytes())[0]
    load(storage, "utskrivning", discharges(tmp_path / "utskrivning_2024_sen.csv", 20))
    uppfoljning(storage, "compute")
    uppfoljning(storage, "report", "2024", "--area", ALE, "-o", str(again))
    assert again.read_bytes() == first.read_bytes()
    uppfoljning(storage, "publish", "2024")
    uppfoljning(storage, "report", "2024", "--area", ALE, "--internal", "-o", str(internal))
    assert all("INTERNT" in page for page in pages(internal.read_bytes()))
    told = "\n".join(pages(internal.read_bytes()))
    assert "utskrivning_2024_sen.csv" in told
    assert "Jämfört med publikation 2024-1" in told


def test_decisions_are_noted_and_stand_in_the_report(storage: Path, tmp_path: Path) -> None:
    uppfoljning(storage, "publish", "2024")
    about = ("--date", "2025-03-02", "--indicator", "ntandvard_tackning", "--area", ALE, "--period", "2024")
    said = uppfoljning(storage, "decide", "2024-1", "Ale redovisar en plan i maj.", *about).stdout
    assert said == "Beslut 1 är noterat till publikation 2024-1.\n"
    uppfoljning(storage, "decide", "2024-1", "Året läggs till handlingarna.", "--date", "2025-03-02")
    kept = json.loads(uppfoljning(storage, "decisions", "2024", "--json").stdout)
    assert [(d["id"], d["indicator"], d["area"], d["day"]) for d in kept] == [
        (1, "ntandvard_tackning", ALE, "2025-03-02"),
        (2, None, None, "2025-03-02"),
    ]
    shown = uppfoljning(storage, "decisions").stdout
    assert "Täckningsgrad N-tandvård, Ale, 2024" in shown
    for area, both in ((ALE, True), (LERUM, False)):
        file = tmp_path / f"{area}.pdf"
        uppfoljning(storage, "report", "2024", "--area", area, "-o", str(file))
        first = pages(file.read_bytes())[0]
        assert "Året läggs till handlingarna." in first
        assert ("Ale redovisar en plan i maj." in first) is both


def test_a_decision_says_everything_that_is_wrong_with_it(storage: Path) -> None:
    uppfoljning(storage, "publish", "2024")
    wrong = ("--date", "2999-01-01", "--indicator", "tandtroll", "--area", "9999", "--period", "2023-Q1")
    refused = uppfoljning(storage, "decide", "2024-1", "Gäller 811218-9876", *wrong, expect=2).stderr
    for word in ("personnummer", "har inte varit än", "tandtroll", "9999", "inte i publikationens år, 2024"):
        assert word in refused
    assert "2024-1" in uppfoljning(storage, "decide", "2031-1", "Text", expect=2).stderr
    assert "saknar text" in uppfoljning(storage, "decide", "2024-1", " ", expect=2).stderr
    assert json.loads(uppfoljning(storage, "decisions", "--json").stdout) == []


def test_the_workbook_equals_the_figures(storage: Path, tmp_path: Path) -> None:
    uppfoljning(storage, "publish", "2024")
    file, again = tmp_path / "arbetsbok.xlsx", tmp_path / "igen.xlsx"
    uppfoljning(storage, "export", "arbetsbok", "2024", "-o", str(file))
    published = pl.read_csv(figures(storage, "--publication", "2024-1", "--public", "--period", "2024").encode(), schema=figuresio.SCHEMA)
    book = openpyxl.load_workbook(file)
    found = {}
    names = {indicator.name: indicator.id for indicator in INDICATORS.values()}
    for sheet in book.worksheets[1:-2]:
        heads, *lines = list(sheet.iter_rows(min_row=3, values_only=True))
        assert sheet.freeze_panes == "D4"
        for line in lines:
            told = dict(zip(heads, line, strict=True))
            found[names[str(told["Mått"])], told["Områdets id"]] = (told["Värde"], told["Täljare"], told["Nämnare"])
    expected = {(r["indicator"], r["area"]): (r["value"], r["numerator"], r["denominator"]) for r in published.iter_rows(named=True)}
    assert found == expected
    load(storage, "utskrivning", discharges(tmp_path / "utskrivning_2024_sen.csv", 20))
    uppfoljning(storage, "compute")
    uppfoljning(storage, "export", "arbetsbok", "2024", "-o", str(again))
    assert again.read_bytes() == file.read_bytes()


def skr_files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in ("skr.xlsx", "skr.csv", "skr.sha256")}


def test_the_skr_delivery_goes_from_checks_to_the_log(storage: Path, tmp_path: Path) -> None:
    """There is nothing from 2023 to hold 2024 against, which must be explained; then it is approved, written and sent."""
    uppfoljning(storage, "publish", "2024")
    export = ("export", "skr", "2024", "-o", str(tmp_path / "skr.xlsx"))
    refused = uppfoljning(storage, *export, expect=1)
    assert "changes: Är ändringarna sedan förra året rimliga?" in refused.stderr
    assert "Det finns inga tal för 2023 att jämföra med." in refused.stderr
    assert "Den får inte skickas än." in refused.stderr
    assert "Rätta eller förklara ”Är ändringarna" in uppfoljning(storage, "skr", "sign", "2024", expect=1).stderr
    uppfoljning(storage, "skr", "explain", "2024", "changes", "Första året.", "--name", "Anna Ek")
    uppfoljning(storage, "skr", "check", "2024")
    assert "är inte godkänd" in uppfoljning(storage, "skr", "sent", "2024", "--to", "SKR", expect=1).stderr
    uppfoljning(storage, "skr", "sign", "2024", "--name", "Bo Ek", "--comment", "Läst.")
    uppfoljning(storage, *export)
    written = skr_files(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "skr.xlsx", read_only=True)
    assert any("Ale" in row and 100 in row for row in book["Data"].iter_rows(values_only=True))
    told = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {"Bo Ek", "Läst.", "Första året.", "2024-1", "förklarad"} <= set(told)
    for line in written["skr.sha256"].decode().splitlines():
        checksum, name = line.split("  ")
        assert hashlib.sha256(written[name]).hexdigest() == checksum
    uppfoljning(storage, "skr", "sent", "2024", "--to", "SKR, Eva", "--name", "Bo Ek")
    log = uppfoljning(storage, "skr", "log").stdout
    assert "skickad" in log
    assert "SKR, Eva" in log
    uppfoljning(storage, "export", "skr", "2024", "-o", str(tmp_path / "skr.csv"))
    assert skr_files(tmp_path) == written


def test_a_late_delivery_ends_an_approval_until_somebody_has_looked(storage: Path, tmp_path: Path) -> None:
    uppfoljning(storage, "publish", "2024")
    uppfoljning(storage, "skr", "explain", "2024", "changes", "Första året.")
    uppfoljning(storage, "skr", "sign", "2024")
    load(storage, "ntandvard", ntandvard(tmp_path / "andrad.csv", intyg=101))
    uppfoljning(storage, "compute")
    told = uppfoljning(storage, "skr", "check", "2024", expect=1)
    assert "Med intyg: ändrat för Ale" in " ".join(told.stdout.split())
    assert "gäller inte längre" in uppfoljning(storage, "skr", "sent", "2024", "--to", "SKR", expect=1).stderr
    uppfoljning(storage, "skr", "explain", "2024", "moved", "De nya talen kommer nästa år.")
    assert "har ändrats sedan den godkändes" in uppfoljning(storage, "skr", "check", "2024").stderr
    uppfoljning(storage, "skr", "sign", "2024")
    uppfoljning(storage, "skr", "sent", "2024", "--to", "SKR")


def test_an_unpublished_skr_delivery_is_a_draft_that_nobody_can_approve(storage: Path, tmp_path: Path) -> None:
    load(storage, "ntandvard", ntandvard(tmp_path / "andrad.csv", without=(ALE,)))
    uppfoljning(storage, "withdraw", "2", "--reason", "fel fil")
    uppfoljning(storage, "compute")
    refused = uppfoljning(storage, "export", "skr", "2024", "-o", str(tmp_path / "skr.xlsx"), expect=1)
    assert "N-tandvård för första kvartalet 2024 saknas från Ale." in refused.stderr
    assert "UTKAST" in refused.stderr
    assert all(sheet["A2"].value == "UTKAST" for sheet in openpyxl.load_workbook(tmp_path / "skr.xlsx"))
    assert "Publicera året" in uppfoljning(storage, "skr", "explain", "2024", "published", "Snart.", expect=1).stderr
    assert "Det finns inga siffror för 1999" in uppfoljning(storage, "skr", "check", "1999", expect=1).stderr


def test_what_cannot_be_done_with_the_skr_delivery_is_said(storage: Path, tmp_path: Path) -> None:
    uppfoljning(storage, "publish", "2024")
    personnummer = "19121212-1212"
    assert "personnummer" in uppfoljning(storage, "skr", "explain", "2024", "changes", personnummer, expect=2).stderr
    assert "finns inte" in uppfoljning(storage, "skr", "explain", "2024", "vad", "text", expect=1).stderr
    assert "inget att förklara" in uppfoljning(storage, "skr", "explain", "2024", "totals", "text", expect=1).stderr
    assert "Skriv en förklaring." in uppfoljning(storage, "skr", "explain", "2024", "changes", " ", expect=1).stderr
    assert ".xlsx eller .csv" in uppfoljning(storage, "export", "skr", "2024", "-o", "skr.pdf", expect=2).stderr
    nowhere = str(tmp_path / "finns" / "inte" / "skr.xlsx")
    assert "kunde inte skrivas" in uppfoljning(storage, "export", "skr", "2024", "-o", nowhere, expect=1).stderr


def test_open_data_are_the_published_years_protected(storage: Path, tmp_path: Path) -> None:
    folder = tmp_path / "oppna"
    taken = write(folder.with_name("upptagen"), ["en fil"])
    assert "kan inte göras" in uppfoljning(storage, "export", "open-data", "-o", str(taken), expect=2).stderr
    uppfoljning(storage, "export", "open-data", "-o", str(folder))
    assert "UTKAST" in (folder / "UTKAST.txt").read_text(encoding="utf-8")
    uppfoljning(storage, "publish", "2024")
    uppfoljning(storage, "export", "open-data", "-o", str(folder))
    assert not (folder / "UTKAST.txt").exists()
    themes = pl.concat(pl.read_csv(path, schema=figuresio.SCHEMA) for path in folder.glob("*-2024.csv") if "fordelningar" not in path.name)
    published = figures(storage, "--publication", "2024-1", "--public")
    assert figuresio.to_csv(figuresio.select(themes)).decode() == published
    assert b"dcat:Catalog" in (folder / "katalog.ttl").read_bytes()
    parts = pl.read_csv(folder / "fordelningar-2024.csv", schema_overrides={"area": pl.String})
    assert set(parts.select("area", "period").iter_rows()) == {("lan-14", 2024)}
    by_hospital = parts.filter(dimension="enhet", indicator="utskrivna")
    assert by_hospital.select("category", "value").rows() == [("sjukhus", 12.0)]
