"""What this edition says otherwise than the one before it: then, now, the difference and the deliveries behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from metrics.indicators import INDICATORS
from reports import blocks
from reports.blocks import Block
from reports.book import Book
from reports.edition import Revision
from reports.wording import STATE_WORDS, places
from swedish import capital, count, listed, number, period, places_apart, signed, unit_word

_MOST: Final = 40  # rows: a page and a half; the year's page shows them all
_JUDGED: Final = {"met", "missed"}


def page(book: Book) -> Block | None:
    """As published, as now, the difference and why, the most important first; None when nothing has changed."""
    revisions = sorted(book.edition.revisions, key=_weight)
    if not revisions:
        return None
    turned = [each for each in revisions if _turned(each)]
    heading = f"{capital(count(len(revisions)))} publicerade tal har ändrats" if len(revisions) > 1 else "Ett publicerat tal har ändrats"
    if turned:
        told = listed([f"{each.area_name} ({each.period})" for each in turned[:3]])
        heading += f". {'Ett' if len(turned) == 1 else capital(count(len(turned)))} byter läge: {told}"
    content = [_table(book, revisions[:_MOST])]
    if len(revisions) > _MOST:
        content.append(blocks.text(f"{capital(count(len(revisions) - _MOST))} mindre ändringar visas på sidan Årsuppföljning."))
    if book.edition.revised_by:
        content += [blocks.heading("Leveranserna bakom"), blocks.text(*book.edition.revised_by)]
    return blocks.page("Ändrat sedan publiceringen", heading, blocks.band((12, content)))


def _turned(revision: Revision) -> bool:
    return {revision.published_status, revision.now_status} == _JUDGED


def _weight(revision: Revision) -> tuple[Any, ...]:
    """What turned state first, then what is whole in only one of the two, then the larger change."""
    then, now = revision.published, revision.now
    share = 1.0 if then is None or now is None or then == 0 else abs((now - then) / then)
    return (not _turned(revision), revision.published_status == revision.now_status, -share, revision.indicator, revision.area_name)


def _table(book: Book, revisions: Sequence[Revision]) -> Block:
    """Area and period have columns of their own only where they differ from row to row."""
    several = len({each.area_name for each in revisions}) > 1
    when = len({each.period for each in revisions}) > 1
    columns = [
        blocks.column("Mått", -3),
        *([blocks.column("Område", 32)] if several else []),
        *([blocks.column("Period", 24)] if when else []),
        blocks.column("då", 20, right=True),
        blocks.column("nu", 20, right=True),
        blocks.column("skillnad", 18, right=True),
        blocks.column("varför", 26 if book.edition.revised_by else -2),
    ]
    rows = [_row(book, each, several=several, when=when) for each in revisions]
    about = [f"Jämfört med publikation {book.edition.revised_publication}"]
    about += [] if several else [revisions[0].area_name]
    about += [] if when else [period(revisions[0].period)]
    return blocks.table("Som publicerat och som nu", ". ".join(about), columns, rows, pad=2.6)


def _row(book: Book, revision: Revision, *, several: bool, when: bool) -> Block:
    then, now = revision.published, revision.now
    digits = places_apart(then, now, places(book, revision.indicator))
    unit = unit_word(INDICATORS[revision.indicator].unit)
    return blocks.row(
        INDICATORS[revision.indicator].name + (f", {unit}" if unit else ""),
        *([revision.area_name] if several else []),
        *([period(revision.period)] if when else []),
        _value(then, revision.published_status, digits),
        _value(now, revision.now_status, digits),
        signed(now - then, digits) if then is not None and now is not None else "",
        "; ".join(revision.because),
    )


def _value(value: float | None, status: str, digits: int) -> str | Block:
    if value is None:
        return blocks.cell(STATE_WORDS[status], status)
    return number(value, digits) if status == "no_goal" else blocks.cell(number(value, digits), status)
