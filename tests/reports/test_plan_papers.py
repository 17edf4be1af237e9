"""The follow-up of Ale's plan as PDF and workbook, read back: what is on paper is what was said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from config import Settings
from loaders import namndplan
from loaders.intake import check
from metrics.namndplan import follow_up
from metrics.plan_values import FollowUp, Said, Sources, Spoken
from namndplan import Plan
from reports.plan_papers import Paper, report, workbook
from tests.conftest import settings_of
from tests.reports.pdf_text import info, pages

PLAN = Path(__file__).parent.parent / "data" / "ale_namndplan_2026.yaml"
AT = datetime(2026, 5, 10, 9, 30, tzinfo=UTC)
MARKUP = '#strong[x] *y* <b> =1+1 $z$ \\ "q" @a'


def said(value: str) -> Said:
    return Said(value, "Anna", AT, 1)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return namndplan.read(PLAN.read_bytes(), settings_of("nowhere"))


def followed(plan: Plan, settings: Settings, period: str = "2026-T1", **more: object) -> FollowUp:
    at = {
        Spoken(period, "matt", "Antal e-tjänster", "utfall"): said("1234.5"),
        Spoken(period, "matt", "Antal e-tjänster", "kommentar"): said(MARKUP),
        Spoken(period, "matt", "Våld i nära - Antal skyddsplaceringar", "utfall"): said("3.0"),
        Spoken(period, "uppdrag", "Utöka LOK-stödet", "status"): said("Avslutad"),
        Spoken(period, "budget", "Äldreomsorg", "prognos"): said("-275000.0"),
        Spoken(period, "period", "", "lage"): said("klar"),
    }
    sources = Sources(at, {}, lambda *_: None, **more)  # type: ignore[arg-type]
    return follow_up(plan, period, date(2026, 5, 10), sources, settings.namndplan)


def paper(found: FollowUp, *, internal: bool = True) -> Paper:
    return Paper(found=found, kommun="Ale", internal=internal, is_demo=True, created=date(2026, 5, 10))


def test_the_report(plan: Plan, settings: Settings) -> None:
    made = report(paper(followed(plan, settings)))
    told = " ".join(pages(made))
    assert made == report(paper(followed(plan, settings)))
    assert "pdfuaid:part" in info(made, "-meta")
    assert "Tagged:          yes" in info(made)
    for words in (
        "Delårsuppföljning av nämndplan 2026, första tertialet 2026",
        "2 av 24 utfall är lämnade",
        "Ett av sju uppdrag är avslutat. Ett uppdrag eller delsteg är försenat.",
        "Perioden är klarmarkerad, Anna, 10 maj 2026 klockan 11.30",
        "DEMODATA",
        "INTERNT UNDERLAG, EJ SKYDDAT",
        "Fokus på kundnytta i Ale",
        "Antal e-tjänster",
        "1 234,5",
        "−800 933",
        "−275 000",
        "Digital hemvård/digitalt stöd",
    ):
        assert words.replace(" ", "") in told.replace(" ", ""), words
    assert "UTKAST" not in told
    assert MARKUP.replace(" ", "") in told.replace(" ", "")


def test_a_whole_year_is_an_annual_follow_up(plan: Plan, settings: Settings) -> None:
    assert paper(followed(plan, settings, "2026")).title == "Årsuppföljning av nämndplan 2026, 2026"
    assert paper(followed(plan, settings, "2026-T3")).title.startswith("Årsuppföljning")
    assert paper(followed(plan, settings, "2026-H1")).title.startswith("Delårsuppföljning")


def test_the_public_gets_no_small_counts_and_no_comments(plan: Plan, settings: Settings) -> None:
    found = followed(plan, settings, protect_below=5)
    told = " ".join(pages(report(paper(found, internal=False))))
    assert "skyddad" in told
    assert "strong" not in told
    assert "INTERNT" not in told
    book = openpyxl.load_workbook(BytesIO(workbook(paper(found, internal=False))))
    outcomes = [row[1] for row in book["Utfall"].iter_rows(min_row=4, values_only=True)]
    assert outcomes == ["Antal e-tjänster"]


def test_the_workbook_is_read_in_again_as_the_same_plan(plan: Plan, settings: Settings, tmp_path: Path) -> None:
    made = workbook(paper(followed(plan, settings)))
    assert made == workbook(paper(followed(plan, settings)))
    assert namndplan.read(made, settings) == plan
    file = tmp_path / "uppfoljning.xlsx"
    file.write_bytes(made)
    found = check(settings, None, "matt", file, [], None, date(2026, 9, 1))
    assert (found.problems, found.row_count) == ((), 2)


def test_the_workbook_holds_what_was_said_as_text_and_numbers(plan: Plan, settings: Settings) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(paper(followed(plan, settings)))))
    assert book["Utfall"]["A1"].value == "Delårsuppföljning av nämndplan 2026, första tertialet 2026: utfall"
    rows = {row[1]: row for row in book["Utfall"].iter_rows(min_row=4, values_only=True)}
    assert rows["Antal e-tjänster"][2:] == ("2026-T1", 1234.5, None, MARKUP, "sidan")
    heads = [cell.value for cell in book["Uppdrag"][3]]
    states = {row[1]: row[heads.index("läge nu")] for row in book["Uppdrag"].iter_rows(min_row=4, values_only=True)}
    assert states["Utöka LOK-stödet"] == "Avslutad"
    money = {row[0]: row for row in book["Budget"].iter_rows(min_row=4, values_only=True)}
    assert money["Äldreomsorg"][3:] == (-270724, -275000, None)
    assert all(cell.data_type != "f" for sheet in book for line in sheet.iter_rows() for cell in line)
