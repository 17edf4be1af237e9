"""Every route, page and callback × every role × own and other kommun, held against the tables of docs/access.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import policy
from config.access import RateSettings
from dashboard import doors, router
from dashboard.app import create_app
from policy import Action, Person, allows, allows_somewhere
from sql import api_tokens, audit_trail, deliveries, plan_entries, sessions
from sql.sessions import SignedIn
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard.people import ALE, EVERYONE, LERUM, ROLES, signing_in
from tests.dashboard.served import HOME, save_run, sqlite_store
from tests.dashboard.test_doors import routes

DOCS = (Path(__file__).parent.parent.parent / "docs" / "access.md").read_text(encoding="utf-8")
FILLED = {
    "{path:path}": "finns-inte",
    "{name}": "x",
    "{kommun}": ALE,
    "{id_}": "x",
    "{extension}": "csv",
    "{year}": "2023",
    "{step}": "forklara",
    "{sign_off}": "1",
    "{id}": ALE,
}
SCOPES = {"las:oppet": "public", "las:allt": "forum", f"las:{ALE}": f"kommun:{ALE}"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with sqlite_store(settings_of(tmp_path_factory.mktemp("matrix") / "storage")) as opened:
        save_run(opened.settings, opened, only="avvikelser")
        yield opened


@pytest.fixture(scope="module")
def app(store: Store) -> FastAPI:
    settings = signing_in(store.settings).model_copy(update={"rates": RateSettings(sign_in_per_minute=10_000, api_per_minute=10_000)})
    return create_app(settings, store, recompute=lambda: None, ahead=False)


@pytest.fixture(scope="module")
def clients(app: FastAPI, store: Store) -> dict[str, TestClient]:
    """A browser of each person, signed in."""
    made = {}
    now = datetime.now(UTC)
    for role, person in EVERYONE.items():
        made[role] = TestClient(app, base_url=HOME, follow_redirects=False, raise_server_exceptions=False)
        if person.subject:
            claim = next(claim for claim, given in ROLES.items() if given == role)
            who = SignedIn(person.subject, person.name, (claim,), "token", now + timedelta(hours=1))
            made[role].cookies.set("inloggad", sessions.open_session(store, who, person, now))
            made[role].get("/om")  # for the callback's token
    return made


def address(template: str) -> str:
    for name, value in FILLED.items():
        template = template.replace(name, value)
    return template


def ask(client: TestClient, where: str) -> dict[str, Any]:
    inputs = [{"id": "page", "property": "address", "value": where}]
    asked = {"output": "page.answer", "outputs": {"id": "page", "property": "answer"}, "inputs": inputs, "changedPropIds": ["page.address"]}
    token = client.cookies.get("_csrf_token") or ""
    found: dict[str, Any] = client.post("/_dash-update-component", json=asked, headers={"X-CSRFToken": token}).json()["response"]
    return dict(found["page"]["answer"])


def test_the_docs_hold_the_doors() -> None:
    """After a change: `python -m dashboard.doors` writes the table."""
    assert DOCS.split("<!-- doors -->\n")[1].split("\n<!-- /doors -->")[0] == "\n".join(doors.table())


def test_the_docs_hold_the_policy() -> None:
    roles = {"public": "public", "forum": "forum", "kommun:&lt;kod&gt;": f"kommun:{ALE}", "vgr": "vgr", "admin": "admin", "local": "local"}
    lines = [line for line in DOCS.splitlines() if re.match(r"\| `[a-z_]+` ", line) and line.count("|") == len(roles) + 2]
    told = {re.findall(r"`(\w+)`", line)[0]: [cell.strip() for cell in line.split("|")[2:-1]] for line in lines}
    for action in Action:
        for role, cell in zip(roles.values(), told[action], strict=True):
            person = Person("x", "", frozenset({role}))
            means = "yes" if allows(person, action) else "own" if allows(person, action, ALE) else ""
            assert cell == means, (action, role)
            assert not allows(person, action, LERUM) or means == "yes"


def test_no_address_is_forgotten(app: FastAPI) -> None:
    assert set(routes(app.routes)) == set(doors.ROUTES)
    known = {*router._PAGES, *router._FIGURE_PAGES, *(f"/{kind}/{{id}}" for kind in router._PAGES_WITH_ID)}
    assert known <= set(doors.PAGES)


@pytest.mark.parametrize("role", EVERYONE)
def test_every_route_lets_in_whom_the_table_says(clients: Mapping[str, TestClient], role: str) -> None:
    person, client = EVERYONE[role], clients[role]
    wrong = {}
    for route, action in doors.ROUTES.items():
        if route in ("POST /_dash-update-component", "POST /logga-ut"):
            continue  # the callback needs a body, see below; signing out would end the test's own session
        method, template = route.split(" ")
        status = client.request(method, address(template)).status_code
        allowed = allows(person, action, ALE) if "{kommun}" in template else allows_somewhere(person, action)
        if (status == 403) is allowed or (status >= 500 and "/logga-in" not in template):
            wrong[route] = status
    assert wrong == {}


@pytest.mark.parametrize("role", EVERYONE)
def test_every_page_and_its_callback_let_in_whom_the_table_says(clients: Mapping[str, TestClient], role: str) -> None:
    person, client = EVERYONE[role], clients[role]
    for template, action in doors.PAGES.items():
        where, allowed = address(template), allows_somewhere(person, action)
        page = client.get(where)
        assert (page.status_code == 403) is not allowed, where
        assert " style=" not in page.text, f"{where}: the pages' policy forbids style in HTML"
        answer = ask(client, where)
        assert answer.get("title", "").startswith("Du har inte tillgång hit") is not allowed, where


FORGED: dict[str, Any] = {
    "another output": {"output": "admin.children", "outputs": {"id": "admin", "property": "children"}},
    "more outputs": {"outputs": [{"id": "page", "property": "answer"}, {"id": "page", "property": "settings"}]},
    "another input": {"inputs": [{"id": "person", "property": "roles", "value": "/granskning"}]},
    "a pattern": {"inputs": [{"id": {"type": "page", "index": "1441"}, "property": "address", "value": "/granskning"}]},
    "two inputs": {"inputs": [{"id": "page", "property": "address", "value": "/om"}] * 2},
    "no inputs": {"inputs": []},
    "something more in the input": {"inputs": [{"id": "page", "property": "address", "value": "/om", "role": "vgr"}]},
    "a value that is no text": {"inputs": [{"id": "page", "property": "address", "value": {"path": "/granskning", "role": "vgr"}}]},
    "another site": {"inputs": [{"id": "page", "property": "address", "value": "https://example.org/"}]},
    "a state": {"state": [{"id": "person", "property": "roles", "value": ["vgr"]}]},
}


@pytest.mark.parametrize("role", EVERYONE)
def test_forged_callbacks_change_and_reveal_nothing(clients: Mapping[str, TestClient], store: Store, role: str) -> None:
    """Whatever ids and values a body holds, nothing but the page at an address is answered; and that as the reader may see it."""
    client = clients[role]
    before = audit_trail.how_many(store, audit_trail.Filter()), plan_entries.newest(store, ALE), deliveries.listing(store)
    own: dict[str, Any] = {"output": "page.answer", "outputs": {"id": "page", "property": "answer"}, "changedPropIds": ["page.address"]}
    own |= {"inputs": [{"id": "page", "property": "address", "value": "/om"}]}
    headers = {"X-CSRFToken": client.cookies.get("_csrf_token") or ""}
    assert client.post("/_dash-update-component", json=own, headers=headers).status_code == 200
    for name, forged in FORGED.items():
        answer = client.post("/_dash-update-component", json=own | forged, headers=headers)
        assert (answer.status_code, set(answer.json())) == (400, {"detail"}), name
    for body in (b"", b"{", b"[]", b"null", b"\xff", b"[" * 10_000):
        assert client.post("/_dash-update-component", content=body, headers=headers).status_code == 400
    for where in (
        "//granskning",
        "/om/../granskning",
        "/%67ranskning",
        "/Granskning",
        "/granskning\x00",
        "/granskning;a=1",
    ):
        assert ask(client, where)["title"].startswith("Sidan finns inte"), where
    if EVERYONE[role].subject:
        assert client.post("/_dash-update-component", json=own).status_code == 403, "without the reader's own token"
    assert before == (audit_trail.how_many(store, audit_trail.Filter()), plan_entries.newest(store, ALE), deliveries.listing(store))


def test_a_route_without_a_door_answers_nobody(app: FastAPI, clients: Mapping[str, TestClient], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "ROUTES", {route: action for route, action in doors.ROUTES.items() if "indicators" not in route})
    monkeypatch.setattr(doors, "PAGES", {page: action for page, action in doors.PAGES.items() if page != "/om"})
    assert {client.get("/api/v1/indicators").status_code for client in clients.values()} == {403}
    assert {client.get("/om").status_code for client in clients.values()} == {403}


def shown(client: TestClient, area: str, **headers: str) -> set[str]:
    """The statuses of an area's figures, in the API and in the file, which must say the same."""
    rows = client.get("/api/v1/figures", params={"area": area}, headers=headers).json()["figures"]
    file = client.get("/ladda-ner/siffror.csv", params={"area": area}, headers=headers).content.decode("utf-8-sig")
    assert file.count(";skyddad;") == sum(row["status"] == "suppressed" for row in rows)
    return {row["status"] for row in rows}


@pytest.mark.parametrize("role", EVERYONE)
def test_figures_of_own_and_other_kommuner(clients: Mapping[str, TestClient], role: str) -> None:
    for kommun in (ALE, LERUM):
        hidden = "suppressed" in shown(clients[role], kommun)
        assert hidden is not allows(EVERYONE[role], Action.READ_OWN, kommun), kommun
        page = clients[role].get(f"/ladda-ner/siffror.xlsx?area={kommun}")
        assert page.status_code == 200


@pytest.mark.parametrize("scope", SCOPES)
def test_keys_see_what_their_scope_says(app: FastAPI, store: Store, scope: str) -> None:
    now = datetime.now(UTC)
    _, key = api_tokens.make(store, "test", [scope], now + timedelta(days=1), "drift", now)
    machine, person = TestClient(app, base_url=HOME), Person("x", "", frozenset({SCOPES[scope]}))
    for kommun in (ALE, LERUM):
        hidden = "suppressed" in shown(machine, kommun, Authorization=f"Bearer {key}")
        assert hidden is not allows(person, Action.READ_OWN, kommun)
    assert machine.post("/leveranser/ladda-upp", headers={"Authorization": f"Bearer {key}"}).status_code == 403
    assert machine.post("/nycklar", headers={"Authorization": f"Bearer {key}"}).status_code == 403


def send(client: TestClient, rows: list[str], **said: Any) -> Any:
    """A delivery of ntandvard, as a program sends it."""
    content = "\n".join(["kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard", *rows]).encode()
    headers = {"Accept": "application/json", "X-Uppfoljning": "1"} | said.pop("headers", {})
    form = {"uppgifter": "ntandvard"} | said
    return client.post("/leveranser/ladda-upp", data=form, files={"fil": ("ntandvard.csv", content)}, headers=headers)


def test_a_kommun_delivers_for_itself_alone(clients: Mapping[str, TestClient]) -> None:
    ale = clients[f"kommun:{ALE}"]
    own, other = f"{ALE};2023-Q1;10;5;4;3", f"{LERUM};2023-Q1;10;5;4;3"
    assert send(ale, [own], kommun=LERUM).status_code == 403
    assert send(ale, [own], kommun="alla").status_code == 403
    assert send(ale, [own], kommun=[ALE, LERUM]).status_code == 403
    refused = send(ale, [own, other])
    assert refused.status_code == 422
    assert {problem["rule"] for problem in refused.json()["problems"]} == {"utanfor_tackning"}
    assert send(ale, [own]).status_code == 200
    assert send(clients["forum"], [own]).status_code == 403
    assert send(clients["admin"], [own]).status_code == 403
    assert send(clients["vgr"], [own, other]).status_code == 200


def test_a_key_delivers_for_its_kommun_alone(app: FastAPI, store: Store) -> None:
    now = datetime.now(UTC)
    _, key = api_tokens.make(store, "avdelning", [f"lamna:{ALE}"], now + timedelta(days=1), "drift", now)
    machine, bearer = TestClient(app, base_url=HOME), {"Authorization": f"Bearer {key}"}
    assert send(machine, [f"{ALE};2023-Q2;11;5;4;3"], headers=bearer).status_code == 200
    assert send(machine, [f"{LERUM};2023-Q2;11;5;4;3"], headers=bearer).status_code == 422
    assert send(machine, [f"{LERUM};2023-Q2;11;5;4;3"], headers=bearer, kommun=LERUM).status_code == 403
    assert "suppressed" in shown(machine, ALE, **bearer), "a key that delivers does not read"


def test_a_kommun_sees_its_own_deliveries_alone(clients: Mapping[str, TestClient], app: FastAPI, store: Store) -> None:
    ale, lerum = clients[f"kommun:{ALE}"], clients[f"kommun:{LERUM}"]
    send(ale, [f"{ALE};2022-Q1;10;5;4;3"])
    assert "ntandvard.csv" in ale.get("/leveranser").text
    assert "ntandvard.csv" not in lerum.get("/leveranser").text
    assert "ntandvard.csv" not in clients["public"].get("/leveranser").text
    assert "ntandvard.csv" in clients["forum"].get("/leveranser").text


def test_each_is_shown_the_way_to_what_is_for_a_few(clients: Mapping[str, TestClient]) -> None:
    for role, client in clients.items():
        page = client.get("/jag").text
        assert ('href="/granskning"' in page) is allows(EVERYONE[role], Action.READ_AUDIT), role
        assert ('href="/nycklar"' in page) is allows(EVERYONE[role], Action.ADMINISTER), role


def test_the_trail_is_read_by_page_and_file(clients: Mapping[str, TestClient]) -> None:
    assert "Loggade in" in clients["vgr"].get("/granskning?bara=sign_in&q=Kim").text
    assert "Inga rader passar urvalet" in clients["vgr"].get("/granskning?omrade=1407").text
    file = clients["admin"].get("/granskning.csv?bara=sign_in").content.decode("utf-8-sig").splitlines()
    assert file[0] == "Nr;När;Vem;Vad;Gäller;Kommun;Anmärkning;Vems id"
    assert len(file) == len(EVERYONE), "each but the public has signed in"
    assert "Hämtade ut" in clients["admin"].get("/granskning?bara=export").text


OPEN_TO_ALL = {
    "GET /oppna-data/{name}",  # what is published for everybody
    "GET /oppna-data/distribution/{name}",
    "GET /static/{name}",
    "GET /api/v1/health",
    "GET /api/v1/openapi.json",
    "GET /api/v1/docs",
    "GET /api/v1/indicators",  # definitions
    "GET /api/v1/areas",
    "GET /api/v1/runs/current",
    "GET /api/v1/{path:path}",  # answers 404
}
"""Files and answers of the API in which there is nothing but what everybody may have."""


def test_every_file_taken_out_is_told(clients: Mapping[str, TestClient]) -> None:
    """A new file or answer of the API is either told in the audit trail or listed here as open to all."""
    gives = {route for route in doors.ROUTES if route.startswith("GET ") and ("." in route or "/api/" in route or route.endswith("{name}"))}
    assert gives - OPEN_TO_ALL == doors.EXPORTS
    forum = clients["forum"]
    for route in doors.EXPORTS - {"GET /granskning.csv"}:
        before = forum_exports(clients)
        where = address(route.removeprefix("GET "))
        forum.get(f"{where}?omrade={ALE}&fråga=å")
        assert forum_exports(clients)[0][4:6] == [f"{where}?omrade={ALE}&fråga=å", "Ale" if "{kommun}" in route else ""]
        assert len(forum_exports(clients)) == len(before) + 1
    forum.get("/ladda-ner/siffror.csv?area=19121212-1212")
    assert forum_exports(clients)[0][4:6] == ["–", ""]


def test_what_the_public_takes_out_is_told_of_nobody(clients: Mapping[str, TestClient]) -> None:
    told = clients["admin"].get("/granskning?bara=export").text.split(" rad")[0]
    clients["public"].get("/ladda-ner/siffror.csv")
    assert clients["admin"].get("/granskning?bara=export").text.split(" rad")[0] == told


def forum_exports(clients: Mapping[str, TestClient]) -> list[list[str]]:
    """The lines of the trail about what the forum has taken out, the newest first."""
    file = clients["admin"].get("/granskning.csv?bara=export&q=Frida").content.decode("utf-8-sig")
    return [line.split(";") for line in file.splitlines()[1:]]


def test_a_key_is_made_once_by_page_and_revoked(clients: Mapping[str, TestClient]) -> None:
    admin = clients["admin"]
    token = admin.get("/nycklar").text.split('name="formularnyckel" value="')[1].split('"')[0]
    form = {"formularnyckel": token, "namn": "Provet", "behorighet": "las:allt", "dagar": "30"}
    made = admin.post("/nycklar", data=form).text
    key = made.split('class="secret">')[1].split("<")[0]
    assert key.startswith("uppf_")
    assert key not in admin.get("/nycklar").text
    bearer = {"Authorization": f"Bearer {key}"}
    assert clients["public"].get("/api/v1/indicators", headers=bearer).status_code == 200
    number = made.split('name="aterkalla" value="')[1].split('"')[0]
    assert "återkallad" in admin.post("/nycklar", data={"formularnyckel": token, "aterkalla": number}).text
    assert clients["public"].get("/api/v1/indicators", headers=bearer).status_code == 401
    for wrong in ({"namn": ""}, {"dagar": "0"}, {"dagar": "9999"}, {"behorighet": "admin"}, {"namn": "19121212-1212"}, {"aterkalla": "x"}):
        assert "Det gick inte" in admin.post("/nycklar", data=form | wrong).text, wrong
    assert admin.post("/nycklar", data=form | {"formularnyckel": "x"}).status_code == 403


def test_everyone_is_somebody() -> None:
    assert {role for role in EVERYONE if ":" not in role} == {policy.PUBLIC, policy.FORUM, policy.VGR, policy.ADMIN}
