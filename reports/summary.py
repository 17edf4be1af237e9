"""The first page: the answer in one sentence, the four themes, the areas side by side, and what the reader must know."""

from __future__ import annotations

from typing import Final

from metrics.indicators import INDICATORS
from reports import blocks, ntandvard, quality, timelines, utskrivning
from reports.blocks import Block
from reports.book import Area, Book
from reports.wording import (
    STATE_WORDS,
    change,
    goal_words,
    limit_days,
    limit_word,
    of_kommuner,
    or_dash,
    reached,
    sentence,
    shown,
    unit,
)
from swedish import NBSP, capital, count, day, number

_SIDE: Final = (
    ("dagar_snitt", "dagar i snitt", 17.0),
    ("betalningsmanader", "månader över gräns", 20.0),
    ("betaldagar", "betaldagar", 19.0),
    ("foljsamhet", "alla villkor, %", 19.0),
    ("avvikelser_per_10000", f"avvikelser per 10{NBSP}000", 23.0),
)


def page(book: Book) -> Block:
    """The page that answers."""
    kicker = f"Årsuppföljning {book.year} · {book.scope.area.name} · Underlag till samrådet mellan regionen och kommunerna"
    beside = [_side_by_side(book), blocks.key("Så läser du märkena")]
    return blocks.page(kicker, _answer(book), blocks.band((12, [_themes(book)])), blocks.band((12, beside)), _closing(book))


def _answer(book: Book) -> str:
    first, second = ntandvard.answer(book), utskrivning.answer(book)
    than = f" än{NBSP}{book.year_before}"
    if than in first:
        second = second.removesuffix(than)
    return f"{sentence(first)} {sentence(second)}"


# ---- The themes ---------------------------------------------------------------------------------------------------------------


def _themes(book: Book) -> Block:
    rows = [
        _theme(
            book,
            "Munhälsa",
            f"Vuxna från {book.settings.ntandvard.population_from_age} år som har intyg om N-tandvård",
            "ntandvard_tackning",
            book.quarters(3),
        ),
        _theme(book, "In- och utskrivning", "Från utskrivningsklar till hemgång, i snitt", "dagar_snitt", book.months(3)),
        _theme(book, "Villkoren vid utskrivning", "Utskrivningar där alla villkor i avtalet är uppfyllda", "foljsamhet", book.months(3)),
        _theme(book, "Avvikelser", "Mellan vårdgivare; fler kan bero på att fler rapporterar", "avvikelser", book.months(3)),
    ]
    heads = ["Tema", book.year, "Mål", f"Sedan {book.year_before}", f"{book.edition.year - 2}–{book.year}"]
    return {"type": "themes", "heads": heads, "rows": rows}


def _theme(book: Book, name: str, what: str, indicator: str, wanted: list[str]) -> Block:
    figure, changed = book.figure(indicator), change(book, indicator)
    value = "–" if figure.value is None else shown(book, indicator, figure)
    least = figure.status == "incomplete" and not INDICATORS[indicator].is_ratio
    state, word, more = _state(book, indicator)
    goal, is_set = _goal(book, indicator)
    return {
        "theme": name,
        "what": what,
        "least": "minst " if least else "",
        "value": value,
        "unit": "" if figure.value is None else unit(indicator),
        "state": state,
        "word": word,
        "more": more,
        "goal": goal,
        "goal_is_set": is_set,
        "change": changed.text,
        "change_word": changed.word,
        "spark": timelines.spark(book, indicator, wanted if _is_mostly_known(book, indicator, wanted) else book.quarters(3)),
    }


def _is_mostly_known(book: Book, indicator: str, wanted: list[str]) -> bool:
    return 4 * sum(book.figure(indicator, period=period).value is not None for period in wanted) >= 3 * len(wanted)


def _state(book: Book, indicator: str) -> tuple[str, str, str]:
    """The mark, its word and a line below: for a goal or a limit that each kommun has, how many reach it."""
    figure = book.figure(indicator)
    if figure.status in ("met", "missed") and book.scope.area.kind != "kommun":
        return figure.status, STATE_WORDS[figure.status], f"{of_kommuner(reached(book, indicator))} når det"
    over = book.figure("betalningsmanader")
    if indicator == "dagar_snitt" and figure.status == "no_goal" and over.is_plain:
        months = "månader" if book.scope.area.kind == "kommun" else "kommunmånader"
        return "no_goal", f"över {limit_days(book)} i {number(over.value, 0)}", f"av {number(over.denominator, 0)} {months}"
    return figure.status, STATE_WORDS[figure.status], ""


def _goal(book: Book, indicator: str) -> tuple[str, bool]:
    words = goal_words(book, indicator, book.figure(indicator))
    if words or indicator != "dagar_snitt" or not limit_word(book):
        return or_dash(words), bool(words)
    return f"högst {limit_word(book)} per kommun och månad", False


# ---- Beside each other --------------------------------------------------------------------------------------------------------


def _side_by_side(book: Book) -> Block:
    areas = (*book.scope.beside, book.scope.county) if book.scope.area.kind == "lan" else book.scope.beside
    if book.scope.area.kind == "delregion":
        areas = (book.scope.area, book.scope.county)
    columns = [
        blocks.column("", -1),
        blocks.column("N-tandvård, %", 21, right=True),
        blocks.column("kommuner som når målet", 22, right=True),
    ]
    columns += [blocks.column(head, width, right=True) for _, head, width in _SIDE]
    rows = [_side(book, area) for area in areas]
    return blocks.table(_side_title(book), f"Hela {book.year}. Märke finns bara där avtalet har ett mål", columns, rows, size=9, pad=2)


def _side(book: Book, area: Area) -> Block:
    name = "Länet" if area.kind == "lan" else area.name
    cells = [blocks.value_cell(book, indicator, area) for indicator in ("ntandvard_tackning", *(each for each, _, _ in _SIDE))]
    return blocks.row(name, cells[0], _reaching(book, area), *cells[1:], strong=area == book.scope.area)


def _reaching(book: Book, area: Area) -> str:
    if area.kind == "kommun" or not goal_words(book, "ntandvard_tackning", book.figure("ntandvard_tackning", area)):
        return ""
    reach = reached(book, "ntandvard_tackning", book.members(area))
    return f"{reach.met} av {reach.judged}"


def _side_title(book: Book) -> str:
    kind = book.scope.area.kind
    return {"lan": "Delregionerna sida vid sida", "delregion": "Delregionen och länet", "kommun": "Kommunen, delregionen och länet"}[kind]


# ---- What to know -------------------------------------------------------------------------------------------------------------


def _closing(book: Book) -> list[Block]:
    know = [blocks.heading("Att veta om talen"), blocks.text(*_to_know(book))]
    decisions = book.edition.decisions
    if not decisions:
        return blocks.band((12, know))
    told = [(f"{day(d.day)}." + (f" {d.concerns}:" if d.concerns else ""), d.text) for d in decisions]
    return blocks.band((6, know), (6, [blocks.heading("Forumets beslut"), blocks.text(*told)]))


def _to_know(book: Book) -> list[tuple[str, str]]:
    """Short sentences, and only those that hold."""
    said = [("Anteckning.", book.edition.note)] if book.edition.note else []
    lacking = [f"{name}: {words}." for dataset, name in quality.DATASETS.items() if (words := quality.lacking(book, dataset))]
    if lacking:
        said.append(("Saknas eller ofullständigt.", " ".join(lacking)))
    if quality.is_preliminary(book):
        said.append(("Preliminärt.", f"Folkmängden för {book.year} är inte inläst; tal per invånare bygger på ett tidigare år."))
    if protected := _protected(book):
        why = f"för att antal under {book.settings.disclosure.threshold} inte ska gå att räkna fram"
        said.append(("Skyddat.", f"{number(protected, 0)} årstal om områdena i rapporten visas inte, {why}."))
    if revisions := len(book.edition.revisions):
        changed = "Ett tal har" if revisions == 1 else f"{capital(count(revisions))} tal har"
        said.append(("Ändrat.", f"{changed} ändrats sedan publiceringen; se Ändrat sedan publiceringen."))
    return said or [("Komplett.", f"Alla uppgifter för {book.year} har kommit in, och inget tal är skyddat.")]


def _protected(book: Book) -> int:
    areas = {book.scope.area, *book.scope.kommuner, *book.scope.beside}
    return quality.protected_count(book, sorted(areas, key=lambda area: area.id))
