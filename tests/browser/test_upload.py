"""Uploading in a real browser: a good and a bad file go in by keyboard, with scripts and without, and axe finds nothing in the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WAIT_MS, Server, Visit, county_server
from tests.browser.test_every_page import violations
from tests.conftest import soak

expect.set_options(timeout=WAIT_MS)
HEAD = "kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard\n"
FILES = {
    "bra.csv": f"{HEAD}Ale;2025-Q1;600;400;300;200\n",
    "fel.csv": f"{HEAD}Ale;2025-Q1;600;700;300;200\nNorrköping;2025-Q1;8;5;4;3\n",
}


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose store the tests may add to."""
    with county_server(tmp_path_factory.mktemp("upload") / "storage", quarters=2) as served:
        yield served


def _send(visit: Visit, folder: Path, name: str) -> Page:
    """The form, filled in and sent without a mouse; gives the answer's page."""
    (folder / name).write_text(FILES[name], encoding="utf-8")
    visit.page.goto(f"{visit.url}/leveranser")
    visit.page.wait_for_load_state("networkidle")
    visit.page.get_by_label("Uppgifter", exact=True).select_option("ntandvard")
    visit.page.get_by_label("Fil", exact=True).set_input_files(folder / name)
    visit.page.get_by_role("button", name="Kontrollera och läs in").focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/leveranser/ladda-upp")
    return visit.page


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(("width", "scheme"), soak([(390, "dark")], [(1280, "light"), (390, "dark")]))
def test_a_bad_file_shows_every_error(own_server: Server, visiting: Callable[..., Visit], tmp_path: Path, width: int, scheme: str) -> None:
    visit = visiting(own_server.url, width=width, scheme=scheme)
    page = _send(visit, tmp_path, "fel.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filen är inte inläst")
    rows = page.get_by_role("row").all_inner_texts()
    assert [row.split("\t")[:3] for row in rows[1:]] == [["2", "onskar_mhb", "700"], ["3", "kommun", "Norrköping"]]
    assert violations(page) == []
    assert _fits(page)
    visit.open("/leveranser")
    page.get_by_role("link", name="2 fel i fel.csv").first.click()
    expect(page.get_by_role("heading", name="Fel i fel.csv")).to_be_visible()
    assert violations(page) == []
    assert _fits(page)


def test_a_good_file_is_kept(own_server: Server, visiting: Callable[..., Visit], tmp_path: Path) -> None:
    visit = visiting(own_server.url)
    page = _send(visit, tmp_path, "bra.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filen är inläst")
    assert violations(page) == []
    page.get_by_role("link", name="Till leveranserna").click()
    expect(page.get_by_role("table", name="Leveranserna")).to_contain_text("bra.csv")
    expect(page.get_by_role("table", name="Leveranser 2025, antal kommuner")).to_be_visible()


def test_it_works_without_scripts(own_server: Server, visiting: Callable[..., Visit], tmp_path: Path) -> None:
    page = _send(visiting(own_server.url, scripts=False), tmp_path, "fel.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filen är inte inläst")


@pytest.mark.parametrize("width", soak([320], [1280, 320]))
def test_the_apis_documentation_is_for_everyone(own_server: Server, visiting: Callable[..., Visit], width: int) -> None:
    page = visiting(own_server.url, width=width).page
    page.goto(f"{own_server.url}/api/v1/docs")
    expect(page.get_by_role("heading", level=1)).to_have_text("API för uppföljningen")
    assert violations(page) == []
    assert _fits(page)
