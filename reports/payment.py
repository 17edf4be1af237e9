"""In- och utskrivning: what the kommuner pay for, and which of the agreement's conditions fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from metrics.indicators import INDICATORS
from reports import blocks, comparisons, timelines
from reports.blocks import Block
from reports.book import Area, Book
from reports.utskrivning import LONG, PAYABLE
from reports.wording import STATE_WORDS, change, highest_and_lowest, in_words, shown, than_before
from swedish import NBSP, capital, count, month, number

_MOST_BARS: Final = 12


def page(book: Book) -> Block:
    """Payable days, and which conditions fail."""
    figure = book.figure(PAYABLE)
    who = "Kommunerna betalar" if book.scope.area.kind != "kommun" else f"{book.scope.area.name} betalar"
    heading = f"{who} för {_days(figure.value)}{than_before(book, PAYABLE, 'fler', 'färre')}"
    if figure.value is None:
        heading = f"Betaldagar: {in_words(book, PAYABLE, figure)}"
    elif figure.status == "incomplete":
        heading = f"{who} för minst {_days(figure.value)}"
    followed = book.figure("foljsamhet")
    fulfilled = f": alla uppfyllda i {in_words(book, 'foljsamhet', followed)} av utskrivningarna" if followed.value is not None else ""
    beside = book.scope.area.kind == "delregion"  # its kommuner fill the other half
    failing = [_conditions(book), _unjudged(book), *([_quarters(book)] if beside else [])]
    bands = [
        blocks.band((6, _payable(book)), (6, [_most(book)])),
        blocks.band((12, [blocks.heading(f"Villkoren i avtalet{fulfilled}")])),
        blocks.band((6, failing), (6, [_compliance(book)])),
    ]
    if not beside:
        bands.append(blocks.band((12, [_quarters(book)])))
    return blocks.page("In- och utskrivning: betalning och villkor", heading, *bands)


def _days(value: float | None) -> str:
    return f"{number(value, 0)}{NBSP}dagar"


def _payable(book: Book) -> list[Block]:
    areas = book.scope.beside
    subtitle = f"Betaldagar {book.year}; lodrätt streck är {book.year_before}"
    if book.scope.area.kind == "kommun":
        wanted = book.months(2)
        names = [month(m)[0] for m in wanted]
        return [
            timelines.month_columns(
                book, PAYABLE, 2, names, title="Betaldagar månad för månad", subtitle=f"Dagar {book.year_before} och {book.year}"
            ),
            _money(book),
        ]
    chart = comparisons.area_bars(
        book, PAYABLE, areas, title=_payable_title(book, areas), subtitle=subtitle, pitch=20 if len(areas) < 8 else 14
    )
    return [chart, _money(book)]


def _payable_title(book: Book, areas: tuple[Area, ...]) -> str:
    changes = [change(book, PAYABLE, area).difference for area in areas]
    known = [difference for difference in changes if difference is not None]
    if len(known) == len(areas) and all(d < 0 for d in known):
        return "Betaldagarna minskar överallt"
    if len(known) == len(areas) and all(d > 0 for d in known):
        return "Betaldagarna ökar överallt"
    if len(known) < len(areas):
        return "Betaldagar"
    more, fewer = sum(d > 0 for d in known), sum(d < 0 for d in known)
    return f"Betaldagarna ökar på {count(more)} ställen och minskar på {count(fewer)}"


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
        return comparisons.area_bars(book, LONG, book.scope.kommuner, title=title, subtitle=f"Utskrivningar {ticked}", pitch=14)
    known = [(f.value, area) for area in book.scope.kommuner if (f := book.figure(PAYABLE, area)).value is not None]
    top = [area for _, area in sorted(known, key=lambda pair: -(pair[0] or 0))[:_MOST_BARS]]
    if book.scope.area.kind == "kommun" and book.scope.area not in top:
        top.append(book.scope.area)
    title = _share_title(book, top) if len(known) > _MOST_BARS else "Kommun för kommun"
    return comparisons.area_bars(book, PAYABLE, top, title=title, subtitle=f"Betaldagar {ticked}", pitch=14)


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
    narrow = book.scope.area.kind == "delregion"
    if book.scope.area.kind == "kommun" and county.is_plain and county.value is not None:
        references = [(county.value, f"Länet {book.year}: {shown(book, 'foljsamhet', county)}", False)]
    title = f"Alla villkor uppfyllda, {book.edition.year - 2}–{book.year}"
    subtitle = "Procent av de bedömda utskrivningarna, per kvartal. Axeln börjar inte vid noll"
    names = [] if narrow else [f"kv{NBSP}{quarter[-1]}" for quarter in wanted]
    return timelines.series(
        book, "foljsamhet", wanted, title=title, subtitle=subtitle, references=references, month_names=names, height=112
    )


def _compliance(book: Book) -> Block:
    areas = book.scope.beside if book.scope.area.kind != "delregion" else book.scope.kommuner
    apart = highest_and_lowest(book, "foljsamhet", areas) if book.scope.area.kind != "kommun" else ""
    title = apart or "Alla villkor, sida vid sida"
    subtitle = f"Utskrivningar där alla villkor är uppfyllda, procent. Ring: {book.year_before}"
    return comparisons.rank(book, "foljsamhet", areas, title=title, subtitle=subtitle, with_before=True, pitch=16 if len(areas) < 8 else 12)


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
    worst = failing[0] if failing and failing[0].share else None
    title = f"Oftast brister: {worst.name[0].lower()}{worst.name[1:]}" if worst else "Villkoren var för sig"
    rows = [comparisons.bar(c.name, c.share, c.text, note=c.note, state=c.state, strong=c is worst) for c in failing]
    subtitle = "Utskrivningar där villkoret gäller och inte är uppfyllt"
    return comparisons.bars(title, subtitle, rows, names=50, values=30, pitch=min(18, 130 / max(1, len(rows))))


@dataclass(frozen=True)
class Condition:
    """A condition's share of discharges that fail it, in per cent: None, with the state that says why, where it is not told."""

    name: str
    share: float | None
    state: str
    note: str = ""

    @property
    def text(self) -> str:
        """The share, or why there is none."""
        return STATE_WORDS[self.state] if self.share is None else f"{number(self.share, 1)}{NBSP}%"


def failing_conditions(book: Book) -> list[Condition] | None:
    """Each condition of the year, the one that fails most first.

    None where it may not be told: the counts have no protection of their own, so a protected edition tells them of the county
    alone, where nothing smaller can be subtracted, and hides a share that rests on fewer than the threshold.
    """
    if not book.edition.internal and book.scope.area.kind != "lan":
        return None
    kommuner = [area.id for area in ((book.scope.area,) if book.scope.area.kind == "kommun" else book.scope.kommuner)]
    rows = book.edition.conditions.filter(pl.col("period").str.starts_with(book.year) & pl.col("kommun").is_in(kommuner))
    summed = rows.group_by("agreement", "condition").agg(pl.col("met", "not_met").sum()).sort("agreement", "condition")
    told = [_condition(book, *line) for line in summed.iter_rows()]
    return sorted(told, key=lambda condition: -1.0 if condition.share is None else condition.share, reverse=True)


def _condition(book: Book, agreement_id: str, condition_id: str, met: int, not_met: int) -> Condition:
    agreements = [agreement for agreement in book.settings.agreements if agreement.id == agreement_id]
    named = {condition.id: condition.name for agreement in agreements for condition in agreement.utskrivning.conditions}
    name, judged = named.get(condition_id, condition_id), met + not_met
    if not judged:
        return Condition(name, None, "missing")
    if not book.edition.internal and any(0 < part < book.settings.disclosure.threshold for part in (met, not_met)):
        return Condition(name, None, "suppressed")
    return Condition(name, 100 * not_met / judged, "no_goal", f"{number(not_met, 0)} av {number(judged, 0)}")
