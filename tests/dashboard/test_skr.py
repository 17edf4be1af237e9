"""The page about the delivery to SKR: the answer, what is missing and from whom, and the steps from explanation to log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import polars as pl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import policy
import public_figures
from config import Settings
from dashboard import choices
from dashboard.access import TOKEN_FIELD, Access
from dashboard.areas import Areas
from dashboard.context import Context
from dashboard.lookup import nothing
from dashboard.pages import skr as skr_page
from dashboard.pages.skr_forms import PATH
from dashboard.reader import reading
from dashboard.shell import Page
from dashboard.skr_steps import SkrSteps
from dashboard.tree import Element, find, text_of, to_html
from policy import Person
from reports import skr_year
from sql import skr
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard import served
from tests.reports.skr_store import NOW, computed, published

TODAY = date(2026, 3, 16)
SAME_SITE = {"Origin": served.HOME, "Sec-Fetch-Site": "same-origin"}
WORDS = "Ny klinik, bekräftat av kommunen."


def page(store: Store, address: str = PATH, host: str = "127.0.0.1") -> Page:
    made = skr_page.making(skr_page.Making(store.settings, store, Access(store.settings, host, "token"), lambda: TODAY))
    return made(choices.read(address), Context(store.settings, Areas(store.settings), nothing()))


def said(made: Page) -> str:
    return " ".join(text_of(node) for node in made.main)


def answer(made: Page) -> str:
    (found,) = (text_of(node) for part in made.main for node in find(part, class_="answer digits"))
    return found


def part(made: Page, id_: str) -> Element:
    (found,) = (node for each in made.main for node in find(each, id=id_))
    return found


def forms(made: Page) -> list[str]:
    return [str(form[1]["action"]) for node in made.main for form in find(node, tag="form") if form[1]["method"] == "post"]


@cache
def _published() -> bytes:
    """The database of a store where 2023 to 2025 are published: publishing for every test would take long."""
    with TemporaryDirectory() as folder, served.sqlite_store(settings_of(Path(folder) / "storage")) as made:
        published(made, computed(made))
        made.close()
        return (made.folder / served.DATABASE).read_bytes()


@pytest.fixture
def year(settings: Settings) -> Iterator[Store]:
    """A store where 2025 is published."""
    with served.sqlite_store(settings, _published()) as opened:
        yield opened


@pytest.fixture
def browser(year: Store) -> TestClient:
    return _browser(year)


def _browser(store: Store, host: str = "127.0.0.1") -> TestClient:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(SkrSteps(store.settings, store, Access(store.settings, host, "token"), served.page, lambda: NOW).router())
    return TestClient(app, base_url=served.HOME, follow_redirects=False)


def send(browser: TestClient, step: str, **said_: str) -> Any:
    data = {TOKEN_FIELD: "token", "ar": "2025", "namn": "Anna Ek", **said_}
    return browser.post(f"{PATH}/{step}", data=data, headers=SAME_SITE)


def explain_all(browser: TestClient, store: Store) -> None:
    for check in skr_year.skr_year(store.settings, store, 2025).delivery.checks:
        if check.outcome == "fail":
            assert send(browser, "forklara", kontroll=check.id, text=WORDS).status_code == 303


# ---- The page -------------------------------------------------------------------------------------------------------------------


def test_nothing_at_all_says_what_to_do(store: Store) -> None:
    made = page(store)
    assert "Inget har räknats än." in said(made)
    assert forms(made) == []


def test_no_says_what_is_missing_and_from_whom(year: Store) -> None:
    made = page(year)
    assert made.title == "SKR-leveransen 2025"
    assert answer(made) == "Nej, inte än. Två av åtta kontroller stämmer inte."
    top = text_of(made.main[0])
    assert "N-tandvård för andra kvartalet 2025 saknas från Färgelanda." in top
    assert "ingen uppgift har kommit in" not in top, "it follows from what has not come in"
    checks = part(made, "kontroller")
    failed = [text_of(next(iter(find(check, tag="h3")))) for check in find(checks, tag="li", class_="fail")]
    assert failed[0] == "Har alla kommuner lämnat alla fyra\u00a0kvartal?"
    assert "Begär in det som saknas" in text_of(checks)
    assert [form for form in forms(made) if form.endswith("forklara")] == [f"{PATH}/forklara"] * 2
    assert f"{PATH}/godkann" not in forms(made)
    assert "när varje kontroll stämmer eller är förklarad" in text_of(part(made, "godkannande"))


def test_every_kommun_and_quarter_has_a_shape_and_a_word_and_gaps_come_first(year: Store) -> None:
    rows = list(find(part(page(year), "inkommet"), tag="tr"))[1:]
    assert len(rows) == 49
    cells = {text_of(next(iter(find(row, tag="th")))): list(find(row, tag="td")) for row in rows}
    assert "Färgelanda" in list(cells)[:3]
    assert [(text_of(cell), cell[1]["class"]) for cell in cells["Färgelanda"]] == [
        ("allt", "left met"),
        ("N-tandvård: saknas", "left missing"),
        ("allt", "left met"),
        ("allt", "left met"),
    ]


def test_the_table_is_what_would_be_sent(year: Store) -> None:
    table = skr_year.skr_year(year.settings, year, 2025).delivery.table
    rows = [[text_of(cell) for cell in row[2:]] for row in find(part(page(year), "tabellen"), tag="tr")]
    assert rows[0][1:] == [column.heading for column in table.columns]
    assert [row[0] for row in rows[1:]] == [name for _, name in table.areas]
    for (area, _), row in zip(table.areas, rows[1:], strict=True):
        shown = row[1:]
        for column, text in zip(table.columns, shown, strict=True):
            cell = table.cells[area, column.id]
            if cell.status == "no_goal":
                assert float(text.replace("\u00a0", "").replace(",", ".")) == pytest.approx(cell.value, abs=0.005)
            else:
                assert {"missing": "saknas", "suppressed": "skyddad", "incomplete": "ofullständig"}[cell.status] in text


def test_another_year_is_a_choice_and_an_unpublished_one_a_draft(store: Store) -> None:
    run = computed(store)
    published(store, run, (2024,))
    assert page(store).title == "SKR-leveransen 2024"
    made = page(store, f"{PATH}?ar=2023")
    assert made.title == "SKR-leveransen 2024", "a year that nobody can choose is not one"
    context = Context(store.settings, Areas(store.settings), nothing())
    assert [text_of(option) for node in made.main for option in find(node, tag="option")] == ["2024"]
    assert context.lookup.all_periods == []


def test_where_others_can_reach_the_server_nothing_can_be_changed_and_nobody_is_named(year: Store) -> None:
    browser = _browser(year)
    explain_all(browser, year)
    send(browser, "godkann")
    send(browser, "skickad", till="SKR, Eva")
    public = year.settings.model_copy(update={"access": "public"})
    made = skr_page.making(skr_page.Making(public, year, Access(public, "0.0.0.0", "token"), lambda: TODAY))(
        choices.read(PATH), Context(public, Areas(public), nothing())
    )
    assert forms(made) == []
    assert "Anna Ek" not in said(made)
    assert "Eva" not in said(made)
    assert answer(made) == "Ja, och det är gjort: skickad 16\u00a0mars\u00a02026."


def test_the_tree_is_html_with_one_heading_and_ids_of_their_own(year: Store) -> None:
    made = page(year)
    html = "".join(to_html(node) for node in made.main)
    assert html.count("<h1") == 1
    ids = [element[1]["id"] for node in made.main for element in find(node) if "id" in element[1]]
    assert len(ids) == len(set(ids))
    labelled = {label[1]["for"] for node in made.main for label in find(node, tag="label")}
    fields = [field for node in made.main for tag in ("input", "textarea", "select") for field in find(node, tag=tag)]
    assert all(field[1].get("id") in labelled or field[1].get("type") == "hidden" for field in fields)


# ---- The steps ------------------------------------------------------------------------------------------------------------------


def test_from_explanation_to_log(browser: TestClient, year: Store) -> None:
    explain_all(browser, year)
    made = page(year)
    assert answer(made) == "Ja, när någon har godkänt den. Varje kontroll stämmer eller är förklarad."
    assert text_of(part(made, "kontroller")).count(f"{WORDS}Anna Ek, 16\u00a0mars\u00a02026") == 2
    signed = send(browser, "godkann", namn="Bo Lind", kommentar="Läst.")
    assert (signed.status_code, signed.headers["location"]) == (303, f"{PATH}?ar=2025#filer")
    made = page(year)
    assert answer(made) == "Ja. Leveransen är godkänd och kan skickas."
    assert "Bo Lind godkände leveransen" in text_of(part(made, "godkannande"))
    (kept,) = skr.sign_offs(year)
    links = {str(link[1]["href"]).rpartition(".")[2]: str(link[1]["href"]) for link in find(part(made, "filer"), tag="a")}
    files = {ending: browser.get(address).content for ending, address in links.items()}
    assert (files["xlsx"], files["csv"]) == (skr.files(year, kept.id).xlsx, skr.files(year, kept.id).csv)
    assert files["sha256"].decode().split() == [kept.csv_sha256, "skr-2025-1.csv", kept.xlsx_sha256, "skr-2025-1.xlsx"]
    assert kept.xlsx_sha256 in text_of(part(made, "filer"))
    send(browser, "skickad", namn="Bo Lind", till="SKR, Eva")
    made = page(year)
    assert answer(made) == "Ja, och det är gjort: skickad till SKR, Eva, 16\u00a0mars\u00a02026."
    rows = [[text_of(cell) for cell in row[2:]] for row in find(part(made, "logg"), tag="tr")]
    assert {(row[1], row[3], row[4]) for row in rows[1:]} == {("Skickad", "Bo Lind", "SKR, Eva"), ("Godkänd", "Bo Lind", "–")}


def test_the_file_says_who_explained_and_approved(browser: TestClient, year: Store, tmp_path: Any) -> None:
    explain_all(browser, year)
    send(browser, "godkann", kommentar="=1+1")
    (tmp_path / "skr.xlsx").write_bytes(skr.files(year, 1).xlsx)
    told = [cell.value for sheet in openpyxl.load_workbook(tmp_path / "skr.xlsx") for row in sheet.iter_rows() for cell in row]
    assert {"Anna Ek", WORDS, "=1+1", "förklarad"} <= set(told)


@pytest.mark.parametrize("change", ["run", "publication"])
def test_an_approval_ends_when_the_figures_change(browser: TestClient, year: Store, change: str) -> None:
    explain_all(browser, year)
    send(browser, "godkann")
    send(browser, "skickad", till="SKR")
    later = computed(year, 1, intyg=30.0)
    if change == "publication":
        published(year, later, (2025,))
    made = page(year)
    assert "Godkännandet gäller inte längre." in said(made)
    assert "Den är redan skickad" in said(made)
    assert "Filerna" not in said(made)
    refused = send(browser, "skickad", till="SKR")
    assert "Godkännandet gäller inte längre" in refused.text
    if change == "run":
        assert "Med intyg: ändrat för Ale." in text_of(made.main[0])
    else:
        assert "publicerats igen, som 2025-2" in said(made)
    assert len(skr.sign_offs(year)) == 1


@pytest.mark.parametrize(
    ("step", "given", "told"),
    [
        ("godkann", {}, "Rätta eller förklara"),
        ("skickad", {"till": "SKR"}, "är inte godkänd"),
        ("forklara", {"kontroll": "delivered", "text": " "}, "Skriv en förklaring."),
        ("forklara", {"kontroll": "delivered", "text": WORDS, "namn": ""}, "Skriv ditt namn."),
        ("forklara", {"kontroll": "delivered", "text": "Gäller 19121212-1212."}, "personnummer"),
        ("forklara", {"kontroll": "totals", "text": WORDS}, "inget att förklara"),
        ("forklara", {"kontroll": "vad", "text": WORDS}, "finns inte"),
        ("forklara", {"kontroll": "delivered", "text": WORDS, "ar": "x"}, "Året gick inte att läsa"),
        ("forklara", {"kontroll": "delivered", "text": WORDS, "ar": "1999"}, "Det finns inga siffror för 1999"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    browser: TestClient, year: Store, step: str, given: dict[str, str], told: str
) -> None:
    refused = send(browser, step, **given)
    assert refused.status_code == 200
    assert told in refused.text
    assert "19121212" not in refused.text or step == "forklara"
    assert (skr.explanations(year, 2025), skr.sign_offs(year), skr.sendings(year)) == ((), (), ())


def test_what_was_written_is_still_there_after_a_refusal(browser: TestClient) -> None:
    refused = send(browser, "forklara", kontroll="delivered", text="<b>Kommer i maj</b>", namn="")
    assert "&lt;b&gt;Kommer i maj&lt;/b&gt;</textarea>" in refused.text


def test_nobody_else_may_change_anything(year: Store) -> None:
    browser = _browser(year)
    data = {TOKEN_FIELD: "token", "ar": "2025", "namn": "Eva", "kontroll": "delivered", "text": WORDS}
    address = f"{PATH}/forklara"
    assert browser.post(address, data=data, headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.post(address, data=data | {TOKEN_FIELD: "gissad"}, headers=SAME_SITE).status_code == 403
    assert _browser(year, "0.0.0.0").post(address, data=data, headers=SAME_SITE).status_code == 403
    assert skr.explanations(year, 2025) == ()


def test_odd_requests_are_answered(browser: TestClient, year: Store, settings: Settings) -> None:
    assert browser.get(f"{PATH}/godkann").headers["location"] == PATH
    assert browser.post(f"{PATH}/vad", headers=SAME_SITE).status_code == 404
    assert browser.post(f"{PATH}/godkann", content=b"{}", headers=SAME_SITE).status_code == 415
    assert browser.post(f"{PATH}/godkann", data={"kommentar": "x" * 70_000}, headers=SAME_SITE).status_code == 413
    assert browser.get(f"{PATH}/filer/1/skr-2025-1.xlsx").status_code == 404
    explain_all(browser, year)
    send(browser, "godkann")
    assert browser.get(f"{PATH}/filer/1/skr-2024-1.xlsx").status_code == 404
    public = settings.model_copy(update={"access": "public"})
    app = FastAPI()
    app.include_router(SkrSteps(public, year, Access(public, "0.0.0.0", "token"), served.page, lambda: NOW).router())
    assert TestClient(app, base_url=served.HOME).get(f"{PATH}/filer/1/skr-2025-1.xlsx").status_code == 403


def test_whoever_has_signed_in_is_named_without_writing_it(year: Store) -> None:
    eva = Person("oidc|7", "Eva Berg", frozenset({policy.VGR}))
    with reading(eva):
        made = page(year, host="0.0.0.0")
        assert not [node for each in made.main for node in find(each, name="namn")]
        assert "Du gör det som Eva Berg." in said(made)
    skr_year.explain(year.settings, year, 2025, "delivered", WORDS, eva, NOW)
    assert skr.explanations(year, 2025)[0].by == "Eva Berg"


@pytest.mark.parametrize("role", [policy.PUBLIC, policy.FORUM, policy.ADMIN, "kommun:1440"])
def test_who_may_not_change_anything_gets_no_form(year: Store, role: str) -> None:
    with reading(Person("oidc|8", "Nils", frozenset({role}))):
        assert forms(page(year, host="0.0.0.0")) == []


def test_a_draft_is_protected_without_waiting_for_everything_else(store: Store) -> None:
    """Small numbers are hidden though nobody has protected the whole year; once somebody has, the draft is what everybody sees."""
    run = computed(store)
    alone = skr_year.skr_year(store.settings, store, 2025).delivery
    assert next(check for check in alone.checks if check.id == "leaks").found == ()
    small = skr_year.skr_year(store.settings, store, 2025, internal=True).delivery.table.cells
    assert all(alone.table.cells[place].status == "suppressed" for place, cell in small.items() if cell.value in (1.0, 2.0, 3.0, 4.0))
    public = public_figures.of_year(store.settings, store, run, 2025)
    shown = skr_year.skr_year(store.settings, store, 2025).delivery.edition.figures
    assert shown.equals(public.filter(pl.col("indicator").is_in(shown["indicator"].unique())))
