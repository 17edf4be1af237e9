"""The year's files: the report and the workbook with what belongs to them from the store. Shared by commands and pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from config import Settings
from flows import deciding, publishing
from metrics.lineage import members
from reports.edition import Decision, Edition, Revision
from reports.editions import edition_of, frozen
from reports.pdf import yearly_report
from reports.workbook import forum_workbook
from sql import decisions, publications, runs
from sql.publications import Publication
from sql.runs import Run
from sql.store import Store
from swedish import listed


@dataclass(frozen=True)
class Papers:
    """Makes a year's files from a store: of the publication, else of the year's latest, else of the current run as a draft.

    Raises UnknownAreaError for an area that does not exist, NothingToShowError as `edition_of`.
    """

    settings: Settings
    store: Store

    def report(self, year: int, area: str, *, internal: bool, publication: Publication | None = None) -> bytes:
        """The yearly report on the area, as PDF."""
        return yearly_report(self.settings, self._edition(year, area, publication, internal=internal), area)

    def workbook(self, year: int, *, internal: bool, publication: Publication | None = None) -> bytes:
        """The forum's workbook, as XLSX."""
        return forum_workbook(self.settings, self._edition(year, self.settings.county.id, publication, internal=internal))

    def _edition(self, year: int, area: str, publication: Publication | None, *, internal: bool) -> Edition:
        return whole_edition(self.settings, self.store, year, area, internal=internal, publication=publication)


def whole_edition(
    settings: Settings, store: Store, year: int, area: str, *, internal: bool, publication: Publication | None = None
) -> Edition:
    """The edition with the forum's decisions, and what it says of the area otherwise than the edition before it."""
    edition = edition_of(settings, store, year, internal=internal, publication=publication)
    chosen = publications.get(store, edition.publication) if edition.publication else None
    if chosen is None:
        return edition
    edition = replace(edition, decisions=_decisions(settings, store, chosen, area))
    before = publications.get(store, f"{year}-{chosen.edition - 1}")
    run = runs.get(store, chosen.run)
    return _revised(settings, store, edition, (before, chosen), run, area) if before and run else edition


def _decisions(settings: Settings, store: Store, publication: Publication, area: str) -> tuple[Decision, ...]:
    """Those on this edition or an earlier one of its year that concern the area: on it, its kommuner, the county or no area."""
    concerned = {None, area, settings.county.id, *members(settings, area, str(publication.year))}
    return tuple(
        Decision(day=each.day, text=each.text, concerns=deciding.concerns(settings, each))
        for each in decisions.listing(store, publication.year)
        if _edition_number(each.publication) <= publication.edition and (each.area in concerned or area == settings.county.id)
    )


def _edition_number(publication_id: str) -> int:
    return int(publication_id.partition("-")[2])


def _revised(settings: Settings, store: Store, edition: Edition, both: tuple[Publication, Publication], run: Run, area: str) -> Edition:
    """The edition with what it says otherwise than the one before it: of the area's year, and whatever else has turned state."""
    before, now = both
    then, later = (frozen(store, each, internal=edition.internal) for each in both)
    moved = publishing.moves(settings, store, before, then, run, later)
    whole = moved.figures.filter(pl.col("period_kind") == "year").drop_nulls(["published_status", "now_status"])
    told = whole.filter((pl.col("area") == area) | (_turned() & pl.col("area").is_in(members(settings, area, str(now.year)))))
    came = [each for each in moved.deliveries if each.came]
    return replace(
        edition,
        revisions=tuple(_revision(row, {each.delivery.id for each in came}, now) for row in told.iter_rows(named=True)),
        revised_publication=before.id,
        revised_by=tuple(each.told for each in came),
    )


def _turned() -> pl.Expr:
    states = ("published_status", "now_status")
    return pl.all_horizontal(pl.col(states).is_in(("met", "missed"))) & (pl.col(states[0]) != pl.col(states[1]))


def _revision(row: dict[str, Any], came: set[int], publication: Publication) -> Revision:
    ids = [str(each) for each in row["deliveries"] if each in came]
    return Revision(
        indicator=row["indicator"],
        area_name=row["area_name"],
        period=row["period"],
        published=row["published_value"],
        published_status=row["published_status"],
        now=row["now_value"],
        now_status=row["now_status"],
        because=(f"leverans {listed(ids)}" if ids else publication.reason,),
    )
