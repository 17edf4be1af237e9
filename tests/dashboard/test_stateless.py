"""Two servers without a folder in common, on one database and one bucket: a reader may be sent to either, at any click."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from config import Settings
from dashboard.access import TOKEN_FIELD
from dashboard.app import create_app
from flows.compute import compute
from metrics.indicators import INDICATORS
from sql import audit_trail, runs, sessions
from sql.secret import VARIABLE
from sql.sessions import SignedIn
from sql.store import Store, open_store
from tests.conftest import settings_of, soak
from tests.dashboard.people import VGR, signing_in
from tests.dashboard.served import HOME
from tests.dashboard.test_uploads import GOOD, URL
from tests.sql.test_secret import SHARED

COOKIE = "inloggad"
INDICATOR = next(indicator.id for indicator in INDICATORS.values() if indicator.dataset == "ntandvard")


@contextmanager
def machine(folder: Path, url: str, bucket: str) -> Iterator[tuple[Store, TestClient]]:
    """A server as on a machine of its own, and a browser that is sent to it."""
    settings: Settings = signing_in(settings_of(folder, url).model_copy(update={"deliveries": bucket}))
    store = open_store(settings)
    app = create_app(settings, store, recompute=lambda: compute(settings, store, datetime.now(UTC)), ahead=False)
    yield store, TestClient(app, base_url=HOME, follow_redirects=False)
    store.close()


def token_in(page: str) -> str:
    found = re.search(rf'name="{TOKEN_FIELD}" value="([^"]+)"', page)
    assert found
    return found[1]


def shows_the_current_run(browser: TestClient, store: Store) -> bool:
    """Within some seconds: a server looks for a new run once a second, and the upload has asked for one as well."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        run = runs.current(store)
        if run and browser.get("/api/v1/figures", params={"indicator": INDICATOR}).json()["metadata"]["run"] == run.id:
            return True
        time.sleep(0.2)
    return False


def test_a_reader_may_be_sent_to_either(tmp_path: Path, postgresql_url: str, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SHARED)
    with machine(tmp_path / "a", postgresql_url, bucket) as (store, one), machine(tmp_path / "b", postgresql_url, bucket) as (_, other):
        now = datetime.now(UTC)
        secret = sessions.open_session(store, SignedIn("v", VGR.name, ("v",), "token", now + timedelta(hours=1)), VGR, now)
        for browser in (one, other):
            browser.cookies.set(COOKIE, secret, domain="127.0.0.1")
            assert VGR.name in browser.get("/jag").text, "who has signed in at one is known to the other"
        token = token_in(one.get("/leveranser").text)
        assert token == token_in(other.get("/leveranser").text)

        form = {"uppgifter": "ntandvard", TOKEN_FIELD: token}
        sent = other.post(URL, data=form, files={"fil": ("tandvard.csv", GOOD, "text/csv")}, headers={"Origin": HOME})
        assert "Filen är inläst" in sent.text, "a form from one is taken by the other"
        assert "tandvard.csv" in one.get("/leveranser").text, "what one has taken in the other shows"

        compute(store.settings, store, now)  # the first machine reads the rows that the second has taken in
        assert shows_the_current_run(other, store)
        assert audit_trail.verify(store).problems == (), "they have written one trail"
    assert sorted(path.name for path in (*(tmp_path / "a").rglob("*"), *(tmp_path / "b").rglob("*"))) == []


@pytest.mark.skipif(soak(True, False), reason="two more servers: make soak")
def test_without_a_secret_in_common_a_form_is_refused_elsewhere(tmp_path: Path, postgresql_url: str, bucket: str) -> None:
    with machine(tmp_path / "a", postgresql_url, bucket) as (store, one), machine(tmp_path / "b", postgresql_url, bucket) as (_, other):
        now = datetime.now(UTC)
        secret = sessions.open_session(store, SignedIn("v", VGR.name, ("v",), "token", now + timedelta(hours=1)), VGR, now)
        for browser in (one, other):
            browser.cookies.set(COOKIE, secret, domain="127.0.0.1")
        form = {"uppgifter": "ntandvard", TOKEN_FIELD: token_in(one.get("/leveranser").text)}
        sent = other.post(URL, data=form, files={"fil": ("tandvard.csv", GOOD, "text/csv")}, headers={"Origin": HOME})
        assert "Filen är inte inläst" in sent.text or "Du har inte tillgång hit" in sent.text
