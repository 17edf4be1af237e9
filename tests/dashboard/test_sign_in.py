"""Signing in and out against real OpenID providers, and each way in that must stay shut."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from config.access import RateSettings
from dashboard.app import create_app
from sql import audit_trail, sessions
from sql.audit_trail import Entry, Filter
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard.people import VGR, signing_in
from tests.dashboard.provider import OwnProvider, others_provider, own_provider
from tests.dashboard.served import HOME, sqlite_store


@pytest.fixture(scope="module")
def running() -> Iterator[OwnProvider]:
    with own_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: OwnProvider) -> OwnProvider:
    running.be_honest()
    return running


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with sqlite_store(settings_of(tmp_path_factory.mktemp("sign-in") / "storage")) as opened:
        yield opened


def served(store: Store, issuer: str, url: str = HOME) -> FastAPI:
    settings = signing_in(store.settings, issuer, url)
    settings = settings.model_copy(update={"rates": RateSettings(sign_in_per_minute=1000, api_per_minute=1000)})
    return create_app(settings, store, recompute=lambda: None, ahead=False)


@pytest.fixture(scope="module")
def app(store: Store, running: OwnProvider) -> FastAPI:
    return served(store, running.url)


def browser(app: FastAPI, url: str = HOME) -> TestClient:
    return TestClient(app, base_url=url, follow_redirects=False)


@pytest.fixture
def client(app: FastAPI, provider: OwnProvider) -> TestClient:
    return browser(app)


def to_provider(client: TestClient, back: str = "/kommuner") -> str:
    """Where the provider sends the browser back to."""
    begun = client.get("/logga-in", params={"till": back})
    assert begun.status_code == 303
    answered = httpx2.get(begun.headers["location"])
    assert answered.status_code == 303, answered.text
    return answered.headers["location"]


def sign_in(client: TestClient, back: str = "/kommuner") -> httpx2.Response:
    return client.get(to_provider(client, back))


def told(store: Store) -> list[Entry]:
    return list(reversed(audit_trail.entries(store, Filter(), most=2)))


def is_in(client: TestClient) -> bool:
    return "Logga ut" in client.get("/om").text


def test_somebody_signs_in_and_out(client: TestClient, provider: OwnProvider, store: Store) -> None:
    assert not is_in(client)
    answered = sign_in(client)
    assert (answered.status_code, answered.headers["location"]) == (303, "/kommuner")
    page = client.get("/om").text
    assert "Anna Andersson" in page
    assert "publicerar" in client.get("/jag").text
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20

    token = page.split('name="formularnyckel" value="')[1].split('"')[0]
    assert client.post("/logga-ut", data={"formularnyckel": "fel"}).status_code == 403
    assert is_in(client)
    out = client.post("/logga-ut", data={"formularnyckel": token})
    assert out.status_code == 200
    leads = parse_qs(urlsplit(out.headers["refresh"].partition("url=")[2]).query)
    assert leads["post_logout_redirect_uri"] == [f"{HOME}/"]
    assert leads["id_token_hint"][0].count(".") == 2
    assert not is_in(client)
    assert [(entry.what, entry.name) for entry in told(store)] == [("sign_in", "Anna Andersson"), ("sign_out", "Anna Andersson")]


def test_a_session_survives_a_restart_and_ends_for_good(client: TestClient, store: Store, provider: OwnProvider) -> None:
    sign_in(client)
    cookie = client.cookies["inloggad"]
    again = browser(served(store, provider.url))
    again.cookies.set("inloggad", cookie)
    assert is_in(again)
    sessions.close(store, cookie, VGR, datetime.now(UTC))
    assert not is_in(again)
    assert not is_in(client), "a copied cookie is worth nothing after the sign-out"


def test_a_session_ends_when_its_time_is_up(client: TestClient, store: Store) -> None:
    sign_in(client)
    secret = client.cookies["inloggad"]
    now = datetime.now(UTC)
    assert sessions.find(store, secret, now + timedelta(hours=7, minutes=59)) is not None
    assert sessions.find(store, secret, now + timedelta(hours=8, minutes=1)) is None


def test_each_sign_in_is_a_new_session(client: TestClient, store: Store) -> None:
    client.cookies.set("inloggad", "planted-by-somebody-else", domain="127.0.0.1")
    sign_in(client)
    first = client.cookies["inloggad"]
    assert first != "planted-by-somebody-else"
    sign_in(client)
    assert client.cookies["inloggad"] != first
    assert sessions.find(store, first, datetime.now(UTC)) is None


def test_cookies_are_for_the_server_alone(store: Store, provider: OwnProvider, client: TestClient) -> None:
    set_cookie = sign_in(client).headers.get_list("set-cookie")
    session = next(each for each in set_cookie if each.startswith("inloggad="))
    assert all(word in session for word in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=28800"))
    url = "https://uppfoljning.example.org"
    secure = browser(served(store, provider.url, url), url)
    begun = secure.get("/logga-in")
    assert "Secure" in begun.headers["set-cookie"]
    query = parse_qs(urlsplit(begun.headers["location"]).query)
    assert query["redirect_uri"] == ["https://uppfoljning.example.org/logga-in/svar"]
    back = httpx2.get(begun.headers["location"]).headers["location"]
    session = next(each for each in secure.get(back).headers.get_list("set-cookie") if "inloggad" in each)
    assert session.startswith("__Host-inloggad=")
    assert "Secure" in session


def refused(client: TestClient, store: Store, answered: Any, why: str) -> None:
    assert answered.status_code == 400
    assert "Du är inte inloggad" in answered.text
    assert "inloggad" not in client.cookies
    assert not is_in(client)
    assert (told(store)[-1].what, told(store)[-1].said) == ("sign_in_failed", why)


def test_the_wrong_state(client: TestClient, store: Store) -> None:
    back = to_provider(client)
    refused(client, store, client.get(back.replace("state=", "state=x")), "MismatchingStateError")


def test_an_answer_to_nobody(client: TestClient, app: FastAPI, store: Store) -> None:
    """An answer that one browser was to get opens nothing in another: nobody is signed in as somebody else by a link."""
    back = to_provider(client)
    refused(victim := browser(app), store, victim.get(back), "no_attempt")


def test_an_answer_is_used_once(client: TestClient, store: Store, provider: OwnProvider) -> None:
    attempt_back = to_provider(client)
    attempt = client.cookies["inloggning"]
    assert client.get(attempt_back).status_code == 303
    client.cookies.clear()
    client.cookies.set("inloggning", attempt, domain="127.0.0.1", path="/logga-in")
    refused(client, store, client.get(attempt_back), "no_attempt")


def test_a_code_is_used_once(client: TestClient, store: Store) -> None:
    """A code that was seen by somebody else is worth nothing, with a sign-in of their own."""
    stolen = parse_qs(urlsplit(to_provider(client)).query)["code"][0]
    own = urlsplit(to_provider(client))
    state = parse_qs(own.query)["state"][0]
    refused(client, store, client.get(f"/logga-in/svar?code={stolen}&state={state}"), "OAuthError")


def test_a_sign_in_that_took_too_long(client: TestClient, store: Store) -> None:
    to_provider(client)
    secret = client.cookies["inloggning"]
    assert sessions.take(store, secret, datetime.now(UTC) + timedelta(minutes=11)) is None
    assert sessions.take(store, secret, datetime.now(UTC)) is None, "and is gone"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"aud": "another"}, "InvalidClaimError"),
        ({"aud": ["another", "uppfoljning-test"], "azp": "uppfoljning"}, "InvalidClaimError"),
        ({"iss": "https://evil.example"}, "InvalidClaimError"),
        ({"nonce": "another"}, "InvalidClaimError"),
        ({"nonce": None}, "MissingClaimError"),
        ({"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200}, "ExpiredTokenError"),
        ({"sub": None}, "MissingClaimError"),
    ],
)
def test_a_token_that_is_not_for_us_or_not_for_now(
    client: TestClient, store: Store, provider: OwnProvider, claims: dict[str, object], why: str
) -> None:
    provider.bent.claims = claims
    refused(client, store, sign_in(client), why)


def test_a_token_that_another_key_has_signed(client: TestClient, store: Store, provider: OwnProvider) -> None:
    provider.bent.key = RSAKey.generate_key(2048, {"kid": "k"})
    refused(client, store, sign_in(client), "BadSignatureError")


def test_no_token_at_all(client: TestClient, store: Store, provider: OwnProvider) -> None:
    provider.bent.without_id_token = True
    refused(client, store, sign_in(client), "no_id_token")


def test_a_provider_that_says_no(client: TestClient, store: Store) -> None:
    state = parse_qs(urlsplit(to_provider(client)).query)["state"][0]
    refused(client, store, client.get(f"/logga-in/svar?error=access_denied&state={state}"), "OAuthError")


def test_a_provider_that_does_not_answer(store: Store) -> None:
    answered = browser(served(store, "http://127.0.0.1:9")).get("/logga-in")
    assert answered.status_code == 503
    assert "Inloggningstjänsten svarar inte" in answered.text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\nx", ""])
def test_nobody_is_led_to_another_site(client: TestClient, back: str) -> None:
    assert sign_in(client, back).headers["location"] == "/"


def test_somebody_without_a_role_is_told_so(client: TestClient, provider: OwnProvider) -> None:
    provider.person["groups"] = ["somebody-elses-group", "kommun:1440", "admin"]
    assert sign_in(client).headers["location"] == "/jag"
    assert "Du har ingen behörighet än" in client.get("/jag").text
    assert client.get("/granskning").status_code == 403
    assert client.post("/leveranser/ladda-upp").status_code == 403


def test_no_personal_identity_number_enters(client: TestClient, provider: OwnProvider, store: Store) -> None:
    number = "19121212-1212"
    provider.person |= {"sub": number, "name": f"Tolvan {number}"}
    sign_in(client)
    assert number not in client.get("/jag").text
    entry = told(store)[-1]
    assert number not in entry.subject + entry.name
    assert entry.subject.startswith("sub:")


def test_a_form_of_another_readers_changes_nothing(client: TestClient, app: FastAPI, provider: OwnProvider) -> None:
    sign_in(client)
    own = client.get("/om").text.split('name="formularnyckel" value="')[1].split('"')[0]
    provider.person |= {"sub": "bo", "name": "Bo"}
    other = browser(app)
    sign_in(other)
    assert other.post("/logga-ut", data={"formularnyckel": own}).status_code == 403
    stranger = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/logga-ut", data={"formularnyckel": own}, headers=stranger).status_code == 403
    assert is_in(client)


def test_the_callback_of_somebody_who_has_signed_in_needs_their_token(client: TestClient) -> None:
    inputs = [{"id": "page", "property": "address", "value": "/om"}]
    asked = {"output": "page.answer", "outputs": {"id": "page", "property": "answer"}, "inputs": inputs, "changedPropIds": ["page.address"]}
    assert client.post("/_dash-update-component", json=asked).status_code == 200
    sign_in(client)
    assert client.post("/_dash-update-component", json=asked).status_code == 403
    client.get("/om")
    token = {"X-CSRFToken": client.cookies["_csrf_token"]}
    answered = client.post("/_dash-update-component", json=asked, headers=token)
    assert answered.status_code == 200
    assert "Anna Andersson" in answered.text


def test_another_makers_provider(store: Store) -> None:
    with others_provider() as url:
        httpx2.put(f"{url}/users/kim", json={"name": "Kim i Ale", "groups": ["k1"]}).raise_for_status()
        client = browser(served(store, url))
        begun = client.get("/logga-in", params={"till": "/kommun/1440"})
        answered = httpx2.post(begun.headers["location"], data={"sub": "kim"})
        assert answered.status_code in (302, 303), answered.text
        welcomed = client.get(answered.headers["location"])
        assert welcomed.headers["location"] == "/kommun/1440"
        assert "Ale" in client.get("/jag").text
        assert "Kim i Ale" in client.get("/jag").text
