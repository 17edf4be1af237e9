"""What the sender states: periods by option or file name, kommuner by option."""

from __future__ import annotations

from datetime import date

import pytest

from config import Settings
from loaders import stated
from loaders.problem import Usage
from loaders.registry import DATASETS

EVENTS = DATASETS["utskrivning"]


def periods(settings: Settings, *said: str, name: str = "fil.csv") -> tuple[str, ...]:
    return stated.read(EVENTS, settings, said, None, name).periods


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("utskrivning_2025-Q3.csv", "2025-Q3"),
        ("2025-Q3.csv", "2025-Q3"),
        ("utskrivning.2025K3", "2025-Q3"),
        ("Utskrivning 202507 v2.xlsx", "2025-07"),
        ("a_2025-07_b.csv", "2025-07"),
        ("utskrivning_2025.csv", "2025"),
        ("2025-Q3_2025K3.csv", "2025-Q3"),
        ("utskrivning_2025-Q3 (1).csv", "2025-Q3"),
        ("utskrivning_2025-Q3_2025-10-15_12.csv", "2025-Q3"),
        ("utskrivning_2025_2.csv", "2025"),
    ],
)
def test_a_period_in_the_file_name(settings: Settings, name: str, period: str) -> None:
    assert periods(settings, name=name) == (period,)


@pytest.mark.parametrize(
    "name",
    ["fil.csv", "utskrivning-2025-Q3.csv", "x2025.csv", "2025-07-01.csv", "20250701.csv", "2025-T2.csv", "2025-H1_.csv", "12025.csv"],
)
def test_no_period_in_the_file_name(settings: Settings, name: str) -> None:
    with pytest.raises(Usage, match="anger ingen period"):
        periods(settings, name=name)


@pytest.mark.parametrize("name", ["2025-Q3_2025-Q4.csv", "2025_2025-07.csv", "utskrivning 2025 kv 3.csv", "a_2025_Q3.csv", "a_2025_07.csv"])
def test_several_periods_in_the_file_name(settings: Settings, name: str) -> None:
    with pytest.raises(Usage, match="flera perioder"):
        periods(settings, name=name)
    assert periods(settings, "2025", name=name) == ("2025",)


def test_the_option_wins_and_can_be_repeated(settings: Settings) -> None:
    assert periods(settings, "2025K3", "2025-10", "2025-Q3", name="a_2024.csv") == ("2025-Q3", "2025-10")
    said = stated.read(EVENTS, settings, ("2025-10", "2025-Q3", "2025-09"), None, "")
    assert said.months == ("2025-07", "2025-08", "2025-09", "2025-10")


@pytest.mark.parametrize("text", ["2025-T2", "2025-H1", "hösten", "2025-07-01", ""])
def test_what_is_no_period(settings: Settings, text: str) -> None:
    with pytest.raises(Usage, match="inget år, kvartal eller månad"):
        periods(settings, text)


def test_kommuner(settings: Settings) -> None:
    def read(*said: str) -> tuple[tuple[str, ...], bool]:
        found = stated.read(EVENTS, settings, ("2025",), said or None, "")
        return found.kommuner, found.is_chosen

    assert read() == (tuple(settings.kommuner), False)
    assert read("alla") == read("Ale", " ALLA ") == (tuple(settings.kommuner), True)
    assert read("Ale", "1480", "ale kommun") == (("1440", "1480"), True)
    with pytest.raises(Usage, match="Stockholm"):
        read("Ale", "Stockholm")


def test_rows_that_say_it_themselves_need_no_period(settings: Settings) -> None:
    assert stated.read(DATASETS["ntandvard"], settings, (), None, "2024_2025.csv").periods == ()


@pytest.mark.parametrize(
    ("today", "period", "is_late"),
    [
        (date(2026, 3, 31), "2026-03", True),
        (date(2026, 4, 1), "2026-03", False),
        (date(2026, 4, 1), "2026-Q1", False),
        (date(2026, 3, 31), "2026-Q1", True),
        (date(2026, 12, 31), "2026", True),
        (date(2027, 1, 1), "2026", False),
        (date(2027, 1, 1), "2027-01", True),
    ],
)
def test_coverage_ends_with_the_last_whole_month(settings: Settings, today: date, period: str, is_late: bool) -> None:
    said = stated.read(EVENTS, settings, (period,), None, "")
    assert [finding.rule for finding in stated.too_late(said, today)] == (["framtida_period"] if is_late else [])
