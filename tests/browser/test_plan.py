"""A plan followed up by a person: by keyboard alone, on a telephone, beside another who writes the same, and without a connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route

from dashboard.access import TOKEN_FIELD
from sql import plan_entries
from sql.plan_entries import NEVER, Change, Kept, Place, Version
from sql.store import open_store
from tests.browser.conftest import Server, Visit, county_server, serving, signed_in, until
from tests.browser.test_every_page import violations
from tests.conftest import settings_of, soak
from tests.dashboard.people import OF_ALE, signing_in
from tests.dashboard.plans import ALE, SERVICES, TASK, at_noon_in_november, form, load

FILL = "/namndplan/1440?visa=fyll-i&ar=2026&period="
PLACE = Place(ALE, "2026-T1", "matt", SERVICES, "utfall")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Ale's real plan of 2026, on a day when two of its periods have ended."""
    with at_noon_in_november(), county_server(tmp_path_factory.mktemp("plan"), quarters=1) as served:
        load(served.settings, served.store)
        yield served


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name, exact=True)


def saved(page: Page, name: str, label: str = "Utfall") -> None:
    """Wait until the field says that it is saved."""
    field = part(page, name).get_by_label(label)
    until(page, f"document.getElementById('{field.get_attribute('id')}-sagt').textContent.startsWith('Sparat')")


def value(server: Server, place: Place) -> str | None:
    entry = plan_entries.newest(server.store, place.kommun).get(place)
    return entry.value if entry else None


_HERE = """(() => {
    const at = document.activeElement, money = at.form?.elements.slag?.value === "budget";
    return { field: at.dataset.field || "", money, name: at.name || "", says: at.textContent.trim() };
})()"""


def keyboard_only(page: Page) -> list[str]:
    """Follow the whole period up with Tab and typing, and mark it as done: every field gets something, and what each was is returned."""
    page.locator("h1").focus()
    seen: list[str] = []
    for _ in range(600):
        page.keyboard.press("Tab")
        here_ = page.evaluate(_HERE)
        if here_["says"] == "Klarmarkera perioden":
            page.keyboard.press("Enter")
            return seen
        if here_["field"] in ("utfall", "prognos"):
            page.keyboard.type("-10" if here_["money"] else "12")
        elif here_["field"] == "status":
            page.keyboard.press("ArrowDown")
        elif here_["name"] == "anda":
            page.keyboard.press("Space")
        seen += [here_["field"]] if here_["field"] else []
    raise AssertionError("the period could not be marked as done by keyboard")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the link or field with this name has focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()") == name:
            return
    raise AssertionError(f"{name} is not reached by keyboard")


def followed_up(page: Page, server: Server, period: str) -> None:
    """Fill all of the period in by keyboard, from the plan's page, and mark it as done."""
    tab_to(page, "Fyll i uppföljningen")
    page.keyboard.press("Enter")
    until(
        page,
        f"location.search.includes('{period}') && !document.documentElement.dataset.state && document.querySelector('form[data-entry]')",
    )
    seen = keyboard_only(page)
    page.wait_for_url("**#klart")
    assert (seen.count("utfall"), seen.count("prognos"), seen.count("status")) == (24 + 5, 5, 7 + 3 + 11)
    outcomes = [e for e in plan_entries.newest(server.store, ALE).values() if e.place.period == period and e.place.field == "utfall"]
    assert {e.value for e in outcomes if e.place.kind == "matt"} == {"12.0"}
    assert len(outcomes) == 24 + 5
    assert {e.by for e in outcomes} == {OF_ALE.name}
    until(page, "document.body.textContent.includes('är klarmarkerad')")
    assert "Alla 24 utfall är lämnade" in page.inner_text("main")


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[Server]:
    """Ale's real plan of 2026 where people sign in, on a day when two of its periods have ended, before the first run."""
    settings = signing_in(settings_of(tmp_path))
    store = open_store(settings)
    load(settings, store)
    with at_noon_in_november(), serving(settings, store) as url:
        yield Server(url, settings, store)
    store.engine.dispose()


@pytest.mark.parametrize("width", soak([390], [390, 1280]))
def test_ales_plan_is_followed_up_for_two_periods_by_keyboard_alone(shut: Server, visiting: Callable[..., Visit], width: int) -> None:
    """By somebody of Ale who begins at the front page, on a telephone; nobody of another kommun sees more of it, or changes any of it."""
    visit = visiting(shut.url, width=width)
    signed_in(shut, visit, "k1", OF_ALE.name)
    page = visit.open("/")
    for link, path in (("Nämndplaner", "/namndplan"), ("Ale", "/namndplan/1440")):
        tab_to(page, link)
        page.keyboard.press("Enter")
        until(page, f"location.pathname == '{path}' && !document.documentElement.dataset.state")
    followed_up(page, shut, "2026-T2")
    visit.settle()
    tab_to(page, "Period")
    page.keyboard.press("ArrowUp")
    until(page, "location.search.includes('2026-T1') && !document.documentElement.dataset.state")
    followed_up(page, shut, "2026-T1")

    place = Place(ALE, "2026-T1", "uppdrag", TASK, "kommentar")
    comments = [e.value for e in plan_entries.newest(shut.store, ALE).values() if e.place.field == "kommentar"]
    assert comments == []
    entry = plan_entries.newest(shut.store, ALE)[Place(ALE, "2026-T1", "period", "", "lage")]
    plan_entries.set_state(shut.store, ALE, "2026-T1", "öppen", seen=entry.number, by=OF_ALE, now=entry.at, reason=None)
    few = [Change(place, "Två personer i Surte", NEVER), Change(PLACE, "3.0", Version(1, 0))]
    assert all(isinstance(each, Kept) for each in plan_entries.record(shut.store, few, by=OF_ALE, now=entry.at))
    other = visiting(shut.url, width=width)
    signed_in(shut, other, "k2", "Robin i Lerum")
    page = other.open("/namndplan/1440?ar=2026&period=2026-T1")
    assert page.get_by_role("link", name="Fyll i uppföljningen").count() == page.get_by_role("link", name="Ändra planen").count() == 0
    assert "skyddad" in page.get_by_role("row", name=SERVICES).inner_text()
    assert "Surte" not in page.content()
    for view in ("fyll-i", "andra", "historik"):
        page = other.open(f"/namndplan/1440?ar=2026&period=2026-T1&visa={view}")
        assert page.locator("main form[method=post]").count() == 0
        assert "Surte" not in page.content()
    token = page.evaluate("document.querySelector('form[action=\"/logga-ut\"] input').value")
    sent = form(shut.store, utfall="99", seen="2.0") | {TOKEN_FIELD: token}
    refused = page.request.post(f"{shut.url}/namndplan/1440/spara", form=sent, headers={"Accept": "application/json"})
    assert refused.status == 403
    assert value(shut, PLACE) == "3.0"


def test_a_period_is_closed_after_what_was_written_last(shut: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(shut.url)
    signed_in(shut, visit, "k1", OF_ALE.name)
    page = visit.open(FILL + "2026-T2")
    held: list[Route] = []
    page.route("**/spara", lambda route: held.append(route))
    page.route("**/lage", lambda route: held.append(route))
    page.locator("input[name=anda]").check()
    part(page, SERVICES).get_by_label("Utfall").fill("12")
    page.get_by_role("button", name="Klarmarkera perioden").click()
    page.wait_for_timeout(100)
    assert [route.request.url.rpartition("/")[2] for route in held] == ["spara"]
    held[0].continue_()
    while len(held) == 1:
        page.wait_for_timeout(20)
    held[1].continue_()
    page.wait_for_url("**#klart")
    assert value(shut, PLACE._replace(period="2026-T2")) == "12.0"


def test_two_browsers_write_the_same_outcome_and_the_later_one_is_told(planned: Server, visiting: Callable[..., Visit]) -> None:
    one, two = (visiting(planned.url).open(FILL + "2026-T1") for _ in range(2))
    before = value(planned, PLACE)
    part(one, SERVICES).get_by_label("Utfall").fill("14")
    one.keyboard.press("Tab")
    saved(one, SERVICES)
    part(two, SERVICES).get_by_label("Utfall").fill("15")
    two.keyboard.press("Tab")
    part(two, SERVICES).get_by_role("button", name="Spara mitt").wait_for()
    told = part(two, SERVICES).inner_text()
    assert "har skrivit här sedan du öppnade sidan" in told
    assert "14" in told
    assert value(planned, PLACE) == "14.0" != before
    part(two, SERVICES).get_by_role("button", name="Spara mitt").click()
    saved(two, SERVICES)
    assert value(planned, PLACE) == "15.0"
    part(one, SERVICES).get_by_label("Utfall").fill("16")
    one.keyboard.press("Tab")
    part(one, SERVICES).get_by_role("button", name="Behåll det som står").click()
    assert part(one, SERVICES).get_by_label("Utfall").input_value() == "15"
    assert value(planned, PLACE) == "15.0"


def test_nothing_is_lost_without_a_connection_or_by_a_reload(planned: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(planned.url, width=390)
    page = visit.open(FILL + "2026-T2")
    comment = part(page, "Antal bostad först").get_by_label("Kommentar")
    page.context.set_offline(True)
    comment.fill("Skrivet utan nät")
    page.keyboard.press("Tab")
    until(page, "document.body.textContent.includes('Ingen kontakt med servern')")
    page.context.set_offline(False)
    saved(page, "Antal bostad först", "Kommentar")
    comment.press_sequentially(" och mitt i en men")
    page.reload()
    visit.settle()  # it is sent as the page is left or when it is back, whichever comes first
    until(page, "!Object.keys(localStorage).some((key) => key.startsWith('plan '))")
    assert part(page, "Antal bostad först").get_by_label("Kommentar").input_value() == "Skrivet utan nät och mitt i en men"
    assert value(planned, Place(ALE, "2026-T2", "matt", "Antal bostad först", "kommentar")) == "Skrivet utan nät och mitt i en men"
    visit.complaints[:] = [each for each in visit.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_without_script_the_forms_are_plain_ones(planned: Server, visiting: Callable[..., Visit]) -> None:
    page = visiting(planned.url, scripts=False).page
    page.goto(planned.url + FILL + "2026-T1")
    group = part(page, "Antal stora ärenden i hemtjänsten (överstigande 120 h beviljad tid)")
    group.get_by_label("Kommentar").fill("Utan skript")
    group.get_by_role("button", name="Spara").click()
    assert "#f-matt-" in page.url
    assert group.get_by_label("Kommentar").input_value() == "Utan skript"


READ, FORMS, CHANGE, PAST = "", "?visa=fyll-i&period=2026-T1", "?visa=andra", "?visa=historik"
EVERY = [*((view, width) for view in (READ, FORMS, CHANGE, PAST) for width in (1280, 390)), (READ, 768), (FORMS, 320), (CHANGE, 320)]


@pytest.mark.parametrize(("view", "width"), soak([(READ, 1280), (FORMS, 390)], EVERY))
def test_every_view_is_accessible_and_fits(planned: Server, visiting: Callable[..., Visit], view: str, width: int) -> None:
    page = visiting(planned.url, width=width).open(f"/namndplan/1440{view}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
