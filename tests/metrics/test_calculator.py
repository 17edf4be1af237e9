"""The calculator gives what the engine gives, and the agreements' worked sums by hand."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from config import Settings
from metrics import calculator
from metrics.cases.case import discharge
from tests.conftest import soak
from tests.metrics.small import county, covering, figure, figures

TEN = {0: 1, 1: 1, 2: 1, 3: 2, 4: 1, 5: 2, 6: 2}


def priced(settings: Settings, amount: int = 9300) -> Settings:
    raw = settings.model_dump(mode="json")
    raw["payment_amount_per_day"] = {"2025": {"amount": amount, "source": "exempel"}}
    return Settings.model_validate(raw)


@pytest.mark.parametrize(
    ("cases", "days", "sek"),
    [
        (TEN, 5, 46_500),
        ({3: 10}, 0, 0),
        ({7: 1}, 4, 37_200),
        ({8: 1}, 5, 46_500),
        ({12: 1}, 9, 83_700),
        (TEN | {12: 1}, 14, 130_200),
        ({}, 0, 0),
        ({0: 5, 40: 2}, 74, 688_200),
    ],
)
def test_sums_by_hand(settings: Settings, cases: dict[int, int], days: float, sek: int) -> None:
    """domain, 1.5: illustrations with the amount 9 300 kr. One patient with seven days alone in the month is a mean of seven."""
    made = calculator.payment(priced(settings), "2025-03", cases)
    assert (made.payable_days, made.sek) == (days, sek)
    assert made.over_days + made.alone_days == made.payable_days
    assert made.over_days >= 0


def test_the_steps(settings: Settings) -> None:
    made = calculator.payment(priced(settings), "2025-03", TEN | {12: 1})
    assert (made.stays, made.days, made.mean, made.is_over) == (10, 35, 3.5, True)
    assert [(each.days, each.payable_days) for each in made.alone] == [(12, 9.0)]
    assert made.agreement is not None
    assert made.agreement.id == "hsa-2023"
    assert made.discharges == 11


def test_a_year_without_an_amount_has_days_and_no_kronor(settings: Settings) -> None:
    made = calculator.payment(settings, "2025-03", TEN)
    assert (made.payable_days, made.sek, made.amount) == (5, None, None)


def test_outside_every_agreement_there_is_no_rule(settings: Settings) -> None:
    made = calculator.payment(settings, "2022-12", TEN)
    assert (made.agreement, made.payable_days, made.discharges) == (None, 0, 10)


def test_another_agreement_has_its_own_rule(settings: Settings) -> None:
    raw = settings.model_dump(mode="json")
    raw["agreements"][1]["utskrivning"] |= {"mean_limit_days": 2.5, "individual_after_days": 5}
    changed = Settings.model_validate(raw)
    assert calculator.payment(changed, "2026-12", {6: 1, 0: 3}).payable_days == 0
    assert calculator.payment(changed, "2027-01", {6: 1, 0: 3}).payable_days == 3.5


@pytest.mark.parametrize("seed", range(soak(20, 400)))
def test_it_is_the_engines_sum(seed: int, settings: Settings) -> None:
    rng = random.Random(seed)
    cases = {days: rng.randrange(4) for days in rng.sample(range(60), rng.randrange(1, 9))}
    month = rng.choice(("2025-02", "2026-12", "2027-01"))
    last = date.fromisoformat(f"{month}-28") if month == "2025-02" else date.fromisoformat(f"{month}-31")
    rows = [discharge("1440", last - timedelta(days=rng.randrange(20)), days) for days, count in cases.items() for _ in range(count)]
    made = calculator.payment(settings, month, cases)
    frame = figures(county(settings, {"utskrivning": rows}, {"utskrivning": covering(["1440"], month)}))
    assert made.payable_days == figure(frame, "betaldagar", "1440", month)["value"]
    assert made.mean == figure(frame, "dagar_snitt", "1440", month)["value"]


@pytest.mark.parametrize(("days", "patients", "cases"), [(35, 10, {3: 5, 4: 5}), (40, 3, {13: 2, 14: 1}), (0, 2, {0: 2}), (0, 0, {})])
def test_sums_are_spread_evenly(days: int, patients: int, cases: dict[int, int]) -> None:
    assert calculator.spread(days, patients) == cases
