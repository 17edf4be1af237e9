"""Open data in the web: a page for people, files at addresses that stay, and nothing asked for twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from dashboard import choices
from dashboard.areas import Areas
from dashboard.context import Context
from dashboard.lookup import nothing
from dashboard.opendata import OpenData
from dashboard.pages import opendata as opendata_page
from dashboard.pages.opendata import PATH
from dashboard.shell import Page
from dashboard.tree import find, text_of, to_html
from reports.opendata import CATALOGUE
from sql.store import Store
from tests.dashboard.served import HOME
from tests.program import uppfoljning
from tests.reports.skr_store import computed, published


def page(data: OpenData) -> Page:
    making = opendata_page.making(data)
    return making(choices.read(PATH), Context(data.settings, Areas(data.settings), nothing()))


def said(made: Page) -> str:
    return " ".join(text_of(node) for node in made.main)


def links(made: Page) -> list[str]:
    return [str(link[1]["href"]) for node in made.main for link in find(node, tag="a") if link[1].get("download")]


@pytest.fixture
def data(store: Store) -> OpenData:
    """2024 and 2025 are published."""
    published(store, computed(store), (2024, 2025))
    return OpenData(store.settings, store)


@pytest.fixture
def browser(data: OpenData) -> TestClient:
    return _browser(data)


def _browser(data: OpenData) -> TestClient:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(data.router())
    return TestClient(app, base_url=HOME, follow_redirects=False)


def test_nothing_published_is_said_and_nothing_is_offered(store: Store) -> None:
    computed(store)
    data = OpenData(store.settings, store)
    made = page(data)
    assert "Inget är publicerat än." in said(made)
    assert links(made) == []
    missing = _browser(data).get(f"{PATH}/{CATALOGUE}")
    assert (missing.status_code, missing.json()["detail"]) == (404, "Inget år är publicerat, så det finns inga öppna data än.")


def test_the_page_leads_to_every_file_and_says_on_what_terms(data: OpenData, browser: TestClient) -> None:
    made = page(data)
    assert "2024 och 2025 finns att hämta" in said(made)
    assert {link.removeprefix(f"{PATH}/") for link in links(made)} == set(data.files())
    for link in links(made):
        assert browser.get(link).content == data.files()[link.rpartition("/")[2]]
    (licence,) = (link[1]["href"] for node in made.main for link in find(node, tag="a", rel="license"))
    assert licence == "https://creativecommons.org/licenses/by/4.0/"
    first = next(iter(find(made.main[1], tag="tbody")))
    assert [text_of(next(iter(find(row, tag="th")))) for row in find(first, tag="tr")] == ["2025", "2024"]
    html = "".join(to_html(node) for node in made.main)
    assert html.count("<h1") == 1
    assert 'id="munhalsa"' in html


def test_the_files_are_those_of_the_command(data: OpenData, tmp_path: Path) -> None:
    uppfoljning(Path(data.settings.storage), "export", "open-data", "-o", str(tmp_path / "ut"))
    assert {path.name: path.read_bytes() for path in (tmp_path / "ut").iterdir()} == dict(data.files())


KINDS = {
    "munhalsa-2025.csv": "text/csv; charset=utf-8",
    "munhalsa-2025.parquet": "application/vnd.apache.parquet",
    CATALOGUE: "text/turtle; charset=utf-8",
}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_a_file_is_sent_once_and_anybody_may_read_it(browser: TestClient, name: str, kind: str) -> None:
    first = browser.get(f"{PATH}/{name}")
    assert first.headers["content-type"] == kind
    assert first.headers["cache-control"] == "public, max-age=300"
    assert first.headers["access-control-allow-origin"] == "*"
    again = browser.get(f"{PATH}/{name}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert browser.get(f"{PATH}/{name}", headers={"If-None-Match": 'W/"annan"'}).content == first.content


def test_a_new_edition_takes_its_years_address_and_leaves_the_others(data: OpenData, browser: TestClient) -> None:
    before = dict(data.files())
    published(data.store, computed(data.store, 1), (2025,))
    after = data.files()
    assert after["munhalsa-2024.csv"] == before["munhalsa-2024.csv"]
    assert after["munhalsa-2025.csv"] != before["munhalsa-2025.csv"], "the run's id stands in it"
    assert browser.get(f"{PATH}/munhalsa-2025.csv").content == after["munhalsa-2025.csv"]
    assert "2025-2" in said(page(data))


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("catalog", f"{PATH}/{CATALOGUE}"),
        ("distribution/munhalsa-2025.csv", f"{PATH}/munhalsa-2025.csv"),
        ("dataset/munhalsa-2025", f"{PATH}#munhalsa"),
        ("series/munhalsa", f"{PATH}#munhalsa"),
    ],
)
def test_what_the_catalogue_names_leads_somewhere(browser: TestClient, address: str, to: str) -> None:
    answer = browser.get(f"{PATH}/{address}")
    assert (answer.status_code, answer.headers["location"]) == (303, to)


def test_an_unknown_file_is_not_found(browser: TestClient) -> None:
    assert browser.get(f"{PATH}/munhalsa-1999.csv").json() == {"detail": "Filen finns inte."}
