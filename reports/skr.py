"""The delivery of munhälsa statistics to SKR: what is sent per kommun and for the region.

The form is data (`SkrSettings`), since SKR's form changes. The checks are in reports/skr_checks.py, the files in reports/skr_files.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from config import Settings
from metrics.disclosure.shown import is_count
from metrics.indicators import INDICATORS
from reports.edition import Edition
from reports.settings import SkrColumn, SkrSettings
from swedish import in_order

SHOWN = frozenset({"met", "missed", "no_goal"})


@dataclass(frozen=True)
class Cell:
    """A number of the delivery, or why there is none: status `no_goal` (it is shown), `incomplete`, `missing` or `suppressed`."""

    value: float | None
    status: str


MISSING = Cell(None, "missing")
PROTECTED = Cell(None, "suppressed")


@dataclass(frozen=True)
class Table:
    """The delivery's numbers by area and column id; `areas` are the kommuner by name and the region last, as (id, name)."""

    areas: tuple[tuple[str, str], ...]
    columns: tuple[SkrColumn, ...]
    cells: Mapping[tuple[str, str], Cell]

    @property
    def region(self) -> str:
        """The region's area id."""
        return self.areas[-1][0]

    @property
    def kommuner(self) -> tuple[str, ...]:
        """The kommuner's codes."""
        return tuple(area for area, _ in self.areas[:-1])


def table(settings: Settings, form: SkrSettings, edition: Edition, counts: pl.DataFrame, year: int | None = None) -> Table:
    """The form filled in for the edition's year, or for the year before it.

    `counts` is `skr_counts.counts` for that year. Figures come as the edition shows them; counts that have no figure are protected here
    unless the edition is internal. The region is the sum, and complete only when every kommun is.
    """
    period = str(edition.year if year is None else year)
    areas = sorted(settings.kommuner.items(), key=lambda area: in_order(area[1]))
    areas.append((settings.county.id, settings.county.name))
    figures = _figures(form, edition, period)
    cells: dict[tuple[str, str], Cell] = {}
    for column in form.columns:
        if column.indicator is not None:
            cells |= {(area, column.id): _figure_cell(column, figures.get((column.indicator, area))) for area, _ in areas}
        elif column.count is not None:
            cells |= _count_cells(settings, column, counts, guarded=not edition.internal)
    for column in form.columns:
        if column.share_of is not None:
            cells |= _share_cells(settings, column, [area for area, _ in areas], cells, guarded=not edition.internal)
    return Table(tuple(areas), form.columns, cells)


def _figures(form: SkrSettings, edition: Edition, period: str) -> dict[tuple[str, str], dict[str, object]]:
    wanted = [column.indicator for column in form.columns if column.indicator is not None]
    if unknown := sorted(set(wanted) - set(INDICATORS)):
        raise ValueError(f"skr.columns: indikatorn {unknown[0]} finns inte. Rätta stavningen.")
    rows = edition.every_period().filter(pl.col("period") == period, pl.col("indicator").is_in(wanted))
    return {(row["indicator"], row["area"]): row for row in rows.iter_rows(named=True)}


def _figure_cell(column: SkrColumn, row: Mapping[str, object] | None) -> Cell:
    """A population is public; any other part of a protected figure is not there to show."""
    if row is None:
        return MISSING
    value, status = row[column.part], str(row["status"])
    if not isinstance(value, float):
        return PROTECTED if status == "suppressed" else MISSING
    return Cell(value, "incomplete" if status == "incomplete" else "no_goal")


# ---- Counts without a figure --------------------------------------------------------------------------------------------------


def _count_cells(settings: Settings, column: SkrColumn, counts: pl.DataFrame, *, guarded: bool) -> dict[tuple[str, str], Cell]:
    """Per kommun and for the region. Where a kommun's number is protected so is the sum: it would give it away."""
    values = dict(counts.filter(pl.col("count") == column.count).select("kommun", "value").iter_rows())
    cells = {kommun: _guarded(settings, values.get(kommun), guarded=guarded) for kommun in settings.kommuner}
    whole = len(values) == len(settings.kommuner)
    region = Cell(sum(values.values()), "no_goal" if whole else "incomplete") if values else MISSING
    if any(cell == PROTECTED for cell in cells.values()) or (guarded and region.value is not None and _is_small(settings, region.value)):
        region = PROTECTED
    return {(area, column.id): cell for area, cell in (cells | {settings.county.id: region}).items()}


def _guarded(settings: Settings, value: float | None, *, guarded: bool) -> Cell:
    if value is None:
        return MISSING
    return PROTECTED if guarded and _is_small(settings, value) else Cell(value, "no_goal")


def _is_small(settings: Settings, value: float) -> bool:
    return 0 < value < settings.disclosure.threshold


def _share_cells(
    settings: Settings, column: SkrColumn, areas: list[str], cells: dict[tuple[str, str], Cell], *, guarded: bool
) -> dict[tuple[str, str], Cell]:
    """A share, and in a guarded delivery none whose rest is small; then the part is protected as well, and so is its sum."""
    part, whole = column.share_of or ("", "")
    found: dict[tuple[str, str], Cell] = {}
    hidden = False
    for area in areas:
        above, below = cells.get((area, part), MISSING), cells.get((area, whole), MISSING)
        if above.value is None or below.value is None or not below.value:
            found[area, column.id] = PROTECTED if PROTECTED in (above, below) else MISSING
        elif guarded and _is_small(settings, below.value - above.value):
            found[area, column.id] = found[area, part] = PROTECTED
            hidden = True
        else:
            incomplete = "incomplete" in (above.status, below.status)
            found[area, column.id] = Cell(100 * above.value / below.value, "incomplete" if incomplete else "no_goal")
    if hidden:
        found |= {(areas[-1], id_): PROTECTED for id_ in (part, column.id)}
    return found


def is_counted(column: SkrColumn) -> bool:
    """Whether the column holds persons or events, so that the kommuner add up to the region and small numbers are protected."""
    if column.count is not None:
        return True
    if column.indicator is None or column.part == "value":
        return False
    declared = INDICATORS[column.indicator]
    return is_count(declared.numerator if column.part == "numerator" else declared.denominator)
