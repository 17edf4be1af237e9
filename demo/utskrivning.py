"""Discharges: about 30 000 a year in the county, in files for each quarter.

Which conditions a quarter's file has columns for follows from the agreements in force, as config.yaml dates them. Some
quarters come in parts: a kommun that is late, a sender that lacks a column, and a quarter that is corrected afterwards.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import accumulate
from math import exp, sqrt
from random import Random

import periods
from demo.drafts import Cell, Draft, Table
from demo.profiles import Profile
from demo.scene import Scene

_REQUIRED = ("arende", "kommun", "enhet", "inskriven", "utskrivningsklar", "utskriven")
_DAYS_AFTER, _LATE_DAYS_AFTER, _CORRECTED_DAYS_AFTER = 8, 75, 3
_LATE_QUARTERS_BACK, _CORRECTED_QUARTERS_BACK = 4, 1

# Discharges per month of the year, in relation to each other: most in winter, fewest in July.
_SEASON = (1.12, 1.06, 1.08, 1.0, 0.98, 0.95, 0.86, 0.9, 0.98, 1.01, 1.02, 1.04)
# Waiting per month of the year, in relation to each other: staff is short in summer.
_WAITING = (1.05, 1.03, 1.0, 0.98, 0.97, 1.02, 1.1, 1.08, 0.98, 0.96, 0.97, 1.02)
# Hospitals discharge few on weekends.
_WEEKDAYS = (1.0, 1.05, 1.05, 1.1, 1.25, 0.4, 0.3)
# Days from 1 to the limit of seven, in relation to each other; same day takes what is left of the kommun's mean.
_DAYS = (15, 15, 15, 14, 14, 13, 13)
_DAYS_MEAN = sum(day * weight for day, weight in enumerate(_DAYS, start=1)) / sum(_DAYS)

# How often a ja/nej column says nej, before the kommun's own habits; a column not named here takes the first value.
_NO = {
    "": 0.012,
    "inskrivningsmeddelande": 0.012,
    "utskrivningsklar_meddelad": 0.008,
    "oppenvard_planering": 0.045,
    "oppenvard_insatser": 0.03,
}
# How often a column that decides whether a condition applies says ja.
_APPLIES = {"": 0.3, "sip_behov": 0.42, "tvangsvard": 0.04}
# How often a date is missing, and how often it is late.
_DATE_FAILS = {"": (0.015, 0.015), "sip_kallelse": (0.06, 0.04)}
_UNKNOWN = 0.006
_YEARLY_GAIN = 0.94


@dataclass(frozen=True)
class Answered:
    """A condition's column: a ja/nej answer, a decision whether something applies, or a date near another date."""

    name: str
    kind: str
    applies_if: str | None = None
    of: str = "utskrivningsklar"


def drafts(scene: Scene, profiles: Mapping[str, Profile]) -> Iterator[Draft]:
    """The files of every quarter, with the late, the lacking and the corrected ones."""
    late = scene.pick(1, "utskrivning", "late")
    corrected = scene.pick(1, "utskrivning", "corrected")
    lacking = _lacking_kommuner(scene)
    for number, quarter in enumerate(scene.quarters):
        draft = partial(_draft, scene, profiles, quarter, number)
        if quarter == scene.back(_LATE_QUARTERS_BACK):
            yield draft(kommuner=_without(scene, late), note=f"{scene.settings.kommuner[late[0]]} saknas och kommer senare.")
            yield draft(kommuner=late, part="sen", days_after=_LATE_DAYS_AFTER, note="Sen leverans från en kommun.")
        elif lacking and quarter == scene.back(scene.story.lacking.quarters_before_last):
            yield draft(kommuner=_without(scene, lacking), note="Länet utom dem som har en egen fil.")
            yield draft(kommuner=lacking, part="egen_fil", lacks=scene.story.lacking.column, note="Avsändaren saknar en kolumn.")
        elif quarter == scene.back(_CORRECTED_QUARTERS_BACK):
            yield draft(kommuner=None, wrong=corrected[0], note="Hela länet. Datumen för en kommun är fel och rättas senare.")
            after_last = periods.last_day(scene.quarters[-1]) + timedelta(days=_CORRECTED_DAYS_AFTER)
            yield draft(
                kommuner=corrected,
                part="rattad",
                days_after=(after_last - periods.last_day(quarter)).days,
                note="Rättade datum för en kommun.",
            )
        else:
            yield draft(kommuner=None, note="Hela länet.")


def _without(scene: Scene, kommuner: Sequence[str]) -> tuple[str, ...]:
    return tuple(kommun for kommun in scene.kommuner if kommun not in kommuner)


def _lacking_kommuner(scene: Scene) -> tuple[str, ...]:
    area = scene.story.lacking.area
    division = next((division for division in scene.settings.divisions if area in {a.id for a in division.areas}), None)
    return division.members_on(area, scene.today) if division else ()


def _draft(
    scene: Scene,
    profiles: Mapping[str, Profile],
    quarter: str,
    number: int,
    *,
    kommuner: tuple[str, ...] | None,
    note: str,
    part: str = "",
    days_after: int = _DAYS_AFTER,
    lacks: str = "",
    wrong: str = "",
) -> Draft:
    return Draft(
        dataset="utskrivning",
        stem=f"utskrivning_{quarter}" + (f"_{part}" if part else ""),
        content=partial(_table, scene, profiles, quarter, kommuner, lacks, wrong),
        day=periods.last_day(quarter) + timedelta(days=days_after),
        title=f"Utskrivningar {quarter}",
        note=note,
        dialect=number,
        spreadsheet=bool(lacks),
        periods=(quarter,),
        kommuner=kommuner,
    )


def _table(scene: Scene, profiles: Mapping[str, Profile], quarter: str, kommuner: tuple[str, ...] | None, lacks: str, wrong: str) -> Table:
    columns = columns_of(scene, quarter)
    names = (*_REQUIRED, *(column.name for column in columns))
    rows = _quarter(scene, profiles, quarter, columns)
    if kommuner is not None:
        wanted = set(kommuner)
        rows = [row for row in rows if row["kommun"] in wanted]
    if wrong:
        rows = [_too_early(scene, row) if row["kommun"] == wrong else row for row in rows]
    kept = tuple(name for name in names if name != lacks)
    return Table(kept, [tuple(row[name] for name in kept) for row in rows])


def _too_early(scene: Scene, row: Mapping[str, Cell]) -> dict[str, Cell]:
    """The row as first sent: in every second one the day of utskrivningsklar is too early, so that the waiting looks longer."""
    chance = scene.chance("wrong", row["arende"])
    ready, admitted = row["utskrivningsklar"], row["inskriven"]
    if not isinstance(ready, date) or not isinstance(admitted, date) or chance.random() < 0.5:
        return dict(row)
    return {**row, "utskrivningsklar": max(admitted, ready - timedelta(days=chance.randint(2, 4)))}


def columns_of(scene: Scene, quarter: str) -> tuple[Answered, ...]:
    """The columns that the conditions of the quarter's agreements need, deciding columns before those that they decide on."""
    found: dict[str, Answered] = {}
    for agreement in scene.settings.agreements_between(periods.first_day(quarter), periods.last_day(quarter)):
        for condition in agreement.utskrivning.conditions:
            if condition.applies_if:
                found.setdefault(condition.applies_if, Answered(condition.applies_if, "applies"))
            if condition.yes_in:
                found.setdefault(condition.yes_in, Answered(condition.yes_in, "yes", condition.applies_if))
            if condition.date_in:
                column = Answered(condition.date_in, "date", condition.applies_if, condition.of or "utskrivningsklar")
                found.setdefault(condition.date_in, column)
    return tuple(found.values())


def _quarter(scene: Scene, profiles: Mapping[str, Profile], quarter: str, columns: Sequence[Answered]) -> list[dict[str, Cell]]:
    """Every discharge of the quarter as the records know it, numbered by day."""
    rows = [
        row
        for month in periods.months(quarter)
        for kommun, expected in expected_in(scene, profiles, month).items()
        for row in month_of(scene, profiles[kommun], kommun, month, expected, columns)
    ]
    rows.sort(key=lambda row: (str(row["utskriven"]), str(row["kommun"])))
    for number, row in enumerate(rows, start=1):
        row["arende"] = f"D{quarter[:4]}-{quarter[-1]}{number:05}"
    return rows


def expected_in(scene: Scene, profiles: Mapping[str, Profile], month: str) -> dict[str, float]:
    """Expected discharges of the month per kommun."""
    year, season = int(month[:4]), _SEASON[int(month[5:]) - 1] / sum(_SEASON)
    weights = {kommun: scene.population.adults(kommun, year - 1) * profiles[kommun].use for kommun in scene.kommuner}
    total = sum(weights.values())
    return {kommun: scene.story.discharges_per_year * season * weight / total for kommun, weight in weights.items()}


def month_of(
    scene: Scene, profile: Profile, kommun: str, month: str, expected: float, columns: Sequence[Answered]
) -> Iterator[dict[str, Cell]]:
    """The kommun's discharges of the month as the records know them, without a number."""
    chance = scene.chance("utskrivning", kommun, month)
    days = _waiting(profile, month, chance)
    discharged = _discharge_days(month)
    unit = _units(scene, kommun)
    answers = [(column.name, _answer(scene, kommun, column, month)) for column in columns]
    for _ in range(poisson(chance, expected)):
        left = discharged(chance)
        ready = left - timedelta(days=days(chance))
        admitted = ready - timedelta(days=1 + min(60, int(chance.expovariate(1 / 6))))
        row: dict[str, Cell] = {"arende": None, "kommun": kommun, "enhet": unit(chance), "inskriven": admitted}
        row |= {"utskrivningsklar": ready, "utskriven": left}
        for name, answer in answers:
            row[name] = answer(chance, row)
        yield row


def poisson(chance: Random, expected: float) -> int:
    """A count with the given mean; a normal curve where the mean is large."""
    if expected > 40:
        return max(0, round(chance.gauss(expected, sqrt(expected))))
    limit, count, product = exp(-expected), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def _waiting(profile: Profile, month: str, chance: Random) -> Callable[[Random], int]:
    """Days from utskrivningsklar to utskriven for one discharge in the month."""
    shift = profile.shift if month >= profile.shifted_from else 1.0
    factor = _WAITING[int(month[5:]) - 1] * shift * chance.uniform(0.93, 1.07)
    waiting = min(0.97, profile.mean_days * factor / _DAYS_MEAN)
    weights = list(accumulate([(1 - waiting) * sum(_DAYS), *(waiting * weight for weight in _DAYS)]))
    long_share = profile.long_share * factor

    def days(chance: Random) -> int:
        if chance.random() >= long_share:
            return chance.choices(range(len(weights)), cum_weights=weights)[0]
        very_long = chance.random() < 0.03
        return min(400, len(weights) + (30 if very_long else 0) + int(chance.expovariate(1 / 40 if very_long else 1 / 5)))

    return days


def _discharge_days(month: str) -> Callable[[Random], date]:
    first = periods.first_day(month)
    days = [first + timedelta(days=day) for day in range(monthrange(first.year, first.month)[1])]
    weights = list(accumulate(_WEEKDAYS[day.weekday()] for day in days))
    return lambda chance: chance.choices(days, cum_weights=weights)[0]


def _units(scene: Scene, kommun: str) -> Callable[[Random], str]:
    """Hospitals with invented names: two per area of the first division, and now and then one of the others."""
    areas = scene.settings.divisions[0].areas
    letters = [chr(ord("A") + number) for number in range(2 * len(areas))]
    home = next((number for number, area in enumerate(areas) if kommun in {m.kommun for m in area.memberships()}), 0)
    weights = list(accumulate(12.0 if number // 2 == home else 0.6 for number in range(len(letters))))
    return lambda chance: f"Sjukhus {chance.choices(letters, cum_weights=weights)[0]}"


Answer = Callable[[Random, Mapping[str, Cell]], Cell]


def _answer(scene: Scene, kommun: str, column: Answered, month: str) -> Answer:
    """How the column is filled in for one discharge, by the kommun's own habits, which get slowly better."""
    habit = scene.chance("habit", kommun, column.name).lognormvariate(0, 0.5)
    gain = _YEARLY_GAIN ** (int(month[:4]) - int(scene.quarters[0][:4]) + int(month[5:]) / 12)
    if column.kind == "applies":
        share = _APPLIES.get(column.name, _APPLIES[""])
        return lambda chance, _: None if chance.random() < _UNKNOWN else chance.random() < share
    if column.kind == "yes":
        no = min(0.5, _NO.get(column.name, _NO[""]) * habit * gain)
        return _only_if(column.applies_if, lambda chance, _: None if chance.random() < _UNKNOWN else chance.random() >= no)
    return _only_if(column.applies_if, partial(_date_answer, column, min(5.0, habit * gain)))


def _only_if(decides: str | None, answer: Answer) -> Answer:
    if decides is None:
        return answer
    return lambda chance, row: answer(chance, row) if row[decides] else None


def _date_answer(column: Answered, carelessness: float, chance: Random, row: Mapping[str, Cell]) -> Cell:
    """A date by the column's `of`: mostly on time, sometimes late, sometimes missing; never after the day after discharge."""
    of = column.of
    wanted, left = row[of], row["utskriven"]
    if not isinstance(wanted, date) or not isinstance(left, date):
        raise TypeError(f"{of} and utskriven hold dates")
    missing, too_late = _DATE_FAILS.get(column.name, _DATE_FAILS[""])
    draw = chance.random()
    if draw < missing * carelessness:
        return None
    late = draw < (missing + too_late) * carelessness
    if of == "utskriven":
        return left + timedelta(days=1 if late else 0)
    return min(left, wanted + timedelta(days=chance.randint(4, 6) if late else chance.randint(0, 2)))
