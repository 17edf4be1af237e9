"""Which periods, agreements, goals and kommuner belong together."""

from __future__ import annotations

from datetime import date

import pytest

from config import Goal, Settings
from metrics import spans
from metrics.indicator import Kind


def goal(value: float, first: date, last: date | None, **other: object) -> Goal:
    raw = {"comparison": "at_least", "value": value, "area_kinds": ["kommun"], "period_kinds": ["year"], "source": "prov"}
    return Goal.model_validate(raw | {"valid_from": first, "valid_to": last} | other)


def test_base_periods_and_what_they_count_in() -> None:
    assert spans.containing("2025-07", "flow") == ("2025-07", "2025-Q3", "2025")
    assert spans.containing("2025-Q3", "stock") == ("2025-Q3",)
    assert spans.containing("2025-Q4", "stock") == ("2025-Q4", "2025")
    assert [spans.bases_in(period, "flow") for period in ("2025-07", "2025-Q3", "2025")] == [1, 3, 12]
    assert spans.bases_in("2025", "stock") == 1


@pytest.mark.parametrize(
    ("base", "kind", "periods"),
    [
        ("2025-08", "status", ("2025-08",)),
        ("2025-09", "status", ("2025-09", "2025-Q3")),
        ("2025-12", "status", ("2025-12", "2025-Q4", "2025")),
        ("2025", "year", ("2025",)),
    ],
)
def test_a_status_counts_in_what_it_ends_and_a_year_in_itself(base: str, kind: Kind, periods: tuple[str, ...]) -> None:
    assert spans.containing(base, kind) == periods
    assert {spans.closing(period, kind) for period in periods} == {base}
    assert [spans.bases_in(period, kind) for period in periods] == [1] * len(periods)


@pytest.mark.parametrize(
    ("goals", "value"),
    [
        ([goal(3, date(2025, 1, 1), date(2025, 12, 31))], 3),
        ([goal(3, date(2025, 1, 1), None)], 3),
        ([goal(3, date(2025, 1, 2), None)], None),
        ([goal(3, date(2025, 1, 1), date(2025, 12, 30))], None),
        ([goal(3, date(2024, 1, 1), date(2025, 6, 30)), goal(3, date(2025, 7, 1), None)], 3),
        ([goal(3, date(2024, 1, 1), date(2025, 6, 30)), goal(4, date(2025, 7, 1), None)], None),
        ([goal(3, date(2024, 1, 1), date(2025, 6, 30)), goal(3, date(2025, 7, 2), None)], None),
        ([goal(3, date(2024, 1, 1), date(2025, 6, 30)), goal(3, date(2025, 7, 1), None, comparison="at_most")], None),
        ([goal(3, date(2025, 1, 1), None, area_kinds=["lan"])], None),
        ([goal(3, date(2025, 1, 1), None, period_kinds=["month"])], None),
        ([], None),
    ],
)
def test_a_goal_holds_only_if_it_is_the_same_on_all_days(goals: list[Goal], value: float | None) -> None:
    found = spans.goal_for(goals, "kommun", "2025")
    assert (found.value if found else None) == value


def test_agreements_of_a_period(settings: Settings) -> None:
    assert spans.agreement_ids(settings, "2026-12") == "hsa-2023"
    assert spans.agreement_ids(settings, "2027-Q1") == "hsa-2027"
    assert spans.agreement_ids(settings, "2022") is None
    raw = settings.model_dump(mode="json")
    raw["agreements"][0]["valid_to"], raw["agreements"][1]["valid_from"] = "2026-06-14", "2026-06-15"
    raw["agreements"].reverse()
    assert spans.agreement_ids(Settings.model_validate(raw), "2026") == "hsa-2023+hsa-2027"


def test_a_kommun_that_moves_belongs_where_it_is_on_the_last_day(settings: Settings) -> None:
    raw = settings.model_dump(mode="json")
    areas = {area["id"]: area for area in raw["divisions"][0]["areas"]}
    areas["kf-gr"]["members"] = [m for m in areas["kf-gr"]["members"] if m != "1440"] + [{"kommun": "1440", "valid_to": "2025-06-15"}]
    areas["kf-fyrbodal"]["members"].append({"kommun": "1440", "valid_from": "2025-06-16"})
    members = spans.membership(Settings.model_validate(raw), ["2025-05", "2025-06", "2025-Q2", "2025"])
    of_ale = members.filter(kommun="1440").group_by("period", maintain_order=True).agg("area")
    placed = {period: {area for area in found if area.startswith("kf-")} for period, found in of_ale.iter_rows()}
    assert placed == {"2025-05": {"kf-gr"}, "2025-06": {"kf-fyrbodal"}, "2025-Q2": {"kf-fyrbodal"}, "2025": {"kf-fyrbodal"}}


def test_the_areas_are_those_of_the_contract(settings: Settings) -> None:
    areas = spans.areas(settings)
    assert areas["area_kind"].value_counts().sort("area_kind").rows() == [("delregion", 10), ("kommun", 49), ("lan", 1)]
    assert areas.filter(area="lan-14").row(0) == ("lan", "lan-14", "Västra Götaland")
