"""Open data from the store: the latest edition of every published year, the same files for the command, the web and the jobs."""

from __future__ import annotations

from datetime import date

import polars as pl

import figuresio
import public_figures
from config import Settings
from metrics.spans import of_year
from reports.editions import STOCKHOLM, frozen, frozen_breakdowns
from reports.opendata import Year, open_data
from reports.settings import open_data_form
from sql import publications
from sql.publications import Publication
from sql.runs import Run
from sql.store import Store


def newest(store: Store) -> dict[int, Publication]:
    """The latest edition of each published year."""
    return {made.year: made for made in reversed(publications.listing(store))}


def published(settings: Settings, store: Store) -> dict[str, bytes]:
    """File name -> bytes, as `opendata.open_data`; empty where nothing is published. Raises ConfigError and StoreError."""
    form, editions = open_data_form(settings), newest(store)
    first = {made.year: made for made in publications.listing(store)}  # the last one of a year in the list is its first edition
    years = {
        year: Year(
            figuresio.with_run(frozen(store, made, internal=False), made.run),
            _day(first[year]),
            _day(made),
            frozen_breakdowns(store, made).with_columns(run=pl.lit(made.run)),
        )
        for year, made in editions.items()
    }
    return open_data(settings, form, years, is_demo=store.is_demo) if years else {}


def draft(settings: Settings, store: Store, run: Run) -> dict[str, bytes]:
    """The same of a run, as the public would see it: nothing that may be spread. Raises ConfigError and StoreError."""
    figures = figuresio.with_run(public_figures.of_run(settings, store, run.id), run.id)
    made = run.created_at.astimezone(STOCKHOLM).date()
    numbers = {int(period[:4]) for period in figures["period"].unique()}
    parts = {number: public_figures.breakdowns_of_year(settings, store, run.id, number) for number in numbers}
    years = {
        number: Year(of_year(figures, number), made, made, parts[number].with_columns(run=pl.lit(run.id, pl.String))) for number in numbers
    }
    return open_data(settings, open_data_form(settings), years, is_demo=store.is_demo)


def _day(publication: Publication) -> date:
    return publication.published_at.astimezone(STOCKHOLM).date()
