"""Moving about: by keyboard alone, by address, and back again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Server, Visit, until

FOCUSED = "document.activeElement.outerHTML.slice(0, 200)"


def test_keyboard_alone_finds_out_how_ale_does(server: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(server.url)
    page = visit.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hoppa till innehållet"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"
    page.locator("#sok").focus()
    page.keyboard.type("ale")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kommun/1440*")
    visit.settle()
    expect(page.locator("h1")).to_be_focused()
    assert page.title().startswith("Ale, tredje kvartalet 2025")
    said = page.locator("main").inner_text()
    assert "når inte målet" in said
    assert "Ale har legat under målet" in said
    assert "Det villkor som oftast brister är" in said


def test_every_control_is_reached_and_shows_its_focus(server: Server, visiting: Callable[..., Visit]) -> None:
    page = visiting(server.url).open("/kommun/1440")
    reachable = page.locator("a[href], button, select, input:not([type=hidden]), summary, [tabindex='0']")
    wanted = reachable.evaluate_all("nodes => nodes.filter(node => node.checkVisibility()).length")
    seen = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => {
                const node = document.activeElement, style = getComputedStyle(node), every = [...document.querySelectorAll('*')];
                return [every.indexOf(node), node.tagName, style.outlineStyle, parseFloat(style.outlineWidth)];
            }"""
        )
        if state[1] == "BODY":
            break
        assert state[2] != "none", page.evaluate(FOCUSED)
        assert state[3] >= 2, page.evaluate(FOCUSED)
        seen.add(state[0])
    assert len(seen) == wanted


def test_a_choice_is_in_the_address_and_back_undoes_it(server: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(server.url)
    page = visit.open("/")
    period = page.locator("#val-period")
    period.focus()
    period.select_option("2025-Q1")
    page.wait_for_url("**period=2025-Q1*")
    visit.settle()
    expect(page.locator("h1")).to_have_text("Västra Götaland, första kvartalet 2025")
    expect(period).to_be_focused()  # the reader stays where they were
    expect(page.locator("main + [role=status]")).to_have_text("Visar Västra Götaland, första kvartalet 2025.")
    page.locator("#val-omrade").select_option("1440")
    page.wait_for_url("**omrade=1440*")
    visit.settle()
    assert "period=2025-Q1" in page.url
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).to_have_text("Västra Götaland, tredje kvartalet 2025")
    expect(page.locator("#val-period")).to_have_value("2025-Q3")


def test_a_link_moves_focus_to_the_heading_and_back_returns_to_the_place(server: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(server.url)
    page = visit.open("/")
    link = page.locator(".weave a", has_text="Öckerö")
    link.scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")
    assert before > 300
    link.click()
    page.wait_for_url("**/kommun/1407*")
    visit.settle()
    expect(page.locator("h1")).to_be_focused()
    assert page.evaluate("window.scrollY") == 0
    assert page.title().startswith("Öckerö")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Västra Götaland, tredje kvartalet 2025")
    until(page, f"Math.abs(window.scrollY - {before}) < 100")


def test_sorting_and_narrowing_the_table(server: Server, visiting: Callable[..., Visit]) -> None:
    visit = visiting(server.url)
    page = visit.open("/")
    page.locator(".weave th a.sort", has_text="N\u2011tandvård").click()
    page.wait_for_url("**sortera=ntandvard_tackning*")
    visit.settle()
    values = page.locator(".weave tbody tr:not(.group) td:nth-child(2) data").evaluate_all("nodes => nodes.map(node => +node.value)")
    assert len(values) == 49
    assert values == sorted(values)
    heading = page.locator(".weave th", has_text="N\u2011tandvård")
    assert heading.get_attribute("aria-sort") == "ascending"
    page.locator("#val-bara").select_option("kf-sjuharad")
    page.wait_for_url("**bara=kf-sjuharad*")
    expect(page.locator(".weave tbody tr:not(.group)")).to_have_count(8)


def test_menus_open_and_close_by_keyboard(server: Server, visiting: Callable[..., Visit]) -> None:
    page = visiting(server.url).open("/om")
    summary = page.locator("details.menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.menu")).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    expect(summary).to_be_focused()


def test_the_pages_work_without_scripts(server: Server, visiting: Callable[..., Visit]) -> None:
    page = visiting(server.url, scripts=False).page
    page.goto(server.url + "/kommun/1440")
    assert "når inte målet" in page.locator(".answer").inner_text()
    page.locator("#val-period").select_option("2024-Q4")
    page.locator("form:has(#val-period) button").click()
    assert page.locator("h1").inner_text() == "Ale, fjärde kvartalet 2024"
