"""What a first visit costs, and what can be read before the charts are there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.conftest import Server, Visit, until
from tests.conftest import soak

MOST_BYTES = 750_000
MOST_REQUESTS = 20


@pytest.mark.parametrize("path", soak(["/"], ["/", "/indikator/ntandvard_tackning?omrade=1440", "/kommun/1440"]))
def test_a_first_visit_with_charts_and_map_is_light(server: Server, visiting: Callable[..., Visit], path: str) -> None:
    visit = visiting(server.url)
    wire = visit.page.context.new_cdp_session(visit.page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    visit.open(path)
    visit.draw_charts()
    assert len([asked for asked in visit.asked if not asked.startswith(("data:", "blob:"))]) <= MOST_REQUESTS
    assert 100_000 < sum(sizes) <= MOST_BYTES


def test_text_is_there_before_any_script(server: Server, visiting: Callable[..., Visit]) -> None:
    page = visiting(server.url, scripts=False).page
    page.goto(server.url + "/")
    assert "kommuner når målet" in page.locator(".answer").inner_text()
    assert page.locator(".weave tbody tr").count() > 49


def test_the_page_is_read_while_the_charts_library_is_late(server: Server, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    held: list[Route] = []
    page.route("**/plotly-*.js", lambda route: held.append(route))
    page.goto(server.url + "/")
    page.wait_for_selector("#first", state="detached")
    page.locator(".diagram").first.scroll_into_view_if_needed()
    until(page, "document.querySelectorAll('script[src*=plotly]').length == 1")
    assert "kommuner når målet" in page.locator(".answer").inner_text()
    assert page.locator("svg.main-svg").count() == 0
    held[0].continue_()
    page.wait_for_selector("svg.main-svg", state="attached")
    context.close()


def test_a_chart_that_cannot_be_drawn_says_so(server: Server, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/plotly-*.js", lambda route: route.abort())
    page.goto(server.url + "/kommun/1440")
    page.wait_for_selector("#first", state="detached")
    page.locator("#betaldagar").scroll_into_view_if_needed()
    page.wait_for_selector("text=Diagrammet gick inte att visa")
    assert page.locator("details.table-view").count() > 0
    context.close()


def test_a_server_that_does_not_answer_is_told_of(server: Server, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(server.url + "/")
    page.wait_for_selector("#first", state="detached")
    page.route("**/_dash-update-component**", lambda _: None)  # never answered
    page.get_by_role("link", name="Om", exact=True).click()
    page.clock.run_for(1000)
    assert page.evaluate("document.documentElement.dataset.state") == "slow"
    page.clock.run_for(20_000)
    assert page.locator(".lost-server").is_visible()
    context.close()


def test_what_is_filled_in_before_the_page_comes_alive_stays(server: Server, visiting: Callable[..., Visit], tmp_path: Path) -> None:
    held: list[Route] = []
    visit = visiting(server.url)
    visit.page.route("**/_dash-update-component**", lambda route: held.append(route))
    page = visit.page
    page.goto(f"{server.url}/leveranser")
    (tmp_path / "fil.csv").write_text("kommun", encoding="utf-8")
    page.get_by_label("Period", exact=True).fill("2025-Q1")
    page.get_by_label("Fil", exact=True).set_input_files(tmp_path / "fil.csv")
    page.get_by_text("Välj vilka kommuner filen gäller").click()
    page.get_by_label("Ale", exact=True).check()
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    visit.settle()
    assert page.get_by_label("Period", exact=True).input_value() == "2025-Q1"
    assert page.get_by_label("Ale", exact=True).is_checked()
    assert page.get_by_label("Ale", exact=True).is_visible()
    assert page.evaluate("document.querySelector('main input[type=file]').files[0].name") == "fil.csv"
