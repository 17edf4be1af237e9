"""The year's files: the report and the workbook with what belongs to them from the store. Shared by commands and pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

import deciding
from config import Settings
from metrics.revisions import changes
from publishing import moved_deliveries
from reports.edition import Decision, Edition, Revision
from reports.editions import edition_of, frozen
from reports.pdf import yearly_report
from reports.workbook import forum_workbook
from sql import decisions, publications, runs
from sql.publications import Publication
from sql.store import Store


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
    if chosen.edition == 1:
        return edition
    revised = f"{year}-{chosen.edition - 1}"
    return replace(edition, revisions=_revisions(store, chosen, area, internal=internal), revised_publication=revised)


def _decisions(settings: Settings, store: Store, publication: Publication, area: str) -> tuple[Decision, ...]:
    """Those on this edition or an earlier one of its year that concern the area: its own, the county's and those on no area."""
    whole = (None, area, settings.county.id)
    return tuple(
        Decision(day=each.day, text=each.text, concerns=deciding.concerns(settings, each))
        for each in decisions.listing(store, publication.year)
        if _edition_number(each.publication) <= publication.edition and (each.area in whole or area == settings.county.id)
    )


def _edition_number(publication_id: str) -> int:
    return int(publication_id.partition("-")[2])


def _revisions(store: Store, publication: Publication, area: str, *, internal: bool) -> tuple[Revision, ...]:
    """What this edition of the year says otherwise than the one before, of the year itself and the area."""
    before = publications.get(store, f"{publication.year}-{publication.edition - 1}")
    run = runs.get(store, publication.run)
    if before is None or run is None:
        return ()
    changed = changes(frozen(store, before, internal=internal), frozen(store, publication, internal=internal))
    told = changed.filter(pl.col("period_kind") == "year", pl.col("area") == area).drop_nulls(["published_status", "now_status"])
    because = tuple(f"{m.delivery.file_name}, leverans {m.delivery.id}" for m in moved_deliveries(store, before, run) if m.came)
    return tuple(
        Revision(
            indicator=row["indicator"],
            area_name=row["area_name"],
            period=row["period"],
            published=row["published_value"],
            published_status=row["published_status"],
            now=row["now_value"],
            now_status=row["now_status"],
            because=because or (publication.reason,),
        )
        for row in told.iter_rows(named=True)
    )
