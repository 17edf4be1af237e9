"""The demo county's files, in the order they are delivered.

Everything goes in through the loaders, like anybody's files: the caller takes each file in at its `delivered` time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config import Settings
from demo import (
    avtalsbeslut,
    avvikelser,
    befolkning,
    enheter,
    fast_lakarkontakt,
    halsosamtal,
    matt,
    namndplan,
    naromradesplaner,
    ntandvard,
    pagaende,
    placeringar,
    utbildning,
    utskrivning,
)
from demo.dialects import DIALECTS, write_spreadsheet, write_table
from demo.drafts import DemoFile, Draft
from demo.profiles import profiles
from demo.scene import Scene, set_scene

__all__ = ["DemoFile", "write_files"]

_OFFICE_HOUR = time(8, 30)
_ZONE = ZoneInfo("Europe/Stockholm")


def write_files(settings: Settings, folder: Path, seed: int, today: date) -> list[DemoFile]:
    """Write the county's files into the folder, which is made if it is missing, and say how each is to be delivered.

    They tell of the story's first quarter to the last whole quarter before `today`. The same settings, seed and day give the same
    bytes. Every file but those with `expected` "refused" keeps the rules of its dataset; `delivered` increases and is never after
    the beginning of `today`, Swedish time.
    """
    scene = set_scene(settings, seed, today)
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted(_drafts(scene), key=lambda draft: draft.day)
    return [_write(scene, folder, draft, _delivered(draft.day, today, number)) for number, draft in enumerate(ordered)]


def _drafts(scene: Scene) -> Iterator[Draft]:
    characters = profiles(scene)
    yield from befolkning.drafts(scene)
    yield from ntandvard.drafts(scene, characters)
    yield from utskrivning.drafts(scene, characters)
    yield from pagaende.drafts(scene, characters)
    yield from avvikelser.drafts(scene, characters)
    for module in (utbildning, enheter, naromradesplaner, fast_lakarkontakt, placeringar, halsosamtal, avtalsbeslut):
        yield from module.drafts(scene)
    yield from namndplan.drafts(scene)
    yield from matt.drafts(scene)


def _delivered(day: date, today: date, number: int) -> datetime:
    """The draft's own day, or the first seconds of today if that lies ahead; never the same moment twice."""
    wanted = datetime.combine(min(day, today), _OFFICE_HOUR, _ZONE)
    begun = datetime.combine(today, time(), _ZONE)
    return (min(wanted, begun) + timedelta(seconds=number)).astimezone(UTC)


def _write(scene: Scene, folder: Path, draft: Draft, delivered: datetime) -> DemoFile:
    content = draft.content()
    if isinstance(content, str):
        path = folder / f"{draft.stem}.yaml"
        path.write_text(content, encoding="utf-8")
    elif draft.spreadsheet:
        path = write_spreadsheet(content, folder, draft.stem, draft.title)
    else:
        dialect = DIALECTS[draft.dialect % len(DIALECTS)]
        path = write_table(content, folder, draft.stem, dialect, draft.title, scene.settings.kommuner)
    return DemoFile(draft.dataset, path, draft.periods, draft.kommuner, delivered, draft.note, draft.expected)
