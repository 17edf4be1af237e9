"""Discharges: days, the mean, those who are counted alone, and the conditions for payment one by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from config import Settings
from metrics import utskrivning
from metrics.cases.case import discharge, discharges
from tests import slow
from tests.metrics.small import county, figure, figures

ALE = "1440"
DAY = date(2025, 3, 20)
TEN = (0, 1, 2, 3, 3, 4, 5, 5, 6, 6)


def march(settings: Settings, rows: Iterable[Any]) -> pl.DataFrame:
    return figures(county(settings, {"utskrivning": tuple(rows)}, {"utskrivning": [(ALE, "2025-03")]}))


@pytest.mark.parametrize(
    ("days", "kronor"),
    [
        (TEN, 46_500),
        ((3,) * 10, 0),
        ((7,), 37_200),
        ((7, 0, 0, 0), 0),
        ((8,), 46_500),
        ((12,), 83_700),
        ((*TEN, 12), 130_200),
        ((8, 0, 0, 0), 46_500),
    ],
)
def test_the_worked_table(days: tuple[int, ...], kronor: int, settings: Settings) -> None:
    raw = settings.model_dump(mode="json") | {"payment_amount_per_day": {2025: {"amount": 9300, "source": "prov"}}}
    row = figure(march(Settings.model_validate(raw), discharges(ALE, DAY, days)), "betalningsbelopp", ALE, "2025-03")
    assert (row["value"], row["unit"]) == (kronor, "kr")


def test_the_amount_is_that_of_the_year_of_discharge(settings: Settings) -> None:
    amounts = {2025: {"amount": 9300, "source": "prov"}, 2026: {"amount": 10_000, "source": "prov"}}
    raw = settings.model_dump(mode="json") | {"payment_amount_per_day": amounts}
    rows = [discharge(ALE, date(2025, 12, 31), 8), discharge(ALE, date(2026, 1, 1), 8)]
    made = county(Settings.model_validate(raw), {"utskrivning": rows}, {"utskrivning": [(ALE, "2025-12"), (ALE, "2026-01")]})
    frame = figures(made)
    assert [figure(frame, "betalningsbelopp", ALE, month)["value"] for month in ("2025-12", "2026-01")] == [46_500, 50_000]


def test_a_year_with_a_month_without_an_amount_is_incomplete(settings: Settings) -> None:
    rows = [discharge(ALE, date(2022, 12, 31), 8)]
    raw = settings.model_dump(mode="json")
    raw["agreements"][0]["valid_from"] = "2022-01-01"
    frame = figures(county(Settings.model_validate(raw), {"utskrivning": rows}, {"utskrivning": [(ALE, "2022-12"), (ALE, "2023-01")]}))
    assert figure(frame, "betalningsbelopp", ALE, "2022-12")["value"] == 46_500
    assert figure(frame, "betalningsbelopp", ALE, "2023-01")["status"] == "missing"
    assert figure(frame, "betaldagar", ALE, "2023-01")["value"] == 0


def test_limits_that_are_not_whole(settings: Settings) -> None:
    raw = settings.model_dump(mode="json")
    raw["agreements"][0]["utskrivning"] |= {"mean_limit_days": 2.5, "individual_after_days": 5}
    frame = march(Settings.model_validate(raw), discharges(ALE, DAY, (5, 3, 6)))
    assert figure(frame, "betaldagar", ALE, "2025-03")["value"] == (8 - 5.0) + (6 - 2.5)
    assert figure(frame, "dagar_snitt", ALE, "2025-03")["denominator"] == 2


def test_who_is_left_out_and_who_is_not(settings: Settings) -> None:
    """Judged not met: out of days and payment, but not of the counts. Unknown excludes nobody."""
    broken, unknown = discharge(ALE, DAY, 9, inskrivningsmeddelande=False), discharge(ALE, DAY, 5, inskrivningsmeddelande=None)
    frame = march(settings, [broken, unknown, discharge(ALE, DAY, 2)])
    found = {name: figure(frame, name, ALE, "2025-03")["value"] for name in ("utskrivna", "over_sju_dagar", "betaldagar", "dagar_snitt")}
    assert found == {"utskrivna": 3, "over_sju_dagar": 1, "betaldagar": 1, "dagar_snitt": 3.5}
    assert figure(frame, "foljsamhet", ALE, "2025-03")["value"] == 50
    assert figure(frame, "foljsamhet_bortfall", ALE, "2025-03")["denominator"] == 3


# ---- Conditions ---------------------------------------------------------------------------------------------------------------

NEW = date(2027, 3, 20)
LACKING = frozenset({"sip_kallelse", "information_overford", "it_stod"})


def outcome(settings: Settings, condition: str, out: date, **row: Any) -> str:
    """How one discharge falls out in the frame of conditions; the slow twin must say the same."""
    made = county(settings, {"utskrivning": [discharge(ALE, out, 6, **row)]}, {"utskrivning": [(ALE, f"{out:%Y-%m}")]})
    counted = utskrivning.tally(made.settings, made.frames()["utskrivning"]).collect()
    (found,) = utskrivning.conditions(made.settings, counted).filter(condition=condition).to_dicts()
    said = next((name for name in ("met", "not_met", "unknown") if found[name]), "does not apply")
    (twin,) = [v for (_, _, _, name), v in slow.conditions(made.settings, made.rows["utskrivning"]).items() if name == condition]
    assert twin.get(said.replace("_", " "), 0) == found["applicable"] == (said != "does not apply")
    return said


@pytest.mark.parametrize(
    ("condition", "out", "row", "said"),
    [
        ("inskrivningsmeddelande", DAY, {"inskrivningsmeddelande": True}, "met"),
        ("inskrivningsmeddelande", DAY, {"inskrivningsmeddelande": False}, "not_met"),
        ("inskrivningsmeddelande", DAY, {"inskrivningsmeddelande": None}, "unknown"),
        ("sip_kallad", DAY, {"sip_kallelse": NEW}, "met"),
        ("sip_kallad", DAY, {"sip_kallelse": None}, "not_met"),
        ("sip_kallad", DAY, {"sip_kallelse": None, "lacks": LACKING}, "unknown"),
        ("sip_kallad", DAY, {"sip_behov": None}, "unknown"),
        ("sip_kallad", DAY, {"sip_behov": None, "sip_kallelse": None}, "unknown"),
        ("sip_kallad", DAY, {"sip_behov": False, "sip_kallelse": None}, "does not apply"),
        ("sip_kallad", DAY, {"sip_behov": False, "sip_kallelse": None, "lacks": LACKING}, "does not apply"),
        ("sip_kallad_i_tid", NEW, {"sip_kallelse": NEW - timedelta(days=3)}, "met"),
        ("sip_kallad_i_tid", NEW, {"sip_kallelse": NEW - timedelta(days=2)}, "not_met"),
        ("sip_kallad_i_tid", NEW, {"sip_kallelse": NEW - timedelta(days=90)}, "met"),
        ("sip_kallad_i_tid", NEW, {"sip_kallelse": None}, "not_met"),
        ("sip_erbjuden", NEW, {"sip_erbjuden": False}, "not_met"),
        ("sip_erbjuden", NEW, {"sip_erbjuden": False, "sip_behov": False}, "does not apply"),
        ("sip_erbjuden", NEW, {"sip_erbjuden": False, "sip_behov": None}, "unknown"),
        ("information_samma_dag", NEW, {"information_overford": NEW}, "met"),
        ("information_samma_dag", NEW, {"information_overford": NEW + timedelta(days=1)}, "not_met"),
        ("information_samma_dag", NEW, {"information_overford": None}, "not_met"),
        ("information_samma_dag", NEW, {"information_overford": None, "lacks": LACKING}, "unknown"),
        ("vardplan", NEW, {"tvangsvard": True, "vardplan": False}, "not_met"),
        ("vardplan", NEW, {"tvangsvard": False, "vardplan": None}, "does not apply"),
        ("vardplan", NEW, {"tvangsvard": None, "vardplan": True}, "unknown"),
        ("it_stod", NEW, {"it_stod": None, "lacks": LACKING}, "unknown"),
    ],
)
def test_how_a_condition_falls_out(condition: str, out: date, row: dict[str, Any], said: str, settings: Settings) -> None:
    assert outcome(settings, condition, out, **row) == said


def test_a_date_counted_from_a_date_that_is_missing_is_unknown(settings: Settings) -> None:
    raw = settings.model_dump(mode="json")
    last = {"id": "kedja", "name": "K", "section": "s", "date_in": "information_overford", "of": "sip_kallelse", "within_days": 2}
    raw["agreements"][0]["utskrivning"]["conditions"] = [last]
    changed = Settings.model_validate(raw)
    made = county(changed, {"utskrivning": [discharge(ALE, DAY, 6, sip_kallelse=None)]}, {"utskrivning": [(ALE, "2025-03")]})
    counted = utskrivning.tally(changed, made.frames()["utskrivning"]).collect()
    (row,) = utskrivning.conditions(changed, counted).to_dicts()
    assert (row["unknown"], row["not_met"]) == (1, 0)


def test_conditions_add_up_and_keep_the_agreements_order(settings: Settings) -> None:
    rows = [discharge(ALE, DAY, 6), discharge(ALE, DAY, 6, sip_behov=False), discharge(ALE, DAY, 6, it_stod=False)]
    made = county(settings, {"utskrivning": rows}, {"utskrivning": [(ALE, "2025-03")]})
    found = utskrivning.conditions(settings, utskrivning.tally(settings, made.frames()["utskrivning"]).collect())
    assert found["condition"].to_list() == [c.id for c in settings.agreements[0].utskrivning.conditions]
    assert found.filter(pl.col("applicable") != pl.col("met") + pl.col("not_met") + pl.col("unknown")).height == 0
    assert found["applicable"].to_list() == [3, 3, 2, 3, 3]
