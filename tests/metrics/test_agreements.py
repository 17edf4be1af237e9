"""Notice, decisions, clauses and what is new, of the agreements in the settings."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from config import Agreement, Clause, ConfigError, Settings
from flows.compute import check_names
from metrics import agreements
from metrics.indicators import of


def of_id(settings: Settings, id_: str) -> Agreement:
    return next(agreement for agreement in settings.agreements if agreement.id == id_)


def rows(*told: tuple[str, str, date]) -> pl.DataFrame:
    schema = {"part": pl.String, "beslut": pl.String, "datum": pl.Date, "diarienummer": pl.String, "delivery": pl.Int64, "row": pl.Int64}
    return pl.DataFrame([(*each, None, 1, number) for number, each in enumerate(told)], schema=schema, orient="row")


def test_notice_is_given_eighteen_months_before_the_end(settings: Settings) -> None:
    assert agreements.last_notice(of_id(settings, "hsa-2023")) == date(2025, 6, 30)
    assert agreements.last_notice(of_id(settings, "hsa-2027")) == date(2029, 6, 30)


@pytest.mark.parametrize(
    ("end", "months", "last"), [(date(2026, 3, 31), 1, date(2026, 2, 28)), (date(2026, 8, 15), 20, date(2024, 12, 15))]
)
def test_a_month_that_is_too_short_gives_its_last_day(settings: Settings, end: date, months: int, last: date) -> None:
    agreement = of_id(settings, "hsa-2023")
    assert agreement.notice is not None
    notice = agreement.notice.model_copy(update={"months_before_end": months})
    assert agreements.last_notice(agreement.model_copy(update={"valid_to": end, "notice": notice})) == last


def test_an_open_end_or_no_word_of_notice_gives_no_day(settings: Settings) -> None:
    agreement = of_id(settings, "hsa-2023")
    assert agreements.last_notice(agreement.model_copy(update={"valid_to": None})) is None
    assert agreements.last_notice(agreement.model_copy(update={"notice": None})) is None


@pytest.mark.parametrize(
    ("day", "id_"),
    [
        (date(2022, 10, 31), "hsa-2023"),
        (date(2023, 1, 1), "hsa-2027"),
        (date(2026, 12, 31), "hsa-2027"),
        (date(2028, 2, 1), "hsa-2027"),
    ],
)
def test_a_decision_is_about_the_agreement_that_begins_next(settings: Settings, day: date, id_: str) -> None:
    found = agreements.about(settings, day)
    assert found is not None
    assert found.id == id_


def test_the_latest_decision_counts_and_a_stranger_does_not(settings: Settings) -> None:
    told = rows(
        ("1440", "antar_inte", date(2026, 3, 2)),
        ("1440", "antar", date(2025, 11, 3)),
        ("VGR", "antar", date(2025, 11, 25)),
        ("9999", "antar", date(2025, 11, 25)),
        ("1440", "antar", date(2022, 9, 12)),
    )
    found = agreements.decisions(settings, told)
    assert {party: each.adopts for party, each in found["hsa-2027"].items()} == {"1440": False, "VGR": True}
    assert {party: each.adopts for party, each in found["hsa-2023"].items()} == {"1440": True}
    assert len(agreements.parties(settings)) == 50


def test_every_clause_points_to_an_indicator_or_a_reason(settings: Settings) -> None:
    for agreement in settings.agreements:
        assert agreement.follow_up
        assert {clause.part for clause in agreement.follow_up} == {part.id for part in agreement.parts}
        for clause in agreement.follow_up:
            named = agreements.answers(agreement, clause)
            assert bool(named) != bool(clause.reason), clause
            assert set(named) <= set(of(settings)), clause
            assert clause.text.endswith(".")
            assert clause.reason is None or clause.reason.endswith(".")
        assert all(set(change.indicators) <= set(of(settings)) for change in agreement.changes)


def test_every_indicator_of_the_other_agreements_answers_a_clause(settings: Settings) -> None:
    """What is computed and never asked for would be a figure for its own sake."""
    asked = {id_ for agreement in settings.agreements for clause in agreement.follow_up for id_ in agreements.answers(agreement, clause)}
    themes = ("munhalsa", "lakarmedverkan", "psykisk")
    assert {indicator.id for indicator in of(settings).values() if indicator.theme in themes} <= asked


@pytest.mark.parametrize(
    "said", [{}, {"indicators": ("foljsamhet",), "reason": "Därför."}, {"indicators": ("foljsamhet",), "by_conditions": True}]
)
def test_a_clause_has_one_answer(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="ange ett av"):
        Clause.model_validate({"part": "munhalsa", "section": "1", "text": "Något.", **said})


def test_a_misspelt_indicator_or_part_stops_the_program(settings: Settings) -> None:
    agreement = settings.agreements[0]
    clause = agreement.follow_up[0].model_copy(update={"indicators": ("foljsamheten",)})
    wrong = settings.model_copy(update={"agreements": (agreement.model_copy(update={"follow_up": (clause,)}),)})
    with pytest.raises(ConfigError, match="foljsamheten finns inte"):
        check_names(wrong)
    with pytest.raises(ValidationError, match="parts"):
        Agreement.model_validate(agreement.model_dump() | {"parts": ()})


def test_what_is_new_is_told_where_the_agreement_changes_between_two_periods(settings: Settings) -> None:
    told = [
        (agreement.id, change.section) for agreement, change in agreements.changes_of(settings, "fast_lakarkontakt", ["2026-Q4", "2027-Q1"])
    ]
    assert told == [("hsa-2027", "Läkaransvar, 6")]
    assert not list(agreements.changes_of(settings, "fast_lakarkontakt", ["2026-Q3", "2026-Q4"]))
    assert not list(agreements.changes_of(settings, "fast_lakarkontakt", ["2027-Q1", "2027-Q2"]))
    assert not list(agreements.changes_of(settings, "fast_lakarkontakt", []))


def test_what_the_rules_say_is_new(settings: Settings) -> None:
    earlier, later = settings.agreements
    found = {change.text: change.indicators for change in agreements.rule_changes(settings, earlier, later)}
    assert found["Nytt villkor: Fast vårdkontakt är utsedd."] == ("villkor_fast_vardkontakt",)
    assert found["Villkoret finns inte kvar: Kallelse till SIP är skickad."] == ("villkor_sip_kallad",)
    assert not any(text.startswith("Målet") for text in found)
    alone = settings.model_copy(update={"goals": {id_: goals[:1] for id_, goals in settings.goals.items()}})
    gone = [
        change.indicators for change in agreements.rule_changes(alone, earlier, later) if change.text.startswith("Målet finns inte kvar")
    ]
    assert gone == [("ntandvard_tackning",), ("dagar_snitt",)]
    assert not any("Gränserna" in text for text in found)
    rules = later.utskrivning.model_copy(update={"mean_limit_days": 2.0})
    other = later.model_copy(update={"utskrivning": rules})
    assert any("Gränserna" in change.text for change in agreements.rule_changes(settings, earlier, other))


def test_states(settings: Settings) -> None:
    agreement = of_id(settings, "hsa-2023")
    days = (date(2022, 12, 31), date(2023, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [agreements.state(agreement, day) for day in days] == ["before", "in force", "in force", "after"]
    assert agreements.before(settings, agreement) is None
    assert agreements.before(settings, of_id(settings, "hsa-2027")) == agreement
