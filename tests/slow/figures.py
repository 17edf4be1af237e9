"""Every figure of every area and period, with loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from config import Settings
from tests.slow import others
from tests.slow.limits import limits
from tests.slow.parts import (
    Covered,
    Parts,
    Row,
    agreements_with,
    avvikelser,
    days_of,
    in_force,
    kind_of,
    months_of,
    ntandvard,
    open_ages,
    persons,
    utskrivning,
)

# ---- The indicators ----------------------------------------------------------------------------------------------------


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
    only_under: tuple[str, ...] = ()
    kind: str = "flow"
    to_the_goal_of: str | None = None
    tenths: int = 0


ASKED = {
    "ntandvard_tackning": Asked(
        "ntandvard", "intyg", None, 100, lambda settings: settings.ntandvard.population_from_age, interval="wilson", unit="%", kind="stock"
    ),
    "ntandvard_intyg": Asked("ntandvard", "intyg", kind="stock"),
    "mhb_onskas": Asked("ntandvard", "onskar_mhb", "intyg", 100, interval="wilson", unit="%", kind="stock"),
    "mhb_utford": Asked("ntandvard", "fatt_mhb", "onskar_mhb", 100, interval="wilson", unit="%", kind="stock"),
    "mhb_utford_av_intyg": Asked("ntandvard", "fatt_mhb", "intyg", 100, interval="wilson", unit="%", kind="stock"),
    "tandvard_utford": Asked("ntandvard", "fatt_tandvard", "intyg", 100, interval="wilson", unit="%", kind="stock"),
    "o25": Asked("ntandvard", "fatt_stod", "intyg", 100, interval="wilson", unit="%", kind="stock"),
    "intyg_till_malet": Asked(
        "ntandvard",
        "intyg",
        from_age=lambda settings: settings.ntandvard.population_from_age,
        kind="stock",
        to_the_goal_of="ntandvard_tackning",
    ),
    "fel_boendeenhet": Asked("avvikelser", "wrong_unit", interval="poisson"),
    "avbojd_mhb": Asked("avvikelser", "declined", interval="poisson"),
    "utbildning_deltagare": Asked("utbildning", "staff"),
    "utbildning_timmar": Asked("utbildning", "hours"),
    "intygsutfardare_utbildade": Asked("utbildning", "issuers"),
    "enheter": Asked("enheter", "units", kind="status"),
    "enheter_utbildade": Asked("enheter", "trained", "units", 100, ruled=True, interval="wilson", unit="%", kind="status"),
    "naromradesplaner_upprattade": Asked("naromradesplaner", "planned", "districts", 100, interval="wilson", unit="%", kind="year"),
    "naromradesplaner_uppfoljda": Asked("naromradesplaner", "followed", "districts", 100, interval="wilson", unit="%", kind="year"),
    "fast_lakarkontakt": Asked("fast_lakarkontakt", "with_doctor", "patients", 100, interval="wilson", unit="%", kind="stock"),
    "placeringar": Asked("placeringar", "placements", interval="poisson"),
    **{f"placeringar_{form}": Asked("placeringar", form, interval="poisson") for form in others.FORMS},
    "placeringar_inom_lanet": Asked("placeringar", "inside", "placements", 100, interval="wilson", unit="%"),
    "sip_fore_placering": Asked("placeringar", "sip", "planned", 100, interval="wilson", unit="%"),
    "kostnadsfordelning_i_tid": Asked("placeringar", "settled", "acute", 100, ruled=True, interval="wilson", unit="%"),
    "schablon_anvand": Asked("placeringar", "standard", "placements", 100, interval="wilson", unit="%"),
    "halsosamtal_erbjudna": Asked("halsosamtal", "offered", "group", 100, interval="wilson", unit="%", kind="year"),
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
    "pagaende": Asked("pagaende", "ongoing", kind="status"),
    "pagaende_over_sju_dagar": Asked("pagaende", "long", kind="status"),
    "samma_dag": Asked("utskrivning", "same day", "discharges", 100, interval="wilson", unit="%"),
    "dagar_snitt_alla": Asked("utskrivning", "all days", "discharges", 1, unit="dagar"),
    "dagar_snitt_skr": Asked("utskrivning", "all days", "a day or more", 1, unit="dagar"),
    "sip_i_tid": Asked("utskrivning", "SIP in time", "SIP known", 100, interval="wilson", unit="%"),
    "avslutade": Asked("avvikelser", "closed", "reports", 100, interval="wilson", unit="%"),
    "avslut_dagar": Asked("avvikelser", "days to close", "closed", 1, unit="dagar"),
    "avvikelser_oppna": Asked("avvikelser", "open", kind="status"),
    "avvikelser_vid_utskrivning": Asked("avvikelser", "about discharge", "discharges there", 100, interval="poisson", unit="%"),
    "aterkoppling_median": Asked("avvikelser", "answer_days", "answered", 1, unit="dagar", tenths=5),
    "aterkoppling_p90": Asked("avvikelser", "answer_days", "answered", 1, unit="dagar", tenths=9),
}


def asked_of(settings: Settings) -> dict[str, Asked]:
    """The indicators of the code, and one for each condition."""
    found = dict(ASKED)
    for agreement in settings.agreements:
        for condition in agreement.utskrivning.conditions:
            having = agreements_with(settings, condition.id)
            found[f"villkor_{condition.id}"] = Asked(
                "utskrivning",
                f"{condition.id} met",
                f"{condition.id} judged",
                100,
                ruled=True,
                interval="wilson",
                unit="%",
                only_under=() if len(having) == len(settings.agreements) else tuple(having),
            )
    return found


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
        self.answer_days: dict[tuple[str, str], list[int]] = {cell: [] for cell in covered["avvikelser"]}
        for row in rows["avvikelser"]:
            if row["aterkopplad"] is not None:
                self.answer_days[row["kommun"], f"{row['registrerad']:%Y-%m}"].append((row["aterkopplad"] - row["registrerad"]).days)
        for dataset in sorted({asked.dataset for asked in ASKED.values()}):
            for kommun, base in covered[dataset]:
                self.cells[dataset, kommun, base] = self._parts(dataset, kommun, base)

    def _parts(self, dataset: str, kommun: str, base: str) -> tuple[Parts, bool]:
        mine = [row for row in self.rows[dataset] if row["kommun"] == kommun]
        if dataset == "utskrivning":
            return utskrivning(self.settings, base, [row for row in mine if f"{row['utskriven']:%Y-%m}" == base])
        if dataset == "avvikelser":
            covered = {month for code, month in self.covered[dataset] if code == kommun}
            mine = [row for row in mine if f"{row['registrerad']:%Y-%m}" in covered]
            parts = dict(avvikelser([row for row in mine if f"{row['registrerad']:%Y-%m}" == base]))
            parts["open"] = len(open_ages(mine, base))
            if self.covered["utskrivning"].get((kommun, base)):
                parts["discharges there"] = self._parts("utskrivning", kommun, base)[0]["discharges"]
            return parts, True
        if dataset == "ntandvard":
            return ntandvard([row for row in mine if row["kvartal"] == base]), True
        if dataset == "enheter":
            training = [row for row in self.rows["utbildning"] if row["kommun"] == kommun]
            months = {month: whole for (k, month), whole in self.covered["utbildning"].items() if k == kommun}
            return others.enheter(self.settings, base, [row for row in mine if row["manad"] == base], training, months)
        if dataset == "pagaende":
            last = days_of(base)[-1]
            days = [(last - row["utskrivningsklar"]).days for row in mine if row["manad"] == base and row["utskrivningsklar"] <= last]
            return {"ongoing": len(days), "long": sum(day > self.settings.utskrivning.long_stay_days for day in days)}, True
        return others.parts(self.settings, dataset, base, mine)

    def figures(self, indicators: Sequence[str] | None = None) -> Iterator[Figure]:
        every = asked_of(self.settings)
        for indicator in every if indicators is None else indicators:
            asked = every[indicator]
            for period in self._periods(asked):
                for area_kind, area, name, kommuner in self._areas(days_of(period)[-1]):
                    figure = Figure(indicator, area_kind, area, name, kind_of(period), period, unit=asked.unit)
                    self._sum(figure, asked, kommuner)
                    self._finish(figure, asked)
                    if asked.tenths:
                        self._find_place(figure, asked, kommuner)
                    yield figure

    def _find_place(self, figure: Figure, asked: Asked, kommuner: list[str]) -> None:
        """The days of the one that so many tenths of the answered had waited no longer than."""
        days = sorted(day for kommun in kommuner for month in months_of(figure.period) for day in self.answer_days.get((kommun, month), ()))
        figure.numerator = None
        figure.value = next((day for n, day in enumerate(days, 1) if 10 * n >= asked.tenths * len(days)), None)

    def _bases(self, asked: Asked, period: str) -> list[str]:
        """The months of a flow, the last month of a status; for a stock the quarter itself, or the year's fourth; years by themselves."""
        if asked.kind == "flow":
            return months_of(period)
        if asked.kind == "status":
            return months_of(period)[-1:]
        if asked.kind == "year":
            return [period] if len(period) == 4 else []
        return [period] if "Q" in period else [f"{period}-Q4"] if len(period) == 4 else []

    def _periods(self, asked: Asked) -> list[str]:
        bases = {base for kommun, base in self.covered[asked.dataset] if kommun in self.settings.kommuner and self._exists(asked, base)}
        years = sorted({base[:4] for base in bases})
        every = [p for y in years for p in (y, *(f"{y}-Q{q}" for q in (1, 2, 3, 4)), *(f"{y}-{m:02}" for m in range(1, 13)))]
        return [period for period in every if bases & set(self._bases(asked, period))]

    def _exists(self, asked: Asked, base: str) -> bool:
        held = {agreement.id for day in days_of(base) if (agreement := in_force(self.settings, day))}
        return not asked.only_under or bool(held & set(asked.only_under))

    def _is_whole(self, asked: Asked, base: str) -> bool:
        held = [agreement.id if (agreement := in_force(self.settings, day)) else None for day in days_of(base)]
        return not asked.only_under or all(id_ in asked.only_under for id_ in held)

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
                if asked.to_the_goal_of is not None:
                    goal = self._goal(asked.to_the_goal_of, "kommun", figure.period)[1]
                    if goal is None:
                        figure.complete = False
                        continue
                    found = [(others.lacking(goal, have, inhabitants), 0.0) for have, _ in found]
            for a, b in found:
                anything = True
                numerator += a
                denominator += b
        has_denominator = asked.denominator is not None or (asked.from_age is not None and asked.to_the_goal_of is None)
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
        if not is_complete or (asked.ruled and not whole_rule) or not self._is_whole(asked, base):
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
            figure.lower, figure.upper = limits(asked.interval, asked.per, figure.numerator, figure.denominator)
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
