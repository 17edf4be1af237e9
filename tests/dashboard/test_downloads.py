"""Files for people: a CSV that a Swedish Excel opens, a workbook with real numbers, and no formula in either."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import figuresio
from config import Settings
from dashboard import downloads
from dashboard.snapshot import View
from metrics.indicators import INDICATORS
from sql import runs
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard.served import client, save_run, sqlite_store

QUERY = "?indicator=ntandvard_tackning&period=2023-Q2"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, TestClient]]:
    settings = settings_of(tmp_path_factory.mktemp("downloads") / "storage")
    with sqlite_store(settings) as store:
        store.mark_demo()
        save_run(settings, store)
        yield store, client(settings, store)


@pytest.fixture
def browser(demo: tuple[Store, TestClient]) -> TestClient:
    return demo[1]


def _chosen(store: Store) -> pl.DataFrame:
    run = runs.current(store)
    assert run is not None
    frame = figuresio.with_run(runs.frame(store, run.id, "figures"), run.id)
    return figuresio.select(frame, ["ntandvard_tackning"], periods=["2023-Q2"])


def test_csv_opens_in_a_swedish_excel(demo: tuple[Store, TestClient]) -> None:
    store, browser = demo
    answer = browser.get(f"/ladda-ner/siffror.csv{QUERY}")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "DEMODATA-uppfoljning-ntandvard_tackning-2023-Q2.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert list(rows[0])[:6] == ["Indikator", "Områdesslag", "Områdets id", "Område", "Period", "Värde"]
    assert len(rows) == 60
    expected = {row["area"]: row for row in _chosen(store).iter_rows(named=True)}
    for row in rows:
        figure = expected[row["Områdets id"]]
        assert (float(row["Värde"].replace(",", ".")) if row["Värde"] else None) == figure["value"]
        assert "." not in row["Värde"]
        assert row["Läge"] in {"når målet", "når inte målet", "ofullständig", "saknas", "inget mål"}
        assert row["Fullständig"] == ("ja" if figure["complete"] else "nej")
    assert "DEMODATA" not in answer.content.decode("utf-8-sig"), "no extra line or column"


def test_xlsx_holds_real_numbers_and_the_definition(demo: tuple[Store, TestClient]) -> None:
    store, browser = demo
    answer = browser.get(f"/ladda-ner/siffror.xlsx{QUERY}")
    assert "DEMODATA-uppfoljning" in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Siffror", "Definitioner", "Om filen"]
    sheet = book["Siffror"]
    assert sheet["A1"].value == "DEMODATA: siffrorna är påhittade"
    assert sheet.oddHeader is not None
    assert "DEMODATA" in str(sheet.oddHeader.center.text)
    assert sheet.freeze_panes == "A3"
    assert [cell.value for cell in sheet[2]] == list(downloads.HEADINGS.values())
    expected = _chosen(store)
    assert [cell.value for cell in sheet["F"][2:]] == expected["value"].to_list()
    assert {cell.data_type for cell in sheet["F"][2:]} == {"n"}
    assert {cell.number_format for cell in sheet["F"][2:] if cell.value is not None} == {"#,##0.00"}
    assert {cell.number_format for cell in sheet["H"][2:] if cell.value is not None} == {"#,##0"}
    definitions = book["Definitioner"]
    assert definitions["A3"].value == INDICATORS["ntandvard_tackning"].name
    said = {row[0].value: row[1].value for row in book["Om filen"].iter_rows(min_row=3)}
    run = runs.current(store)
    assert run is not None
    assert said["Körning"] == run.id


def test_a_real_store_has_no_mark_and_no_title_row(settings: Settings, store: Store) -> None:
    store.mark_real()
    save_run(settings, store)
    browser = client(settings, store)
    answer = browser.get(f"/ladda-ner/siffror.xlsx{QUERY}")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["Siffror"]
    assert sheet["A1"].value == "Indikator"
    assert sheet.freeze_panes == "A2"
    assert "DEMO" not in answer.headers["content-disposition"]


def test_public_files_are_protected(settings: Settings, store: Store) -> None:
    public = settings.model_copy(update={"access": "public"})
    save_run(public, store, only="avvikelser")
    answer = client(public, store).get("/ladda-ner/siffror.csv?indicator=avvikelser&period_kind=month")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    hidden = [row for row in rows if row["Läge"] == "skyddad"]
    assert hidden
    assert {row[name] for row in hidden for name in ("Värde", "Täljare", "Nedre gräns (95 %)")} == {""}
    assert not {row["Värde"] for row in rows} & {"1", "2", "3", "4"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("siffror.pdf", 404),
        ("siffror.csv?area=9999", 422),
        ("siffror.csv?period=nyss", 422),
        ("siffror.xlsx?omrade=1440", 422),
    ],
)
def test_what_cannot_be_had_is_refused(browser: TestClient, path: str, status: int) -> None:
    assert browser.get(f"/ladda-ner/{path}").status_code == status


def test_without_a_run_there_is_nothing_to_download(settings: Settings, store: Store) -> None:
    assert client(settings, store).get("/ladda-ner/siffror.csv").status_code == 404


def test_links_lead_to_the_same_thing(browser: TestClient) -> None:
    links = downloads.links(indicator=["utskrivna"], area=["1440", "lan-14"], period=[], period_kind=["quarter"])
    assert links.api == "/api/v1/figures?indicator=utskrivna&area=1440&area=lan-14&period_kind=quarter"
    assert len(browser.get(links.api).json()["figures"]) == 4
    assert browser.get(links.csv).text.count("\r\n") == 5
    assert browser.get(links.xlsx).status_code == 200
    assert downloads.links() == downloads.Links("/ladda-ner/siffror.csv", "/ladda-ner/siffror.xlsx", "/api/v1/figures")


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    safe = downloads.harmless(text)
    assert not (safe or "").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert (safe or "").removeprefix("'") == text.removeprefix("'") or safe == text


@pytest.mark.parametrize("name", ["=1+1", "+46", "-5", "@SUM(A1)", "\tx", '=HYPERLINK("http://example.org")', "http://example.org"])
def test_a_hostile_name_stays_text(settings: Settings, name: str) -> None:
    figures = pl.DataFrame(
        {name_: [None] for name_ in figuresio.SCHEMA}
        | {
            "indicator": ["utskrivna"],
            "area_kind": ["kommun"],
            "area": ["1440"],
            "area_name": [name],
            "period": ["2025"],
            "unit": ["antal"],
            "value": [-3.0],
            "status": ["no_goal"],
            "complete": [True],
            "preliminary": [False],
        },
        schema=figuresio.SCHEMA,
    )
    row = next(csv.DictReader(io.StringIO(downloads.to_csv(figures).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert row["Område"] == (name if name.startswith("http") else f"'{name}")
    assert row["Värde"] == "-3", "a number is a number"
    view = View("r", datetime(2026, 1, 1, tzinfo=UTC), False, False, figures, pl.DataFrame())
    cell = openpyxl.load_workbook(io.BytesIO(downloads.to_xlsx(settings, figures, view)))["Siffror"]["D2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", name, None)


def test_the_same_figures_make_the_same_workbook(settings: Settings) -> None:
    view = View("r", datetime(2026, 1, 1, tzinfo=UTC), True, False, figuresio.empty(), pl.DataFrame())
    assert downloads.to_xlsx(settings, figuresio.empty(), view) == downloads.to_xlsx(settings, figuresio.empty(), view)
