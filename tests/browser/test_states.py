"""A county without data, with one delivery, and with protected figures; a page that does not exist; a store that fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Visit, county_server
from tests.browser.test_every_page import violations
from tests.conftest import soak

FIGURE_PAGES = ("/", "/kommun/1440", *soak((), ("/indikator/ntandvard_tackning", "/indikatorer", "/kommuner", "/delregion/kf-gr")))
OTHERS = ("/leveranser", *soak((), ("/om", "/sok")))
WIDTHS = soak((390,), (390, 1280))


@pytest.mark.parametrize("width", WIDTHS)
def test_no_data_at_all(tmp_path: Path, visiting: Callable[..., Visit], width: int) -> None:
    with county_server(tmp_path, quarters=0) as server:
        visit = visiting(server.url, width=width)
        for path in (*FIGURE_PAGES, *OTHERS):
            page = visit.open(path)
            assert violations(page) == [], path
            if path in FIGURE_PAGES:
                assert "Inget har räknats än" in page.locator("main").inner_text()
                assert page.locator("main a", has_text="Se leveranser").get_attribute("href") == "/leveranser"


@pytest.mark.parametrize("width", WIDTHS)
def test_one_quarter_has_no_earlier_one_to_compare_with(tmp_path: Path, visiting: Callable[..., Visit], width: int) -> None:
    with county_server(tmp_path, quarters=1) as server:
        visit = visiting(server.url, width=width)
        for path in FIGURE_PAGES:
            page = visit.open(path)
            visit.draw_charts()
            assert violations(page) == [], path
            said = page.locator("main").inner_text()
            assert "än för ett år sedan" not in said, path
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


@pytest.mark.parametrize("width", WIDTHS)
def test_protected_figures_say_so_and_show_no_small_number(tmp_path: Path, visiting: Callable[..., Visit], width: int) -> None:
    with county_server(tmp_path, quarters=2, access="public") as server:
        visit = visiting(server.url, width=width)
        for path in FIGURE_PAGES:
            page = visit.open(path)
            visit.draw_charts()
            assert violations(page) == [], path
        page = visit.open("/kommun/1438")
        said = page.locator("main").inner_text()
        assert "skyddad" in said
        assert "kan peka ut enskilda patienter" in said


def test_an_address_that_leads_nowhere(tmp_path: Path, visiting: Callable[..., Visit]) -> None:
    with county_server(tmp_path, quarters=1) as server:
        visit = visiting(server.url)
        for path in ("/finns-inte", "/kommun/9999", "/indikator/hittepa", "/delregion/kf-mars"):
            answer = visit.page.goto(server.url + path)
            assert answer is not None
            assert answer.status == 404
            visit.settle()
            assert "leder ingenstans" in visit.page.locator("main").inner_text()
            assert violations(visit.page) == []
        visit.complaints.clear()  # the browser itself notes that the page was not found


def test_a_page_that_fails_says_so_and_keeps_the_rest_alive(
    tmp_path: Path, visiting: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("made to fail")

    with county_server(tmp_path, quarters=1) as server:
        monkeypatch.setattr("dashboard.pages.about.head", fails)
        visit = visiting(server.url)
        page = visit.open("/")
        page.get_by_role("link", name="Om", exact=True).click()
        page.wait_for_selector("text=Sidan gick inte att visa")
        visit.settle()
        assert violations(page) == []
        page.locator("main a", has_text="Till översikten").click()
        page.wait_for_selector("text=kommuner når målet")
