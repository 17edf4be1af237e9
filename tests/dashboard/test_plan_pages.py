"""The plan's pages as trees and HTML, the kommun's section, and what begins drawn in the charts of what it aims at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from config import Settings
from dashboard.charts.timeline import named_line, shortened, starts_drawn
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.sections import plan_summary, process, trend
from dashboard.tree import find, text_of, to_html
from flows.planning import Plans, Start
from policy import here
from sql import plan_entries
from sql.plan_entries import NEVER, Change, Place
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard.plans import ALE, PLAN, at_noon_in_november, client, load
from tests.dashboard.served import sqlite_store

TODAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Store, Settings]]:
    """Ale's plan with an uppdrag that aims at an indicator, and its server."""
    folder = tmp_path_factory.mktemp("plan")
    settings = settings_of(folder / "storage")
    content = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    content["riktningsmal"][2]["uppdrag"][0] |= {"indikator": "betaldagar", "fran": date(2025, 2, 1)}
    content["riktningsmal"][2]["uppdrag"][0]["namn"] = "Arbeta <b>nära</b>"
    path = folder / "plan.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with sqlite_store(settings) as store, at_noon_in_november():
        load(settings, store, path)
        with client(settings, store) as opened:
            yield opened, store, settings


def test_the_list_names_those_that_have_a_plan(shared: tuple[TestClient, Store, Settings]) -> None:
    page = shared[0].get("/namndplan").text
    assert "En av 49 kommuner har en nämndplan här." in page
    assert 'href="/namndplan/1440"' in page
    assert shared[0].get("/namndplan?omrade=1480").headers["location"] == "/namndplan/1480"


def test_a_kommun_without_a_plan_and_a_year_without_one(shared: tuple[TestClient, Store, Settings]) -> None:
    assert "Göteborg har ingen nämndplan här än." in shared[0].get("/namndplan/1480").text
    page = shared[0].get("/namndplan/1440?ar=2031").text
    assert "Ale har ingen nämndplan för 2031 här." in page
    assert "För över planen 2026 till 2027" in page
    assert shared[0].get("/namndplan/9999").status_code == 404
    assert shared[0].get("/namndplan/kf-gr").status_code == 404


def test_the_plan_as_a_tree(shared: tuple[TestClient, Store, Settings]) -> None:
    page = shared[0].get("/namndplan/1440").text
    for words in ("Ett tryggare Ale", "3 riktningsmål, 7 mål och 7 uppdrag.", "Beslutat av Kommunfullmäktige", "−800\u00a0933", "Försenat"):
        assert words in page
    assert "0 av 24 utfall är lämnade för andra tertialet 2026. Två saker är försenade." in page
    assert "Arbeta &lt;b&gt;nära&lt;/b&gt;" in page
    assert "<b>nära" not in page


def test_another_period_and_a_period_that_is_none(shared: tuple[TestClient, Store, Settings]) -> None:
    assert "för första halvåret 2026" in shared[0].get("/namndplan/1440?ar=2026&period=2026-H1").text
    assert "för andra tertialet 2026" in shared[0].get("/namndplan/1440?ar=2026&period=2024-01").text


def test_the_files(shared: tuple[TestClient, Store, Settings]) -> None:
    pdf = shared[0].get("/namndplan/1440/uppfoljning.pdf?ar=2026&period=2026-T1")
    assert pdf.content.startswith(b"%PDF")
    assert 'filename="INTERNT-namndplan-1440-2026-T1.pdf"' in pdf.headers["content-disposition"]
    assert shared[0].get("/namndplan/1440/uppfoljning.xlsx").content.startswith(b"PK")
    for address in ("uppfoljning.doc", "uppfoljning.pdf?ar=2030", "uppfoljning.pdf?period=2025-T1"):
        assert shared[0].get(f"/namndplan/1440/{address}").status_code == 404
    assert shared[0].get("/namndplan/1480/uppfoljning.pdf").status_code == 404


# ---- What begins, and the kommun's page -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def planned(shared: tuple[TestClient, Store, Settings], context: Context) -> Context:
    return replace(context, planned=Plans(shared[2], shared[1]).lately(TODAY))


def test_a_start_is_a_named_line_between_its_periods() -> None:
    months = [f"2025-{month:02}" for month in range(1, 13)]
    found = named_line("Möten", date(2025, 4, 10), months, 0)
    assert found is not None
    assert (found[0]["x0"], found[1]["text"]) == (2.5, "Möten")
    assert named_line("Före", date(2024, 1, 1), months, 0) is None
    assert named_line("Efter", date(2026, 1, 1), months, 0) is None
    assert len(starts_drawn([("a", date(2025, 4, 1)), ("b", date(2030, 1, 1))], months)) == 1
    assert shortened("ord " * 20).endswith(" …")


def test_the_charts_of_the_indicator_draw_it_for_the_kommun_alone(planned: Context) -> None:
    division = planned.areas.division(None)
    [chart] = find(trend.section("betaldagar", planned, Choices("/", area=ALE), "2025-Q3", division), tag="diagram")
    assert "Arbeta &lt;b>nära&lt;/b>" in [note["text"] for note in chart[1]["figure"]["layout"]["annotations"]]
    assert "Arbeta <b>nära</b> börjar 1\u00a0februari\u00a02025." in chart[1]["label"]
    [other] = find(trend.section("betaldagar", planned, Choices("/", area="1480"), "2025-Q3", division), tag="diagram")
    assert "Arbeta" not in other[1]["label"]
    area = planned.areas.find(ALE)
    assert area is not None
    [months] = find(process.section("betaldagar", planned, area), tag="diagram")
    assert len(months[1]["figure"]["layout"]["shapes"]) == 1
    [without] = find(process.section("utskrivna", planned, area), tag="diagram")
    assert without[1]["figure"]["layout"]["shapes"] == []


def test_the_kommuns_own_page_has_its_plan(planned: Context) -> None:
    ale, other = planned.areas.find(ALE), planned.areas.find("1480")
    assert ale is not None
    assert other is not None
    section = plan_summary.section(planned, ale)
    assert section is not None
    told = text_of(section)
    assert "Inget av sju uppdrag är avslutat. 0 av 24 utfall är lämnade för andra tertialet 2026." in told
    assert "Försenad, ej påbörjad" in told
    assert "Antal betaldagar" in told
    assert 'href="/namndplan/1440"' in to_html(section)
    assert plan_summary.section(planned, other) is None
    assert plan_summary.section(planned, planned.areas.county) is None


def test_a_kept_page_is_made_anew_when_something_is_said(shared: tuple[TestClient, Store, Settings], context: Context) -> None:
    now = [0.0]
    plans = Plans(shared[2], shared[1], clock=lambda: now[0])
    first = plans.lately(TODAY)
    change = Change(Place(ALE, "2026-T1", "uppdrag", "Utöka LOK-stödet", "status"), "Avslutad", NEVER)
    plan_entries.record(shared[1], [change], by=here("Anna"), now=datetime(2026, 11, 26, tzinfo=UTC))
    assert plans.lately(TODAY) is first  # a second has not passed
    now[0] = 2.0
    second = plans.lately(TODAY)
    one, other = (replace(context, planned=each) for each in (first, second))
    assert one.plan_key("/kommun/1440") != other.plan_key("/kommun/1440")
    assert one.plan_key("/kommun/1480") == other.plan_key("/kommun/1480")
    assert one.plan_key("/") == other.plan_key("/")
    now[0] = 4.0
    assert plans.lately(TODAY) is second


def test_starts_in_order_and_each_name_once(shared: tuple[TestClient, Store, Settings], tmp_path: Path) -> None:
    book = Plans(shared[2], shared[1]).book()
    assert book.starts[ALE, "betaldagar"] == (Start(date(2025, 2, 1), "Arbeta <b>nära</b>"), Start(date(2026, 7, 1), "Användning startar"))
