"""Pages as trees: what they say, that what they name is there, and that every link leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urldefrag

import pytest

from dashboard.ahead import likely
from dashboard.answers import Redirect
from dashboard.choices import read
from dashboard.context import Context
from dashboard.pages import about, area, errors, indicator, overview, search
from dashboard.rests import out_of_force
from dashboard.router import explicit, find_making
from dashboard.shell import MENU, Page
from dashboard.tree import Node, find, h, text_of
from metrics.indicators import INDICATORS
from tests.conftest import soak

GOALS = {"ntandvard_tackning", "dagar_snitt"}
ELSEWHERE = ("/api/", "/avtal", "/ladda-ner/", "/leveranser", "/nyckeltal/", "/rakna", "/siffra", "https://")


def make(address: str, context: Context) -> Page | Redirect:
    chosen = explicit(read(address), context)
    making = find_making(chosen.path)
    return errors.not_found() if making is None else making(chosen, context)


def page(address: str, context: Context) -> Page:
    made = make(address, context)
    assert isinstance(made, Page)
    return made


def whole(made: Page) -> Node:
    return h.main(made.main)


def said(address: str, context: Context) -> str:
    return text_of(whole(page(address, context)))


def addresses(context: Context) -> list[str]:
    opened = [chosen.address for chosen in likely(context)]
    every = [
        *opened,
        "/?omrade=1440",
        "/?period=2024",
        "/om",
        "/tillganglighet",
        "/sok?q=borg",
        "/indikator/foljsamhet?visa=delregioner&omrade=1438",
    ]
    return ["/indikatorer", *every[:: soak(6, 1)]]


def test_the_overviews_answer_can_be_read_aloud(context: Context) -> None:
    figures = [context.lookup.figure("ntandvard_tackning", kommun.id, "2025-Q3") for kommun in context.kommuner]
    met = sum(found is not None and found.status == "met" for found in figures)
    (answer,) = find(whole(page("/", context)), class_="answer digits")
    assert text_of(answer).startswith(f"{met} av 49 kommuner når målet att minst 3\u00a0% har intyg")


def test_a_stranger_finds_out_about_ale(context: Context) -> None:
    assert "/kommun/1440" in {link[1]["href"].split("?")[0] for link in find(whole(page("/", context)), tag="a")}
    text = said("/kommun/1440", context)
    assert "Ale når inte målet att minst 3" in text
    assert "Ale har legat under målet" in text
    assert "Det villkor som oftast brister är ”" in text


def test_the_conditions_are_shown_openly_for_the_county_and_whole_years(protected: Context) -> None:
    protected_kommun = said("/kommun/1480", protected)
    assert "Villkoren visas inte öppet här" in protected_kommun
    assert "hela länet och hela år" in protected_kommun
    assert "Det villkor som oftast brister" not in protected_kommun
    county = said("/indikator/foljsamhet?period=2023", protected)
    assert "Oftast brister" in county
    assert "Villkoren visas inte öppet här" in said("/indikator/foljsamhet?period=2023-Q2", protected)


def elements(node: Node, **wanted: str) -> Iterator[str]:
    for found in find(node, **wanted):
        yield from (str(value) for name, value in found[1].items() if name == "id")


def test_every_id_is_there_once_and_every_name_points_at_one(context: Context) -> None:
    for address in addresses(context):
        node = whole(page(address, context))
        ids = [str(found[1]["id"]) for found in find(node) if "id" in found[1]]
        assert len(ids) == len(set(ids)), address
        named = {str(found[1]["aria-labelledby"]) for found in find(node) if "aria-labelledby" in found[1]}
        labels = {str(found[1]["for"]) for found in find(node, tag="label")}
        assert named | labels <= set(ids), address
        assert len(list(find(node, tag="h1"))) == 1, address


def test_every_link_leads_somewhere(context: Context) -> None:
    seen = set()
    for address in addresses(context):
        for link in find(whole(page(address, context)), tag="a"):
            href, fragment = urldefrag(link[1]["href"])
            alike = href if soak(False, True) else href.partition("?")[0]  # in the fast run one view of each page is enough
            if href.startswith(ELSEWHERE) or (alike, fragment) in seen:
                continue
            seen.add((alike, fragment))
            to = make(href, context)
            assert isinstance(to, Redirect) or to.status == 200, f"{address} -> {href}"
            if fragment and isinstance(to, Page):
                assert fragment in {found[1].get("id") for found in find(whole(to))}, f"{address} -> {href}#{fragment}"
    assert len(seen) >= 49 + 10 + len(INDICATORS)


def test_only_what_has_a_goal_with_a_source_is_called_met_or_missed(context: Context) -> None:
    for indicator_id in INDICATORS:
        for period in ("2025-Q3", "2025-08"):
            node = whole(page(f"/indikator/{indicator_id}?period={period}&omrade=1440", context))
            marks = [found for found in find(node) if set(str(found[1].get("class", "")).split()) & {"met", "missed"}]
            has_goal = any(
                (found := context.lookup.figure(indicator_id, kommun.id, period)) is not None and found.goal is not None
                for kommun in context.kommuner
            )
            assert bool(marks) == has_goal, (indicator_id, period)
            assert not has_goal or indicator_id in GOALS
        text = said(f"/indikator/{indicator_id}", context)
        assert ("Avtalet anger inget mål." in text) == (indicator_id not in GOALS)


def test_days_at_a_quarter_say_months_over_the_limit_and_no_state(context: Context) -> None:
    (card,) = [found for found in find(whole(page("/?period=2025-Q2", context)), class_="card") if "Ut från sjukhus" in text_of(found)]
    assert "kommunmånader över 3,0\u00a0dagar" in text_of(card)
    assert "når" not in text_of(card)


def test_an_incomplete_figure_says_who_is_missing_and_is_not_compared(context: Context) -> None:
    (card,) = [found for found in find(whole(page("/", context)), class_="card") if "Följsamhet" in text_of(found)]
    assert "ofullständig, 48 av 49" in text_of(card)
    assert "Gullspång" in text_of(card)
    assert "på ett år" not in text_of(card)


def test_missing_and_zero_are_told_apart(context: Context) -> None:
    rows = {text_of(row[2]): [text_of(cell) for cell in row[3:]] for row in find(whole(page("/", context)), tag="tr") if len(row) > 8}
    assert rows["Dals-Ed"][-1] == "saknas"  # never delivered
    assert "0 av 3" in rows["Ale"]
    assert "0" in {value for row in rows.values() for value in row}


def test_a_period_without_figures_says_so_and_leads_to_one_that_has(context: Context) -> None:
    for path in ("/", "/kommun/1440", "/indikator/foljsamhet"):
        node = whole(page(f"{path}?period=2031-Q1", context))
        assert "Inga siffror för första kvartalet 2031." in text_of(node)
        (button,) = [found for found in find(node, class_="button") if text_of(found).startswith("Visa ")]
        assert "period=2025-Q3" in button[1]["href"]


def test_protected_pages_show_no_condition_and_no_hidden_number(protected: Context) -> None:
    for kommun in protected.kommuner[:: soak(8, 1)]:
        node = whole(page(f"/kommun/{kommun.id}", protected))
        assert not list(find(node, class_="bars surface digits"))
        assert "kan peka ut enskilda patienter" in text_of(node)
        shown = {found[1]["value"] for found in find(node, tag="data")}
        hidden = protected.lookup.view.figures.filter(area=kommun.id, status="suppressed", period="2023-Q2")
        assert hidden["value"].null_count() == hidden.height
        assert "None" not in shown


def test_a_worked_case_is_shown_with_every_indicator(context: Context) -> None:
    for indicator_id in INDICATORS:
        text = said(f"/indikator/{indicator_id}", context)
        assert "Talen i exemplen är påhittade." in text
        assert INDICATORS[indicator_id].counts in text


@pytest.mark.parametrize(
    "address", ["/kommun/lan-14", "/kommun/kf-gr", "/delregion/1440", "/indikator/x", "/hej", "/kommun", "/kommun/1440/x"]
)
def test_what_does_not_exist_is_not_found(context: Context, address: str) -> None:
    assert page(address, context).status == 404


@pytest.mark.parametrize(
    ("query", "to"),
    [
        ("Ale", "/kommun/1440"),
        ("ale", "/kommun/1440"),
        ("goteborg", "/kommun/1480"),
        ("Öckerö", "/kommun/1407"),
        ("betaldagar", "/indikator/betaldagar"),
        ("simba", "/delregion/vs-simba?indelning=vardsamverkan"),
        ("räkna på", "/rakna"),
        ("öppna data", "/oppna-data"),
    ],
)
def test_a_few_letters_lead_straight_there(context: Context, query: str, to: str) -> None:
    made = search.page(read("/sok").but(query=query), context)
    assert made == Redirect(to)


def test_a_manager_finds_the_calculator(context: Context) -> None:
    assert ("/rakna", "Räkna") in MENU
    to = "/rakna?omrade=1440&period=2025-09"
    assert to in {link[1]["href"] for link in find(whole(page("/kommun/1440?period=2025-Q3", context)), tag="a")}


def test_what_no_agreement_asks_for_yet_is_not_called_missing(context: Context) -> None:
    """A condition of the next agreement has no figure, and none is to come before its day."""
    lines = [text_of(line) for line in find(whole(page("/indikatorer?period=2025-Q3", context)), tag="tr")]
    later = next(line for line in lines if line.startswith("Fast vårdkontakt är utsedd"))
    assert "gäller från 1\u00a0januari\u00a02027" in later
    assert "saknas" not in later
    assert "Måttet gäller från 1\u00a0januari\u00a02027." in said("/indikator/villkor_fast_vardkontakt?period=2025-Q3", context)
    assert out_of_force(context.settings, "villkor_sip_kallad", "2027-Q1") == "gällde till 31\u00a0december\u00a02026"
    assert out_of_force(context.settings, "villkor_sip_kallad", "2026-Q4") is None
    assert out_of_force(context.settings, "utskrivna", "2022") is None


def test_a_search_with_several_hits_lists_them(context: Context) -> None:
    made = search.page(read("/sok").but(query="borg"), context)
    assert isinstance(made, Page)
    assert {"Göteborg", "Vänersborg", "Karlsborg"} <= {text_of(link) for link in find(whole(made), tag="a")}
    assert "Ingen kommun" in text_of(whole(search.page(read("/sok?q=xyz"), context)))  # type: ignore[arg-type]


def test_choosing_an_area_in_a_form_leads_to_its_page(context: Context) -> None:
    assert area.choose(read("/ga?omrade=kf-gr&period=2025-Q1"), context) == Redirect("/delregion/kf-gr?period=2025-Q1")
    assert area.choose(read("/ga"), context) == Redirect("/")


def test_pages_are_pure(context: Context) -> None:
    for making, address in ((overview.page, "/"), (about.page, "/om"), (indicator.every_indicator, "/indikatorer")):
        assert making(explicit(read(address), context), context) == making(explicit(read(address), context), context)


def test_the_noise_in_scbs_figures_is_told_of(context: Context) -> None:
    told = text_of(h.main(page("/om", context).main))
    assert "Från 2025 lägger SCB en liten slumpmässig osäkerhet" in told
