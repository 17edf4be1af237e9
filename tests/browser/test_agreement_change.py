"""Where the agreement changes, as it is drawn: the line ends, and begins again past a line with the new agreement's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import Server, Visit, county_server
from tests.browser.test_every_page import keep, violations
from tests.conftest import soak

NAME = "Avtal 2027–2030"


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two years, one under each agreement."""
    with county_server(tmp_path_factory.mktemp("crossing"), first_year=2026, quarters=8) as server:
        yield server


@pytest.mark.parametrize("width", soak([390], [1280, 390]))
def test_a_line_is_drawn_in_two_parts(crossing: Server, visiting: Callable[..., Visit], width: int) -> None:
    visit = visiting(crossing.url, width=width)
    page = visit.open("/indikator/foljsamhet?period=2027-Q4")
    visit.draw_charts()
    assert page.locator("#utveckling .scatterlayer .trace").first.locator(".js-line").count() == 2
    for chart in ("#utveckling", "#process"):
        name = page.locator(f"{chart} .annotation-text", has_text=NAME)
        assert name.evaluate("(n) => n.getBoundingClientRect().left >= n.closest('.diagram').getBoundingClientRect().left"), chart
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(page) == []
    keep(page, f"/indikator/foljsamhet?period=2027-Q4.{width}")
