"""What an administrator would write in config.yaml for the deliveries, and figures to deliver."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import yaml

from config import Settings, load_settings
from metrics import breakdowns
from metrics.disclosure.primary import small_rows
from metrics.disclosure.protection import suppress
from reports.edition import Decision, Edition, Revision
from reports.settings import OpenDataSettings, SkrSettings
from tests.reports import county

CREATED = date(2026, 3, 16)
FORMS = yaml.safe_load((Path(__file__).parent.parent.parent / "config.yaml").read_text(encoding="utf-8"))
# A form in which every column must be filled, as SKR may ask.
SKR = SkrSettings.model_validate(FORMS["skr"] | {"columns": [column | {"is_optional": False} for column in FORMS["skr"]["columns"]]})
OPEN_DATA = OpenDataSettings.model_validate(FORMS["open_data"])
DECISION = Decision(day=date(2026, 3, 2), text="Kommuner under målet redovisar en plan i september.", concerns="N-tandvård")
REVISION = Revision(
    indicator="ntandvard_tackning",
    area_name="Trollhättan",
    period="2024",
    published=3.01,
    published_status="met",
    now=2.68,
    now_status="missed",
    because=("Rättad fil från Trollhättan, 6 maj 2025",),
)


@cache
def shipped() -> Settings:
    """The shipped config.yaml; nothing is stored."""
    return load_settings(Path(__file__).parent.parent.parent / "config.yaml", {})


@cache
def frames() -> dict[str, pl.DataFrame]:
    """The synthetic county, computed once."""
    return county.frames(shipped())


@cache
def protected() -> pl.DataFrame:
    """Its figures with small numbers suppressed; what else is hidden so that nobody can subtract is another room's test, and slow."""
    figures = frames()["figures"]
    return suppress(figures, small_rows(shipped(), figures))


@cache
def parts(year: int = 2025, *, internal: bool = False) -> pl.DataFrame:
    """Its breakdowns of a year, as they are or as the public sees them."""
    computed = frames()["breakdowns"]
    shown = computed if internal else breakdowns.public(shipped(), computed, protected())
    return shown.filter(period=str(year))


def edition(
    figures: pl.DataFrame | None = None,
    *,
    publication: str | None = "2025-1",
    internal: bool = False,
    is_demo: bool = False,
    note: str = "",
    decisions: tuple[Decision, ...] = (),
    revisions: tuple[Revision, ...] = (),
) -> Edition:
    """The county's 2025; protected figures unless others are given."""
    shown = protected() if figures is None else figures
    return Edition(
        year=2025,
        figures=shown,
        previous=shown,
        conditions=frames()["conditions"],
        publication=publication,
        internal=internal,
        is_demo=is_demo,
        created=CREATED,
        note=note,
        decisions=decisions,
        revisions=revisions,
        revised_publication="2024-1" if revisions else None,
        breakdowns=parts(internal=internal),
    )


def internal(is_demo: bool = False) -> Edition:
    """The same year with every number shown."""
    return edition(frames()["figures"], internal=True, is_demo=is_demo)
