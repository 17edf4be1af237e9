"""The site as a server: whole pages, one asynchronous callback, headers, and what happens when something fails."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from config import Settings
from dashboard import router as router_
from dashboard import shell
from dashboard.answers import Answer
from dashboard.app import create_app
from dashboard.router import Router
from dashboard.tree import text_of, to_html
from flows.compute import compute
from sql.errors import StoreError
from sql.store import Store, open_store
from tests.conftest import settings_of
from tests.dashboard.served import HOME, save_run, sqlite_store

CALLBACK = "/_dash-update-component"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A demo store with a run of the made county."""
    settings = settings_of(tmp_path_factory.mktemp("site"))
    opened = open_store(settings)
    opened.mark_demo()
    save_run(settings, opened, quarters=4)
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="module")
def app(store: Store) -> FastAPI:
    return create_app(store.settings, store, recompute=lambda: None, ahead=False)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=HOME)


def ask(client: TestClient, address: str) -> dict[str, Any]:
    """What the browser gets when it asks for the page at an address."""
    inputs = [{"id": "page", "property": "address", "value": address}]
    asked = {"output": "page.answer", "outputs": {"id": "page", "property": "answer"}, "inputs": inputs, "changedPropIds": ["page.address"]}
    answer = client.post(CALLBACK, json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["response"]["page"]["answer"]
    return found


@pytest.mark.parametrize("address", ["/", "/indikator/foljsamhet?period=2023-Q3", "/kommun/1440", "/leveranser", "/om"])
def test_the_first_page_is_the_same_as_the_living_one(client: TestClient, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200
    alive = ask(client, address)
    assert "".join(to_html(node) for node in shell.filled(Answer(alive["title"], alive["tree"]).nodes, None)) in first.text
    assert f"<title>{alive['title']}</title>" in first.text
    assert '<html lang="sv">' in first.text
    assert "DEMODATA" in first.text


def test_what_every_page_is_sent_with(client: TestClient) -> None:
    headers = client.get("/").headers
    assert headers["X-Demodata"] == "1"
    assert headers["Cache-Control"] == "no-cache"


def test_the_documents_own_scripts_are_all_that_run(client: TestClient) -> None:
    text = client.get("/").text
    assert text.count("<script") == 2  # Dash's configuration, which is data, and the one script
    assert 'type="application/json"' in text
    assert "https://" not in text.split('<div id="first">')[0]
    assert "_dash-ws-callback" not in text


def test_status_and_redirects_are_real(client: TestClient) -> None:
    assert client.get("/finns-inte").status_code == 404
    moved = client.get("/ga?omrade=1440", follow_redirects=False)
    assert moved.status_code == 303
    assert moved.headers["Location"] == "/kommun/1440"
    assert ask(client, "/sok?q=ale") == {"redirect": "/kommun/1440"}
    assert client.get("/api/v1/finns-inte").headers["Content-Type"].startswith("application/json")


def test_every_callback_is_asynchronous(app: FastAPI) -> None:
    """A plain one would hold up every other request (docs/adr/0003-dash-on-fastapi.md)."""
    import dash

    callbacks = dash.get_app().callback_map  # type: ignore[no-untyped-call]
    assert set(callbacks) == {"page.answer"}
    assert all(inspect.iscoroutinefunction(each["callback"]) for each in callbacks.values())
    assert all(getattr(route, "path", "") != "/_dash-ws-callback" for route in app.router.routes)


def test_pages_are_compressed(client: TestClient) -> None:
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < 25_000


class Broken:
    """Snapshots that fail as they are told."""

    is_demo = True

    def __init__(self, error: Exception) -> None:
        self._error = error

    def current(self) -> None:
        raise self._error


class Open:
    """Everyone sees everything."""

    @staticmethod
    def protected(*, is_demo: bool) -> bool:
        return not is_demo


def failing(settings: Settings, error: Exception) -> Answer:
    """What the overview becomes when the store fails with the error."""
    found = Router(settings, Broken(error), Open(), {}, ahead=False)("/")  # type: ignore[arg-type]
    assert isinstance(found, Answer)
    return found


def said(answer: Answer) -> str:
    """The text of the page."""
    return "".join(text_of(_as_tree(node)) for node in answer.nodes)


def _as_tree(node: Any) -> Any:
    return node if isinstance(node, str) else (node[0], node[1], *(_as_tree(child) for child in node[2:]))


def test_a_store_that_fails_is_a_page_that_says_why(county_settings: Settings) -> None:
    from sql.errors import StoreError

    answer = failing(county_settings, StoreError("Databasen är låst."))
    assert answer.status == 503
    assert "Databasen är låst." in said(answer)


def test_a_fault_of_the_program_is_a_page_and_a_line_in_the_log(county_settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    answer = failing(county_settings, ZeroDivisionError("made"))
    assert answer.status == 500
    assert "Sidan gick inte att visa" in said(answer)
    assert "made" not in said(answer)
    assert "ZeroDivisionError" in caplog.text


def test_a_page_of_figures_is_made_once_per_run(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    frame = shell.frame

    def counting(*arguments: Any) -> Any:
        made.append(arguments)
        return frame(*arguments)

    monkeypatch.setattr(router_, "frame", counting)
    ask(client, "/kommun/1427?period=2023-Q1")
    ask(client, "/kommun/1427?period=2023-Q1")
    ask(client, "/kommun/1427?period=2023Q1")  # the same period, written otherwise
    assert len([arguments for arguments in made if arguments[2] == "/kommun/1427"]) <= 1


def test_while_figures_are_being_protected_the_pages_say_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """And ask again by themselves; a program is told when to; pages without figures wait for nothing."""
    may_go = Event()

    def protect_slowly(*_: Any) -> Any:
        assert may_go.wait(20)
        raise StoreError("Databasen svarar inte.")

    monkeypatch.setattr("dashboard.app._PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr("public_figures._find", protect_slowly)
    app = create_app(store.settings.model_copy(update={"access": "public"}), store, recompute=lambda: None)
    asked = TestClient(app, base_url=HOME)
    try:
        first = asked.get("/kommun/1440")
        assert (first.status_code, first.headers["retry-after"]) == (503, "5")
        assert "Siffrorna görs i ordning" in first.text
        assert "Inget är beräknat än" not in first.text
        assert ask(asked, "/kommun/1440")["again"] == 5
        told = asked.get("/api/v1/figures")
        assert (told.status_code, told.headers["retry-after"]) == (503, "5")
        assert "Försök igen om en stund" in told.json()["detail"]
        assert asked.get("/om").status_code == 200
        assert "again" not in ask(asked, "/om")
    finally:
        may_go.set()


def test_a_run_before_the_first_delivery_has_no_figures_to_show(tmp_path: Path) -> None:
    """As the nightly computation makes one where nothing has been delivered yet."""
    with sqlite_store(settings_of(tmp_path / "storage")) as opened:
        compute(opened.settings, opened, datetime.now(UTC))
        browser = TestClient(create_app(opened.settings, opened, recompute=lambda: None, ahead=False), base_url=HOME)
        for address in ("/", "/indikator/foljsamhet", "/delregion/kf-gr"):
            answer = browser.get(address)
            assert (answer.status_code, "Inget har räknats än" in answer.text) == (200, True), address
