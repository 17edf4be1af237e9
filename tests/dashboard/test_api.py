"""The API: the same figures as the command, exact filters, Swedish refusals, caching by run, DEMODATA, who may read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pytest
from starlette.testclient import TestClient

import figuresio
from config import Settings
from metrics.disclosure import protect
from metrics.indicators import INDICATORS
from sql import runs
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard.served import client, save_run, sqlite_store


@dataclass(frozen=True)
class Demo:
    """A demo store with a run, and a browser before it; tests only read from it."""

    settings: Settings
    store: Store
    browser: TestClient


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    settings = settings_of(tmp_path_factory.mktemp("api") / "storage")
    with sqlite_store(settings) as opened:
        opened.mark_demo()
        save_run(settings, opened)
        yield Demo(settings, opened, client(settings, opened))


@pytest.fixture
def county(demo: Demo) -> TestClient:
    return demo.browser


def _expected(settings: Settings, store: Store, *, protected: bool = False) -> pl.DataFrame:
    run = runs.current(store)
    assert run is not None
    frame = runs.frame(store, run.id, "figures")
    return figuresio.with_run(protect(settings, frame) if protected else frame, run.id)


def test_all_figures_are_those_of_the_run_byte_for_byte(demo: Demo) -> None:
    answer = demo.browser.get("/api/v1/figures", params={"format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content == figuresio.to_csv(figuresio.select(_expected(demo.settings, demo.store)))
    assert answer.text.count("\n") > 1000


@pytest.mark.parametrize("extension", figuresio.FORMATS)
def test_filters_are_exact_and_repeatable(demo: Demo, extension: str) -> None:
    filters = {"indicator": ["utskrivna", "dagar_snitt"], "area": ["1440", "lan-14"], "period": ["2023-Q1", "2023-02"]}
    answer = demo.browser.get("/api/v1/figures", params={**filters, "format": extension})
    chosen = figuresio.select(_expected(demo.settings, demo.store), *filters.values())
    assert chosen.height == 8
    assert answer.content == figuresio.to_bytes(chosen, extension, demo=True)


def test_json_is_an_object_with_metadata(county: TestClient) -> None:
    answer = county.get("/api/v1/figures?indicator=utskrivna&area=lan-14&period_kind=quarter").json()
    assert answer["metadata"]["demodata"] is True
    assert answer["metadata"]["run"].startswith("demo-")
    assert [figure["period"] for figure in answer["figures"]] == ["2023-Q1", "2023-Q2"]
    assert set(answer["figures"][0]) == set(figuresio.SCHEMA)


def test_parquet_reads_back(county: TestClient) -> None:
    answer = county.get("/api/v1/figures?indicator=avvikelser&format=parquet")
    assert "figures-demo-" in answer.headers["content-disposition"]
    assert pl.read_parquet_metadata(io.BytesIO(answer.content))["demodata"] == "true"
    assert set(pl.read_parquet(io.BytesIO(answer.content))["indicator"]) == {"avvikelser"}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("indicator=utskriv", "indicator=utskriv finns inte"),
        ("area=1440&area=9999", "area=9999 finns inte"),
        ("period=2025-Q5", "Perioden '2025-Q5' finns inte"),
        ("period=2025-T1", "Perioden '2025-T1' finns inte"),
        ("period_kind=week", "period_kind=week finns inte"),
        ("format=xml", "format=xml finns inte"),
        ("indikator=utskrivna", "Parametern indikator finns inte"),
    ],
)
def test_what_does_not_exist_is_refused_in_swedish(county: TestClient, query: str, named: str) -> None:
    answer = county.get(f"/api/v1/figures?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(named)


def test_a_known_period_without_figures_is_an_empty_answer(county: TestClient) -> None:
    answer = county.get("/api/v1/figures?period=1999&format=csv")
    assert answer.status_code == 200
    assert answer.text.count("\n") == 1


def test_an_unknown_address_is_not_a_page(county: TestClient) -> None:
    answer = county.get("/api/v1/figurs")
    assert (answer.status_code, answer.json()["detail"]) == (404, "/api/v1/figurs finns inte. Se /api/v1/docs.")


def test_without_a_run_there_is_the_header_alone(settings: Settings, store: Store) -> None:
    empty = client(settings, store)
    assert empty.get("/api/v1/figures?format=csv").text == ",".join(figuresio.SCHEMA) + "\n"
    assert empty.get("/api/v1/figures").json() == {"metadata": {"run": None}, "figures": []}
    assert empty.get("/api/v1/runs/current").status_code == 404
    assert "compute" in empty.get("/api/v1/runs/current").json()["detail"]


def test_an_answer_is_sent_again_only_when_the_run_has_changed(settings: Settings, store: Store) -> None:
    store.mark_demo()
    save_run(settings, store)
    county = client(settings, store)
    first = county.get("/api/v1/figures?indicator=utskrivna")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    again = county.get("/api/v1/figures?indicator=utskrivna", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["x-demodata"]) == (304, b"", "1")
    save_run(settings, store)
    changed = county.get("/api/v1/figures?indicator=utskrivna", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_indicators_tell_all_that_a_reader_needs(county: TestClient) -> None:
    told = county.get("/api/v1/indicators").json()
    assert told["metadata"]["demodata"] is True
    assert [each["id"] for each in told["indicators"]] == sorted(INDICATORS)
    coverage = next(each for each in told["indicators"] if each["id"] == "ntandvard_tackning")
    assert coverage["goals"][0]["value"] == 3.0
    assert coverage["goals"][0]["valid_from"] == "2023-01-01"
    may_be_empty = {"goals", "agreements", "why_not_a_sum"}
    assert all(value for name, value in coverage.items() if name not in may_be_empty)


def test_areas_hold_kommuner_both_divisions_and_the_county(county: TestClient) -> None:
    areas = {area["id"]: area for area in county.get("/api/v1/areas").json()["areas"]}
    assert len(areas) == 49 + 4 + 6 + 1
    assert areas["vs-samla"]["members"] == [{"kommun": code, "valid_from": None, "valid_to": None} for code in ("1441", "1489")]
    assert areas["kf-gr"]["division"] == "kommunalforbund"
    assert len(areas["lan-14"]["members"]) == 49
    assert areas["1440"] == {"id": "1440", "kind": "kommun", "name": "Ale", "division": None, "members": []}


def test_the_current_run_is_named(demo: Demo) -> None:
    run = runs.current(demo.store)
    assert run is not None
    told = demo.browser.get("/api/v1/runs/current").json()
    assert (told["run"], told["demodata"], told["protected"]) == (run.id, True, False)
    assert told["created_at"] == "2025-11-14T05:00:10+00:00"


@pytest.mark.parametrize("path", ["/health", "/api/v1/health", "/api/v1/figures?format=xml", "/api/v1/nothing", "/api/v1/docs", "/nothing"])
def test_a_demo_marks_every_answer(county: TestClient, path: str) -> None:
    assert county.get(path).headers["x-demodata"] == "1"


def test_head_is_get_without_the_body(county: TestClient) -> None:
    path = "/api/v1/figures?indicator=utskrivna&area=1440&format=csv"
    head, get = county.head(path), county.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-length"] == str(len(get.content))
    assert head.headers["x-demodata"] == "1"


def test_what_cannot_be_posted_is_told_in_swedish(county: TestClient) -> None:
    answer = county.post("/api/v1/figures")
    assert (answer.status_code, answer.json()["detail"]) == (405, "POST går inte att använda här.")


def test_a_real_store_is_not_marked(settings: Settings, store: Store) -> None:
    store.mark_real()
    save_run(settings, store)
    answer = client(settings, store).get("/api/v1/figures?indicator=utskrivna&area=lan-14")
    assert "x-demodata" not in answer.headers
    assert "demo" not in answer.text.lower()


def test_a_store_that_becomes_a_demo_is_marked_from_then_on(settings: Settings, store: Store) -> None:
    browser = client(settings, store)
    assert "x-demodata" not in browser.get("/health").headers
    store.mark_demo()
    assert browser.get("/health").headers["x-demodata"] == "1"


def test_everyone_sees_protected_figures_when_access_is_public(settings: Settings, store: Store) -> None:
    public = settings.model_copy(update={"access": "public"})
    store.mark_real()
    save_run(public, store, only="avvikelser")
    answer = client(public, store, host="0.0.0.0", base_url="https://uppfoljning.example").get("/api/v1/figures?format=csv")
    assert answer.headers["cache-control"] == "public, no-cache"
    assert answer.content == figuresio.to_csv(figuresio.select(_expected(public, store, protected=True)))
    assert ",suppressed," in answer.text
    assert client(public, store).get("/api/v1/runs/current").json()["protected"] is True


def test_a_database_that_does_not_answer_is_told(settings: Settings, store: Store) -> None:
    store.mark_demo()
    county = client(settings, store)
    assert county.get("/health").json() == {"status": "ok"}
    (store.folder / "uppfoljning.db").write_bytes(b"no database at all" * 100)
    answer = county.get("/health")
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("Databasen är skadad")
    assert county.get("/api/v1/figures").status_code == 503
    assert answer.headers["x-demodata"] == "1", "what is known of the store stays known"
