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


def table(settings: Settings, form: SkrSettings, edition: Edition, year: int | None = None) -> Table:
    """The form filled in from the edition's figures of its year, or of the year before it; the region last.

    What the edition has no figure of is missing, as is an indicator that a publication from before its time does not have.
    """
    areas = sorted(settings.kommuner.items(), key=lambda area: in_order(area[1]))
    areas.append((settings.county.id, settings.county.name))
    figures = _figures(form, edition, str(edition.year if year is None else year))
    cells = {(area, column.id): _figure_cell(column, figures.get((column.indicator, area))) for column in form.columns for area, _ in areas}
    return Table(tuple(areas), form.columns, cells)


def _figures(form: SkrSettings, edition: Edition, period: str) -> dict[tuple[str, str], dict[str, object]]:
    wanted = {column.indicator for column in form.columns}
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


def is_counted(column: SkrColumn) -> bool:
    """Whether the column holds persons or events, so that the kommuner add up to the region and small numbers are protected."""
    if column.part == "value":
        return False
    declared = INDICATORS[column.indicator]
    return is_count(declared.numerator if column.part == "numerator" else declared.denominator)
