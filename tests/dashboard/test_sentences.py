"""Sentences: composed from sign, state and size, and silent where nothing can be said."""

from __future__ import annotations

import pytest

from config import Goal, Settings
from dashboard import sentences
from dashboard.reach import Reach, Run, reach, unbroken
from dashboard.tree import h, text_of
from dashboard.values import writer
from tests.dashboard.test_values import figure

NBSP = "\u00a0"
TACKNING = "ntandvard_tackning"


@pytest.fixture
def goal(county_settings: Settings) -> Goal:
    return county_settings.goals[TACKNING][0]


def counted(statuses: str) -> Reach:
    """One kommun per letter: m(et), x missed, i(ncomplete), - nothing."""
    words = {"m": "met", "x": "missed", "i": "incomplete"}
    return reach(None if letter == "-" else figure(area=str(number), status=words[letter]) for number, letter in enumerate(statuses))


def said(nodes: object) -> str | None:
    return None if nodes is None else text_of(h.p(nodes))


ATT = f"att minst 3{NBSP}% har intyg om N\u2011tandvård"


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        ("mmx", f"2 av 3 kommuner når målet {ATT}."),
        ("mmm", f"Alla 3 kommuner når målet {ATT}."),
        ("xxx", f"Ingen kommun når målet {ATT}."),
        ("mx-", f"1 av de 2 kommuner som har levererat når målet {ATT}."),
        ("xxi", f"Ingen av de 2 kommuner som har levererat når målet {ATT}."),
        ("i--", None),
    ],
)
def test_how_many_reach_the_goal(goal: Goal, statuses: str, sentence: str | None) -> None:
    assert said(sentences.how_many_reach(counted(statuses), goal, TACKNING)) == sentence


@pytest.mark.parametrize(
    ("now", "then", "sentence"),
    [
        ("mmx", "mxx", " Det är 1 fler än för ett år sedan."),
        ("mxx", "mmx", " Det är 1 färre än för ett år sedan."),
        ("mmx", "xmm", " Det är lika många som för ett år sedan."),
        ("mmx", "mx-", None),  # one of them was not judged then
        ("mmx", "---", None),
    ],
)
def test_more_or_fewer_only_of_those_judged_both_times(now: str, then: str, sentence: str | None) -> None:
    assert said(sentences.more_or_fewer(counted(now), counted(then), "för ett år sedan")) == sentence


def test_the_countys_level(county_settings: Settings) -> None:
    by = writer(county_settings, TACKNING)
    now, then = figure(value=2.87, status="missed"), figure(value=2.75, status="missed")
    assert said(sentences.county_level(now, by.change(now, then), by)) == (
        f"Länet ligger på 2,87{NBSP}%, 0,12{NBSP}procentenheter högre än för ett år sedan."
    )
    assert said(sentences.county_level(now, by.change(now, now), by)) == f"Länet ligger på 2,87{NBSP}%, samma som för ett år sedan."
    assert said(sentences.county_level(now._replace(status="incomplete"), None, by)) == (
        f"Länet ligger på 2,87{NBSP}%, av det som har kommit in hittills."
    )
    assert sentences.county_level(None, None, by) is None


def test_a_count_is_told_as_a_count(county_settings: Settings) -> None:
    by = writer(county_settings, "avvikelser")
    now, then = (figure("avvikelser", value=value, status="no_goal", goal=None) for value in (1042.0, 1030.0))
    assert said(sentences.county_level(now, by.change(now, then), by)) == (
        f"1{NBSP}042 avvikelser mellan vårdgivare i länet, 12 fler än för ett år sedan."
    )


def test_payable_days_are_more_or_fewer_not_higher(county_settings: Settings) -> None:
    by = writer(county_settings, "betaldagar")
    change = by.change(*(figure("betaldagar", value=value, status="no_goal", goal=None, unit="dagar") for value in (30.0, 44.0)))
    assert change is not None
    assert change.words == f"14{NBSP}dagar färre"


def test_what_is_lacking(county_settings: Settings, goal: Goal) -> None:
    by = writer(county_settings, TACKNING)
    assert sentences.lacking(figure(value=2.7, numerator=540.0, status="missed"), goal, by) == "60 fler intyg behövs för att nå målet."
    assert sentences.lacking(figure(), goal, by) is None
    assert sentences.lacking(figure(status="incomplete"), goal, by) is None


def test_the_likelihood_is_an_extra_with_its_label(county_settings: Settings, goal: Goal) -> None:
    by = writer(county_settings, TACKNING)
    told = sentences.likelihood(figure(value=2.7, numerator=270.0, denominator=10_000.0, status="missed"), goal, by)
    assert told is not None
    assert told.startswith("Vid sidan av avtalets egen prövning")
    assert told.endswith(f"Ales nivå ligger över målet, sett till slumpen mellan år, är 4{NBSP}%.")
    assert str(sentences.likelihood(figure(numerator=9000.0, denominator=20_000.0, value=45.0), goal, by)).endswith(f"över 99{NBSP}%.")
    assert sentences.likelihood(figure(status="incomplete"), goal, by) is None
    days = county_settings.goals["dagar_snitt"][0]
    assert sentences.likelihood(figure("dagar_snitt"), days, writer(county_settings, "dagar_snitt")) is None


def test_what_the_trend_could_see(county_settings: Settings, goal: Goal) -> None:
    by = writer(county_settings, TACKNING)
    year = figure(value=2.0, numerator=94.0, denominator=4_700.0, status="missed", period_kind="year", period="2025")
    assert sentences.visibility(year, goal, by) == (
        f"Om Ale steg från 2,00{NBSP}% till målet på fem år skulle femårstrenden visa det med 65{NBSP}% sannolikhet; "
        "nivån varierar också av slumpen."
    )
    assert sentences.visibility(year._replace(period_kind="quarter"), goal, by) is None
    assert sentences.visibility(year._replace(value=3.0), goal, by) is None
    assert sentences.visibility(year._replace(status="incomplete"), goal, by) is None


def series(statuses: str) -> list[object]:
    words = {"m": "met", "x": "missed", "i": "incomplete"}
    return [figure(period=f"2025-Q{number + 1}", status=words[letter]) for number, letter in enumerate(statuses) if letter != " "]


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        ("xxmm", "Ale har nått målet sedan tredje kvartalet 2025."),
        ("mxxx", "Ale har legat under målet sedan andra kvartalet 2025."),
        ("ixxx", "Ale har legat under målet åtminstone sedan andra kvartalet 2025."),
        ("mmmm", "Ale har nått målet hela tiden sedan siffrorna börjar, första kvartalet 2025."),
        ("mmmi", None),
        ("m mm", "Ale har nått målet åtminstone sedan tredje kvartalet 2025."),
    ],
)
def test_since_when(goal: Goal, statuses: str, sentence: str | None) -> None:
    run: Run | None = unbroken(series(statuses), "2025-Q4")  # type: ignore[arg-type]
    assert sentences.how_long(run, goal, "Ale") == sentence


def test_which_delregioner_reach_the_goal() -> None:
    def heading(statuses: dict[str, str]) -> str:
        return sentences.delregioner_reaching([figure(area_name=name, status=status) for name, status in statuses.items()], "N-tandvård")

    assert heading({"A": "met", "B": "missed", "C": "missed"}) == "Bara A når målet för N-tandvård"
    assert heading({"A": "met", "B": "met", "C": "missed"}) == "Alla delregioner utom C når målet för N-tandvård"
    assert heading({"A": "missed", "B": "missed"}) == "Ingen delregion når målet för N-tandvård"
    assert heading({"A": "met", "B": "met"}) == "Alla delregioner når målet för N-tandvård"
    assert heading({"A": "incomplete", "B": "missed"}) == "B når inte målet för N-tandvård"
    assert heading({"A": "incomplete"}) == "N-tandvård per delregion"


def test_months_over_the_limit() -> None:
    months = figure("betalningsmanader", area_kind="lan", value=31.0, numerator=31.0, denominator=147.0, status="no_goal", goal=None)
    assert sentences.over_limit(months, 3.0) == f"31 av 147 kommunmånader över 3,0{NBSP}dagar"
    assert (
        sentences.within_limit(months._replace(value=0.0, area_kind="kommun"), 3.0) == f"Snittet höll sig inom 3,0{NBSP}dagar varje månad."
    )
    assert sentences.over_limit(months._replace(value=None), 3.0) is None


@pytest.mark.parametrize(
    ("now", "then", "heading"),
    [
        (2.9, 2.8, "Länet närmar sig målet"),
        (2.8, 2.9, "Länet rör sig bort från målet"),
        (2.9, 2.9, "Länet ligger som för ett år sedan"),
    ],
)
def test_what_the_countys_line_does(county_settings: Settings, goal: Goal, now: float, then: float, heading: str) -> None:
    by = writer(county_settings, TACKNING)
    figures = [figure(value=value, status="missed") for value in (now, then)]
    assert sentences.over_time(figures[0], by.change(*figures), goal, by) == heading
