"""Munhälsa: who reaches the goal for N-tandvård, how it has gone, and what those with intyg have got."""

from __future__ import annotations

import math

from metrics.indicators import INDICATORS
from reports import blocks, comparisons, timelines
from reports.blocks import Block
from reports.book import Area, Book
from reports.wording import (
    change,
    goal_words,
    highest_and_lowest,
    in_words,
    more_kommuner,
    of_kommuner,
    reached,
    sentence,
    shown,
    than_before,
)
from swedish import NBSP, capital, count, number

COVERAGE = "ntandvard_tackning"
_MANY = 20  # kommuner: so many fill a page by themselves
_MEASURED = "Personer med intyg om N-tandvård per 100 invånare från {age} år, 31 december {year}"
_STEPS = (
    ("ntandvard_intyg", "Har intyg"),
    ("mhb_onskas", "Önskar bedömning"),
    ("mhb_utford_av_intyg", "Har fått bedömning"),
    ("tandvard_utford", "Har fått tandvård"),
)


def answer(book: Book) -> str:
    """The year in one clause: who reaches the goal."""
    figure = book.figure(COVERAGE)
    goal = goal_words(book, COVERAGE, figure)
    if book.scope.area.kind == "kommun":
        if figure.status in ("met", "missed"):
            reaches = "når" if figure.status == "met" else "når inte"
            return f"{book.scope.area.name} {reaches} {_short(goal)} för N-tandvård: {in_words(book, COVERAGE, figure)}"
        return f"Täckningen för N-tandvård i {book.scope.area.name}: {in_words(book, COVERAGE, figure)}"
    reach = reached(book, COVERAGE)
    if not goal or not reach.judged:
        return f"Täckningen för N-tandvård: {in_words(book, COVERAGE, figure)}"
    where = "" if book.scope.area.kind == "lan" else f" i {book.scope.area.name}"
    return f"{of_kommuner(reach)}{where} når {_short(goal)} för N-tandvård{more_kommuner(book, COVERAGE, reach)}"


def _short(goal: str) -> str:
    """`minst 3 %` as a name: `3 %-målet`."""
    return f"{goal.removeprefix('minst ').removeprefix('högst ')}-målet"


def page(book: Book) -> Block:
    """The page of the theme."""
    side = [_story(book), *_beside(book), _trend(book), _steps(book)]
    main = [_ranked(book)]
    if len(book.scope.kommuner) < _MANY:
        main.append(_assessed(book))
    return blocks.page("Munhälsa", answer(book), blocks.band((8, main), (4, side)))


def _ranked(book: Book) -> Block:
    areas = book.scope.kommuner
    title = highest_and_lowest(book, COVERAGE, areas) or "Täckning per kommun"
    age = book.settings.ntandvard.population_from_age
    return comparisons.rank(
        book,
        COVERAGE,
        areas,
        title=title,
        subtitle=_MEASURED.format(age=age, year=book.year),
        pitch=11 if len(areas) >= _MANY else min(17, 210 / len(areas)),
        see="Alla värden står i tabellen över kommunerna" if len(areas) >= _MANY else "",
    )


def _assessed(book: Book) -> Block:
    kommuner = book.scope.kommuner
    title = highest_and_lowest(book, "mhb_utford", kommuner) or INDICATORS["mhb_utford"].name
    subtitle = "Fått munhälsobedömning, procent av dem som önskar det. Ring: " + book.year_before
    return comparisons.rank(
        book, "mhb_utford", kommuner, title=title, subtitle=subtitle, with_before=True, pitch=min(15, 180 / len(kommuner))
    )


def _story(book: Book) -> Block:
    figure, intyg = book.figure(COVERAGE), book.figure("ntandvard_intyg")
    subject = book.scope.of_area
    has = f"{subject} har {number(intyg.value, 0)} personer med intyg" if intyg.is_plain else ""
    level = f"Täckningen är {in_words(book, COVERAGE, figure)}{than_before(book, COVERAGE, 'högre', 'lägre')}"
    if figure.value is None:
        level = f"Täckningen: {in_words(book, COVERAGE, figure)}"
    return blocks.text(" ".join(sentence(s) for s in (has, level, _needed(book)) if s), _uncertain(book), _not_judged(book))


def _needed(book: Book) -> str:
    figure = book.figure(COVERAGE)
    if figure.status != "missed" or figure.goal is None or figure.denominator is None or figure.numerator is None:
        return ""
    more = math.ceil(figure.goal * figure.denominator / 100 - figure.numerator)
    return f"För att nå målet behövs {number(more, 0)} intyg till"


def _uncertain(book: Book) -> str:
    figures = [book.figure(COVERAGE, area) for area in book.scope.kommuner]
    over = sum(
        f.is_plain and f.goal is not None and f.lower is not None and f.upper is not None and f.lower < f.goal < f.upper for f in figures
    )
    return f"För {over} av {len(figures)} kommuner går intervallet över mållinjen: där kan läget växla av slump." if over else ""


def _not_judged(book: Book) -> str:
    reach = reached(book, COVERAGE)
    lacking = reach.every - reach.judged
    if not lacking:
        return ""
    return (
        f"{capital(count(lacking))} kommun{'' if lacking == 1 else 'er'} kan inte bedömas: siffran saknas, är ofullständig eller skyddad."
    )


def _beside(book: Book) -> list[Block]:
    areas = book.scope.beside
    if book.scope.area.kind == "delregion":
        return []
    notes = {area.id: _reach_note(book, area) for area in areas if area.kind == "delregion"}
    title = _delregioner_title(book, areas) if book.scope.area.kind == "lan" else "Kommunen, delregionen och länet"
    return [comparisons.rank(book, COVERAGE, areas, title=title, subtitle="Procent", notes=notes, pitch=20, narrow=True)]


def _delregioner_title(book: Book, areas: tuple[Area, ...]) -> str:
    states = [book.figure(COVERAGE, area).status for area in areas]
    met, judged = states.count("met"), states.count("met") + states.count("missed")
    if judged < len(areas):
        return "Delregionerna"
    if met in (0, judged):
        return f"{'Alla' if met else 'Ingen av'} {count(judged)} delregioner når målet"
    return f"{capital(count(met))} av {count(judged)} delregioner når målet"


def _reach_note(book: Book, delregion: Area) -> str:
    if book.scope.area.kind != "lan":
        return ""
    reach = reached(book, COVERAGE, book.members(delregion))
    return f"{reach.met} av {reach.judged} når målet" if reach.judged else ""


def _trend(book: Book) -> Block:
    areas = book.scope.beside if book.scope.area.kind != "delregion" else (book.scope.area, book.scope.county)
    title = _trend_title(book, areas)
    return timelines.panels(
        book,
        COVERAGE,
        areas,
        book.quarters(3),
        title=title,
        subtitle="Procent per kvartal; linjen är målet",
        across=2,
        height=66,
        narrow=True,
    )


def _trend_title(book: Book, areas: tuple[Area, ...]) -> str:
    changes = [change(book, COVERAGE, area) for area in areas]
    known = [c.difference for c in changes if c.difference is not None and not c.is_none]
    if len(known) == len(areas) and all(d > 0 for d in known):
        return f"Alla har ökat sedan {book.year_before}"
    if len(known) == len(areas) and all(d < 0 for d in known):
        return f"Alla har minskat sedan {book.year_before}"
    return f"Täckningen {book.edition.year - 2}–{book.year}"


def _steps(book: Book) -> Block:
    rows = []
    for indicator, name in _STEPS:
        figure = book.figure(indicator)
        share = "" if indicator == "ntandvard_intyg" or figure.value is None else f"{shown(book, indicator, figure)}{NBSP}%"
        words = number(figure.numerator, 0) if figure.numerator is not None else "skyddad" if figure.status == "suppressed" else "saknas"
        rows.append(comparisons.bar(name, figure.numerator, words, note=share, state=figure.status, strong=indicator == "ntandvard_intyg"))
    done = book.figure("mhb_utford_av_intyg")
    title = (
        f"{in_words(book, 'mhb_utford_av_intyg', done)} av dem med intyg har fått en munhälsobedömning"
        if done.is_plain
        else "Vad de som har intyg har fått"
    )
    return comparisons.bars(title, f"Personer, tolv månader till och med 31 december {book.year}", rows, pitch=14, names=26, values=21)
