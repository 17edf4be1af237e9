"""The slow twin: every figure of the contract with loops and dictionaries, for a statistician to read.

It shares nothing with `metrics` but the settings. A row is a dictionary with the contract's field names; a delivery that lacked a
column says so in `lacks` (a set of column names). `Covered` says which kommun and base period a dataset speaks for, and whether
it is complete. Source: contract, sections 5 and 6.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    return "met" if day <= row[condition.of] + timedelta(days=condition.within_days) else "not met"


def states(agreement: Agreement, row: Row) -> list[str]:
    return [judge(condition, row) for condition in agreement.utskrivning.conditions]


def utskrivning(settings: Settings, month: str, rows: Sequence[Row]) -> tuple[Parts, bool]:
    """The parts of one kommun and month, and whether an agreement holds on all its days."""
    ruled_days = [in_force(settings, day) is not None for day in days_of(month)]
    parts: dict[str, float | None] = {
        "discharges": len(rows),
        "long_stays": sum((row["utskriven"] - row["utskrivningsklar"]).days > settings.utskrivning.long_stay_days for row in rows),
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
    }


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


# ---- The twenty indicators ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    dataset: str
    numerator: str
    denominator: str | None = None
    per: float | None = None
    from_age: Callable[[Settings], int] | None = None
    ruled: bool = False
    interval: str = ""
    unit: str = "antal"


ASKED = {
    "ntandvard_tackning": Asked(
        "ntandvard", "intyg", None, 100, lambda settings: settings.ntandvard.population_from_age, interval="wilson", unit="%"
    ),
    "ntandvard_intyg": Asked("ntandvard", "intyg"),
    "mhb_onskas": Asked("ntandvard", "onskar_mhb", "intyg", 100, interval="wilson", unit="%"),
    "mhb_utford": Asked("ntandvard", "fatt_mhb", "onskar_mhb", 100, interval="wilson", unit="%"),
    "mhb_utford_av_intyg": Asked("ntandvard", "fatt_mhb", "intyg", 100, interval="wilson", unit="%"),
    "tandvard_utford": Asked("ntandvard", "fatt_tandvard", "intyg", 100, interval="wilson", unit="%"),
    "utskrivna": Asked("utskrivning", "discharges", interval="poisson"),
    "dagar_snitt": Asked("utskrivning", "short_days", "short_stays", 1, ruled=True, unit="dagar"),
    "betaldagar": Asked("utskrivning", "payable_days", ruled=True, unit="dagar"),
    "betalningsbelopp": Asked("utskrivning", "payable_sek", ruled=True, unit="kr"),
    "over_sju_dagar": Asked("utskrivning", "long_stays", interval="poisson"),
    "betalningsmanader": Asked("utskrivning", "months_over", "months", ruled=True),
    "foljsamhet": Asked("utskrivning", "compliant", "judged", 100, ruled=True, interval="wilson", unit="%"),
    "foljsamhet_bortfall": Asked("utskrivning", "unjudged", "ruled", 100, ruled=True, interval="wilson", unit="%"),
    "avvikelser": Asked("avvikelser", "reports", interval="poisson"),
    "avvikelser_per_10000": Asked("avvikelser", "reports", None, 10_000, lambda _: 0, interval="poisson", unit="per_10000"),
    "aterkoppling_dagar": Asked("avvikelser", "answer_days", "answered", 1, unit="dagar"),
    "aterkopplade": Asked("avvikelser", "answered", "reports", 100, interval="wilson", unit="%"),
    "oenigheter": Asked("avvikelser", "disagreements", interval="poisson"),
    "tvister": Asked("avvikelser", "disputes", interval="poisson"),
}


@dataclass
class Figure:
    indicator: str
    area_kind: str
    area: str
    area_name: str
    period_kind: str
    period: str
    numerator: float | None = 0
    denominator: float | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    goal: float | None = None
    status: str = ""
    complete: bool = True
    preliminary: bool = False
    agreement: str | None = None


# ---- The engine ---------------------------------------------------------------------------------------------------------------


class Twin:
    """All figures of a county."""

    def __init__(self, settings: Settings, rows: Mapping[str, Sequence[Row]], covered: Mapping[str, Covered]) -> None:
        self.settings = settings
        self.rows = rows
        self.covered = covered
        self.cells: dict[tuple[str, str, str], tuple[Parts, bool]] = {}
        for dataset in ("ntandvard", "utskrivning", "avvikelser"):
            for kommun, base in covered[dataset]:
                self.cells[dataset, kommun, base] = self._parts(dataset, kommun, base)

    def _parts(self, dataset: str, kommun: str, base: str) -> tuple[Parts, bool]:
        mine = [row for row in self.rows[dataset] if row["kommun"] == kommun]
        if dataset == "utskrivning":
            return utskrivning(self.settings, base, [row for row in mine if f"{row['utskriven']:%Y-%m}" == base])
        if dataset == "avvikelser":
            return avvikelser([row for row in mine if f"{row['registrerad']:%Y-%m}" == base]), True
        return ntandvard([row for row in mine if row["kvartal"] == base]), True

    def figures(self) -> Iterator[Figure]:
        for indicator, asked in ASKED.items():
            for period in self._periods(asked):
                for area_kind, area, name, kommuner in self._areas(days_of(period)[-1]):
                    figure = Figure(indicator, area_kind, area, name, kind_of(period), period, unit=asked.unit)
                    self._sum(figure, asked, kommuner)
                    self._finish(figure, asked)
                    yield figure

    def _bases(self, asked: Asked, period: str) -> list[str]:
        """The months of a flow; for a stock the quarter itself, or the year's fourth. A stock has no months."""
        if asked.dataset != "ntandvard":
            return months_of(period)
        return [period] if "Q" in period else [f"{period}-Q4"] if len(period) == 4 else []

    def _periods(self, asked: Asked) -> list[str]:
        bases = {base for kommun, base in self.covered[asked.dataset] if kommun in self.settings.kommuner}
        years = sorted({base[:4] for base in bases})
        every = [p for y in years for p in (y, *(f"{y}-Q{q}" for q in (1, 2, 3, 4)), *(f"{y}-{m:02}" for m in range(1, 13)))]
        return [period for period in every if bases & set(self._bases(asked, period))]

    def _areas(self, day: date) -> Iterator[tuple[str, str, str, list[str]]]:
        for kommun, name in self.settings.kommuner.items():
            yield "kommun", kommun, name, [kommun]
        for division in self.settings.divisions:
            for area in division.areas:
                members = [member.kommun for member in area.memberships() if member.valid_from <= day <= member.valid_to]
                yield "delregion", area.id, area.name, members
        yield "lan", self.settings.county.id, self.settings.county.name, list(self.settings.kommuner)

    def _sum(self, figure: Figure, asked: Asked, kommuner: list[str]) -> None:
        numerator = denominator = 0.0
        anything = False
        figure.complete = bool(kommuner)
        for kommun in kommuner:
            found = [cell for base in self._bases(asked, figure.period) if (cell := self._cell(figure, asked, kommun, base))]
            if asked.from_age is not None and found:
                inhabitants = self._inhabitants(figure, asked.from_age(self.settings), kommun)
                if inhabitants is None:
                    figure.complete = False
                    continue
                denominator += inhabitants
            for a, b in found:
                anything = True
                numerator += a
                denominator += b
        has_denominator = asked.denominator is not None or asked.from_age is not None
        figure.numerator = numerator if anything else None
        figure.denominator = denominator if anything and has_denominator else None
        figure.complete = figure.complete and anything
        figure.preliminary = figure.preliminary and anything

    def _cell(self, figure: Figure, asked: Asked, kommun: str, base: str) -> tuple[float, float] | None:
        """Numerator and denominator of one kommun and base period, or None where there is no figure; notes what is incomplete."""
        is_complete = self.covered[asked.dataset].get((kommun, base))
        parts, whole_rule = self.cells.get((asked.dataset, kommun, base), ({}, True))
        numerator = parts.get(asked.numerator)
        denominator = parts.get(asked.denominator) if asked.denominator else 0.0
        if is_complete is None or numerator is None or denominator is None:
            figure.complete = False
            return None
        if not is_complete or (asked.ruled and not whole_rule):
            figure.complete = False
        return numerator, denominator

    def _inhabitants(self, figure: Figure, from_age: int, kommun: str) -> int | None:
        """Inhabitants on the latest 31 December that has passed when the period ends, else on the latest known one before it."""
        last = days_of(figure.period)[-1]
        wanted = last.year if (last.month, last.day) == (12, 31) else last.year - 1
        for year in range(wanted, 1900, -1):
            mine = [row for row in self.rows["befolkning"] if row["kommun"] == kommun and row["ar"] == year]
            counted = persons(mine, from_age) if mine else None
            if counted is not None:
                figure.preliminary = figure.preliminary or year < wanted
                figure.complete = figure.complete and self.covered["befolkning"][kommun, str(year)]
                return counted
        return None

    def _finish(self, figure: Figure, asked: Asked) -> None:
        if figure.numerator is not None:
            if asked.per is None:
                figure.value = figure.numerator
            elif figure.denominator:
                figure.value = asked.per * figure.numerator / figure.denominator
        if figure.value is not None and figure.numerator is not None:
            figure.lower, figure.upper = limits(asked, figure.numerator, figure.denominator)
        figure.agreement = self._agreements(figure.period)
        comparison, figure.goal = self._goal(figure.indicator, figure.area_kind, figure.period)
        figure.status = status(figure, comparison)

    @cache  # noqa: B019 - the twin lives as long as its test
    def _agreements(self, period: str) -> str | None:
        found = [agreement.id for day in days_of(period) if (agreement := in_force(self.settings, day))]
        return "+".join(dict.fromkeys(found)) or None

    @cache  # noqa: B019
    def _goal(self, indicator: str, area_kind: str, period: str) -> tuple[str | None, float | None]:
        """The goal that is the same on all the period's days."""
        goals = {self._goal_on(indicator, area_kind, period, day) for day in days_of(period)}
        return goals.pop() or (None, None) if len(goals) == 1 else (None, None)

    def _goal_on(self, indicator: str, area_kind: str, period: str, day: date) -> tuple[str, float] | None:
        for goal in self.settings.goals.get(indicator, ()):
            holds = goal.valid_from <= day and (goal.valid_to is None or day <= goal.valid_to)
            if holds and area_kind in goal.area_kinds and kind_of(period) in goal.period_kinds:
                return goal.comparison, goal.value
        return None


def status(figure: Figure, comparison: str | None) -> str:
    if figure.value is None:
        return "missing"
    if not figure.complete:
        return "incomplete"
    if figure.goal is None:
        return "no_goal"
    reached = figure.value >= figure.goal if comparison == "at_least" else figure.value <= figure.goal
    return "met" if reached else "missed"


# ---- Intervals ----------------------------------------------------------------------------------------------------------------

Z = 1.959963984540054


def limits(asked: Asked, count: float, among: float | None) -> tuple[float | None, float | None]:
    if asked.interval == "wilson" and among and count <= among:
        share, z2 = count / among, Z * Z
        middle, spread = share + z2 / (2 * among), Z * math.sqrt(share * (1 - share) / among + z2 / (4 * among * among))
        low, high = (middle - spread) / (1 + z2 / among), (middle + spread) / (1 + z2 / among)
        return 100 * max(0.0, low), 100 * min(1.0, high)
    if asked.interval == "poisson":
        low, high = byar(count) if count >= 10 else exact(int(count))
        per = asked.per / among if asked.per and among else 1
        return low * per, high * per
    return None, None


def byar(count: float) -> tuple[float, float]:
    above = count + 1
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3
    return low, above * (1 - 1 / (9 * above) + Z / (3 * math.sqrt(above))) ** 3


@cache
def exact(count: int) -> tuple[float, float]:
    """The means that make a count this high, or this low, happen in 2,5 per cent of cases."""

    def at_most(k: int, mean: float) -> float:
        return math.exp(-mean) * math.fsum(mean**i / math.factorial(i) for i in range(k + 1))

    low = halve(lambda mean: 1 - at_most(count - 1, mean) < 0.025) if count else 0.0
    return low, halve(lambda mean: at_most(count, mean) > 0.025)


def halve(is_below: Callable[[float], bool]) -> float:
    low, high = 0.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return high
