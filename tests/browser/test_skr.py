"""The delivery to SKR in a real browser: explained, approved and noted as sent by keyboard alone, and for everyone to use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sql import skr
from sql.store import Store, open_store
from tests.browser.conftest import WAIT_MS, Visit, serving
from tests.browser.test_every_page import violations
from tests.conftest import settings_of
from tests.reports.skr_store import computed, published

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    """A store where 2023 to 2025 are published, and its server."""
    store = open_store(settings_of(tmp_path_factory.mktemp("skr") / "storage"))
    store.mark_demo()
    published(store, computed(store))
    with serving(store.settings, store) as url:
        yield store, url
    store.close()


def _send(page: Page, name: str) -> None:
    """Press the button from the keyboard, and wait for the page that it leads back to."""
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#first", state="detached")


def _write(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).locator("visible=true").focus()
    page.keyboard.type(text)


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_the_whole_way_by_keyboard(own: tuple[Store, str], visiting: Callable[..., Visit]) -> None:
    store, url = own
    visit = visiting(url)
    page = visit.open("/skr?ar=2025")
    assert violations(page) == []
    for _ in range(2):
        page.locator("#kontroller summary", has_text="Förklara").first.focus()
        page.keyboard.press("Enter")
        _write(page, "Förklaring", "Bekräftat av kommunen.")
        _write(page, "Ditt namn", "Anna Ek")
        _send(page, "Spara förklaringen")
    expect(page.get_by_text("Ja, när någon har godkänt den.")).to_be_visible()
    _write(page, "Ditt namn", "Bo Lind")
    _send(page, "Godkänn leveransen för 2025")
    expect(page.get_by_text("Ja. Leveransen är godkänd och kan skickas.")).to_be_visible()
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel (XLSX)").focus()
        page.keyboard.press("Enter")
    assert Path(download.value.path()).read_bytes() == skr.files(store, 1).xlsx
    _write(page, "Skickad till", "SKR")
    _write(page, "Ditt namn", "Bo Lind")
    _send(page, "Bokför som skickad")
    expect(page.get_by_role("table", name="Godkänt och skickat till SKR")).to_contain_text("Skickad")
    assert violations(page) == []
    narrow = visiting(url, width=320, scheme="dark").open("/skr?ar=2025")
    assert _fits(narrow)
    assert violations(narrow) == []


def test_a_refusal_is_for_everyone_too(own: tuple[Store, str], visiting: Callable[..., Visit]) -> None:
    page = visiting(own[1], width=390, scripts=False).page
    page.goto(f"{own[1]}/skr?ar=2023")
    page.locator("#kontroll-changes summary").click()
    page.get_by_label("Förklaring").locator("visible=true").fill("Gäller 19121212-1212.")
    page.get_by_label("Ditt namn").locator("visible=true").fill("Anna Ek")
    page.get_by_role("button", name="Spara förklaringen").locator("visible=true").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Förklaringen är inte sparad")
    assert "personnummer" in page.locator("main").inner_text()
    assert page.get_by_label("Ditt namn").input_value() == "Anna Ek"
    assert _fits(page)
