"""What is written in a plan's form: kept, refused, questioned, or shown beside what another wrote; and who may write at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient

import policy
from config import Settings
from dashboard.access import OWN_HEADER, TOKEN_FIELD, Access, form_token
from policy import Person
from sql import audit_trail, plan_entries
from sql.store import Store
from sql.tables_plans import PlanDraftRow, PlanEntryRow
from tests.conftest import settings_of
from tests.dashboard.plans import ALE, NOW, SERVICES, T1, T2, TASK, answers, at_noon_in_november, client, form, load, said
from tests.dashboard.served import sqlite_store
from tests.sql.made import deliver
from tests.test_personnummer import check_digit

INNOVATION = "0,25 % av budget ska användas till innovation, utveckling och förbättringar"
NUMBER = "850430" + "123" + check_digit("850430" + "123")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Store]]:
    """One server for the tests that change nothing but what is said about the plan."""
    settings = settings_of(tmp_path_factory.mktemp("plan") / "storage")
    with sqlite_store(settings) as store, at_noon_in_november():
        load(settings, store)
        with client(settings, store) as opened:
            yield opened, store


@pytest.fixture
def served(shared: tuple[TestClient, Store]) -> TestClient:
    return shared[0]


@pytest.fixture
def store(shared: tuple[TestClient, Store]) -> Store:
    """Its store, with nothing said."""
    with shared[1].writing() as session:
        session.execute(delete(PlanEntryRow))
        session.execute(delete(PlanDraftRow))
    return shared[1]


@pytest.fixture
def own(settings: Settings) -> Iterator[tuple[TestClient, Store]]:
    """A server of the test's own."""
    with sqlite_store(settings) as opened, at_noon_in_november():
        load(settings, opened)
        with client(settings, opened) as browser:
            yield browser, opened


# ---- Keeping --------------------------------------------------------------------------------------------------------------------


def test_a_field_at_a_time(own: tuple[TestClient, Store]) -> None:
    served, store = own
    [first] = answers(served, form(store, utfall="1 234,5"))
    assert (first["state"], first["seen"], said(store)) == ("saved", "1.0", "1234.5")
    [second] = answers(served, form(store, kommentar="Fler än väntat\r\ni maj"))
    assert (second["state"], said(store, field="kommentar")) == ("saved", "Fler än väntat\ni maj")
    assert said(store) == "1234.5"
    [cleared] = answers(served, form(store, utfall="", seen="1.0"))
    assert (cleared["state"], said(store)) == ("saved", None)
    told = audit_trail.entries(store, audit_trail.Filter(what="edit"), most=9)
    assert [entry.name for entry in told] == ["webbsidan"] * 3


def test_without_script_the_form_leads_back_to_its_place(served: TestClient, store: Store) -> None:
    response = served.post(f"/namndplan/{ALE}/spara", data=form(store, utfall="12", kommentar="Bra"))
    assert response.status_code == 303
    address, _, anchor = response.headers["location"].partition("#")
    assert address == f"/namndplan/{ALE}?period=2026-T1&visa=fyll-i&ar=2026"
    assert f'id="{anchor}"' in served.get(address).text
    assert (said(store), said(store, field="kommentar")) == ("12.0", "Bra")


@pytest.mark.parametrize(
    ("kind", "item", "texts"),
    [
        ("uppdrag", TASK, {"status": "Pågående", "kommentar": "400 tkr"}),
        ("mal", "Stärk första linjens chefer", {"kommentar": "På gång"}),
        ("forbattring", "Digital hemvård/digitalt stöd", {"status": "Avslutad"}),
        (
            "delsteg",
            "0,25 % av budget ska användas till innovation, utveckling och förbättringar / Användning startar",
            {"status": "Pågående"},
        ),
        ("budget", "Äldreomsorg", {"prognos": "-275 000", "utfall": "-90000"}),
        ("matt", "Andel utbildade undersköterskor (tillsvidareanställda) i hemtjänsten", {"utfall": "78,5"}),
    ],
)
def test_every_kind_of_part(served: TestClient, store: Store, kind: str, item: str, texts: dict[str, str]) -> None:
    assert {answer["state"] for answer in answers(served, form(store, item, kind=kind, **texts))} == {"saved"}


# ---- Refusing and questioning ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "part"),
    [
        ({"utfall": "tolv"}, "inget tal"),
        ({"utfall": "=1+1"}, "inget tal"),
        ({"kommentar": f"Barn {NUMBER}"}, "personnummer"),
        ({"utfall": NUMBER}, "personnummer"),
        ({"kommentar": "x" * 4001}, "längre än"),
        ({"utfall": "12", "at": "2026-T3"}, "inte slut än"),
        ({"utfall": "12", "item": "Antal drakar"}, "finns inte i planen"),
        ({"utfall": "12", "at": "2031-T1"}, "finns inte i planen"),
        ({"utfall": "12", "at": "nu"}, "finns inte i planen"),
        ({"utfall": "12", "kind": "hund"}, "finns inte i planen"),
        ({"utfall": "12", "item": "Antal betaldagar (inom slutenvården)"}, "räknas ur"),
        ({"status": "Klar", "kind": "uppdrag", "item": TASK}, "Läget finns inte"),
    ],
)
def test_what_is_refused_is_not_kept(served: TestClient, store: Store, sent: dict[str, str], part: str) -> None:
    [answer] = answers(served, form(store, **sent))
    assert answer["state"] == "refused"
    assert part in answer["said"]
    assert answer["said"].endswith(".")
    assert plan_entries.newest(store, ALE) == {}
    assert NUMBER not in answer["said"]


def test_without_script_what_was_written_comes_back_with_why(served: TestClient, store: Store) -> None:
    response = served.post(f"/namndplan/{ALE}/spara", data=form(store, utfall="tolv <b>", kommentar="Bra"))
    assert response.status_code == 200
    assert "Det är inget tal" in response.text
    assert 'value="tolv &lt;b&gt;"' in response.text
    assert "Det andra är sparat (kommentar)" in response.text
    assert said(store, field="kommentar") == "Bra"


def test_a_jump_is_asked_about_and_kept_when_confirmed(served: TestClient, store: Store) -> None:
    answers(served, form(store, utfall="100"))
    [asked] = answers(served, form(store, at=T2, utfall="300"))
    assert asked["state"] == "confirm"
    assert "300 är långt från 100, som det var första tertialet 2026" in asked["said"].replace("\u00a0", " ")
    assert said(store, at=T2) is None
    page = served.post(f"/namndplan/{ALE}/spara", data=form(store, at=T2, utfall="300"))
    assert "Spara ändå" in page.text
    [kept] = answers(served, form(store, at=T2, utfall="300") | {"bekrafta": "ja"})
    assert (kept["state"], said(store, at=T2)) == ("saved", "300.0")


def test_a_jump_from_what_a_file_said(own: tuple[TestClient, Store]) -> None:
    served, store = own
    deliver(store, "matt", [{"kommun": ALE, "matt": SERVICES, "period": T1, "utfall": 100.0}], at=NOW)
    [asked] = answers(served, form(store, at=T2, utfall="300"))
    assert asked["state"] == "confirm"


def test_money_with_the_wrong_sign_is_asked_about(served: TestClient, store: Store) -> None:
    [asked] = answers(served, form(store, "Äldreomsorg", kind="budget", prognos="275000"))
    assert asked["state"] == "confirm"


# ---- Two at once ----------------------------------------------------------------------------------------------------------------


def test_the_later_one_sees_what_the_other_wrote_and_chooses(served: TestClient, store: Store) -> None:
    answers(served, form(store, utfall="12"))
    [told] = answers(served, form(store, utfall="15"))
    assert (told["state"], told["mine"], told["theirs"], told["seen"]) == ("conflict", "15", "12", "1.0")
    assert told["by"].startswith("webbsidan, ")
    assert said(store) == "12.0"
    page = served.post(f"/namndplan/{ALE}/spara", data=form(store, utfall="15"))
    assert "Någon annan har skrivit här" in page.text
    assert "Spara mitt" in page.text
    [chosen] = answers(served, form(store, utfall="15", seen=told["seen"]))
    assert (chosen["state"], said(store)) == ("saved", "15.0")


def test_a_file_that_came_meanwhile_is_shown_as_the_others(own: tuple[TestClient, Store]) -> None:
    served, store = own
    receipt = deliver(store, "matt", [{"kommun": ALE, "matt": SERVICES, "period": T1, "utfall": 9.5}], at=NOW)
    [told] = answers(served, form(store, utfall="12"))
    assert (told["state"], told["theirs"], told["seen"]) == ("conflict", "9,5", f"0.{receipt.id}")
    assert "Filen" in told["by"]
    assert f'value="0.{receipt.id}"' in served.get(f"/namndplan/{ALE}?period=2026-T1&visa=fyll-i").text


# ---- The period -----------------------------------------------------------------------------------------------------------------


def move(served: TestClient, store: Store, state: str, seen: int, **more: str) -> int:
    fields = {TOKEN_FIELD: form_token(store.folder), "period": T1, "lage": state, "sett": str(seen)} | more
    return served.post(f"/namndplan/{ALE}/{'oppna' if 'skal' in more else 'lage'}", data=fields, headers={OWN_HEADER: "1"}).status_code


def test_a_period_is_done_locked_and_opened_with_a_reason(own: tuple[TestClient, Store]) -> None:
    served, store = own
    assert move(served, store, "låst", 0) == 409  # not before it is done
    assert move(served, store, "klar", 0) == 303
    [told] = answers(served, form(store, utfall="12"))
    assert (told["state"], "klarmarkerad" in told["said"]) == ("refused", True)
    assert "Första tertialet 2026 är klarmarkerad" in served.get(f"/namndplan/{ALE}?period=2026-T1&visa=fyll-i").text
    assert move(served, store, "öppen", 1) == 303
    assert move(served, store, "klar", 2) == 303
    assert move(served, store, "låst", 3) == 303
    assert move(served, store, "öppen", 4) == 409  # not like that
    assert move(served, store, "öppen", 4, skal=" ") == 400  # no reason
    assert move(served, store, "öppen", 4, skal=f"för {NUMBER}") == 400
    assert move(served, store, "öppen", 3, skal="Rättelse") == 409  # what was seen has passed
    assert move(served, store, "öppen", 4, skal="Rättelse") == 303
    assert answers(served, form(store, utfall="12"))[0]["state"] == "saved"
    assert "Skäl: Rättelse" in served.get(f"/namndplan/{ALE}?period=2026-T1").text
    told_ = audit_trail.entries(store, audit_trail.Filter(what="sign_off"), most=9)
    assert [entry.said for entry in told_] == ["öppen: Rättelse", "låst", "klar", "öppen", "klar"]


# ---- Who may --------------------------------------------------------------------------------------------------------------------


def as_(monkeypatch: pytest.MonkeyPatch, *roles: str) -> None:
    monkeypatch.setattr(Access, "anonymous", lambda self, request, is_demo: Person("id", "Anna", frozenset(roles)))


@pytest.mark.parametrize(("role", "status"), [("", 403), ("forum", 403), ("kommun:1441", 403), ("kommun:1440", 200), ("vgr", 200)])
def test_only_the_kommun_and_the_region_may_write(
    served: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch, role: str, status: int
) -> None:
    as_(monkeypatch, policy.PUBLIC, role)
    sent = form(store, utfall="12")
    headers = {"accept": "application/json", OWN_HEADER: "1"}
    assert served.post(f"/namndplan/{ALE}/spara", data=sent, headers=headers).status_code == status
    assert (said(store) is None) is (status == 403)
    page = served.get(f"/namndplan/{ALE}?period=2026-T1&visa=fyll-i").text
    assert ("data-entry" in page) is (status == 200)
    assert ("Fyll i uppföljningen</a>" in served.get(f"/namndplan/{ALE}").text) is (status == 200)


@pytest.mark.parametrize(("roles", "status"), [(("kommun:1440",), 403), (("vgr",), 303), (("admin",), 303)])
def test_only_the_region_may_open_a_locked_period(
    served: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch, roles: tuple[str, ...], status: int
) -> None:
    assert [move(served, store, "klar", 0), move(served, store, "låst", 1)] == [303, 303]
    as_(monkeypatch, *roles)
    assert move(served, store, "öppen", 2, skal="Rättelse") == status


def test_the_public_reads_no_small_counts_and_no_comments(served: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(served, form(store, utfall="3", kommentar="Tre personer i Nödinge"))
    answers(served, form(store, TASK, kind="uppdrag", kommentar="Två personer i Surte"))
    as_(monkeypatch, policy.PUBLIC)
    for address in ("?period=2026-T1", "?period=2026-T1&visa=historik", "?period=2026-T1&visa=fyll-i"):
        page = served.get(f"/namndplan/{ALE}{address}").text
        assert "Nödinge" not in page
        assert "Surte" not in page
        assert "webbsidan" not in page
    assert "skyddad" in served.get(f"/namndplan/{ALE}?period=2026-T1").text
    as_(monkeypatch, "kommun:1441")
    assert "Nödinge" not in served.get(f"/namndplan/{ALE}?period=2026-T1").text
    as_(monkeypatch, "kommun:1440")
    assert "Nödinge" in served.get(f"/namndplan/{ALE}?period=2026-T1").text


def test_a_form_of_another_site_changes_nothing(served: TestClient, store: Store) -> None:
    forged = form(store, utfall="12") | {TOKEN_FIELD: "gissad"}
    assert served.post(f"/namndplan/{ALE}/spara", data=forged).status_code == 403
    foreign = {"origin": "https://example.org"}
    assert served.post(f"/namndplan/{ALE}/spara", data=form(store, utfall="12"), headers=foreign).status_code == 403
    assert served.post("/namndplan/9999/spara", data=form(store, utfall="12")).status_code == 404
    assert (
        served.post(
            f"/namndplan/{ALE}/spara", content=b"x" * 70_000, headers={"content-type": "application/x-www-form-urlencoded"}
        ).status_code
        == 413
    )
    assert served.post(f"/namndplan/{ALE}/spara", json={}).status_code == 400
    assert plan_entries.newest(store, ALE) == {}


def test_drafts_are_kept_for_whoever_has_signed_in(served: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    as_(monkeypatch, "kommun:1440")
    headers = {OWN_HEADER: "1"}
    assert served.post(f"/namndplan/{ALE}/utkast", data=form(store, kommentar="Påbörj"), headers=headers).status_code == 204
    assert served.post(f"/namndplan/{ALE}/utkast", data=form(store, kommentar=f"{NUMBER}"), headers=headers).status_code == 204
    assert list(plan_entries.drafts(store, "id", ALE).values()) == ["Påbörj"]
    assert 'data-draft="Påbörj"' in served.get(f"/namndplan/{ALE}?period=2026-T1&visa=fyll-i").text
    answers(served, form(store, kommentar="Påbörjat och klart"))
    assert plan_entries.drafts(store, "id", ALE) == {}


# ---- Carrying over --------------------------------------------------------------------------------------------------------------


def test_next_years_plan(own: tuple[TestClient, Store], settings: Settings) -> None:
    served, store = own
    answers(served, form(store, TASK, kind="uppdrag", status="Avslutad"))
    answers(served, form(store, "Möt utmaningar med bibehållen kvalitet", kind="uppdrag", status="Pågående"))
    carried = {TOKEN_FIELD: form_token(store.folder), "till": "2027", "dnr": ""}
    response = served.post(f"/namndplan/{ALE}/for-over", data=carried)
    assert response.headers["location"] == f"/namndplan/{ALE}?ar=2027"
    page = served.get(response.headers["location"]).text
    assert "Nämndplan 2027, Ale" in page
    assert TASK not in page
    assert "Möt utmaningar med bibehållen kvalitet" in page
    assert served.post(f"/namndplan/{ALE}/for-over", data=carried).status_code == 409
    assert served.post(f"/namndplan/{ALE}/for-over", data=carried | {"till": "2030"}).status_code == 409


def test_times_pass(own: tuple[TestClient, Store], settings: Settings, tmp_path: Path) -> None:
    """A plan that comes again is a new version, and the page says so at once."""
    served, store = own
    again = tmp_path / "plan.yaml"
    again.write_text(
        (Path(__file__).parent.parent / "data" / "ale_namndplan_2026.yaml").read_text(encoding="utf-8").replace("SN 2025/247", "SN 2026/9")
    )
    load(settings, store, again, NOW + timedelta(days=1))
    assert "Dnr SN 2026/9" in served.get(f"/namndplan/{ALE}").text
    assert "Nämnd, diarienummer eller uppföljning ändrad" in served.get(f"/namndplan/{ALE}?visa=historik").text
