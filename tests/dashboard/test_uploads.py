"""Uploading in the browser: the same checks as `load`, every error in the answer, and no way in for anyone else."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from config import LimitSettings, Settings
from dashboard.access import TOKEN_FIELD, form_token
from dashboard.pages import upload_result
from dashboard.recomputing import Recomputing
from dashboard.uploads import BY
from sql import catalogue, coverage, refusals
from sql.errors import StoreError
from sql.store import Store
from tests.dashboard.served import HOME, client

URL = "/leveranser/ladda-upp"
HEAD = "kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard\n"
GOOD = f"{HEAD}Ale;2025-Q1;600;400;300;200\nPartille;2025-Q1;800;500;400;300\n".encode()
BAD = f"{HEAD}Ale;2025-Q1;600;700;300;200\nNorrköping;2025-Q1;8;5;4;3\n=1+1;2025-Q1;<b>åtta</b>;5;4;3\n".encode()
AVVIKELSER = b"avvikelse,registrerad,kommun,rapportor,omrade,kategori\na1,2025-02-03,1440,region,huvudavtal,x\n"


def send(
    browser: TestClient,
    store: Store,
    content: bytes = GOOD,
    name: str = "tandvard.csv",
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str | list[str]] | None = None,
) -> Any:
    """The form as a browser sends it."""
    data = {"uppgifter": "ntandvard", TOKEN_FIELD: form_token(store.folder), **(form or {})}
    sent = {"Origin": HOME, "Sec-Fetch-Site": "same-origin", **(headers or {})}
    return browser.post(URL, data=data, files={"fil": (name, content, "text/csv")}, headers=sent)


def test_a_good_file_becomes_a_delivery(settings: Settings, store: Store) -> None:
    answer = send(client(settings, store), store)
    assert answer.status_code == 200
    assert "<h1" in answer.text
    assert "Filen är inläst" in answer.text
    assert "leverans 1 med 2 rader är lagrad" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    (delivery,) = catalogue.listing(store)
    assert (delivery.file_name, delivery.dataset, delivery.row_count, delivery.loaded_by) == ("tandvard.csv", "ntandvard", 2, BY)


def test_a_bad_file_is_told_of_every_error_and_nothing_is_kept(settings: Settings, store: Store) -> None:
    answer = send(client(settings, store), store, BAD)
    assert answer.status_code == 200, "an answer that a browser shows without a word in its console"
    assert "Filen är inte inläst" in answer.text or "Du har inte tillgång hit" in answer.text
    assert "4 fel. Rätta dem" in answer.text
    for shown in ("onskar_mhb (700) är fler än intyg (600)", "Norrköping", "&lt;b&gt;åtta&lt;/b&gt;", ">2</th>", ">3</th>", ">4</th>"):
        assert shown in answer.text
    assert "<b>åtta" not in answer.text
    assert catalogue.listing(store) == ()
    (refusal,) = refusals.refusals(store)
    assert (refusal.file_name, refusal.problem_count) == ("tandvard.csv", 4)


def test_a_program_gets_json(settings: Settings, store: Store) -> None:
    browser = client(settings, store)
    refused = send(browser, store, BAD, headers={"Accept": "application/json"})
    assert refused.status_code == 422
    assert {problem["rule"] for problem in refused.json()["problems"]} >= {"delmangd", "kommun", "heltal"}
    taken = send(browser, store, headers={"Accept": "application/json"}).json()
    assert (taken["delivery"], taken["already"], taken["problems"]) == (1, False, [])


def test_the_same_file_again_changes_nothing(settings: Settings, store: Store) -> None:
    browser = client(settings, store)
    send(browser, store)
    again = send(browser, store)
    assert again.status_code == 200
    assert "Filen var redan inläst" in again.text
    assert len(catalogue.listing(store)) == 1


def test_rows_that_are_right_can_be_kept(settings: Settings, store: Store) -> None:
    content = f"{HEAD}Ale;2025-Q1;600;700;300;200\nPartille;2025-Q1;800;500;400;300\n".encode()
    answer = send(client(settings, store), store, content, form={"godta_ratta": "ja"})
    assert answer.status_code == 200
    assert "Rader som inte är med" in answer.text
    covered = {row["kommun"]: row["complete"] for row in coverage.in_force(store, "ntandvard").iter_rows(named=True)}
    assert covered == {"1440": False, "1402": True}


def test_period_and_kommuner_are_the_forms(settings: Settings, store: Store) -> None:
    browser = client(settings, store)
    form: dict[str, str | list[str]] = {"uppgifter": "avvikelser", "kommun": ["1440", "1480"]}
    none = send(browser, store, AVVIKELSER, form=form)
    assert none.status_code == 400
    assert "Ange Period med år, kvartal eller månad" in none.text
    assert "--period" not in none.text
    answer = send(browser, store, AVVIKELSER, form=form | {"period": "2025-02, 2025-03;"})
    assert answer.status_code == 200, answer.text
    cells = coverage.in_force(store, "avvikelser").select("kommun", "period").rows()
    assert sorted(cells) == [("1440", "2025-02"), ("1440", "2025-03"), ("1480", "2025-02"), ("1480", "2025-03")]


def test_the_files_name_can_say_the_period(settings: Settings, store: Store) -> None:
    answer = send(
        client(settings, store),
        store,
        AVVIKELSER,
        name="C:\\hem\\avvikelser_2025-02.csv",
        form={"uppgifter": "avvikelser", "kommun": "1440"},
    )
    assert answer.status_code == 200, answer.text
    assert catalogue.listing(store)[0].file_name == "avvikelser_2025-02.csv"


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "..", "a/../x.csv", "å" * 300 + ".csv", "rad\x00\x1f.csv", "<img src=x>.csv"])
def test_a_hostile_name_stays_a_name(settings: Settings, store: Store, name: str) -> None:
    answer = send(client(settings, store), store, BAD, name=name)
    assert "Filen är inte inläst" in answer.text or "Du har inte tillgång hit" in answer.text
    assert "<img" not in answer.text
    kept = refusals.refusals(store)[0].file_name
    assert "/" not in kept
    assert "\x00" not in kept
    assert not list(Path("/etc").glob("passwd.csv"))


@pytest.mark.parametrize(
    ("headers", "host"),
    [
        ({"Origin": "https://evil.example"}, "127.0.0.1"),
        ({"Sec-Fetch-Site": "cross-site"}, "127.0.0.1"),
        ({}, "0.0.0.0"),
    ],
)
def test_nobody_else_gets_in(settings: Settings, store: Store, headers: dict[str, str], host: str) -> None:
    store.mark_demo()
    answer = send(client(settings, store, host=host), store, headers=headers)
    assert answer.status_code == 403
    assert "Filen är inte inläst" in answer.text or "Du har inte tillgång hit" in answer.text
    assert catalogue.listing(store) == ()


def test_a_form_without_our_token_is_stopped_and_our_header_stands_for_it(settings: Settings, store: Store) -> None:
    browser = client(settings, store)
    assert send(browser, store, form={TOKEN_FIELD: "guessed"}).status_code == 403
    assert catalogue.listing(store) == ()
    assert send(browser, store, headers={"X-Uppfoljning": "1"}, form={TOKEN_FIELD: ""}).status_code == 200


def test_no_file_and_no_form_are_told(settings: Settings, store: Store) -> None:
    browser = client(settings, store)
    assert "Ingen fil är vald" in send(browser, store, b"", name="").text
    assert browser.post(URL, content=b"x", headers={"Origin": HOME}).status_code == 400
    broken = {"Content-Type": "multipart/form-data; boundary=x", "Origin": HOME}
    assert browser.post(URL, content=b"--y\r\nnothing", headers=broken).status_code == 400
    assert browser.get(URL, follow_redirects=False).headers["location"] == "/leveranser#ladda-upp"


def test_a_file_over_the_limit_is_refused_unread(settings: Settings, store: Store) -> None:
    small = settings.model_copy(update={"limits": LimitSettings(file_mb=1, unpacked_mb=10)})
    answer = send(client(small, store), store, GOOD + b"x" * 2_000_000)
    assert answer.status_code == 413
    assert "större än 1 MB" in answer.text
    assert catalogue.listing(store) == ()
    assert refusals.refusals(store) == ()


def test_an_unknown_dataset_is_told(settings: Settings, store: Store) -> None:
    answer = send(client(settings, store), store, form={"uppgifter": "tandkräm"})
    assert answer.status_code == 400
    assert "tandkräm" in answer.text


def test_a_delivery_has_the_figures_computed_and_a_refusal_has_not(settings: Settings, store: Store) -> None:
    asked = threading.Semaphore(0)
    browser = client(settings, store, recompute=asked.release)
    send(browser, store, BAD)
    send(browser, store)
    assert asked.acquire(timeout=5)
    send(browser, store)
    assert not asked.acquire(timeout=0.2), "neither the refused file nor the repeated one asks for a computation"


def test_computations_run_one_at_a_time_and_the_last_ask_is_not_lost() -> None:
    may_go, begun, running, most = threading.Event(), threading.Semaphore(0), 0, 0
    count = 0

    def recompute() -> None:
        nonlocal running, most, count
        running += 1
        most = max(most, running)
        begun.release()
        assert may_go.wait(5)
        count += 1
        running -= 1

    recomputing = Recomputing(recompute)
    recomputing.ask()
    assert begun.acquire(timeout=5)
    for _ in range(5):
        recomputing.ask()
    assert recomputing.running
    may_go.set()
    recomputing.wait(5)
    assert (count, most, recomputing.running, recomputing.failure) == (2, 1, False, None)


def test_a_computation_that_fails_is_told_and_the_next_may_succeed() -> None:
    errors = iter([StoreError("Disken är full."), RuntimeError("a fault"), None])

    def recompute() -> None:
        if error := next(errors):
            raise error

    recomputing = Recomputing(recompute)
    said = []
    for _ in range(3):
        recomputing.ask()
        recomputing.wait(5)
        said.append(recomputing.failure)
    assert said == ["Disken är full.", "Beräkningen avbröts av ett fel i programmet. Felet finns i serverns logg.", None]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "Ange --kommun för dem som filen gäller, eller --kommun alla om noll är rätt.",
            "Ange Kommuner för dem som filen gäller, eller alla om noll är rätt.",
        ),
        ("Ange --period med kvartal, till exempel --period ÅÅÅÅ-Q3.", "Ange Period med kvartal, till exempel ÅÅÅÅ-Q3."),
    ],
)
def test_the_commands_options_are_named_as_the_forms_fields(said: str, shown: str) -> None:
    assert upload_result.for_the_form(said) == shown
