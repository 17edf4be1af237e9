"""The API's documentation: its OpenAPI document says what the endpoints do, and the page is made from it."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

import figuresio
from config import Settings
from sql.store import Store
from tests.dashboard.served import client


@pytest.fixture
def browser(settings: Settings, store: Store) -> TestClient:
    return client(settings, store)


def test_the_document_names_every_endpoint_filter_and_column(browser: TestClient) -> None:
    document = browser.get("/api/v1/openapi.json").json()
    assert set(document["paths"]) == {f"/api/v1/{name}" for name in ("figures", "breakdowns", "indicators", "areas", "runs/current")}
    figures = document["paths"]["/api/v1/figures"]["get"]
    assert [each["name"] for each in figures["parameters"]] == ["indicator", "area", "period", "period_kind", "format"]
    assert set(figures["responses"]["200"]["content"]) == {"application/json", "text/csv; charset=utf-8", "application/vnd.apache.parquet"}
    assert list(document["components"]["schemas"]["Figure"]["properties"]) == list(figuresio.SCHEMA)


@pytest.mark.parametrize("path", ["/api/v1/indicators", "/api/v1/areas", "/api/v1/figures", "/api/v1/breakdowns?dimension=omrade"])
def test_answers_have_the_fields_that_the_document_promises(browser: TestClient, path: str) -> None:
    document = browser.get("/api/v1/openapi.json").json()
    schema = document["paths"][path.split("?")[0]]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    shape = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    answer = browser.get(path).json()
    assert set(answer) == set(shape["properties"])
    name = next(field for field in shape["properties"] if field != "metadata")
    entry = document["components"]["schemas"][shape["properties"][name]["items"]["$ref"].rsplit("/", 1)[1]]
    assert all(set(each) == set(entry["properties"]) for each in answer[name])


def test_the_page_is_in_swedish_and_fetches_nothing_from_elsewhere(browser: TestClient) -> None:
    page = browser.get("/api/v1/docs").text
    assert '<html lang="sv">' in page
    assert page.count("<h1") == 1
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    assert "<script" not in page
    for words in (
        "GET /api/v1/figures",
        "period_kind",
        "Kan upprepas",
        "curl &#x27;http" if "&#x27;" in page else "curl 'http",
        "tal eller null",
    ):
        assert words in page


def test_regions_have_names_of_their_own(browser: TestClient) -> None:
    page = browser.get("/api/v1/docs").text
    labels = re.findall(r'role="region" aria-label="([^"]+)"', page)
    assert len(labels) > 8
    assert len(set(labels)) == len(labels)
