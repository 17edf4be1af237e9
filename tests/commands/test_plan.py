"""The commands of nämndplaner: carry over, report, export; and what they say when there is nothing to do it with."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import yaml

from sql import audit_trail
from sql.store import open_store
from tests.conftest import settings_of
from tests.program import uppfoljning

PLAN = Path(__file__).parent.parent / "data" / "ale_namndplan_2026.yaml"


def test_a_plan_from_file_to_papers_and_next_year(tmp_path: Path) -> None:
    storage = tmp_path / "storage"
    assert "22 verksamhetsmått" in uppfoljning(storage, "load", "namndplan", str(PLAN)).stderr
    pdf, book = tmp_path / "x.pdf", tmp_path / "x.xlsx"
    uppfoljning(storage, "plan", "report", "1440", "2026", "--period", "2026-T1", "-o", str(pdf))
    uppfoljning(storage, "plan", "export", "Ale", "2026", "--period", "2026", "-o", str(book), "--internal")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert exported(storage) == [("plan export 2026, internt", "1440"), ("plan report 2026-T1", "1440")]
    uppfoljning(storage, "check", "namndplan", str(book))
    done = uppfoljning(storage, "plan", "carry-over", "Ale", "2027", "--dnr", "SN 2026/300")
    assert "leverans 2" in done.stdout
    refused = uppfoljning(storage, "plan", "carry-over", "Ale", "2027", expect=1)
    assert "Ale har redan en nämndplan för 2027." in refused.stderr


def exported(storage: Path) -> list[tuple[str, str]]:
    """What the audit trail says has been taken out, and of which kommun, the newest first."""
    store = open_store(settings_of(storage))
    found = audit_trail.entries(store, audit_trail.Filter(what="export"), most=9)
    store.close()
    return [(entry.object, entry.kommun) for entry in found]


def test_what_there_is_not(tmp_path: Path) -> None:
    storage = tmp_path / "storage"
    nothing = uppfoljning(storage, "plan", "carry-over", "Ale", "2027", expect=1)
    assert "Ale har ingen nämndplan för 2026 att föra över." in nothing.stderr
    out = str(tmp_path / "x.pdf")
    assert "Ale har ingen nämndplan för 2026." in uppfoljning(storage, "plan", "report", "Ale", "2026", "-o", out, expect=2).stderr
    assert "finns inte i länet" in uppfoljning(storage, "plan", "report", "Kiruna", "2026", "-o", out, expect=2).stderr
    uppfoljning(storage, "load", "namndplan", str(PLAN))
    wrong = uppfoljning(storage, "plan", "report", "Ale", "2026", "--period", "2025-T1", "-o", out, expect=2)
    assert "hör inte till planen" in wrong.stderr


def test_what_is_carried_over(tmp_path: Path) -> None:
    """What is finished is not, nor the budget; what goes on keeps its state."""
    storage, content = tmp_path / "storage", yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    uppfoljning(storage, "load", "namndplan", str(PLAN))
    uppfoljning(storage, "plan", "carry-over", "Ale", "2027")
    again = tmp_path / "x.xlsx"
    uppfoljning(storage, "plan", "export", "Ale", "2027", "--period", "2027-T1", "-o", str(again), "--internal")
    uppfoljning(storage, "check", "namndplan", str(again))
    book = openpyxl.load_workbook(again)
    improvements = [row[0] for row in book["Förbättringar"].iter_rows(min_row=4, values_only=True)]
    assert "Förändra delegation för kostsamma och omfattande insatser" not in improvements
    assert len(improvements) == len(content["forbattringar"]) - 1
    assert next(book["Uppdrag"].iter_rows(min_row=4, values_only=True))[1] == content["riktningsmal"][1]["uppdrag"][0]["namn"]
    assert list(book["Budget"].iter_rows(min_row=4, values_only=True)) == []
    assert {row[1] for row in book["Plan"].iter_rows(min_row=4, values_only=True)} >= {"Socialnämnden", "ej diariefört än", 2027}
