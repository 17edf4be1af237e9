"""Who may see and change what: the rule of the contract, and the ways around it that are shut."""

from __future__ import annotations

from pathlib import Path
from stat import S_IMODE

import pytest
from starlette.requests import Request

from config import Settings
from dashboard import access
from dashboard.access import Access, form_token
from policy import Action
from sql.store import Store
from tests.dashboard.served import client

OTHERS = ["0.0.0.0", "::", "192.0.2.7", "example.org", "", "127.0.0.1.example.org"]
OWN = ["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "::1", "[::1]"]


def _access(settings: Settings, host: str = "127.0.0.1", mode: str = "open") -> Access:
    return Access(settings.model_copy(update={"access": mode}), host, "the-token")


def _request(**headers: str) -> Request:
    named = {"host": "127.0.0.1:8050"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Request({"type": "http", "headers": [(name.encode(), value.encode()) for name, value in named.items()]})


@pytest.mark.parametrize("host", OWN)
def test_the_machine_itself_is_loopback(host: str) -> None:
    assert access.is_loopback(host)


@pytest.mark.parametrize("host", OTHERS)
def test_nothing_else_is_loopback(host: str) -> None:
    assert not access.is_loopback(host)


def test_open_access_to_real_data_starts_on_loopback_alone(settings: Settings, store: Store) -> None:
    assert access.refusal(settings, store, "127.0.0.1") is None
    refused = access.refusal(settings, store, "0.0.0.0")
    assert refused is not None
    assert "--host 127.0.0.1" in refused
    assert access.refusal(settings.model_copy(update={"access": "public"}), store, "0.0.0.0") is None
    store.mark_demo()
    assert access.refusal(settings, store, "0.0.0.0") is None


@pytest.mark.parametrize(
    ("mode", "host", "is_demo", "protected"),
    [
        ("open", "127.0.0.1", False, False),
        ("open", "0.0.0.0", True, False),
        ("open", "0.0.0.0", False, True),
        ("public", "127.0.0.1", False, True),
        ("public", "127.0.0.1", True, True),
    ],
)
def test_who_gets_protected_figures(settings: Settings, mode: str, host: str, is_demo: bool, protected: bool) -> None:
    assert _access(settings, host, mode).protected(is_demo=is_demo) is protected


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"x_forwarded_for": "192.0.2.7"}, {"forwarded": "for=192.0.2.7"}, {"via": "1.1 proxy"}]
)
def test_unprotected_real_figures_answer_to_the_machine_alone(settings: Settings, headers: dict[str, str]) -> None:
    assert _access(settings).read_refusal(_request(**headers), is_demo=False) is not None
    assert _access(settings).read_refusal(_request(**headers), is_demo=True) is None
    assert _access(settings, mode="public").read_refusal(_request(**headers), is_demo=False) is None
    assert _access(settings).read_refusal(_request(), is_demo=False) is None


def test_another_name_for_the_server_gets_nothing_to_read(settings: Settings, store: Store) -> None:
    stranger = client(settings, store, base_url="http://evil.example")
    for path in ("/api/v1/figures", "/api/v1/runs/current", "/health"):
        assert stranger.get(path).status_code == 403
    assert client(settings, store, base_url="http://localhost:8050").get("/api/v1/figures").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin", "origin": "http://127.0.0.1:8050"},
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"origin": "http://127.0.0.1:8050"},
        {},
    ],
)
def test_our_own_pages_may_change_things(settings: Settings, headers: dict[str, str]) -> None:
    assert _access(settings).change_refusal(_request(**headers), Action.UPLOAD) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"host": "evil.example", "origin": "http://evil.example"},
        {"x_forwarded_for": "192.0.2.7"},
    ],
)
def test_nobody_else_may(settings: Settings, headers: dict[str, str]) -> None:
    assert _access(settings).change_refusal(_request(**headers), Action.UPLOAD) is not None


def test_a_server_that_others_reach_changes_nothing(settings: Settings) -> None:
    assert _access(settings, "0.0.0.0").change_refusal(_request(origin="http://127.0.0.1:8050"), Action.UPLOAD) is not None


def test_a_form_needs_its_token_or_our_own_header(settings: Settings) -> None:
    own = _access(settings)
    assert own.token_refusal(_request(), "the-token") is None
    assert own.token_refusal(_request(), "another") is not None
    assert own.token_refusal(_request(), "") is not None
    assert own.token_refusal(_request(x_uppfoljning="1"), "") is None


def test_the_token_is_secret_and_the_same_for_every_process(tmp_path: Path) -> None:
    token = form_token(tmp_path)
    assert len(token) >= 32
    assert form_token(tmp_path) == token
    assert [S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o600]
