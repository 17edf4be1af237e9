"""In- och utskrivning: how long patients wait, what the kommuner pay for, and which conditions fail."""

from __future__ import annotations

from typing import Final

import periods
from reports import blocks, process, timelines
from reports.blocks import Block
from reports.book import Area, Book
from reports.wording import extremes, in_words, limit_days, limit_word, shown, than_before
from swedish import capital, count, month, number

WAIT: Final = "dagar_snitt"
OVER: Final = "betalningsmanader"
PAYABLE: Final = "betaldagar"
LONG: Final = "over_sju_dagar"


def month_names(wanted: list[str]) -> list[str]:
    """The months' short names; every third, where there are more than two years of them."""
    step = 3 if len(wanted) > 24 else 1
    return [month(name)[:3] if i % step == 0 else "" for i, name in enumerate(wanted)]


def answer(book: Book) -> str:
    """The year in one clause: in how many months the mean was over the limit."""
    figure, limit = book.figure(OVER), limit_word(book)
    if figure.value is None or not limit:
        return f"Månader med snitt över gränsen vid utskrivning: {in_words(book, OVER, figure)}"
    over, covered = number(figure.value, 0), number(figure.denominator, 0)
    least = "minst " if figure.status == "incomplete" else ""
    if book.scope.area.kind == "kommun":
        return (
            f"Snittet vid utskrivning var över {limit} dagar i {least}{over} av {covered} månader{than_before(book, OVER, 'fler', 'färre')}"
        )
    months = f"{least}{over} av {covered} kommunmånader"
    return f"Snittet vid utskrivning var över {limit} dagar i {months}{than_before(book, OVER, 'fler', 'färre')}"


# ---- Waiting ------------------------------------------------------------------------------------------------------------------


def page(book: Book) -> Block:
    """How long patients wait."""
    figure = book.figure(WAIT)
    heading = f"Patienterna väntade {in_words(book, WAIT, figure)} i snitt{than_before(book, WAIT, 'längre', 'kortare')}"
    if figure.value is None:
        heading = f"Väntan på utskrivning: {in_words(book, WAIT, figure)}"
    bands = [blocks.band((12, [_line(book)]))]
    if book.scope.area.kind != "delregion":
        bands.append(blocks.band((12, [_panels(book)])))
    bands.append(blocks.band((8, [_months(book)]), (4, [blocks.heading("Så räknas dagarna"), _counted(book)])))
    return blocks.page("In- och utskrivning: väntan", heading, *bands)


def _line(book: Book) -> Block:
    wanted = book.months(3)
    expected = process.process(book, WAIT, wanted)
    goal = next((f.goal for m in wanted if (f := book.figure(WAIT, period=m)).goal is not None), None)
    county = book.figure(WAIT, book.scope.county)
    references = [] if goal is None else [(goal, f"Mål högst {number(goal, 1)}", True)]
    if goal is None and (limit := _limit(book)) is not None:
        references = [(limit, f"Gräns {number(limit, 1)}", True)]
    if county.is_plain and county.value is not None and book.scope.area != book.scope.county:
        references.append((county.value, f"Länet {book.year}: {shown(book, WAIT, county)}", False))
    return timelines.series(
        book,
        WAIT,
        wanted,
        title=process.title(book, WAIT, expected, wanted, _shortest_and_longest(book)),
        subtitle="Dagar i snitt från utskrivningsklar till utskrivning, per månad. Axeln börjar inte vid noll",
        references=references,
        month_names=month_names(wanted),
        expected=expected,
        height=190,
    )


def _limit(book: Book) -> float | None:
    agreements = book.settings.agreements_between(periods.first_day(book.year), periods.last_day(book.year))
    limits = {agreement.utskrivning.mean_limit_days for agreement in agreements}
    return limits.pop() if len(limits) == 1 else None


def _shortest_and_longest(book: Book) -> str:
    """When the wait was shortest and longest; nothing is claimed where a month is hidden, missing or incomplete."""
    figures = [(book.figure(WAIT, period=m), m) for m in book.months(1)]
    known = [(figure.value, m) for figure, m in figures if figure.is_plain and figure.value is not None]
    if len(known) < len(figures):
        return "Väntan per månad"
    (low, lowest), (high, highest) = min(known), max(known)
    return f"Kortast i {month(lowest)} ({number(low, 2)} dagar), längst i {month(highest)} ({number(high, 2)})"


def _panels(book: Book) -> Block:
    areas = book.scope.beside
    found = extremes(book, WAIT, areas)
    title = (
        f"Längst väntan i {found[0].name}, kortast i {found[1].name}"
        if found and book.scope.area.kind == "lan"
        else "Vid sidan av varandra"
    )
    subtitle = f"Dagar i snitt per månad, samma skala. Talet är hela {book.year}"
    return timelines.panels(book, WAIT, areas, book.months(3), title=title, subtitle=subtitle, across=max(3, len(areas)), height=78)


def _months(book: Book) -> Block:
    if book.scope.area.kind == "kommun":
        return _month_table(book)
    wanted = book.months(1)
    columns = [blocks.column("", 29), *(blocks.column(month(m)[:3], -1, right=True) for m in wanted), blocks.column("året", 11, right=True)]
    if book.scope.area.kind == "delregion":
        title, told = "Månader över gränsen, kommun för kommun", f"Läget per månad. Sist: antal månader över {limit_days(book)}"
        rows = [
            blocks.row(area.name, *(_state_cell(book, area, m) for m in wanted), blocks.value_cell(book, OVER, area))
            for area in book.scope.kommuner
        ]
    else:
        title, told = _over_title(book, wanted), f"Antal kommuner vars snitt för månaden är över {limit_days(book)}"
        areas = (*book.scope.beside, book.scope.county)
        rows = [
            blocks.row(
                "Länet" if area == book.scope.county else area.name,
                *(blocks.value_cell(book, OVER, area, m) for m in (*wanted, book.year)),
                strong=area == book.scope.county,
            )
            for area in areas
        ]
    return blocks.table(title, told, columns, rows, size=8)


def _state_cell(book: Book, area: Area, period: str) -> str | Block:
    return blocks.cell("", book.figure(WAIT, area, period).status)


def _over_title(book: Book, wanted: list[str]) -> str:
    first, last = (book.figure(OVER, period=m) for m in (wanted[0], wanted[-1]))
    if not (first.is_plain and last.is_plain):
        return "Kommuner över gränsen, månad för månad"
    return f"I januari låg {number(first.value, 0)} kommuner över gränsen, i december {number(last.value, 0)}"


def _month_table(book: Book) -> Block:
    columns = [blocks.column("Månad", -1)]
    named = (
        ("utskrivna", "utskrivna"),
        (WAIT, "dagar i snitt"),
        (PAYABLE, "betaldagar"),
        ("over_sju_dagar", "över sju dagar"),
        ("foljsamhet", "alla villkor, %"),
    )
    columns += [blocks.column(head, 19, right=True) for _, head in named]
    rows = [blocks.row(capital(month(m)), *(blocks.value_cell(book, i, period=m) for i, _ in named)) for m in book.months(1)]
    rows.append(blocks.row(f"Hela {book.year}", *(blocks.value_cell(book, i) for i, _ in named), strong=True))
    return blocks.table(
        "Månad för månad",
        f"Gränsen i avtalet, {limit_days(book)} i snitt, prövas varje månad för sig" if limit_word(book) else book.year,
        columns,
        rows,
        size=8.5,
        pad=2,
    )


def _counted(book: Book) -> Block:
    long_stay = book.settings.utskrivning.long_stay_days
    return blocks.text(
        "Dagarna räknas från den dag sjukhuset meddelar att patienten är utskrivningsklar till den dag patienten lämnar. "
        "Samma dag är noll.",
        f"De som väntar mer än {count(long_stay)} dagar räknas för sig och är inte med i snittet. "
        "Gränsen prövas på det exakta talet, före avrundning.",
        f"Gränsen {limit_word(book) or 'i avtalet'} gäller för en kommun och en månad. "
        "För länet, en delregion eller ett år finns inget mål.",
    )
