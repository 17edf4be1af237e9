"""A year in a real browser: published by keyboard, a decision noted, a figure opened and computed again; axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from flows.compute import compute
from loaders.intake import take_in
from sql import runs
from sql.store import open_store
from tests.browser.conftest import WAIT_MS, Server, Visit, serving
from tests.browser.test_every_page import violations
from tests.conftest import settings_of

expect.set_options(timeout=WAIT_MS)
NOW = datetime(2024, 2, 20, 5, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One delivery with large numbers, so that the year is quick to protect; it is far from complete."""
    folder = tmp_path_factory.mktemp("year")
    settings = settings_of(folder / "storage")
    store = open_store(settings)
    store.mark_demo()
    file = folder / "ntandvard.csv"
    rows = [f"{kommun};2023-Q{quarter};600;400;300;200\n" for kommun in settings.kommuner for quarter in range(1, 5)]
    file.write_text("kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard\n" + "".join(rows), encoding="utf-8")
    take_in(settings, store, "ntandvard", file, [], None, False, "anna", NOW)
    run = compute(settings, store, NOW)
    with serving(settings, store) as url:
        yield Server(url, settings, store, runs.frame(store, run, "figures"))
    store.engine.dispose()


def test_a_year_is_published_by_keyboard_and_a_decision_noted(own_server: Server, visiting: Callable[..., Visit]) -> None:
    page = visiting(own_server.url).open("/arsuppfoljning/2023")
    expect(page.get_by_role("heading", name="Det här saknas")).to_be_visible()
    page.get_by_label("Anmärkning").fill("Bara N-tandvård.")
    page.get_by_role("button", name="Publicera 2023").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/arsuppfoljning/2023?utgava=1")
    expect(page.get_by_text("Publikation 2023-1,").first).to_be_visible()
    expect(page.get_by_text("Bara N-tandvård.").first).to_be_visible()
    page.get_by_text("Notera ett beslut").click()
    page.get_by_label("Beslut", exact=True).fill("Ale redovisar en plan.")
    page.get_by_label("Område", exact=True).last.select_option("1440")
    page.get_by_role("button", name="Notera beslutet").click()
    page.wait_for_url("**/arsuppfoljning/2023#beslut")
    expect(page.get_by_text("Ale redovisar en plan.")).to_be_visible()
    assert violations(page) == []


def test_a_figure_is_opened_and_computed_again(own_server: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(own_server.url, width=390, scheme="dark")
    page = visit.open("/siffra?indikator=ntandvard_intyg&omrade=1440&period=2023-Q1")
    page.get_by_role("button", name="Räkna om").click()
    expect(page.get_by_text("Lika.")).to_be_visible()
    assert "rakna=om" in page.url
    expect(page.get_by_role("table", name="Rader ur n-tandvård")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
