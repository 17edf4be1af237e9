"""N-tandvård: one row per kommun and quarter. In the last quarter two kommuner are missing, because their file was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

import periods
from demo.drafts import Cell, Draft, Table
from demo.profiles import Profile
from demo.scene import Scene

COLUMNS = ("kommun", "kvartal", "intyg", "onskar_mhb", "fatt_mhb", "fatt_tandvard", "fatt_stod")
_DAYS_AFTER = 13
_REFUSED_DAYS_AFTER = 19
_MISSING_KOMMUNER = 2


def drafts(scene: Scene, profiles: Mapping[str, Profile]) -> Iterator[Draft]:
    """The county's file for each quarter, and the refused file of the last one."""
    missing = scene.pick(_MISSING_KOMMUNER, "ntandvard", "missing")
    for number, quarter in enumerate(scene.quarters):
        last = quarter == scene.quarters[-1]
        kommuner = [kommun for kommun in scene.kommuner if not (last and kommun in missing)]
        yield Draft(
            dataset="ntandvard",
            stem=f"ntandvard_{quarter}",
            content=partial(_table, scene, profiles, quarter, kommuner),
            day=periods.last_day(quarter) + timedelta(days=_DAYS_AFTER),
            title=f"N-tandvård {quarter}",
            note=f"{len(missing)} kommuner saknas: deras fil kommer för sig." if last else "Hela länet.",
            dialect=number,
            spreadsheet=number % 5 == 4,
        )
        if last:
            yield _refused(scene, profiles, quarter, missing)


def _refused(scene: Scene, profiles: Mapping[str, Profile], quarter: str, kommuner: tuple[str, ...]) -> Draft:
    return Draft(
        dataset="ntandvard",
        stem=f"ntandvard_{quarter}_komplettering",
        content=partial(_spoilt, scene, profiles, quarter, kommuner),
        day=periods.last_day(quarter) + timedelta(days=_REFUSED_DAYS_AFTER),
        title=f"N-tandvård {quarter}, komplettering",
        note="Filen avvisas: fler önskar munhälsobedömning än som har intyg, och ett kvartal går inte att läsa.",
        expected="refused",
    )


def _spoilt(scene: Scene, profiles: Mapping[str, Profile], quarter: str, kommuner: tuple[str, ...]) -> Table:
    """The missing kommuner's rows with one error each: more wishes than intyg, and a quarter that does not exist."""
    first, *others = ([*row] for row in _table(scene, profiles, quarter, list(kommuner)).rows)
    first[3] = int(str(first[2])) + 12
    for row in others:
        row[1] = f"{quarter[:-1]}5"
    return Table(COLUMNS, [tuple(first), *map(tuple, others)])


def _table(scene: Scene, profiles: Mapping[str, Profile], quarter: str, kommuner: list[str]) -> Table:
    return Table(COLUMNS, [_row(scene, profiles[kommun], kommun, quarter) for kommun in kommuner])


def _row(scene: Scene, profile: Profile, kommun: str, quarter: str) -> tuple[Cell, ...]:
    chance = scene.chance("ntandvard", kommun, quarter)
    adults = scene.population.adults(kommun, scene.population_year(periods.last_day(quarter)))
    intyg = round(adults * _share(scene, profile, quarter, chance.uniform(-0.012, 0.012)) / 100)
    wish = min(intyg, round(intyg * (profile.wish + chance.uniform(-0.01, 0.01))))
    seen = min(wish, round(wish * (profile.seen + chance.uniform(-0.015, 0.015))))
    treated = min(intyg, round(intyg * (profile.treated + chance.uniform(-0.015, 0.015)) * _care(scene, kommun, quarter)))
    most, fewest = max(seen, treated), min(seen, treated)
    either = min(intyg, most + round(fewest * chance.uniform(0.1, 0.25)))
    return kommun, quarter, intyg, wish, seen, treated, either


def _care(scene: Scene, kommun: str, quarter: str) -> float:
    """How many times as many get care as otherwise: more where the new clinic is, once it is open."""
    clinic = scene.story.new_clinic
    return clinic.times if kommun == clinic.kommun and int(quarter[:4]) >= scene.last_whole_year else 1.0


def _share(scene: Scene, profile: Profile, quarter: str, noise: float) -> float:
    """Percent with intyg: from where it began to where it ends, with a little noise before the last quarter."""
    steps = len(scene.quarters) - 1
    left = (steps - scene.quarters.index(quarter)) / steps if steps else 0.0
    return profile.coverage - profile.change * left + (noise if left else 0.0)
