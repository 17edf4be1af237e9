"""The commands that write a year to a file: the yearly report.

Part of `cli`, like `cli_year`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli_year import Year, current_run, figures_of_year, moved_deliveries, of_year
from commandline import STOCKHOLM, Command, WrongUsage, open_up

if TYPE_CHECKING:
    import polars as pl

    from config import Settings
    from reports.edition import Edition, Revision
    from sql.publications import Publication
    from sql.store import Store

app = typer.Typer()

_YEARS_BEFORE = 2  # the report's charts and comparisons go back so far

Output = Annotated[Path, typer.Option("-o", "--output", help="Filen att skriva.")]
Internal = Annotated[bool, typer.Option("--internal", help="Visa små tal. Varje sida säger att underlaget är internt.")]


@app.command(cls=Command)
def report(
    ctx: typer.Context,
    year: Year,
    output: Output,
    area: Annotated[str | None, typer.Option("--area", help="Länet, en delregion eller en kommunkod. Förval är länet.")] = None,
    internal: Internal = False,
) -> None:
    """Skriv årets uppföljning som PDF: den senaste publikationen, annars ett utkast."""
    import terminal
    from reports.book import UnknownAreaError, scope_of
    from reports.pdf import yearly_report

    settings, store = open_up(ctx)
    wanted = area or settings.county.id
    try:
        scope_of(settings, wanted, year)
    except UnknownAreaError as error:
        raise WrongUsage(str(error)) from error
    edition = edition_of(settings, store, year, wanted, internal=internal)
    output.write_bytes(yearly_report(settings, edition, wanted))
    what = f"publikation {edition.publication}" if edition.publication else "ett utkast: året är inte publicerat"
    terminal.say([f"{output} är skriven. Den visar {what}."])


def edition_of(settings: Settings, store: Store, year: int, area: str, *, internal: bool) -> Edition:
    """The year's latest publication, else the current run as a draft; protected unless `internal`.

    All of a publication's edition comes from what was frozen or published by then, so that it gives the same file for ever.
    """
    from reports.edition import Edition
    from sql import publications, runs

    publication = publications.latest(store, year)
    run = runs.get(store, publication.run) if publication else None
    run = run or current_run(store)
    return Edition(
        year=year,
        figures=_frozen(store, publication, internal=internal) if publication else _draft(settings, store, run.id, year, internal=internal),
        previous=_previous(settings, store, publication, run.id, year, internal=internal),
        conditions=runs.frame(store, run.id, "conditions"),
        publication=publication.id if publication else None,
        internal=internal,
        is_demo=store.is_demo,
        created=(publication.published_at if publication else run.created_at).astimezone(STOCKHOLM).date(),
        note=publication.note if publication else "",
        revisions=_revisions(store, publication, area, internal=internal),
        revised_publication=f"{year}-{publication.edition - 1}" if publication and publication.edition > 1 else None,
    )


def _frozen(store: Store, publication: Publication, *, internal: bool) -> pl.DataFrame:
    from sql import publications

    return publications.frame(store, publication.id, publications.INTERNAL if internal else publications.PROTECTED)


def _draft(settings: Settings, store: Store, run: str, year: int, *, internal: bool) -> pl.DataFrame:
    from metrics.disclosure import protect

    figures = figures_of_year(store, run, year)
    return figures if internal else protect(settings, figures)


def _previous(settings: Settings, store: Store, publication: Publication | None, run: str, year: int, *, internal: bool) -> pl.DataFrame:
    """The years before: as they were published by then, else as the run has them."""
    import polars as pl

    from metrics.disclosure import protect
    from sql import publications, runs

    figures = runs.frame(store, run, "figures")
    found = []
    for before in range(year - _YEARS_BEFORE, year):
        editions = publications.listing(store, before)
        by_then = (e for e in editions if publication is None or e.published_at <= publication.published_at)
        if edition := next(by_then, None):
            found.append(_frozen(store, edition, internal=internal))
        else:
            own = of_year(figures, before)
            found.append(own if internal or own.is_empty() else protect(settings, own))
    return pl.concat(found)


def _revisions(store: Store, publication: Publication | None, area: str, *, internal: bool) -> tuple[Revision, ...]:
    """What this edition of the year says otherwise than the one before, of the year itself and the area."""
    import polars as pl

    from metrics.revisions import changes
    from reports.edition import Revision
    from sql import publications, runs

    before = publications.get(store, f"{publication.year}-{publication.edition - 1}") if publication else None
    run = runs.get(store, publication.run) if publication else None
    if publication is None or before is None or run is None:
        return ()
    changed = changes(_frozen(store, before, internal=internal), _frozen(store, publication, internal=internal))
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
