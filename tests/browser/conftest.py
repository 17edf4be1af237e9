"""A real server over a real store, and Debian's Chromium: one of each for the whole session."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import polars as pl
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config import Settings
from dashboard.app import create_app
from policy import Person
from sql import runs, sessions
from sql.sessions import SignedIn
from sql.store import Store, open_store
from tests.conftest import settings_of
from tests.dashboard import county

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 60_000


def until(page: Page, expression: str) -> None:
    """Wait until the expression holds in the page. Playwright's own wait evaluates text in the page, which its policy forbids."""
    deadline = monotonic() + WAIT_MS / 1000
    while not page.evaluate(expression):
        assert monotonic() < deadline, expression
        page.wait_for_timeout(20)


@dataclass(frozen=True)
class Server:
    """Where the pages are, and the figures that they must show."""

    url: str
    settings: Settings
    store: Store
    figures: pl.DataFrame = field(default_factory=pl.DataFrame)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(settings: Settings, store: Store, port: int | None = None) -> Iterator[str]:
    """The real application on a free port."""
    app = create_app(settings, store, recompute=lambda: None, ahead=False)
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = monotonic() + 30
    while not server.started and monotonic() < deadline:
        sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def county_server(folder: Path, *, quarters: int = 11, access: str = "open", first_year: int = 2023) -> Iterator[Server]:
    """A server over a demo store whose current run is the made county; without quarters it has no run."""
    settings = settings_of(folder).model_copy(update={"access": access})
    store = open_store(settings)
    store.mark_demo()
    figures = pl.DataFrame()
    if quarters:
        frames = county.made_frames(settings, quarters=quarters, first_year=first_year)
        runs.save(store, frames, as_of=None, now=county.COMPUTED, deliveries=[])
        figures = frames["figures"].with_columns(run=pl.lit(county.RUN))
    with serving(settings, store) as url:
        yield Server(url, settings, store, figures)
    store.engine.dispose()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The made county, eleven quarters."""
    with county_server(tmp_path_factory.mktemp("county")) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A browser window at a server. It notes what a page must never do: write errors, or ask another host for anything."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """The page at the path, alive: the tree from the callback has taken the place of the first HTML."""
        self.page.goto(self.url + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the page is alive and nothing is being asked for."""
        self.page.wait_for_selector("#first", state="detached", timeout=WAIT_MS)
        until(self.page, "!document.documentElement.dataset.state")

    def draw_charts(self) -> None:
        """Scroll past every chart, so that each is drawn."""
        for chart in self.page.query_selector_all(".diagram"):
            chart.scroll_into_view_if_needed()
            chart.wait_for_selector("svg.main-svg", state="attached", timeout=WAIT_MS)


@pytest.fixture
def visiting(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens windows, and fails the test when a page in one of them complained or went elsewhere."""
    visits: list[tuple[Visit, BrowserContext]] = []

    def visit(url: str, *, width: int = 1280, height: int = 900, scheme: str = "light", scripts: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            locale="sv-SE",
        )
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        made = Visit(page, url)
        page.on("pageerror", lambda error: made.complaints.append(f"page error: {error}"))
        page.on("console", lambda message: made.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("request", lambda request: made.asked.append(request.url))
        page.on("websocket", lambda web_socket: made.complaints.append(f"web socket: {web_socket.url}"))
        visits.append((made, context))
        return made

    yield visit
    for made, context in visits:
        context.close()
        foreign = [asked for asked in made.asked if not asked.startswith((made.url, "data:", "blob:"))]
        assert made.complaints == []
        assert foreign == []


def signed_in(server: Server, visit: Visit, claim: str, name: str) -> None:
    """As somebody who has this value of the roles' claim."""
    now = datetime.now(UTC)
    who = SignedIn(f"id-{claim}", name, (claim,), "token", now + timedelta(hours=1))
    secret = sessions.open_session(server.store, who, Person(who.subject, name, frozenset()), now)
    visit.page.context.add_cookies([{"name": "inloggad", "value": secret, "url": server.url}])
