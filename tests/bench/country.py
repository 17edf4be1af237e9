"""A country's worth: the demo county's story told of six counties (294 kommuner) and of ten years, computed at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from config import load_settings
from demo.build import build
from sql.store import open_store
from tests.bench.county import deliver
from tests.bench.process import cost
from tests.conftest import SHIPPED, settings_of

COUNTIES = 6
YEARS = range(2017, 2027)
STORY_TOLD = date(2026, 3, 31)


def measure(folder: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows for the table of benchmarks: seconds and peak memory of `compute --full`, in the program's own process."""
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(_country(folder / "country"), allow_unicode=True, sort_keys=False), encoding="utf-8")
    with closing(open_store(settings_of(folder / "story"))) as story, closing(open_store(load_settings(config, {}))) as store:
        build(story.settings, story, 1, STORY_TOLD)
        for period in (name for year in YEARS for name in (str(year), *(f"{year}-Q{quarter}" for quarter in range(1, 5)))):
            deliver(story, store, period, counties=COUNTIES)
    taken = cost(["-m", "cli", "--config", str(config), "compute", "--full"], runs=1)
    what = f"räkna {COUNTIES * len(settings_of(folder).kommuner)} kommuner × {len(YEARS)} år"
    yield (what, f"{taken.seconds:.0f} s", "", "", "")
    yield (f"{what}, toppminne", f"{taken.megabytes:.0f} MB", "", "", "högst 1 500 MB")


def _country(storage: Path) -> dict[str, Any]:
    """The shipped settings with as many kommuner: those of our county, told again under other counties' codes."""
    said: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    codes = {_code(code, number): f"{name} {number + 1}" for number in range(COUNTIES) for code, name in said["kommuner"].items()}
    for division in said["divisions"]:
        division["areas"] = [_area(area, number) for number in range(COUNTIES) for area in division["areas"]]
        division["unplaced"] = [_code(code, number) for number in range(COUNTIES) for code in division.get("unplaced", [])]
    return said | {"kommuner": codes, "storage": str(storage)}


def _area(area: dict[str, Any], number: int) -> dict[str, Any]:
    members = [_code(member, number) for member in area["members"]]
    return area | {"id": f"{area['id']}-{number + 1}", "name": f"{area['name']} {number + 1}", "members": members}


def _code(code: str, number: int) -> str:
    return f"{int(code[:2]) + number}{code[2:]}"
