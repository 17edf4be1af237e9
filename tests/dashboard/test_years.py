"""The pages of published years, their forms and files, over a small real store: what is frozen, what has moved, who may change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from starlette.testclient import TestClient

from config import Settings
from dashboard import choices
from dashboard.access import TOKEN_FIELD, form_token
from dashboard.app import create_app
from dashboard.sections import moves
from sql import decisions, publications
from sql.store import Store, open_store
from tests.conftest import settings_of
from tests.dashboard.people import signing_in
from tests.dashboard.served import HOME
from tests.flows.test_year import ALE, KOMMUNER, all_of_2024, discharges, load, ntandvard
from tests.program import uppfoljning
from tests.reports.pdf_text import pages

YEAR = "/arsuppfoljning/2024"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2024 published, and then a late delivery from Ale; each test has a copy."""
    folder = tmp_path_factory.mktemp("county")
    storage = all_of_2024(folder)
    uppfoljning(storage, "publish", "2024", "--note", "Efter samråd")
    load(storage, "utskrivning", discharges(folder / "utskrivning_2024_sen.csv", 20))
    uppfoljning(storage, "compute")
    return storage


@pytest.fixture
def settings(published: Path, tmp_path: Path) -> Settings:
    return settings_of(shutil.copytree(published, tmp_path / "storage"))


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


def client(store: Store, host: str = "127.0.0.1", access: str = "open") -> TestClient:
    settings = store.settings.model_copy(update={"access": access})
    return TestClient(create_app(settings, store, host=host, recompute=lambda: None, ahead=False), base_url=HOME)


def send(store: Store, path: str, **said: str) -> tuple[int, str, str]:
    """The form, sent from the page: status, where it leads and what it says."""
    answer = client(store).post(path, data={TOKEN_FIELD: form_token(store.folder)} | said, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", ""), answer.text


# ---- The pages ----------------------------------------------------------------------------------------------------------------


def test_the_year_is_shown_as_it_was_published(store: Store) -> None:
    text = client(store).get(YEAR).text
    made = publications.latest(store, 2024)
    assert made is not None
    for words in ("Publikation 2024-1", made.published_by, "Efter samråd", made.sha256, "Första utgåvan"):
        assert words in text
    assert "Årsuppföljning 2024, som publicerad" in text


def test_what_has_moved_names_the_deliveries(store: Store) -> None:
    text = client(store).get(f"{YEAR}?indikator=utskrivna&omrade={ALE}").text
    rows = text[text.index('id="andrat"') :]
    assert "siffror är inte längre som de publicerades" in rows
    for words in ("utskrivning_2024_sen.csv", "kom 20", "är ersatt", ">12<", ">20<", "+8", "3, 5"):
        assert words in rows
    assert "Lerum" not in rows[rows.index('<table class="moves"') : rows.index("</table>", rows.index('<table class="moves"'))]
    assert "Inga siffror med det urvalet" in client(store).get(f"{YEAR}?indikator=utskrivna&omrade=1441").text


def test_what_has_moved_is_seen_at_once_also_where_the_whole_year_stands(store: Store, tmp_path: Path) -> None:
    storage = Path(store.settings.storage)
    uppfoljning(storage, "publish", "2024", "--reason", "ny grund")
    load(storage, "ntandvard", ntandvard(tmp_path / "ntandvard_sen.csv", quarters=(2,), intyg=90))
    uppfoljning(storage, "compute")
    text = client(store).get(YEAR).text
    moved = text[text.index('id="andrat"') :]
    assert "Noll av dem gäller hela året" in moved
    assert "2024\N{NO-BREAK SPACE}kv\N{NO-BREAK SPACE}2" in moved[moved.index('<table class="moves"') :]
    assert "Inga siffror med det urvalet" not in moved


def test_the_public_sees_protected_figures_and_no_files_names(store: Store) -> None:
    text = client(store, access="public").get(YEAR).text
    for secret in ("utskrivning_2024_sen.csv", ">12<", ">20<"):
        assert secret in client(store).get(f"{YEAR}?visa=alla").text
    assert "utskrivning_2024_sen.csv" not in text
    assert "Små tal är skyddade" in text
    assert client(store, access="public").get(f"{YEAR}/rapport.pdf?internt=ja").status_code == 403


def test_years_that_are_not_there(store: Store) -> None:
    pages_ = client(store)
    for path in ("/arsuppfoljning/2031", "/arsuppfoljning/arton", f"{YEAR}?utgava=9", "/arsuppfoljning/2024/annat"):
        assert pages_.get(path).status_code == 404
    listed = pages_.get("/arsuppfoljning").text
    assert "2024 är publicerat." in listed
    assert "inte publicerat" in pages_.get("/arsuppfoljning").text or "2023" not in listed


def test_an_incomplete_year_says_what_is_missing_and_from_whom(store: Store, tmp_path: Path) -> None:
    uppfoljning(Path(store.settings.storage), "withdraw", "2", "--reason", "fel fil")
    load(Path(store.settings.storage), "ntandvard", ntandvard(tmp_path / "utan.csv", without=(ALE,)))
    uppfoljning(Path(store.settings.storage), "compute")
    status, _, text = send(store, f"{YEAR}/publicera", reason="Rättelse")
    assert status == 200
    assert "2024 är inte komplett. Inget har publicerats." in text
    assert "ntandvard saknas för 2024-Q1–2024-Q4: Ale." in text
    assert "Rättelse" in text  # what was written is not lost
    assert len(publications.listing(store)) == 1


# ---- The forms ----------------------------------------------------------------------------------------------------------------


def test_a_new_edition_from_the_page_leaves_the_old(store: Store) -> None:
    before = publications.frozen(store, "2024-1")
    status, where, _ = send(store, f"{YEAR}/publicera", reason="Ale har rättat")
    assert (status, where) == (303, f"{YEAR}?utgava=2")
    assert publications.frozen(store, "2024-1") == before
    made = publications.latest(store, 2024)
    assert made is not None
    assert (made.reason, made.published_by) == ("Ale har rättat", "webbsidan")
    newest, older = (client(store).get(path).text for path in (YEAR, f"{YEAR}?utgava=1"))
    assert "Inget har ändrats sedan 2024-2 publicerades." in newest
    assert "Det här är en äldre utgåva." in older


def test_a_decision_is_noted_and_shown(store: Store) -> None:
    said = {"publication": "2024-1", "text": "Ale redovisar en plan.", "indicator": "utskrivna", "area": ALE, "day": "2025-03-02"}
    assert send(store, f"{YEAR}/beslut", **said)[:2] == (303, f"{YEAR}#beslut")
    assert [each.text for each in decisions.listing(store)] == ["Ale redovisar en plan."]
    assert "Ale redovisar en plan." in client(store).get(YEAR).text


def test_a_wrong_decision_gets_every_error_and_keeps_what_was_written(store: Store) -> None:
    said = {"publication": "2024-1", "text": "Gäller 811218-9876 <b>", "day": "2999-01-01", "period": "2023"}
    status, _, text = send(store, f"{YEAR}/beslut", **said)
    assert status == 200
    for words in ("personnummer", "har inte varit än", "inte i publikationens år", "Gäller 811218-9876 &lt;b&gt;"):
        assert words in text
    assert decisions.listing(store) == ()


def test_a_personnummer_is_never_published(store: Store) -> None:
    assert "personnummer" in send(store, f"{YEAR}/publicera", note="Gäller 811218-9876")[2]
    assert len(publications.listing(store)) == 1


def test_where_people_sign_in_the_public_hears_nothing_of_forms(store: Store) -> None:
    app = create_app(signing_in(store.settings), store, recompute=lambda: None, ahead=False)
    shown = TestClient(app, base_url=HOME).get(YEAR).text
    assert "Utgåvor" in shown
    assert "Forumets beslut" in shown
    for words in ("Publicera en ny utgåva", "Det går inte", "<textarea"):
        assert words not in shown, words


@pytest.mark.parametrize("way", ["publicera", "beslut"])
def test_nobody_else_may_change_anything(store: Store, way: str) -> None:
    token = {TOKEN_FIELD: form_token(store.folder)}
    tries = [
        client(store).post(f"{YEAR}/{way}", data={TOKEN_FIELD: "fel"}),
        client(store).post(f"{YEAR}/{way}", data=token, headers={"sec-fetch-site": "cross-site"}),
        client(store).post(f"{YEAR}/{way}", data=token, headers={"origin": "https://exempel.se"}),
        client(store, host="0.0.0.0", access="public").post(f"{YEAR}/{way}", data=token),
    ]
    assert [answer.status_code for answer in tries] == [403] * 4
    assert len(publications.listing(store)) == 1
    shown = client(store, host="0.0.0.0", access="public").get(YEAR).text
    assert "Det går inte att publicera här." in shown
    assert "Det går inte att notera beslut här." in shown
    assert "<textarea" not in shown
    big = client(store).post(f"{YEAR}/{way}", data={**token, "note": "x" * 70_000})
    assert big.status_code == 413
    assert client(store).get(f"{YEAR}/{way}", follow_redirects=False).headers["location"] == YEAR


# ---- The files ----------------------------------------------------------------------------------------------------------------


def test_the_files_are_those_of_the_commands(store: Store, tmp_path: Path) -> None:
    pages_ = client(store)
    for path, command in (("rapport.pdf", ("report",)), ("arbetsbok.xlsx", ("export", "arbetsbok"))):
        file = tmp_path / path
        uppfoljning(Path(store.settings.storage), *command, "2024", "-o", str(file))
        answer = pages_.get(f"{YEAR}/{path}")
        assert answer.content == file.read_bytes()
        assert "2024-1" in answer.headers["content-disposition"]
    internal = pages_.get(f"{YEAR}/rapport.pdf?omrade={ALE}&internt=ja")
    assert all("INTERNT" in page for page in pages(internal.content))
    assert "INTERNT" in internal.headers["content-disposition"]
    book = openpyxl.load_workbook(BytesIO(pages_.get(f"{YEAR}/arbetsbok.xlsx?utgava=1").content), read_only=True)
    assert "Definitioner" in book.sheetnames
    csv = pages_.get(f"{YEAR}/siffror.csv").content.decode("utf-8-sig")
    assert csv.startswith("Indikator;")
    assert len({line.split(";")[2] for line in csv.splitlines()}) > len(KOMMUNER)


@pytest.mark.parametrize(
    ("path", "status"),
    [("rapport.pdf?omrade=9999", 404), ("rapport.pdf?utgava=9", 404), ("rapport.pdf?internt=nej", 422), ("rapport.pdf?area=1440", 422)],
)
def test_files_that_are_not_there(store: Store, path: str, status: int) -> None:
    assert client(store).get(f"{YEAR}/{path}").status_code == status
    assert client(store).get(f"/arsuppfoljning/2031/{path.partition('?')[0]}").status_code == 404


# ---- Long tables --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("here", "links"), [(1, ["2"]), (2, ["1", "3"]), (3, ["2"])])
def test_a_long_table_is_paged(here: int, links: list[str]) -> None:
    chosen = choices.read("/arsuppfoljning/2024?visa=alla")
    pager = moves.pager(chosen, here, 3, 250)
    assert pager is not None
    assert [node[1]["href"] for node in pager[2:] if node[0] == "a"] == [f"{YEAR}?visa=alla&sida={page}" for page in links]
    assert moves.pager(chosen, 1, 1, 40) is None
