"""The demo county: repeatable, within its ranges, and within the rules of what it delivers, on any day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

import periods
from config import Settings, load_settings
from demo.county import DemoFile, _drafts, write_files
from demo.drafts import Draft, Table
from demo.scene import set_scene
from loaders.registry import DATASETS
from tests.conftest import soak

ROOT = Path(__file__).parents[2]
NOVEMBER = date(2026, 11, 22)
SHORT = date(2023, 7, 20)
DAYS = [date(2023, 4, 1), date(2024, 2, 29), date(2026, 10, 1), NOVEMBER, date(2027, 3, 2), date(2027, 7, 1)]
A_FEW_DAYS = [DAYS[0], DAYS[2], DAYS[5]]
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(ROOT / "config.yaml", {})


@pytest.fixture(scope="module")
def files(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[DemoFile]:
    return write_files(settings, tmp_path_factory.mktemp("short"), 1, SHORT)


@cache
def drafts(today: date, seed: int = 1) -> tuple[Draft, ...]:
    return tuple(_drafts(set_scene(load_settings(ROOT / "config.yaml", {}), seed, today)))


def rows(draft: Draft) -> Iterator[dict[str, Any]]:
    content = draft.content()
    assert isinstance(content, Table)
    return (dict(zip(content.columns, row, strict=True)) for row in content.rows)


def last_delivered(today: date, dataset: str) -> Draft:
    """The whole county's file of the last quarter but one, which holds every kommun."""
    return [d for d in drafts(today) if d.dataset == dataset and d.kommuner is None and d.expected == "accepted"][-1]


def test_same_seed_and_day_give_the_same_bytes(settings: Settings, files: list[DemoFile], tmp_path: Path) -> None:
    again = write_files(settings, tmp_path, 1, SHORT)
    assert [(f.path.name, f.delivered, f.path.read_bytes()) for f in again] == [
        (f.path.name, f.delivered, f.path.read_bytes()) for f in files
    ]


def test_another_seed_gives_another_county(settings: Settings, files: list[DemoFile], tmp_path: Path) -> None:
    other = {f.path.name: f.path.read_bytes() for f in write_files(settings, tmp_path, 2, SHORT)}
    first = {f.path.name: f.path.read_bytes() for f in files if f.dataset in ("ntandvard", "utskrivning", "avvikelser")}
    assert all(other.get(name) != content for name, content in first.items())


def test_the_population_does_not_depend_on_the_seed(settings: Settings) -> None:
    [first], [second] = ([d for d in drafts(SHORT, seed) if d.dataset == "befolkning"] for seed in (1, 2))
    assert list(rows(first)) == list(rows(second))


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_dataset_is_there_and_one_file_is_refused(today: date) -> None:
    later = {"naromradesplaner", "halsosamtal", "avtalsbeslut"}  # there is none before the story's first year has ended
    assert {d.dataset for d in drafts(today)} | later == set(DATASETS)
    assert [d.dataset for d in drafts(today) if d.expected == "refused"] == ["ntandvard"]
    names = Counter(d.stem for d in drafts(today))
    assert max(names.values()) == 1


def test_before_the_first_quarter_has_ended_there_is_nothing(settings: Settings, tmp_path: Path) -> None:
    assert write_files(settings, tmp_path, 1, date(2023, 1, 15)) == []


def test_it_tells_of_the_first_quarter_to_the_last_whole_one() -> None:
    told = sorted({p for d in drafts(NOVEMBER) if d.dataset == "utskrivning" for p in d.periods})
    assert told[0] == "2023-Q1"
    assert told[-1] == "2026-Q3"
    assert len(told) == 15


def test_deliveries_come_in_order_and_never_before_their_time(settings: Settings, tmp_path: Path) -> None:
    today = date(2023, 7, 1)  # the last quarter ended yesterday, so its files are delivered before they would have been
    made = write_files(settings, tmp_path, 3, today)
    moments = [f.delivered for f in made]
    assert moments == sorted(set(moments))
    assert moments[-1] < datetime.combine(today, datetime.min.time(), STOCKHOLM) + timedelta(hours=1)
    for file in made:
        day = file.delivered.astimezone(STOCKHOLM).date()
        assert all(periods.last_day(p) < day for p in file.periods)


@pytest.mark.parametrize("today", soak(A_FEW_DAYS, DAYS), ids=str)
def test_no_date_lies_after_the_delivery(today: date) -> None:
    recent = [d for d in drafts(today) if d.dataset in ("utskrivning", "avvikelser") and d.day > today - timedelta(days=120)]
    assert recent
    for draft in recent:
        latest = max(cell for row in rows(draft) for cell in row.values() if isinstance(cell, date))
        assert latest <= min(draft.day, today)


@pytest.mark.parametrize("today", soak(A_FEW_DAYS, DAYS), ids=str)
def test_discharges_keep_the_rules(today: date, settings: Settings) -> None:
    for draft in [d for d in drafts(today) if d.dataset == "utskrivning"][-2:]:
        seen = list(rows(draft))
        months = {month for p in draft.periods for month in periods.months(p)}
        assert len({row["arende"] for row in seen}) == len(seen) > 0
        for row in seen:
            assert row["inskriven"] <= row["utskrivningsklar"] <= row["utskriven"]
            assert periods.month_of(row["utskriven"]) in months
            assert row["kommun"] in (draft.kommuner or settings.kommuner)
            assert re.search("[A-Z]", row["arende"])


@pytest.mark.parametrize("today", soak(A_FEW_DAYS, DAYS), ids=str)
def test_those_who_are_still_there_keep_the_rules(today: date, settings: Settings) -> None:
    for draft in [d for d in drafts(today) if d.dataset == "pagaende"][-2:]:
        seen = list(rows(draft))
        (month,) = draft.periods
        assert len({row["arende"] for row in seen}) == len(seen) > 0
        for row in seen:
            assert row["inskriven"] <= row["utskrivningsklar"] <= periods.last_day(month)
            assert all(cell <= periods.last_day(month) for cell in row.values() if isinstance(cell, date))
            assert row["kommun"] in settings.kommuner
        assert any((periods.last_day(month) - row["utskrivningsklar"]).days > 7 for row in seen)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_ntandvard_keeps_the_rules_but_in_the_refused_file(today: date) -> None:
    broken = 0
    for draft in [d for d in drafts(today) if d.dataset == "ntandvard"][-2:]:
        for row in rows(draft):
            intyg, wish, seen, treated, either = (row[c] for c in ("intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard", "fatt_stod"))
            right = 0 <= seen <= wish <= intyg and max(seen, treated) <= either <= intyg and row["kvartal"] in draft.stem
            broken += not right
            assert right or draft.expected == "refused"
    assert broken == 2


@pytest.mark.parametrize("today", soak(A_FEW_DAYS, DAYS), ids=str)
def test_deviations_keep_the_rules(today: date) -> None:
    for draft in [d for d in drafts(today) if d.dataset == "avvikelser"][-3:]:
        seen = list(rows(draft))
        months = {month for p in draft.periods for month in periods.months(p)}
        assert len({row["avvikelse"] for row in seen}) == len(seen) > 0
        for row in seen:
            registered = row["registrerad"]
            assert periods.month_of(registered) in months
            assert all(row[c] is None or row[c] >= registered for c in ("aterkopplad", "avslutad"))
            assert row["steg"] in (None, 0, 1, 2, 3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_coverage_lies_where_the_story_says(settings: Settings, seed: int) -> None:
    scene = set_scene(settings, seed, NOVEMBER)
    quarters = [d for d in drafts(NOVEMBER, seed) if d.dataset == "ntandvard"]
    percent = {
        row["kommun"]: 100 * row["intyg"] / scene.population.adults(row["kommun"], 2025) for draft in quarters[-2:] for row in rows(draft)
    }
    assert len(percent) == 49
    assert 20 <= sum(value >= 3 for value in percent.values()) <= 24
    assert 1.1 < min(percent.values()) < 1.5
    assert 3.3 < max(percent.values()) < 3.6
    assert 2.5 < sum(percent.values()) / 49 < 3.1
    first = {row["kommun"]: row["intyg"] for row in rows(quarters[0])}
    assert first["1440"] < 0.03 * scene.population.adults("1440", 2022)
    assert percent["1440"] >= 3


def test_discharges_lie_where_the_story_says() -> None:
    quarter = list(rows(last_delivered(NOVEMBER, "utskrivning")))
    days = [(row["utskriven"] - row["utskrivningsklar"]).days for row in quarter]
    within = [day for day in days if day <= 7]
    assert 6000 < len(quarter) < 9000
    assert 1.7 < sum(within) / len(within) < 2.3
    assert 0.4 < days.count(0) / len(days) < 0.7
    assert 0.015 < (len(days) - len(within)) / len(days) < 0.06
    assert max(days) > 30
    per_month = Counter((row["kommun"], periods.month_of(row["utskriven"])) for row in quarter)
    assert min(per_month.values()) < 5


def test_a_few_slow_kommuner_are_over_three_days_some_months(settings: Settings) -> None:
    by_month: dict[tuple[str, str], list[int]] = {}
    for row in rows(last_delivered(NOVEMBER, "utskrivning")):
        days = (row["utskriven"] - row["utskrivningsklar"]).days
        if days <= 7:
            by_month.setdefault((row["kommun"], periods.month_of(row["utskriven"])), []).append(days)
    over = [key for key, waited in by_month.items() if sum(waited) > 3 * len(waited)]
    assert 5 <= len(over) <= 35


@pytest.mark.parametrize("today", [NOVEMBER, date(2027, 7, 1)], ids=str)
def test_the_columns_are_those_of_the_agreement_in_force(settings: Settings, today: date) -> None:
    content = last_delivered(today, "utskrivning").content()
    assert isinstance(content, Table)
    [agreement] = settings.agreements_between(periods.first_day("2026-Q2"), periods.last_day("2026-Q2"))
    if today.year == 2027:
        [agreement] = settings.agreements_between(date(2027, 1, 1), date(2027, 3, 31))
    wanted = {c for condition in agreement.utskrivning.conditions for c in (condition.applies_if, condition.yes_in, condition.date_in) if c}
    assert set(content.columns) == wanted | {"arende", "kommun", "enhet", "inskriven", "utskrivningsklar", "utskriven"}


def test_one_sender_lacks_a_column_altogether() -> None:
    lacking = [d for d in drafts(NOVEMBER) if d.stem.startswith("utskrivning") and d.spreadsheet]
    assert len(lacking) == 1
    content = lacking[0].content()
    assert isinstance(content, Table)
    assert "oppenvard_insatser" not in content.columns
    assert len(lacking[0].kommuner or ()) == 8


def test_one_kommun_is_late_and_one_lacks_a_month_of_deviations() -> None:
    [late] = [d for d in drafts(NOVEMBER) if d.stem.endswith("_sen")]
    [own] = [d for d in drafts(NOVEMBER) if d.stem.startswith("avvikelser") and d.stem.endswith("egen_fil")]
    assert len(late.kommuner or ()) == 1
    assert late.day - periods.last_day(late.periods[0]) > timedelta(days=60)
    assert set(periods.months("2026-Q2") + periods.months("2026-Q3")) - set(own.periods) == {"2026-08"}


def test_two_kommuner_are_missing_in_the_last_quarter_and_stand_in_the_refused_file() -> None:
    *_, last, refused = [d for d in drafts(NOVEMBER) if d.dataset == "ntandvard"]
    there, sent_later = ({row["kommun"] for row in rows(d)} for d in (last, refused))
    assert len(there) == 47
    assert len(sent_later) == 2
    assert not there & sent_later


def test_the_revision_shortens_the_waiting_in_one_kommun() -> None:
    [corrected] = [d for d in drafts(NOVEMBER) if d.stem.endswith("_rattad")]
    [first] = [d for d in drafts(NOVEMBER) if d.stem == corrected.stem.removesuffix("_rattad")]
    [kommun] = corrected.kommuner or ()

    def waited(draft: Draft) -> dict[str, int]:
        return {r["arende"]: (r["utskriven"] - r["utskrivningsklar"]).days for r in rows(draft) if r["kommun"] == kommun}

    before, after = waited(first), waited(corrected)
    assert before.keys() == after.keys()
    assert sum(before.values()) > sum(after.values()) + len(after) / 2


def test_answers_given_later_come_with_the_next_file() -> None:
    earlier, later = [d for d in drafts(NOVEMBER) if d.dataset == "avvikelser"][:2]
    known = {row["avvikelse"]: row["aterkopplad"] for row in rows(earlier)}
    since = {row["avvikelse"]: row["aterkopplad"] for row in rows(later)}
    assert known.keys() <= since.keys()
    assert all(since[name] == day for name, day in known.items() if day)
    assert sum(day is None for day in known.values()) > sum(since[name] is None for name in known)


def test_no_month_has_the_same_waiting_everywhere_and_winter_is_busier_than_summer() -> None:
    per_month: Counter[str] = Counter()
    for draft in [d for d in drafts(NOVEMBER) if d.dataset == "utskrivning" and d.kommuner is None][:4]:
        per_month.update(periods.month_of(row["utskriven"]) for row in rows(draft))
    assert per_month["2023-01"] > 1.1 * per_month["2023-07"]
    assert 28_000 < sum(per_month.values()) < 32_000


def test_the_plans_say_that_they_are_made_up_and_their_budgets_add_up() -> None:
    plans = [yaml.safe_load(str(d.content())) for d in drafts(NOVEMBER) if d.dataset == "namndplan"]
    assert {(plan["kommun"], plan["ar"]) for plan in plans} == {("1440", 2025), ("1440", 2026), ("1495", 2025), ("1495", 2026)}
    for plan in plans:
        assert "påhittad" in plan["namnd"]
        parts = [amounts for area, amounts in plan["budget_tkr"].items() if area != "Totalt"]
        assert plan["budget_tkr"]["Totalt"] == [sum(amounts) for amounts in zip(*parts, strict=True)]


def test_the_measures_are_those_of_the_plan_that_no_indicator_gives() -> None:
    plan = yaml.safe_load(str(next(d for d in drafts(NOVEMBER) if d.dataset == "namndplan").content()))
    measures = [m for area in plan["verksamhetsmatt"].values() for m in area if "indikator" not in m]
    named = {m["namn"] for m in measures} | {m["namn"] for goal in plan["riktningsmal"] for aim in goal["mal"] for m in aim.get("matt", ())}
    outcomes = {row["matt"] for d in drafts(NOVEMBER) if d.dataset == "matt" for row in rows(d)}
    assert outcomes == named
