"""The yearly follow-up as PDF/UA-1, set by Typst (docs/adr/0005-reports-by-typst.md)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

import typst

from config import Settings
from reports import annex, avvikelser, breakdowns, measures, ntandvard, payment, revisions, summary, utskrivning
from reports.blocks import Block
from reports.book import Book, open_at
from reports.edition import Edition
from swedish import day

HERE: Final = Path(__file__).parent
"""The templates and the fonts."""


def yearly_report(settings: Settings, edition: Edition, area: str) -> bytes:
    """The year's report on the county, a delregion or a kommun (its area id), as PDF bytes.

    Tagged and in Swedish; the compiler refuses what PDF/UA-1 does not allow. The same edition and settings give the same bytes.
    Raises UnknownAreaError (a Swedish sentence) for an area that is not in the settings.
    """
    document = json.dumps(_document(open_at(settings, edition, area)), ensure_ascii=False, allow_nan=False)
    return typst.compile(
        str(HERE / "yearly.typ"),
        root=str(HERE),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"report": document},
        pdf_standards="ua-1",
        timestamp=int(datetime.combine(edition.created, time(), UTC).timestamp()),
    )


def _document(book: Book) -> Block:
    """Everything that the template shows: texts and numbers, never markup."""
    edition = book.edition
    title = f"Uppföljning av hälso- och sjukvårdsavtalet {book.year}, {book.scope.area.name}"
    return {
        "title": ", ".join([title, *(tag.lower() for tag in edition.tags)]),
        "author": f"{book.settings.county.name}: regionen och kommunerna",
        "keywords": ["hälso- och sjukvårdsavtalet", "uppföljning", book.year, *(tag.lower() for tag in edition.tags)],
        "created": {"year": edition.created.year, "month": edition.created.month, "day": edition.created.day},
        "running": title,
        "tags": list(edition.tags),
        "footer": _footer(edition),
        "pages": [page for page in _pages(book) if page is not None],
    }


def _footer(edition: Edition) -> str:
    what = f"Publikation {edition.publication}" if edition.publication else "Utkast, inte publicerat"
    guarded = "små tal är inte skyddade" if edition.internal else "små tal är skyddade"
    return f"{what} · {day(edition.created)} · {guarded}" + (" · alla tal är påhittade" if edition.is_demo else "")


def _pages(book: Book) -> list[Block | None]:
    return [
        summary.page(book),
        ntandvard.page(book),
        utskrivning.page(book),
        payment.page(book),
        avvikelser.page(book),
        *breakdowns.pages(book),
        measures.page(book),
        measures.kommuner_page(book),
        revisions.page(book),
        annex.quality_page(book),
        annex.definitions_page(book),
    ]
