"""Signing in and out in a real browser, and what somebody who may not come in is told and can do: for everyone, at every width."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from config.access import WebSettings
from sql.store import open_store
from tests.browser.conftest import Server, Visit, free_port, serving, signed_in
from tests.browser.test_every_page import violations
from tests.conftest import settings_of, soak
from tests.dashboard.people import signing_in
from tests.dashboard.provider import OwnProvider, own_provider

CONTACT = "behorighet@example.org"


@pytest.fixture(scope="module")
def provider() -> Iterator[OwnProvider]:
    with own_provider() as running:
        yield running


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory, provider: OwnProvider) -> Iterator[Server]:
    """A server where people sign in, before the first run."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = signing_in(settings_of(tmp_path_factory.mktemp("shut")), provider.url, url)
    settings = settings.model_copy(update={"web": WebSettings(url=url, contact=CONTACT)})
    store = open_store(settings)
    with serving(settings, store, port):
        yield Server(url, settings, store)
    store.engine.dispose()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(page) == []


def stopped(visit: Visit) -> None:
    """That a page was refused is what is tried here."""
    visit.complaints[:] = [each for each in visit.complaints if "403 (Forbidden)" not in each and "400 (Bad Request)" not in each]


@pytest.mark.parametrize("width", soak([390], [1280, 768, 390, 320]))
def test_the_way_in_and_out(shut: Server, visiting: Callable[..., Visit], provider: OwnProvider, width: int) -> None:
    """From a page that is shut to signing in, back to that page, and out again."""
    visit = visiting(shut.url, width=width)
    page = visit.open("/granskning?bara=sign_in")
    assert page.locator("h1").inner_text() == "Du har inte tillgång hit"
    fits(page)
    page.locator("main").get_by_role("link", name="Logga in").click()
    page.wait_for_url("**/granskning?bara=sign_in")
    visit.settle()
    assert "Anna Andersson" in page.locator("main").inner_text()
    page.get_by_role("link", name="Anna Andersson").click()
    page.get_by_text("Du är inloggad som Anna Andersson.").wait_for()
    fits(page)
    page.get_by_role("button", name="Logga ut").click()
    page.wait_for_url(f"{shut.url}/")
    visit.settle()
    page.get_by_role("link", name="Logga in").wait_for()
    visit.asked[:] = [each for each in visit.asked if not each.startswith(provider.url)]
    stopped(visit)


@pytest.mark.parametrize(("width", "claim"), soak([(1280, "f")], [(1280, "f"), (390, "k1"), (768, "ingen")]))
def test_a_role_that_is_not_enough(shut: Server, visiting: Callable[..., Visit], width: int, claim: str) -> None:
    """Who one is, whom to ask, and the way out to another account."""
    visit = visiting(shut.url, width=width)
    signed_in(shut, visit, claim, "Frida Forum")
    page = visit.open("/granskning")
    assert "Du är inloggad som Frida Forum." in page.locator("main").inner_text()
    assert page.get_by_role("link", name=CONTACT).get_attribute("href") == f"mailto:{CONTACT}"
    fits(page)
    page.get_by_role("link", name="Ditt konto").click()
    page.wait_for_url("**/jag")
    fits(page)
    stopped(visit)


def test_a_sign_in_that_came_to_nothing(shut: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(shut.url, width=390)
    page = visit.page
    page.goto(f"{shut.url}/logga-in/svar")
    assert "Inloggningen gäller inte längre." in page.locator("main").inner_text()
    assert page.get_by_role("link", name="Logga in igen").is_visible()
    fits(page)
    stopped(visit)
