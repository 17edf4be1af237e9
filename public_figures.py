"""What the public sees of what is kept: the one way from a run's figures to the protected ones.

A year is protected beside everything that has been published of it. Which rows are hidden takes seconds to find out, so it is
kept beside the run the first time that somebody asks, for every process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

import swedish
from config import Settings
from metrics import breakdowns, disclosure
from metrics.disclosure import SUPPRESSED, Finding, Published, suppress
from metrics.spans import of_year as of_the_year
from sql import publications, runs
from sql.alone import Alone
from sql.errors import StoreError
from sql.publications import BREAKDOWNS, INTERNAL, PROTECTED, Publication
from sql.store import Store

_ALONE: Final = Alone(7_305_811, "skydd.lock")


def of_run(settings: Settings, store: Store, run: str, told: Callable[[int, int], None] | None = None) -> pl.DataFrame:
    """All of the run's figures as the public sees them: the same rows, columns and order. Raises StoreError like `runs.frame`.

    Takes a minute or two the first time; `told` is called with how many years are done, of how many.
    """
    figures = runs.frame(store, run, "figures").with_row_index("line")
    hidden: list[pl.DataFrame] = []
    years = sorted(figures.group_by(pl.col("period").str.slice(0, 4)))
    for done, (year, mine) in enumerate(years):
        if told:
            told(done, len(years))
        marks = _hidden(settings, store, run, mine.drop("line"), int(str(year[0])), None)
        hidden.append(mine.select("line", hidden=marks))
    marked = pl.concat(hidden).sort("line")["hidden"] if hidden else pl.Series([], dtype=pl.Boolean)
    return suppress(figures.drop("line"), marked)


def computed(store: Store, run: str, year: int) -> pl.DataFrame:
    """The run's figures of one year as they were computed. Raises StoreError like `runs.frame`."""
    return of_the_year(runs.frame(store, run, "figures"), year)


def of_year(
    settings: Settings, store: Store, run: str, year: int, by: datetime | None = None, only: Collection[str] | None = None
) -> pl.DataFrame:
    """The run's figures of one year as the public sees them; with `by`, beside what was published by then alone.

    With `only`, the figures of these indicators: as everybody sees them where all of the year is protected already, else as if
    nothing else were shown, which takes seconds instead of minutes and is kept as well. Raises StoreError like `runs.frame`.
    """
    mine = computed(store, run, year)
    if only is None:
        return suppress(mine, _hidden(settings, store, run, mine, year, by))
    of_these = pl.col("indicator").is_in(list(only))
    kept = runs.kept(store, run, _name(settings, _editions(store, year, by), year))
    if kept is not None:
        return suppress(mine, kept["hidden"]).filter(of_these)
    return suppress(mine.filter(of_these), _hidden_among(settings, store, run, mine.filter(of_these), year, by, only))


def breakdowns_of_year(settings: Settings, store: Store, run: str, year: int, by: datetime | None = None) -> pl.DataFrame:
    """The run's breakdowns of the year itself as the public sees them, in the columns of `metrics.breakdowns.SCHEMA`: beside its
    protected figures and every earlier edition (by then). Raises StoreError like `runs.frame`."""
    mine = computed_breakdowns(store, run, year)
    figures = of_year(settings, store, run, year, by)
    return breakdowns.public(settings, mine, figures, _told(store, _editions(store, year, by)))


def breakdowns_of_run(settings: Settings, store: Store, parts: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """All of a run's breakdowns as the public sees them, beside its protected figures and every edition of every year."""
    return breakdowns.public(settings, parts, figures, _told(store, reversed(publications.listing(store))))


def computed_breakdowns(store: Store, run: str, year: int) -> pl.DataFrame:
    """The run's breakdowns of the year itself as they were computed; none of a run from before there were any."""
    every = runs.optional_frame(store, run, "breakdowns")
    return breakdowns.empty() if every is None else every.filter(pl.col("period") == str(year))


def _told(store: Store, editions: Iterable[Publication]) -> list[pl.DataFrame]:
    """What each edition has told the public of its breakdowns; editions from before there were any tell nothing."""
    frames = (publications.optional_frame(store, edition.id, BREAKDOWNS) for edition in editions)
    return [frame for frame in frames if frame is not None]


def published(store: Store, year: int, by: datetime | None = None) -> list[Published]:
    """Every edition of the year (published by then), the first one first."""
    return [_published(store, edition) for edition in _editions(store, year, by)]


def findings(settings: Settings, editions: Sequence[Published]) -> list[Finding]:
    """Each hidden number that an edition of a year gave away when it came, alone or beside those before it."""
    found: dict[Finding, None] = {}
    for number, edition in enumerate(editions):
        found |= dict.fromkeys(disclosure.audit(settings, *edition, earlier=editions[:number]))
    return list(found)


def in_words(settings: Settings, found: Sequence[Finding], editions: Sequence[str]) -> Iterator[str]:
    """Each recoverable number in a sentence, without the number: which figure, in which edition (by name), and who can compute it."""
    names = {area.id: area.name for division in settings.divisions for area in division.areas}
    names |= {**settings.kommuner, settings.county.id: settings.county.name}
    for f in found:
        who = settings.kommuner[f.insider] if f.insider else "vem som helst"
        yield f"{f.indicator}, {names[f.area]}, {swedish.period(f.period)}, i {editions[f.edition]} kan räknas ut av {who}."


def _editions(store: Store, year: int, by: datetime | None) -> list[Publication]:
    return [edition for edition in reversed(publications.listing(store, year)) if by is None or edition.published_at <= by]


def _published(store: Store, edition: Publication) -> Published:
    return Published(publications.frame(store, edition.id, INTERNAL), publications.frame(store, edition.id, PROTECTED))


def _hidden(settings: Settings, store: Store, run: str, mine: pl.DataFrame, year: int, by: datetime | None) -> pl.Series:
    """For each of the run's rows of the year, in their order, whether the public does not see it."""
    editions = _editions(store, year, by)
    name = _name(settings, editions, year)
    kept = runs.kept(store, run, name)
    if kept is None:
        with _ALONE.in_(store):  # of several processes that want the same one finds it out, and the others read it
            kept = runs.kept(store, run, name)
            if kept is None:
                kept = pl.DataFrame({"hidden": _find(settings, store, editions, mine)})
                _keep(store, run, name, kept)
    return kept["hidden"]


def _hidden_among(
    settings: Settings, store: Store, run: str, mine: pl.DataFrame, year: int, by: datetime | None, only: Collection[str]
) -> pl.Series:
    """As `_hidden`, of rows that are all of `only`, as if nothing else were shown."""
    editions = _editions(store, year, by)
    name = _name(settings, editions, year, only)
    kept = runs.kept(store, run, name)
    if kept is None:
        of_these = pl.col("indicator").is_in(list(only))
        earlier = [Published(*(frame.filter(of_these) for frame in _published(store, edition))) for edition in editions]
        kept = pl.DataFrame({"hidden": disclosure.proved(settings, mine, earlier)["status"] == SUPPRESSED})
        _keep(store, run, name, kept)
    return kept["hidden"]


def _name(settings: Settings, editions: Sequence[Publication], year: int, only: Collection[str] = ()) -> str:
    return f"hidden-{year}-{_circumstances(settings, editions, only)}"


def _find(settings: Settings, store: Store, editions: Sequence[Publication], mine: pl.DataFrame) -> pl.Series:
    earlier = [_published(store, edition) for edition in editions]
    if earlier and earlier[-1].figures.equals(mine):
        return earlier[-1].public["status"] == SUPPRESSED
    return disclosure.proved(settings, mine, earlier)["status"] == SUPPRESSED


def _keep(store: Store, run: str, name: str, frame: pl.DataFrame) -> None:
    """A store that cannot be written to just now costs the next reader the same seconds, and nobody else anything."""
    try:
        runs.keep(store, run, name, frame)
    except StoreError:
        return


def _circumstances(settings: Settings, editions: Sequence[Publication], only: Collection[str]) -> str:
    """What decides which rows are hidden, besides the figures: as a name. Another method or threshold protects anew."""
    said = [_method(), runs.fingerprint(settings), *(f"{edition.id} {edition.sha256}" for edition in editions), *sorted(only)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


@cache
def _method() -> str:
    """SHA-256 of the code that decides."""
    folder = Path(disclosure.__file__).parent
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(folder.glob("*.py")))).hexdigest()
