"""The deliveries page in a real browser: axe finds nothing, a good and a bad file go in by keyboard, with scripts and without."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types
from playwright.sync_api import Browser, Page, expect, sync_playwright

from config import Settings
from dashboard.app import create_app
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard.served import save_run, sqlite_store

pytestmark = pytest.mark.xdist_group("deliveries-browser")  # one server and one browser
expect.set_options(timeout=20_000)
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
HEAD = "kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard\n"
FILES = {
    "bra.csv": f"{HEAD}Ale;2025-Q1;600;400;300;200\n",
    "fel.csv": f"{HEAD}Ale;2025-Q1;600;700;300;200\nNorrköping;2025-Q1;8;5;4;3\n",
}


@dataclass(frozen=True)
class Live:
    """A server that is running, and its store."""

    address: str
    store: Store
    asked: threading.Event


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    settings: Settings = settings_of(tmp_path_factory.mktemp("live") / "storage")
    asked = threading.Event()
    with sqlite_store(settings) as store:
        store.mark_demo()
        save_run(settings, store)
        server = uvicorn.Server(uvicorn.Config(create_app(settings, store, recompute=asked.set), port=0, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Live(f"http://127.0.0.1:{port}", store, asked)
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page in the browser, and what it has complained of or asked other hosts for."""

    page: Page
    said: list[str]

    def holds(self) -> None:
        """No axe violation of any kind, nothing wider than the window, nothing in the console, nothing from elsewhere."""
        self.page.wait_for_load_state("networkidle")
        found = Axe().run(self.page).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert self.said == []


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["wide", "narrow"])
def visit(request: pytest.FixtureRequest, chromium: Browser, live: Live) -> Iterator[Visit]:
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=live.address)
    visit = Visit(context.new_page(), [])
    visit.page.on("console", lambda message: visit.said.append(message.text))
    visit.page.on("pageerror", lambda error: visit.said.append(str(error)))
    visit.page.on("request", lambda asked: visit.said.extend([] if asked.url.startswith((live.address, "data:", "blob:")) else [asked.url]))
    yield visit
    context.close()


def _send(page: Page, folder: Path, name: str) -> None:
    """By keyboard: the form is reached and sent without a mouse."""
    (folder / name).write_text(FILES[name], encoding="utf-8")
    page.goto("/leveranser")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Uppgifter", exact=True).select_option("ntandvard")
    page.get_by_label("Fil", exact=True).set_input_files(folder / name)
    page.get_by_role("button", name="Kontrollera och läs in").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/leveranser/ladda-upp")


def test_the_page_and_the_documentation_are_without_fault(visit: Visit) -> None:
    for path in ("/leveranser", "/api/v1/docs"):
        visit.page.goto(path)
        visit.holds()


def test_a_bad_file_shows_every_error(visit: Visit, tmp_path: Path) -> None:
    _send(visit.page, tmp_path, "fel.csv")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Filen är inte inläst")
    rows = visit.page.get_by_role("row").all_inner_texts()
    assert [row.split("\t")[:3] for row in rows[1:]] == [["2", "onskar_mhb", "700"], ["3", "kommun", "Norrköping"]]
    visit.holds()
    visit.page.goto("/leveranser")
    visit.page.get_by_role("link", name="2 fel i fel.csv").first.click()
    expect(visit.page.get_by_role("heading", name="Fel i fel.csv")).to_be_visible()
    visit.holds()


@pytest.mark.parametrize("visit", [(1280, "light")], indirect=True)
def test_a_good_file_is_kept_and_the_figures_are_computed(visit: Visit, live: Live, tmp_path: Path) -> None:
    _send(visit.page, tmp_path, "bra.csv")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Filen är inläst")
    visit.holds()
    assert live.asked.wait(5)
    visit.page.get_by_role("link", name="Till leveranserna").click()
    expect(visit.page.get_by_role("region", name="Leveranserna")).to_contain_text("bra.csv")
    visit.holds()


def test_it_works_without_scripts(chromium: Browser, live: Live, tmp_path: Path) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=live.address)
    page = context.new_page()
    _send(page, tmp_path, "fel.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filen är inte inläst")
    context.close()
