"""What the figures rest on: which kommuner have left what, read from the figures' own completeness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import periods
from metrics.indicators import INDICATORS
from reports import blocks
from reports.blocks import Block
from reports.book import Area, Book
from reports.wording import names
from swedish import NBSP, listed

_MOST_NAMED: Final = 4
DATASETS: Final = {"ntandvard": "N-tandvård", "utskrivning": "Utskrivning", "avvikelser": "Avvikelser"}


@dataclass(frozen=True)
class Gap:
    """A kommun and the quarters of the year that it has not left, or not wholly."""

    kommun: Area
    quarters: tuple[str, ...]


def concerned(book: Book) -> tuple[Area, ...]:
    """The kommuner that the report answers for."""
    return (book.scope.area,) if book.scope.area.kind == "kommun" else book.scope.kommuner


def counted(dataset: str) -> str:
    """The indicator that shows whether the dataset is there: a plain count, with neither rule nor population.

    Where one counts every row and has the dataset's own name it is that one; others may need a column that a sender lacks.
    """
    plain = [i.id for i in INDICATORS.values() if i.dataset == dataset and i.denominator is None and not i.ruled]
    return dataset if dataset in plain else plain[0]


def gaps(book: Book, dataset: str) -> list[Gap]:
    """Who lacks the dataset for a quarter of the year."""
    indicator = counted(dataset)
    quarters = periods.quarters(book.year)
    found = [(area, tuple(q for q in quarters if not book.figure(indicator, area, q).complete)) for area in concerned(book)]
    return [Gap(area, lacking) for area, lacking in found if lacking]


def told(gap: Gap) -> str:
    """`Gullspång (hela året)`, `Munkedal (kvartal 4)`."""
    return f"{gap.kommun.name} ({_when(gap)})"


def _when(gap: Gap) -> str:
    return "hela året" if len(gap.quarters) == 4 else f"kvartal{NBSP}{listed([quarter[-1] for quarter in gap.quarters])}"


def lacking(book: Book, dataset: str) -> str:
    """Who lacks the dataset, in a few words; empty when nobody does."""
    found = gaps(book, dataset)
    if len(found) <= _MOST_NAMED:
        return listed([told(gap) for gap in found]) if found else ""
    if len(found) == len(concerned(book)) and len({gap.quarters for gap in found}) == 1:
        return f"alla kommuner ({_when(found[0])})"
    return f"{len(found)} av {len(concerned(book))} kommuner, helt eller delvis: {names([gap.kommun for gap in found])}"


def coverage(book: Book) -> Block:
    """Dataset × quarter with how many kommuner have left all of it."""
    quarters = periods.quarters(book.year)
    every = concerned(book)
    rows = []
    for dataset, name in DATASETS.items():
        indicator = counted(dataset)
        whole = [sum(book.figure(indicator, area, quarter).complete for area in every) for quarter in quarters]
        state = "" if all(n == len(every) for n in whole) else f"saknas eller ofullständigt: {lacking(book, dataset)}"
        rows.append(blocks.row(name, *(f"{n} av {len(every)}" for n in whole), blocks.cell(state, "incomplete") if state else "komplett"))
    return blocks.table(
        _title(book),
        f"Antal kommuner som har lämnat hela kvartalet {book.year}",
        [
            blocks.column("Uppgift", 28),
            *(blocks.column(f"kvartal{NBSP}{q[-1]}", 19, right=True) for q in quarters),
            blocks.column("läge", -1),
        ],
        rows,
    )


def _title(book: Book) -> str:
    whole = [name for dataset, name in DATASETS.items() if not gaps(book, dataset)]
    if len(whole) == len(DATASETS):
        return "Alla uppgifter är kompletta"
    return f"Komplett: {listed(whole)}" if whole else "Ingen uppgift är komplett"


def is_preliminary(book: Book) -> bool:
    """Whether any figure of the year in focus rests on an older population than the year's."""
    return any(book.figure(indicator).preliminary for indicator in INDICATORS)


def protected_count(book: Book, areas: Sequence[Area]) -> int:
    """How many of the areas' figures of the year are protected."""
    return sum(book.figure(indicator, area).status == "suppressed" for indicator in INDICATORS for area in areas)
