"""What a report is made of: a year's figures as they are to be shown, and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from metrics import breakdowns

DRAFT = "UTKAST"
INTERNAL = "INTERNT UNDERLAG, EJ SKYDDAT"
DEMO = "DEMODATA"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the forum decided on a day; `concerns` names what it is about (a figure, an area), and may be empty."""

    day: date
    text: str
    concerns: str = ""


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One figure that has moved since it was published.

    `published` and `now` are values on the indicator's scale, None where there was none, with the status of each.
    `because` names what is behind the change, in a few words: a file, a delivery.
    """

    indicator: str
    area_name: str
    period: str
    published: float | None
    published_status: str
    now: float | None
    now_status: str
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A year as a report shows it. Everything in it is shown, so a public edition holds protected figures.

    `figures` are those of the year: the contract's columns, of a run or a publication, protected by the caller unless `internal`.
    `previous` has the same columns and holds the periods before the year, from the run or from what was published then; later
    periods in it are ignored. `conditions` is the run's frame of that name (counts per kommun and month, never protected).
    `breakdowns` are of the year itself, in the columns of `metrics.breakdowns.SCHEMA`, and protected like the figures.
    `publication` is its id, None for a draft. `created` stands in the files instead of the clock: the same edition gives the same bytes.
    `revised_by` tells, a sentence each, of the deliveries behind the revisions.
    """

    year: int
    figures: pl.DataFrame
    previous: pl.DataFrame
    conditions: pl.DataFrame
    publication: str | None
    internal: bool
    is_demo: bool
    created: date
    note: str = ""
    decisions: tuple[Decision, ...] = ()
    revisions: tuple[Revision, ...] = ()
    revised_publication: str | None = None
    revised_by: tuple[str, ...] = ()
    breakdowns: pl.DataFrame = field(default_factory=breakdowns.empty)

    @property
    def tags(self) -> tuple[str, ...]:
        """What every page and sheet must say, in order; empty for a published, protected, real edition."""
        said = ((self.publication is None, DRAFT), (self.internal, INTERNAL), (self.is_demo, DEMO))
        return tuple(tag for is_so, tag in said if is_so)

    def every_period(self) -> pl.DataFrame:
        """The year's figures after those of earlier years, so that a change and a trend compare what was said each year."""
        year = pl.col("period").str.slice(0, 4).cast(pl.Int32)
        return pl.concat([self.previous.filter(year < self.year), self.figures.filter(year == self.year)], how="diagonal")
