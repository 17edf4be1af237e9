"""Avvikelser mellan vårdgivare: how many are reported, and how soon the one who reports gets an answer."""

from __future__ import annotations

from typing import Final

from metrics.indicators import INDICATORS
from reports import blocks, comparisons, quality, timelines
from reports.blocks import Block
from reports.book import Area, Book
from reports.wording import in_words, sentence, than_before
from swedish import NBSP, capital, month

REPORTS: Final = "avvikelser"
_COLUMNS: Final = (
    (REPORTS, "avvikelser"),
    ("avvikelser_per_10000", f"per 10{NBSP}000 invånare"),
    ("aterkopplade", "har fått återkoppling, %"),
    ("aterkoppling_dagar", "dagar till återkoppling"),
    ("oenigheter", "oenigheter"),
    ("tvister", "tvister"),
)


def answer(book: Book) -> str:
    """The year in one clause: how many were reported."""
    figure = book.figure(REPORTS)
    if figure.value is None:
        return f"Avvikelser mellan vårdgivare: {in_words(book, REPORTS, figure)}"
    return f"{capital(in_words(book, REPORTS, figure))} avvikelser rapporterades{than_before(book, REPORTS, 'fler', 'färre')}"


def page(book: Book) -> Block:
    """The page of the theme."""
    answered = book.figure("aterkoppling_dagar")
    second = f" Återkoppling gavs efter {in_words(book, 'aterkoppling_dagar', answered)} i snitt" if answered.is_plain else ""
    lacking = quality.lacking(book, "avvikelser")
    whole = f"{'Kommunen' if book.scope.area.kind == 'kommun' else 'Alla kommuner'} har lämnat hela året."
    careful = blocks.text(
        ("Fler är varken bra eller dåligt.", "Det kan vara fler fel, eller att fler rapporterar. Därför visas inget mål.")
    )
    wholeness = blocks.text(("Talet är ofullständigt.", f"Saknas eller ofullständigt: {lacking}.") if lacking else ("Komplett.", whole))
    names = [month(m)[:3] for m in book.months(2)]
    subtitle = "Avvikelser per månad. Ihålig stapel: någon kommun saknas"
    columns = timelines.month_columns(book, REPORTS, 2, names, title=_title(book), subtitle=subtitle, height=150)
    bands = [blocks.band((6, [careful]), (6, [wholeness])), blocks.band((12, [columns]))]
    if book.scope.area.kind != "delregion":  # for a delregion the table holds all its kommuner
        bands.append(blocks.band((6, [_bars(book, "avvikelser_per_10000")]), (6, [_bars(book, "aterkoppling_dagar")])))
    bands.append(blocks.band((12, [_table(book, book.scope.beside)])))
    return blocks.page("Avvikelser mellan vårdgivare", (sentence(answer(book)) + second) if second else answer(book), *bands)


def _bars(book: Book, indicator: str) -> Block:
    subtitle = f"{book.year}; lodrätt streck är {book.year_before}"
    return comparisons.area_bars(book, indicator, book.scope.beside, title=INDICATORS[indicator].name, subtitle=subtitle, pitch=18)


def _title(book: Book) -> str:
    known = [(figure.value, name) for name in book.months(1) if (figure := book.figure(REPORTS, period=name)).is_plain]
    if len(known) < 12:
        return "Avvikelser månad för månad"
    (_, lowest), (_, highest) = min(known), max(known)
    return f"Flest rapporterades i {month(highest)}, minst i {month(lowest)}"


def _table(book: Book, areas: tuple[Area, ...]) -> Block:
    rows = [blocks.row(area.name, *(blocks.value_cell(book, indicator, area) for indicator, _ in _COLUMNS)) for area in areas]
    if book.scope.area not in areas:
        rows.append(blocks.row(book.scope.area.name, *(blocks.value_cell(book, i) for i, _ in _COLUMNS), strong=True))
    rows.append(
        blocks.row(
            f"{book.scope.area.name} {book.year_before}", *(blocks.value_cell(book, i, period=book.year_before) for i, _ in _COLUMNS)
        )
    )
    columns = [blocks.column("", -1), *(blocks.column(head, 23, right=True) for _, head in _COLUMNS)]
    return blocks.table("Återkoppling, oenigheter och tvister", f"Avvikelser registrerade {book.year}", columns, rows)
