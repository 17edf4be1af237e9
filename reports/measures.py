"""Every figure of the year in tables: the area's measures against last year and the areas around it, and kommun by kommun."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reports import blocks
from reports.blocks import Block
from reports.book import Area, Book
from reports.wording import change, goal_words, or_dash, unit
from swedish import NBSP, capital, count, in_order

THEMES: Final = {
    "munhalsa": "Munhälsa",
    "utskrivning": "In- och utskrivning",
    "foljsamhet": "Villkoren vid utskrivning",
    "avvikelser": "Avvikelser mellan vårdgivare",
    "lakarmedverkan": "Läkarmedverkan",
    "psykisk": "Psykisk hälsa och placeringar",
}
_COLUMNS: Final = (
    ("ntandvard_tackning", "N-tandvård, %", 18.0),
    ("mhb_utford", "bedömda av önskade, %", 19.0),
    ("dagar_snitt", "dagar i snitt", 14.0),
    ("betalningsmanader", "månader över gräns", 17.0),
    ("betaldagar", "betaldagar", 15.0),
    ("foljsamhet", "alla villkor, %", 16.0),
    ("avvikelser_per_10000", f"avvikelser per 10{NBSP}000", 19.0),
    ("aterkoppling_dagar", "dagar till svar", 15.0),
)


def page(book: Book) -> Block:
    """Every measure of the area in focus."""
    around = [area for area in book.scope.beside if area != book.scope.area] if book.scope.area.kind == "kommun" else []
    if book.scope.area.kind == "delregion":
        around = [book.scope.county]
    columns = [
        blocks.column("Mått", -1),
        blocks.column(book.year, 22, right=True),
        blocks.column(book.year_before, 20, right=True),
        blocks.column("ändring", 20, right=True),
        blocks.column("", 19),
        *(blocks.column(_short(area), 22, right=True) for area in around),
        blocks.column("mål", 18, right=True),
    ]
    rows = [line for theme, name in THEMES.items() for line in _theme(book, theme, name, around, len(columns))]
    table = blocks.table("Alla mått", f"{book.scope.area.name} {book.year}", columns, rows, size=8.5, pad=2.6)
    return {
        "kicker": "Alla mått",
        "heading": _heading(book),
        "bands": [[{"span": 12, "blocks": [table, blocks.key("Så läser du märkena")]}]],
    }


def _short(area: Area) -> str:
    return "Länet" if area.kind == "lan" else area.name


def _theme(book: Book, theme: str, name: str, around: list[Area], width: int) -> Iterable[Block]:
    mine = [indicator for indicator in book.indicators if indicator.theme == theme]
    if mine:
        yield blocks.row(name, *[""] * (width - 1), strong=True)
    for indicator in mine:
        changed = change(book, indicator.id)
        word = f",{NBSP}{unit(indicator.id)}" if indicator.unit in ("%", "kr") else ""
        yield blocks.row(
            indicator.name + word,
            blocks.value_cell(book, indicator.id),
            blocks.value_cell(book, indicator.id, period=book.year_before),
            or_dash(changed.text),
            changed.word,
            *(blocks.value_cell(book, indicator.id, area) for area in around),
            or_dash(goal_words(book, indicator.id, book.figure(indicator.id))),
        )


def _heading(book: Book) -> str:
    words = [change(book, indicator.id).word for indicator in book.indicators]
    better, worse, apart = words.count("bättre"), words.count("sämre"), words.count("jämförs inte")
    if not better and not worse:
        return f"Alla mått {book.year}"
    told = f"{capital(_many(better))} mått blev bättre och {_many(worse)} sämre än{NBSP}{book.year_before}"
    return f"{told}. {capital(_many(apart))} kan inte jämföras" if apart else told


def _many(number: int) -> str:
    """A count of something neuter."""
    return {0: "inget", 1: "ett"}.get(number, count(number))


def kommuner_page(book: Book) -> Block | None:
    """One row per kommun, with its delregion; None for a report on a single kommun."""
    if book.scope.area.kind == "kommun":
        return None
    columns = [blocks.column("Kommun", -1), *(blocks.column(head, width, right=True) for _, head, width in _COLUMNS)]
    rows = list(_rows(book))
    tight = len(rows) > 35
    table = blocks.table(
        f"Kommunerna {book.year}", "Tal utan märke har inget mål att nå", columns, rows, size=7.6 if tight else 9, pad=0.5 if tight else 4
    )
    return blocks.page("Kommun för kommun", f"{book.scope.area.name}, kommun för kommun", blocks.band((12, [table])))


def _rows(book: Book) -> Iterable[Block]:
    yield _row(book, book.scope.area, strong=True)
    if book.scope.area.kind == "delregion":
        yield _row(book, book.scope.county, strong=True)
        yield from (_row(book, kommun) for kommun in book.scope.kommuner)
        return
    placed: set[Area] = set()
    for delregion in sorted(book.scope.beside, key=lambda area: in_order(area.name)):
        members = book.members(delregion)
        placed.update(members)
        yield _row(book, delregion, strong=True)
        yield from (_row(book, kommun) for kommun in members)
    yield from (_row(book, kommun) for kommun in book.scope.kommuner if kommun not in placed)


def _row(book: Book, area: Area, *, strong: bool = False) -> Block:
    return blocks.row(area.name, *(blocks.value_cell(book, indicator, area) for indicator, _, _ in _COLUMNS), strong=strong)
