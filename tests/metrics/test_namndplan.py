"""Following a plan up: worked cases by hand, and an indicator in a tertial against a slow twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest

import periods
from config import PlanSettings
from metrics.namndplan import follow_up, period_to_show, periods_to_follow
from metrics.plan_outcomes import combined, judged_against, number_in, odd_about, odd_sign, wrong_with
from metrics.plan_values import FollowUp, InFile, Said, Sources, Spoken
from namndplan import Plan

RULES = PlanSettings(jump_percent=50, smallest_jump=5, soon_days=30)
PLAN = Plan.model_validate(
    {
        "kommun": "1440",
        "namnd": "N",
        "ar": 2026,
        "dnr": "1",
        "riktningsmal": [
            {
                "namn": "Trygg",
                "mal": [
                    {"namn": "Hemma i tid", "beslutad_av": "Nämnd", "matt": [{"namn": "Andel nöjda", "enhet": "%", "riktning": "högre"}]}
                ],
                "uppdrag": [
                    {"namn": "Utred", "beslutad_av": "KF", "klart_senast": date(2026, 5, 31)},
                    {
                        "namn": "Pröva",
                        "beslutad_av": "KF",
                        "status": "Pågående",
                        "fran": date(2026, 2, 1),
                        "indikator": "betaldagar",
                        "delsteg": [{"namn": "Förslag", "klart_senast": date(2026, 3, 31)}, {"namn": "Start", "fran": date(2026, 9, 1)}],
                    },
                ],
            }
        ],
        "forbattringar": [{"namn": "Möten", "status": "Pågående"}],
        "verksamhetsmatt": {
            "Äldreomsorg": [
                {"namn": "Väntar", "enhet": "antal", "riktning": "lägre", "mal": 3, "period": "månad"},
                {"namn": "Betaldagar", "indikator": "betaldagar", "mal": 100},
                "Beslut",
            ],
        },
        "budget_tkr": {"Äldreomsorg": [-90, -100, -110], "Totalt": [-90, -100, -110]},
    }
)


class Given(NamedTuple):
    numerator: float | None
    denominator: float | None
    value: float | None
    status: str = "no_goal"


def moment(day: int) -> datetime:
    return datetime(2026, 5, day, tzinfo=UTC)


def said(value: str | None, day: int = 10) -> Said:
    return Said(value, "Anna", moment(day), 1)


def in_file(value: float, day: int, goal: float | None = None) -> InFile:
    return InFile(value, goal, "ur filen", 7, "Bo", moment(day), "matt.csv")


def followed(
    period: str = "2026-T1",
    today: date = date(2026, 5, 10),
    said_: Mapping[tuple[str, str, str, str], Said] | None = None,
    files: Mapping[tuple[str, str], InFile] | None = None,
    figures: Mapping[tuple[str, str], Given] | None = None,
    **more: object,
) -> FollowUp:
    spoken = {Spoken(*place): each for place, each in (said_ or {}).items()}
    sources = Sources(spoken, files or {}, lambda *at: (figures or {}).get(at), **more)  # type: ignore[arg-type]
    return follow_up(PLAN, period, today, sources, RULES)


# ---- Periods --------------------------------------------------------------------------------------------------------------------


def test_the_newest_period_that_has_ended_is_shown() -> None:
    assert period_to_show(PLAN, date(2026, 4, 30)) == "2026-T1"  # none has ended: the first
    assert period_to_show(PLAN, date(2026, 5, 1)) == "2026-T1"
    assert period_to_show(PLAN, date(2026, 11, 1)) == "2026-T2"
    assert period_to_show(PLAN, date(2028, 1, 1)) == "2026-T3"
    assert periods_to_follow(PLAN)[:6] == ("2026-T1", "2026-T2", "2026-T3", "2026-H1", "2026-H2", "2026-Q1")


# ---- Work -----------------------------------------------------------------------------------------------------------------------


def test_what_is_late_and_what_is_due_soon() -> None:
    found = followed()
    assert [each.part.namn for each in found.late] == ["Förslag"]
    assert [each.part.namn for each in found.soon] == ["Utred"]
    assert [each.part.namn for each in followed(today=date(2026, 6, 1)).late] == ["Utred", "Förslag"]
    assert [each.part.namn for each in followed(today=date(2026, 5, 31)).late] == ["Förslag"]  # on the day it is not late


def test_a_period_long_past_is_judged_by_its_own_last_day() -> None:
    found = followed("2026-T1", date(2026, 12, 1))
    assert found.day == date(2026, 4, 30)
    assert [each.part.namn for each in found.late] == ["Förslag"]


def test_a_state_holds_until_another_is_said() -> None:
    states = {("2026-T1", "uppdrag", "Utred", "status"): said("Pågående"), ("2026-T2", "uppdrag", "Utred", "status"): said("Avslutad", 11)}
    by_period = {period: followed(period, date(2027, 1, 10), states).work[0].status for period in periods.of_year(2026, "tertial")}
    assert by_period == {"2026-T1": "Pågående", "2026-T2": "Avslutad", "2026-T3": "Avslutad"}
    assert followed().work[1].status == "Pågående"  # as the plan says
    assert followed().work[1].steps[0].status == "Ej påbörjad"
    assert followed(said_={("2025-T3", "uppdrag", "Utred", "status"): said("Avslutad")}).work[0].status == "Ej påbörjad"  # last year's plan


def test_what_is_done_is_never_late() -> None:
    done = {("2026-T1", "delsteg", "Pröva / Förslag", "status"): said("Avslutad")}
    assert followed(said_=done).late == ()


# ---- Outcomes -------------------------------------------------------------------------------------------------------------------


def test_a_measure_is_given_for_its_own_periods() -> None:
    given = {each.part.namn: [outcome.period for outcome in each.due] for each in followed().measures}
    assert given["Väntar"] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert given["Beslut"] == given["Andel nöjda"] == ["2026-T1"]
    assert followed().to_give == 6
    assert len(followed().missing) == 3  # not the indicator's


@pytest.mark.parametrize(("file_day", "value", "origin"), [(9, 2.0, "page"), (11, 5.0, "file"), (10, 2.0, "page")])
def test_the_newest_of_page_and_file_counts(file_day: int, value: float, origin: str) -> None:
    place = ("2026-04", "matt", "Väntar", "utfall")
    [waiting] = [
        m
        for m in followed(said_={place: said("2")}, files={("Väntar", "2026-04"): in_file(5, file_day)}).measures
        if m.part.namn == "Väntar"
    ]
    assert waiting.latest is not None
    assert (waiting.latest.value, waiting.latest.origin, waiting.latest.state) == (value, origin, "met" if value <= 3 else "missed")


def test_a_value_that_was_cleared_is_missing_and_not_zero() -> None:
    place = ("2026-T1", "matt", "Beslut", "utfall")
    [cleared] = [m for m in followed(said_={place: said(None)}).measures if m.part.namn == "Beslut"]
    [zero] = [m for m in followed(said_={place: said("0")}).measures if m.part.namn == "Beslut"]
    assert cleared.due[0].state == "missing"
    assert zero.due[0].value == 0
    assert cleared.missing
    assert not zero.missing


def test_the_files_goal_of_a_period_comes_before_the_plans() -> None:
    [waiting] = [m for m in followed(files={("Väntar", "2026-04"): in_file(5, 1, goal=6)}).measures if m.part.namn == "Väntar"]
    assert waiting.latest is not None
    assert (waiting.latest.goal, waiting.latest.state) == (6, "met")


def test_the_one_before_and_the_series() -> None:
    files = {("Väntar", f"2025-{month:02}"): in_file(month, 1) for month in range(1, 13)} | {("Väntar", "2026-03"): in_file(9, 1)}
    [waiting] = [m for m in followed(files=files).measures if m.part.namn == "Väntar"]
    assert waiting.latest is not None
    assert waiting.before is not None
    assert (waiting.latest.period, waiting.before.period) == ("2026-03", "2025-12")
    assert [outcome.period for outcome in waiting.series] == [*[f"2025-{month:02}" for month in range(2, 13)], "2026-03"]


def test_other_kommuner() -> None:
    peers = {("Beslut", "2026-T1"): {"1480": 4.0, "1441": 10.0, "1442": 6.0}}
    [decisions] = [m for m in followed(files={("Beslut", "2026-T1"): in_file(5, 1)}, peers=peers).measures if m.part.namn == "Beslut"]
    assert decisions.peer_median == 6.0


def test_small_counts_of_others_are_seen_by_those_who_may() -> None:
    """A kommun sees its own as they are, and of the others what the public sees."""
    peers = {("Beslut", "2026-T1"): {"1480": 3.0, "1441": 10.0, "1442": 4.0}}
    of = {"files": {("Beslut", "2026-T1"): in_file(4, 1)}, "peers": peers}
    every = [m for m in followed(**of, protect_others_below=5, seen=frozenset({"1442"})).measures if m.part.namn == "Beslut"]  # type: ignore[arg-type]
    assert (every[0].due[0].value, every[0].peers) == (4, {"1441": 10.0, "1442": 4.0})
    every = [m for m in followed(**of).measures if m.part.namn == "Beslut"]  # type: ignore[arg-type]
    assert every[0].peers == peers["Beslut", "2026-T1"]


def test_kommuner_that_follow_the_same_indicator_are_compared_by_it() -> None:
    """In the same period and in the same way: a tertial is its months together. What is hidden or incomplete is left out."""
    months = [f"2026-{month:02}" for month in range(1, 5)]

    def given(days: float, hidden: str = "") -> Callable[[str, str], Given | None]:
        known = {("betaldagar", month): Given(days, None, days, "suppressed" if month == hidden else "no_goal") for month in months}
        return lambda indicator, at: known.get((indicator, at))

    others = {"1441": given(2), "1480": given(5), "1442": given(9, hidden="2026-02"), "1443": lambda *_: None}
    own = {("betaldagar", month): Given(1.0, None, 1.0) for month in months}
    [measure] = [m for m in followed(figures=own, sharing={"betaldagar": others}).measures if m.part.indikator == "betaldagar"]
    assert measure.latest is not None
    assert (measure.latest.value, measure.peers) == (4, {"1441": 8.0, "1480": 20.0})


def test_the_public_sees_no_small_counts_and_no_comments() -> None:
    files = {("Beslut", "2026-T1"): in_file(4, 1), ("Andel nöjda", "2026-T1"): in_file(4, 1), ("Väntar", "2026-04"): in_file(0, 1)}
    written = {("2026-T1", "uppdrag", "Utred", "kommentar"): said("Två personer")}
    found = {m.part.namn: m for m in followed(said_=written, files=files, protect_below=5).measures}
    assert (found["Beslut"].due[0].value, found["Beslut"].due[0].state, found["Beslut"].due[0].in_file) == (None, "suppressed", None)
    assert found["Andel nöjda"].due[0].value == 4
    assert found["Väntar"].due[3].value == 0
    assert all(outcome.comment is None for m in found.values() for outcome in m.due)
    assert followed(said_=written, protect_below=5).work[0].comment is None
    assert followed(said_=written).work[0].comment == "Två personer"


def test_money() -> None:
    place = ("2026-T1", "budget", "Äldreomsorg", "prognos")
    [line] = followed(said_={place: said("-115")}).budget
    assert (line.before, line.budget, line.forecast, line.outcome, line.difference) == (-100, -110, -115.0, None, -5.0)
    assert followed().budget[0].difference is None


def test_starts() -> None:
    assert list(PLAN.starts()) == [("betaldagar", "Pröva", date(2026, 2, 1)), ("betaldagar", "Start", date(2026, 9, 1))]


# ---- An indicator in a tertial --------------------------------------------------------------------------------------------------


def months(indicator: str, *figures: Given | None) -> dict[tuple[str, str], Given]:
    return {(indicator, f"2026-{number:02}"): figure for number, figure in enumerate(figures, 1) if figure}


@pytest.mark.parametrize(
    ("indicator", "figures", "expected"),
    [
        ("betaldagar", [Given(5, None, 5), Given(0, None, 0), Given(7, None, 7), Given(1, None, 1)], (13, "no_goal")),
        ("foljsamhet", [Given(9, 10, 90), Given(1, 2, 50), Given(0, 0, None, "missing"), Given(8, 8, 100)], (90.0, "no_goal")),  # 18 of 20
        ("foljsamhet", [Given(0, 0, None, "missing")] * 4, (None, "missing")),
        ("betaldagar", [Given(5, None, 5), None, Given(7, None, 7), Given(1, None, 1)], (None, "incomplete")),
        ("betaldagar", [Given(5, None, 5), Given(1, None, 1, "incomplete"), Given(7, None, 7), Given(1, None, 1)], (None, "incomplete")),
        ("betaldagar", [Given(None, None, None, "suppressed"), *[Given(7, None, 7)] * 3], (None, "suppressed")),
        ("betaldagar", [None] * 4, (None, "missing")),
        ("avvikelser_per_10000", [Given(2, 1000, 20.0)] * 4, (80.0, "no_goal")),  # 8 of 1 000, not of 4 000
        ("ntandvard_tackning", [Given(2, 100, 2.0)] * 4, (None, "missing")),  # a stock, and no quarter ends in April
    ],
)
def test_an_indicator_in_a_tertial(indicator: str, figures: list[Given | None], expected: tuple[float | None, str]) -> None:
    known = months(indicator, *figures)
    assert combined(indicator, "2026-T1", lambda *at: known.get(at)) == expected


def test_a_stock_in_a_half_year_is_its_last_quarter() -> None:
    known = {("ntandvard_tackning", "2026-Q2"): Given(3, 100, 3.0, "met")}
    assert combined("ntandvard_tackning", "2026-H1", lambda *at: known.get(at)) == (3.0, "no_goal")


def test_an_indicators_measure_fills_itself_and_has_the_plans_goal() -> None:
    [days] = [m for m in followed(figures=months("betaldagar", *[Given(20, None, 20)] * 4)).measures if m.part.namn == "Betaldagar"]
    assert days.fills_itself
    assert days.latest is not None
    assert (days.latest.value, days.latest.origin, days.latest.goal, days.latest.state) == (80, "figures", 100, "met")
    assert days.missing == ()


# ---- What somebody writes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12), (" 1 234,5 ", 1234.5), ("1\u00a0234", 1234), ("−3", -3), ("78.5", 78.5), ("80 %", 80), ("0", 0),
        ("", None), ("tolv", None), ("1.234,5", None), ("12 34", None), ("1,2,3", None),
        ("nan", None), ("inf", None), ("1e9", None), ("=1+1", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, number: float | None) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("value", "unit", "is_wrong"),
    [(101, "%", True), (-1, "%", True), (100, "%", False), (1.5, "antal", True), (-1, "antal", True), (0, "antal", False), (-7, "", False)],
)
def test_what_cannot_be_right(value: float, unit: str, is_wrong: bool) -> None:
    assert (wrong_with(value, unit) is not None) is is_wrong


@pytest.mark.parametrize(
    ("value", "before", "is_odd"),
    [(16, 10, True), (15, 10, False), (4, 10, True), (5, 10, False), (5, 0, False), (6, 0, True), (9, 3, True), (99, None, False)],
)
def test_a_jump(value: float, before: float | None, is_odd: bool) -> None:
    assert odd_about(value, before, RULES) is is_odd
    assert not odd_about(value, before, None)


def test_signs_and_goals() -> None:
    assert odd_sign(5, -10)
    assert not odd_sign(-5, -10)
    assert not odd_sign(0, -10)
    assert judged_against(3, 3, "lägre") == judged_against(3, 3, "högre") == "met"
    assert judged_against(3, None, "lägre") == judged_against(3, 3, "") == "no_goal"
