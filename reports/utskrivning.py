"""In- och utskrivning: how long patients wait, what the kommuner pay for, and which conditions fail."""

from __future__ import annotations

from typing import Final

import polars as pl

import periods
from metrics.indicators import INDICATORS
from reports import blocks
from reports.blocks import Block
from reports.book import Area, Book
from reports.wording import change, extremes, highest_and_lowest, in_words, limit_word, shown, than_before
from swedish import NBSP, capital, count, month, number

WAIT: Final = "dagar_snitt"
OVER: Final = "betalningsmanader"
PAYABLE: Final = "betaldagar"
LONG: Final = "over_sju_dagar"
_MOST_BARS: Final = 12


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


def waiting_page(book: Book) -> Block:
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
    goal = next((f.goal for m in wanted if (f := book.figure(WAIT, period=m)).goal is not None), None)
    county = book.figure(WAIT, book.scope.county)
    references = [] if goal is None else [(goal, f"Mål högst {number(goal, 1)}", True)]
    if goal is None and (limit := _limit(book)) is not None:
        references = [(limit, f"Gräns {number(limit, 1)}", True)]
    if county.is_plain and county.value is not None and book.scope.area != book.scope.county:
        references.append((county.value, f"Länet {book.year}: {shown(book, WAIT, county)}", False))
    return blocks.series(
        book,
        WAIT,
        wanted,
        title=_line_title(book),
        subtitle="Dagar i snitt från utskrivningsklar till utskrivning, per månad. Axeln börjar inte vid noll",
        references=references,
        month_names=month_names(wanted),
        height=190,
    )


def _limit(book: Book) -> float | None:
    agreements = book.settings.agreements_between(periods.first_day(book.year), periods.last_day(book.year))
    limits = {agreement.utskrivning.mean_limit_days for agreement in agreements}
    return limits.pop() if len(limits) == 1 else None


def _line_title(book: Book) -> str:
    known = [(f.value, m) for m in book.months(1) if (f := book.figure(WAIT, period=m)).value is not None]
    if len(known) < 2:
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
    return blocks.panels(book, WAIT, areas, book.months(3), title=title, subtitle=subtitle, across=max(3, len(areas)), height=92)


def _months(book: Book) -> Block:
    if book.scope.area.kind == "kommun":
        return _month_table(book)
    wanted = book.months(1)
    columns = [blocks.column("", 29), *(blocks.column(month(m)[:3], -1, right=True) for m in wanted), blocks.column("året", 11, right=True)]
    if book.scope.area.kind == "delregion":
        title, told = "Månader över gränsen, kommun för kommun", f"Läget per månad. Sist: antal månader över {limit_word(book)} dagar"
        rows = [
            blocks.row(area.name, *(_state_cell(book, area, m) for m in wanted), blocks.value_cell(book, OVER, area))
            for area in book.scope.kommuner
        ]
    else:
        title, told = _over_title(book, wanted), f"Antal kommuner vars snitt för månaden är över {limit_word(book)} dagar"
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
        "Månad för månad", f"Målet högst {limit_word(book)} dagar i snitt gäller varje månad för sig", columns, rows, size=8.5, pad=2
    )


def _counted(book: Book) -> Block:
    long_stay = book.settings.utskrivning.long_stay_days
    return blocks.text(
        "Dagarna räknas från den dag sjukhuset meddelar att patienten är utskrivningsklar till den dag patienten lämnar. "
        "Samma dag är noll.",
        f"De som väntar mer än {count(long_stay)} dagar räknas för sig och är inte med i snittet. "
        "Gränsen prövas på det exakta talet, före avrundning.",
        f"Gränsen {limit_word(book)} gäller för en kommun och en månad. För länet, en delregion eller ett år finns inget mål.",
    )


# ---- What is paid, and the conditions -----------------------------------------------------------------------------------------


def payment_page(book: Book) -> Block:
    """Payable days, and which conditions fail."""
    figure = book.figure(PAYABLE)
    who = "Kommunerna betalar" if book.scope.area.kind != "kommun" else f"{book.scope.area.name} betalar"
    heading = f"{who} för {_days(figure.value)}{than_before(book, PAYABLE, 'fler', 'färre')}"
    if figure.value is None:
        heading = f"Betaldagar: {in_words(book, PAYABLE, figure)}"
    elif figure.status == "incomplete":
        heading = f"{who} för minst {_days(figure.value)}"
    fulfilled = in_words(book, "foljsamhet", book.figure("foljsamhet"))
    return blocks.page(
        "In- och utskrivning: betalning och villkor",
        heading,
        blocks.band((6, _payable(book)), (6, [_most(book)])),
        blocks.band((12, [blocks.heading(f"Villkoren i avtalet: alla uppfyllda i {fulfilled} av utskrivningarna")])),
        blocks.band((6, [_conditions(book), _unjudged(book)]), (6, [_compliance(book)])),
        blocks.band((12, [_quarters(book)])),
    )


def _days(value: float | None) -> str:
    return f"{number(value, 0)}{NBSP}dagar"


def _payable(book: Book) -> list[Block]:
    areas = book.scope.beside
    subtitle = f"Betaldagar {book.year}; lodrätt streck är {book.year_before}"
    if book.scope.area.kind == "kommun":
        wanted = book.months(2)
        names = [month(m)[0] for m in wanted]
        return [
            blocks.month_columns(
                book, PAYABLE, 2, names, title="Betaldagar månad för månad", subtitle=f"Dagar {book.year_before} och {book.year}"
            ),
            _money(book),
        ]
    chart = blocks.area_bars(book, PAYABLE, areas, title=_payable_title(book, areas), subtitle=subtitle, pitch=20 if len(areas) < 8 else 14)
    return [chart, _money(book)]


def _payable_title(book: Book, areas: tuple[Area, ...]) -> str:
    changes = [change(book, PAYABLE, area).difference for area in areas]
    known = [difference for difference in changes if difference is not None]
    if len(known) == len(areas) and all(d < 0 for d in known):
        return "Betaldagarna minskar överallt"
    if len(known) == len(areas) and all(d > 0 for d in known):
        return "Betaldagarna ökar överallt"
    more, fewer = sum(d > 0 for d in known), sum(d < 0 for d in known)
    return f"Betaldagarna ökar på {count(more)} ställen och minskar på {count(fewer)}" if known else "Betaldagar"


def _money(book: Book) -> Block:
    figure = book.figure("betalningsbelopp")
    amount = book.settings.payment_amount_per_day.get(book.edition.year)
    if amount is None:
        words = f"Belopp per dag för {book.year} är inte infört med källa. Därför visas inga kronor."
    else:
        per_day = f"{number(amount.amount, 0)}{NBSP}kr ({amount.source})"
        words = f"{capital(in_words(book, 'betalningsbelopp', figure))}. Beloppet per dag är {per_day}."
    long_stays = book.figure(LONG)
    days, long_told = count(book.settings.utskrivning.long_stay_days), in_words(book, LONG, long_stays)
    return blocks.text(
        ("Kronor.", words),
        ("Långa väntetider.", f"Utskrivningar med mer än {days} dagars väntan: {long_told}."),
    )


def _most(book: Book) -> Block:
    """The kommuner with most payable days; for a delregion, whose kommuner are all shown, who has waited longest."""
    ticked = f"{book.year}; lodrätt streck är {book.year_before}"
    if book.scope.area.kind == "delregion":
        title = INDICATORS[LONG].name
        return blocks.area_bars(book, LONG, book.scope.kommuner, title=title, subtitle=f"Utskrivningar {ticked}", pitch=14)
    known = [(f.value, area) for area in book.scope.kommuner if (f := book.figure(PAYABLE, area)).value is not None]
    top = [area for _, area in sorted(known, key=lambda pair: -(pair[0] or 0))[:_MOST_BARS]]
    if book.scope.area.kind == "kommun" and book.scope.area not in top:
        top.append(book.scope.area)
    title = _share_title(book, top) if len(known) > _MOST_BARS else "Kommun för kommun"
    return blocks.area_bars(book, PAYABLE, top, title=title, subtitle=f"Betaldagar {ticked}", pitch=14)


def _share_title(book: Book, top: list[Area]) -> str:
    whole, figures = book.figure(PAYABLE), [book.figure(PAYABLE, area) for area in top]
    if book.scope.area.kind != "lan" or not whole.value or not all(f.is_plain for f in (whole, *figures)):
        return "Kommunerna med flest betaldagar"
    share = 100 * sum(f.value or 0 for f in figures) / whole.value
    return f"{capital(count(len(top)))} kommuner har {number(share, 0)}{NBSP}% av betaldagarna"


def _quarters(book: Book) -> Block:
    wanted = book.quarters(3)
    county = book.figure("foljsamhet", book.scope.county)
    references = []
    if book.scope.area != book.scope.county and county.is_plain and county.value is not None:
        references = [(county.value, f"Länet {book.year}: {shown(book, 'foljsamhet', county)}", False)]
    title = f"Alla villkor uppfyllda, {book.edition.year - 2}–{book.year}"
    subtitle = "Procent av de bedömda utskrivningarna, per kvartal. Axeln börjar inte vid noll"
    names = [f"kv{NBSP}{quarter[-1]}" for quarter in wanted]
    return blocks.series(book, "foljsamhet", wanted, title=title, subtitle=subtitle, references=references, month_names=names, height=112)


def _compliance(book: Book) -> Block:
    areas = book.scope.beside if book.scope.area.kind != "delregion" else book.scope.kommuner
    apart = highest_and_lowest(book, "foljsamhet", areas) if book.scope.area.kind != "kommun" else ""
    title = apart or "Alla villkor, sida vid sida"
    subtitle = f"Utskrivningar där alla villkor är uppfyllda, procent. Ring: {book.year_before}"
    return blocks.rank(book, "foljsamhet", areas, title=title, subtitle=subtitle, with_before=True, pitch=16 if len(areas) < 8 else 12)


def _unjudged(book: Book) -> Block:
    share = book.figure("foljsamhet_bortfall")
    if share.value is None:
        return blocks.text()
    return blocks.text(f"{capital(in_words(book, 'foljsamhet_bortfall', share))} av utskrivningarna kan inte bedömas, för att svar saknas.")


def _conditions(book: Book) -> Block:
    failing = failing_conditions(book)
    if failing is None:
        return blocks.text(
            ("Vilka villkor som brister", "visas för länet, och för mindre områden bara i det interna underlaget: talen är små.")
        )
    rows = [
        blocks.bar(
            name,
            share,
            f"{number(share, 1)}{NBSP}%" if share is not None else "",
            note=note,
            state="no_goal" if share is not None else "suppressed",
            strong=i == 0,
        )
        for i, (name, share, note) in enumerate(failing)
    ]
    for line in rows:
        if line["value"] is None:
            line["text"] = "skyddad"
    title = f"Oftast brister: {failing[0][0][0].lower()}{failing[0][0][1:]}" if failing and failing[0][1] else "Inget villkor brister"
    return blocks.bars(title, "Utskrivningar där villkoret gäller och inte är uppfyllt", rows, names=42, values=32, pitch=18)


def failing_conditions(book: Book) -> list[tuple[str, float | None, str]] | None:
    """Each condition's name, share of discharges that fail it (per cent) and the counts in words; worst first.

    None where it may not be told: the counts have no protection of their own, so a protected edition tells them of the county
    alone, where nothing smaller can be subtracted, and hides a share that rests on fewer than the threshold.
    """
    if not book.edition.internal and book.scope.area.kind != "lan":
        return None
    kommuner = [area.id for area in ((book.scope.area,) if book.scope.area.kind == "kommun" else book.scope.kommuner)]
    rows = book.edition.conditions.filter(pl.col("period").str.starts_with(book.year) & pl.col("kommun").is_in(kommuner))
    summed = rows.group_by("agreement", "condition").agg(pl.col("met", "not_met").sum()).sort("agreement", "condition")
    told = [_condition(book, *line) for line in summed.iter_rows()]
    return sorted(told, key=lambda line: -(line[1] if line[1] is not None else -1.0))


def _condition(book: Book, agreement_id: str, condition_id: str, met: int, not_met: int) -> tuple[str, float | None, str]:
    agreement = next(agreement for agreement in book.settings.agreements if agreement.id == agreement_id)
    name = next(condition.name for condition in agreement.utskrivning.conditions if condition.id == condition_id)
    judged = met + not_met
    small = any(0 < part < book.settings.disclosure.threshold for part in (met, not_met))
    if not judged or (small and not book.edition.internal):
        return name, None, ""
    return name, 100 * not_met / judged, f"{number(not_met, 0)} av {number(judged, 0)}"
