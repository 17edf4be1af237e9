"""Every page, wide and narrow, light and dark: no violation, one heading, nothing outside the window, every chart drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Server, Visit, until
from tests.conftest import soak

PAGES = (
    "/",
    "/?period=2030-Q1",
    "/indikatorer",
    "/indikator/ntandvard_tackning?omrade=1440",
    "/indikator/betaldagar?visa=delregioner",
    "/indikator/dagar_snitt?omrade=1440&period=2025-Q2",
    "/rakna?d3=2&d7=4&langre=9+40",
    "/kommuner",
    "/kommun/1440",
    "/nyckeltal/1440",
    "/delregion/vs-simba",
    "/leveranser",
    "/skr?ar=2024",
    "/oppna-data",
    "/avtal",
    "/avtal/hsa-2023",
    "/avtal/hsa-2027",
    "/arsuppfoljning",
    "/arsuppfoljning/2024",
    "/siffra?indikator=dagar_snitt&omrade=lan-14&period=2024",
    "/sok?q=borg",
    "/om",
    "/tillganglighet",
    "/namndplan",
    "/granskning",
    "/nycklar",
    "/jag",
)
OTHER_VIEWS = (
    "/?omrade=1440&indelning=vardsamverkan&indikator=foljsamhet&sortera=dagar_snitt&ordning=fallande",
    "/?period=2025-08",
    "/indikator/avvikelser_per_10000?period=2024&omrade=kf-skaraborg",
    "/indikator/betalningsbelopp",
    "/kommun/1438?period=2025-08",
)
WINDOWS = soak(((1280, "light"), (390, "dark")), ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"), (768, "light")))
"""The quick tests look at every other page in each window, the full ones at every page in every window."""

PICTURES = Path(__file__).parent.parent.parent / "artifacts" / "pages"
EVERY_RULE = {"resultTypes": ["violations"], "rules": {}}


@pytest.mark.parametrize(("width", "scheme"), WINDOWS)
def test_every_page_is_for_everyone(server: Server, visiting: Callable[..., Visit], width: int, scheme: str) -> None:
    visit = visiting(server.url, width=width, scheme=scheme)
    titles: dict[str, str] = {}
    paths = soak(PAGES[WINDOWS.index((width, scheme)) :: 2], PAGES + OTHER_VIEWS)
    for path in paths:
        page = visit.open(path)
        visit.draw_charts()
        found = violations(page)
        assert found == [], f"{path}: {found}"
        assert page.locator("h1").count() == 1, path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is wider than the window"
        assert page.locator("html").get_attribute("lang") == "sv"
        assert "DEMODATA" in page.locator("header").inner_text()
        titles[path] = page.title()
        if soak(fast=False, full=True):
            keep(page, f"{path}.{width}.{scheme}")
    assert len({title for path, title in titles.items() if path in PAGES}) == len([path for path in paths if path in PAGES])


def keep(page: Page, name: str) -> None:
    """The whole page as a picture, for a person to look at: an artefact of the run, never a test."""
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=PICTURES / f"{re.sub(r'[^a-z0-9.-]+', '_', name.strip('/').lower())}.png", full_page=True)


def violations(page: object) -> list[str]:
    """What axe finds, of every level, in the page as it stands."""
    response = Axe().run(page, options=EVERY_RULE).response
    return [f"{found['id']} ({found['impact']}): {node['html'][:150]}" for found in response["violations"] for node in found["nodes"][:2]]


def test_charts_follow_the_scheme(server: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(server.url)
    page = visit.open("/indikator/ntandvard_tackning?omrade=1440")
    visit.draw_charts()
    names = "[...document.querySelectorAll('#rangordning .annotation-text')]"
    own = f"{names}.find((text) => text.textContent == 'Ale').style.fill"
    assert page.evaluate(own) == "rgb(138, 22, 96)"
    page.emulate_media(color_scheme="dark")
    until(page, f"{own} == 'rgb(241, 155, 208)'")
    line = "document.querySelector('#utveckling .scatterlayer .js-line').style.stroke"
    until(page, f"{line} != 'rgb(21, 25, 30)'")


@pytest.mark.parametrize("path", soak([PAGES[8]], [PAGES[0], PAGES[3], PAGES[8]]))
def test_nothing_is_lost_at_320_pixels(server: Server, visiting: Callable[..., Visit], path: str) -> None:
    page = visiting(server.url, width=320).open(path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cut = page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, h3, p, a.button, summary, select, li, dd')]
            .filter((node) => node.offsetParent && !node.closest('.scroll, .unseen, .skip, .menu:not([open]) > div'))
            .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 1)
            .map((node) => node.outerHTML.slice(0, 100))"""
    )
    assert cut == []
