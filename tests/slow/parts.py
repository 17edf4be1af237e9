"""Days, judgements and the parts of one kommun and base period, with loops."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeAlias

from config import Agreement, Condition, Settings

Row: TypeAlias = Mapping[str, Any]
Covered: TypeAlias = Mapping[tuple[str, str], bool]
Parts: TypeAlias = Mapping[str, float | None]

# ---- Days and periods ---------------------------------------------------------------------------------------------------------


@cache
def days_of(period: str) -> list[date]:
    """Every day of a month (2025-07), a quarter (2025-Q3) or a year (2025)."""
    year = int(period[:4])
    if len(period) == 4:
        months = range(1, 13)
    elif "Q" in period:
        months = range(3 * int(period[6]) - 2, 3 * int(period[6]) + 1)
    else:
        months = range(int(period[5:]), int(period[5:]) + 1)
    return [date(year, month, day) for month in months for day in range(1, calendar.monthrange(year, month)[1] + 1)]


def kind_of(period: str) -> str:
    return "year" if len(period) == 4 else "quarter" if "Q" in period else "month"


@cache
def months_of(period: str) -> list[str]:
    return list(dict.fromkeys(f"{day:%Y-%m}" for day in days_of(period)))


def in_force(settings: Settings, day: date) -> Agreement | None:
    for agreement in settings.agreements:
        if agreement.valid_from <= day and (agreement.valid_to is None or day <= agreement.valid_to):
            return agreement
    return None


# ---- Discharges ---------------------------------------------------------------------------------------------------------------


def judge(condition: Condition, row: Row) -> str:
    """met, not met, unknown, or does not apply."""
    if condition.applies_if is not None:
        applies = row[condition.applies_if]
        if applies is None:
            return "unknown"
        if not applies:
            return "does not apply"
    if condition.yes_in is not None:
        answer = row[condition.yes_in]
        return "unknown" if answer is None else "met" if answer else "not met"
    assert condition.date_in is not None
    day = row[condition.date_in]
    if day is None:
        return "unknown" if condition.date_in in row["lacks"] else "not met"
    if condition.of is None or condition.within_days is None:
        return "met"
    if row[condition.of] is None:
        return "unknown"
    return "met" if day <= row[condition.of] + timedelta(days=condition.within_days) else "not met"


def states(agreement: Agreement, row: Row) -> list[str]:
    return [judge(condition, row) for condition in agreement.utskrivning.conditions]


def utskrivning(settings: Settings, month: str, rows: Sequence[Row]) -> tuple[Parts, bool]:
    """The parts of one kommun and month, and whether an agreement holds on all its days."""
    ruled_days = [in_force(settings, day) is not None for day in days_of(month)]
    parts: dict[str, float | None] = {
        "discharges": len(rows),
        "long_stays": sum((row["utskriven"] - row["utskrivningsklar"]).days > settings.utskrivning.long_stay_days for row in rows),
        "same day": sum(row["utskriven"] == row["utskrivningsklar"] for row in rows),
        "a day or more": sum(row["utskriven"] > row["utskrivningsklar"] for row in rows),
        "all days": sum((row["utskriven"] - row["utskrivningsklar"]).days for row in rows),
        "SIP in time": sum(judge(settings.utskrivning.sip_in_time, row) == "met" for row in rows),
        "SIP known": sum(judge(settings.utskrivning.sip_in_time, row) in ("met", "not met") for row in rows),
    }
    if not any(ruled_days):
        return parts, False
    judged = compliant = unjudged = ruled = short_days = short_stays = 0
    over_the_mean = alone = 0.0
    for row in rows:
        agreement = in_force(settings, row["utskriven"])
        if agreement is None:
            continue
        ruled += 1
        found = states(agreement, row)
        if "not met" in found:
            judged += 1
            continue  # judged not met: nothing to pay, and not in the mean
        if "unknown" in found:
            unjudged += 1
        else:
            judged += 1
            compliant += 1
        days = (row["utskriven"] - row["utskrivningsklar"]).days
        if days > agreement.utskrivning.individual_after_days:
            alone += days - agreement.utskrivning.mean_limit_days
        else:
            short_stays += 1
            short_days += days
            over_the_mean += days - agreement.utskrivning.mean_limit_days
    payable = max(0.0, over_the_mean) + alone
    amount = settings.payment_amount_per_day.get(int(month[:4]))
    parts |= _conditions_in(settings, month, rows)
    parts |= {
        "judged": judged,
        "compliant": compliant,
        "unjudged": unjudged,
        "ruled": ruled,
        "short_days": short_days,
        "short_stays": short_stays,
        "payable_days": payable,
        "payable_sek": payable * amount.amount if amount else None,
        "months_over": int(over_the_mean > 0),
        "months": 1,
    }
    return parts, all(ruled_days)


def agreements_with(settings: Settings, condition: str) -> list[str]:
    return [agreement.id for agreement in settings.agreements if condition in [one.id for one in agreement.utskrivning.conditions]]


def _conditions_in(settings: Settings, month: str, rows: Sequence[Row]) -> dict[str, float | None]:
    """Of each condition that is in force on some day of the month: how many met it, and how many met it or did not."""
    held = {agreement.id for day in days_of(month) if (agreement := in_force(settings, day))}
    parts: dict[str, float | None] = {}
    for agreement in settings.agreements:
        for condition in agreement.utskrivning.conditions:
            if held & set(agreements_with(settings, condition.id)):
                parts[f"{condition.id} met"] = parts[f"{condition.id} judged"] = 0
    for row in rows:
        agreement_then = in_force(settings, row["utskriven"])
        for condition in agreement_then.utskrivning.conditions if agreement_then else ():
            found = judge(condition, row)
            parts[f"{condition.id} met"] = (parts[f"{condition.id} met"] or 0) + (found == "met")
            parts[f"{condition.id} judged"] = (parts[f"{condition.id} judged"] or 0) + (found in ("met", "not met"))
    return parts


def conditions(settings: Settings, rows: Sequence[Row]) -> dict[tuple[str, str, str, str], dict[str, int]]:
    """For each kommun, month, agreement and condition: how many applied or may have, and how they fell out."""
    counts: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for row in rows:
        agreement = in_force(settings, row["utskriven"])
        for condition in agreement.utskrivning.conditions if agreement else ():
            assert agreement is not None
            key = (row["kommun"], f"{row['utskriven']:%Y-%m}", agreement.id, condition.id)
            count = counts.setdefault(key, {"applicable": 0, "met": 0, "not met": 0, "unknown": 0})
            found = judge(condition, row)
            if found != "does not apply":
                count["applicable"] += 1
                count[found] += 1
    return counts


# ---- The other themes ---------------------------------------------------------------------------------------------------------


def avvikelser(rows: Sequence[Row]) -> Parts:
    answered = [row for row in rows if row["aterkopplad"] is not None]
    return {
        "reports": len(rows),
        "answered": len(answered),
        "answer_days": sum((row["aterkopplad"] - row["registrerad"]).days for row in answered),
        "disagreements": sum(row["steg"] in (1, 2) for row in rows),
        "disputes": sum(row["steg"] == 3 for row in rows),
        "closed": sum(row["avslutad"] is not None for row in rows),
        "days to close": sum((row["avslutad"] - row["registrerad"]).days for row in rows if row["avslutad"] is not None),
        "about discharge": sum(row["omrade"] == "in_utskrivning" for row in rows),
        "wrong_unit": sum(row["omrade"] == "munhalsa" and row["kategori"] == "fel_boendeenhet" for row in rows),
        "declined": sum(row["omrade"] == "munhalsa" and row["kategori"] == "avbojd_mhb" for row in rows),
    }


def open_ages(rows: Sequence[Row], month: str) -> list[int]:
    """Days since registration of the kommun's avvikelser that are open on the month's last day."""
    last = days_of(month)[-1]
    return [
        (last - row["registrerad"]).days
        for row in rows
        if row["registrerad"] <= last and (row["avslutad"] is None or row["avslutad"] > last)
    ]


def ntandvard(rows: Sequence[Row]) -> Parts:
    return dict(rows[0]) if rows else {}


def persons(rows: Sequence[Row], from_age: int) -> int | None:
    """Persons of `from_age` or older; unknown where an open group such as 20+ holds both older and younger."""
    total = 0
    for row in rows:
        begins = int(row["alder"].rstrip("+"))
        if row["alder"].endswith("+") and begins < from_age:
            return None
        if begins >= from_age:
            total += row["antal"]
    return total
