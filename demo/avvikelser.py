"""Avvikelser mellan vårdgivare. Each quarter's file speaks for the quarter before too, so that answers given since are counted.

In the last quarter one kommun lacks a month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from random import Random

import periods
from demo.drafts import Cell, Draft, Table
from demo.profiles import Profile
from demo.scene import Scene
from demo.utskrivning import poisson

COLUMNS = ("avvikelse", "registrerad", "kommun", "rapportor", "omrade", "kategori", "skal", "aterkopplad", "avslutad", "steg")
_DAYS_AFTER = 16
_MISSING_MONTH = 1

# Areas of the agreement and how common they are, each with codes that a sender might use; two of munhälsa's are the agreement's own.
_AREAS: Mapping[str, tuple[float, tuple[str, ...]]] = {
    "in_utskrivning": (60, ("information_saknas", "lakemedelslista", "plan_saknas", "sip_saknas", "sen_underrattelse")),
    "lakarmedverkan": (14, ("svar_drojer", "hembesok_uteblev", "ordination_otydlig")),
    "psykisk": (9, ("sip_saknas", "ansvar_oklart", "overgang_brast")),
    "huvudavtal": (8, ("ansvar_oklart", "rutin_ej_foljd")),
    "munhalsa": (9, ("fel_boendeenhet", "avbojd_mhb")),
}
_REASONS = ("rutin okänd", "hög arbetsbelastning", "it-stöd", "otydligt ansvar", "bemanning", None)
# Steps of the ladder, in relation to each other: avvikelse, oenighet twice, tvist; an empty step is an avvikelse too.
_STEPS: Mapping[int | None, float] = {None: 30, 0: 67, 1: 1.8, 2: 0.8, 3: 0.4}
_FROM_REGION = 0.35
_CLOSED = 0.8


def drafts(scene: Scene, profiles: Mapping[str, Profile]) -> Iterator[Draft]:
    """One file for each quarter; the last one comes in two, because one kommun lacks a month."""
    lacking = scene.pick(1, "avvikelser", "missing")
    for number, quarter in enumerate(scene.quarters):
        told = scene.quarters[max(0, number - 1) : number + 1]
        draft = partial(_draft, scene, profiles, quarter, number)
        if quarter != scene.quarters[-1]:
            yield draft(told, None, "Hela länet.")
            continue
        month = periods.months(quarter)[_MISSING_MONTH]
        others = tuple(kommun for kommun in scene.kommuner if kommun not in lacking)
        known = tuple(m for told_quarter in told for m in periods.months(told_quarter) if m != month)
        yield draft(told, others, "Länet utom en kommun som har en egen fil.")
        yield draft(known, lacking, f"{scene.settings.kommuner[lacking[0]]} har inte lämnat {month}.", part="egen_fil")


def _draft(
    scene: Scene,
    profiles: Mapping[str, Profile],
    quarter: str,
    number: int,
    told: tuple[str, ...],
    kommuner: tuple[str, ...] | None,
    note: str,
    part: str = "",
) -> Draft:
    day = periods.last_day(quarter) + timedelta(days=_DAYS_AFTER)
    return Draft(
        dataset="avvikelser",
        stem=f"avvikelser_{quarter}" + (f"_{part}" if part else ""),
        content=partial(_table, scene, profiles, told, kommuner, min(day, scene.today)),
        day=day,
        title=f"Avvikelser till och med {quarter}",
        note=note,
        dialect=number + 2,
        spreadsheet=number % 4 == 3,
        periods=told,
        kommuner=kommuner,
    )


def _table(scene: Scene, profiles: Mapping[str, Profile], told: tuple[str, ...], kommuner: tuple[str, ...] | None, known: date) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for month in (month for period in told for month in periods.months(period)):
        for kommun in scene.kommuner if kommuner is None else kommuner:
            rows += _month(scene, profiles[kommun], kommun, month, known)
    return Table(COLUMNS, rows)


def _month(scene: Scene, profile: Profile, kommun: str, month: str, known: date) -> Iterator[tuple[Cell, ...]]:
    """The kommun's avvikelser of the month, with what was known of them on the day."""
    chance = scene.chance("avvikelser", kommun, month)
    persons = scene.population.everyone(kommun, int(month[:4]) - 1)
    first, length = periods.first_day(month), (periods.last_day(month) - periods.first_day(month)).days
    for number in range(1, poisson(chance, profile.deviations * persons / 120_000) + 1):
        registered = first + timedelta(days=chance.randint(0, length))
        answered, closed = _answers(profile, registered, chance)
        yield (
            f"A{month[2:4]}-{month[5:]}-{kommun}-{number:03}",
            registered,
            kommun,
            "region" if chance.random() < _FROM_REGION else "kommun",
            *_what(chance),
            answered if answered and answered <= known else None,
            closed if closed and closed <= known else None,
            chance.choices(list(_STEPS), weights=list(_STEPS.values()))[0],
        )


def _what(chance: Random) -> tuple[str, str, str | None]:
    area = chance.choices(list(_AREAS), weights=[weight for weight, _ in _AREAS.values()])[0]
    return area, chance.choice(_AREAS[area][1]), chance.choice(_REASONS)


def _answers(profile: Profile, registered: date, chance: Random) -> tuple[date | None, date | None]:
    """The days when the avvikelse is answered and closed, however late that is."""
    days = int(chance.gammavariate(2.2, profile.answer_days / 2.2))
    closing = int(chance.expovariate(1 / 20))
    if chance.random() >= profile.answered:
        return None, None
    answered = registered + timedelta(days=days)
    return answered, answered + timedelta(days=closing) if chance.random() < _CLOSED else None
