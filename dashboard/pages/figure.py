"""`/siffra`: what one figure is made of, back to the rows of the files that were delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import polars as pl

import periods
from dashboard.access import Access
from dashboard.areas import Area
from dashboard.choices import Choices, figure_address, parameter
from dashboard.context import Context
from dashboard.lineage import Again, Trace, Traces, Used
from dashboard.lookup import Figure
from dashboard.parts import answer, basis, head, lead, notice, row, scrolling, share_menu, switch, table
from dashboard.received import DATASETS
from dashboard.sections import decisions as decided
from dashboard.sections.moves import pager
from dashboard.shell import Page
from dashboard.states import badge, mark, state_of
from dashboard.tree import Children, Element, Node, h
from dashboard.values import writer
from dashboard.yearbook import Yearbooks
from metrics.indicators import INDICATORS
from sql.catalogue import Delivery
from sql.publications import Publication
from swedish import NBSP, capital, count, listed, moment, month, number, period

PATH: Final = "/siffra"
AGAIN: Final = "om"
PER_PAGE: Final = 50
_HASH_SHOWN: Final = 12
_NAMED: Final = 4
_NAMES: Final = {dataset.id: dataset.name for dataset in DATASETS}
_HIDDEN: Final = ("lacks_", "delivery", "row")
_COUNTS: Final = {
    "outside": "utanför avtal",
    "not_met": "ett villkor för betalning brister",
    "alone": "räknas för sig",
    "in_mean": "räknas i månadens snitt",
}
_PER: Final = {"month": "kommun och månad", "quarter": "kommun och kvartal", "year": "kommun"}
_HEADINGS: Final = {"days": "dagar", "agreement": "avtal", "counts": "hur den räknas"}


@dataclass(frozen=True)
class Making:
    """What the page is made with."""

    traces: Traces
    books: Yearbooks
    access: Access
    is_demo: Callable[[], bool]


@dataclass(frozen=True)
class _Shown:
    """One figure as the reader sees it: from the run or the publication, with what it was traced to."""

    chosen: Choices
    context: Context
    trace: Trace
    area: Area
    publication: Publication | None
    reads_rows: bool

    @property
    def figure(self) -> Figure | None:
        return self.context.lookup.figure(self.trace.indicator, self.area.id, self.trace.period)

    @property
    def hidden(self) -> bool:
        return self.figure is not None and self.figure.status == "suppressed"


def making(with_: Making) -> Callable[[Choices, Context], Page]:
    """What makes the page at `PATH`."""
    return partial(_page, with_)


def _page(with_: Making, chosen: Choices, context: Context) -> Page:
    area = context.areas.find(chosen.area)
    if chosen.indicator not in INDICATORS or area is None or not chosen.period:
        return _not_there("Adressen ska nämna ett mått, ett område och en period.")
    publication = next((each for each in with_.books.listing() if each.id == chosen.publication), None)
    if chosen.publication and publication is None:
        return _not_there(f"Publikationen {chosen.publication} finns inte.")
    sight = with_.access.sight(is_demo=with_.is_demo())
    seen = Context(context.settings, context.areas, with_.books.lookup(publication, sight)) if publication else context
    trace = with_.traces.trace(seen.lookup.view.run, (chosen.indicator, area.id, chosen.period))
    if trace is None or seen.lookup.figure(chosen.indicator, area.id, chosen.period) is None:
        return _not_there("Måttet har ingen siffra för området och perioden.")
    reads = with_.access.may_read_rows(trace.kommuner, is_demo=with_.is_demo())
    return _told(with_, _Shown(chosen, seen, trace, area, publication, reads))


def _not_there(why: str) -> Page:
    said = notice(why, "Öppna den från ett mått eller en kommun.", ("Till måtten", "/indikatorer"))
    return Page("Siffran finns inte", (h.div(h.h1("Siffran finns inte", tabindex="-1"), said, class_="head"),), status=404)


def _told(with_: Making, shown: _Shown) -> Page:
    name = f"{INDICATORS[shown.trace.indicator].name}, {shown.area.name}, {period(shown.trace.period)}"
    title = f"Bakom siffran: {name}"
    parts: list[Node | None] = [
        _head(shown),
        _rule(shown),
        _recount(with_, shown),
        _decisions(with_, shown),
        _cells(shown) if len(shown.trace.kommuner) * len(shown.trace.bases) > 1 else None,
        _deliveries(shown),
        _rows(shown),
    ]
    return Page(title, tuple(each for each in parts if each is not None), menu="", said=f"Visar {title}.")


# ---- The figure and its rule --------------------------------------------------------------------------------------------------


def _head(shown: _Shown) -> Element:
    trace, figure = shown.trace, shown.figure
    by = writer(shown.context.settings, trace.indicator)
    about = Choices(f"/indikator/{trace.indicator}", area=shown.area.id, period=trace.period).address
    said: list[Children] = [h.b(by.with_unit(figure))]
    if figure is not None and figure.value is not None and figure.status != "no_goal":
        said += [", ", badge(state_of(figure))]
    crumbs = [("Översikt", "/"), (by.indicator.name, about), ("Bakom siffran", "")]
    heading = h.span(h.a(by.indicator.name, href=about), f", {shown.area.name}, {period(trace.period)}")
    facts = basis(_origin(shown.publication), f"Körning {trace.run.id}, räknad {moment(trace.run.created_at)}")
    return head(crumbs, [share_menu()], heading, answer(said), _fraction(shown), facts)


def _origin(publication: Publication | None) -> Node:
    if publication is None:
        return "Den gällande körningen"
    to = f"/arsuppfoljning/{publication.year}?{parameter('edition')}={publication.edition}"
    return h.span("Som publicerad i ", h.a(publication.id, href=to), f", {moment(publication.published_at)}")


def _fraction(shown: _Shown) -> Element:
    """The value as its parts; where they are hidden, why."""
    figure, indicator = shown.figure, INDICATORS[shown.trace.indicator]
    if shown.hidden:
        return lead("Siffran är skyddad: den bygger på få personer eller händelser, eller skulle avslöja en annan som gör det.")
    if figure is not None and figure.value is not None and indicator.why_not_a_sum:
        return lead(f"{indicator.counts} {indicator.why_not_a_sum}")
    if figure is None or figure.numerator is None:
        return lead("Ingen har levererat det som siffran bygger på.")
    above = f"{number(figure.numerator, 0)} ({_small(indicator.numerator_label)})"
    if indicator.denominator is None or figure.denominator is None:
        return lead(f"Siffran är {above}.")
    below = f"{number(figure.denominator, 0)} ({_small(indicator.denominator_label)})"
    times = f"{number(indicator.scale, 0)}{NBSP}·{NBSP}" if indicator.scale != 1 else ""
    return lead(f"Siffran är {times}{above} delat med {below}." if indicator.is_ratio else f"Siffran är {above}, av {below}.")


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _rule(shown: _Shown) -> Element:
    indicator, figure = INDICATORS[shown.trace.indicator], shown.figure
    ids = (figure.agreement or "").split("+") if figure else []
    agreements = [each for each in shown.context.settings.agreements if each.id in ids]
    terms: list[tuple[str, Children]] = [
        ("Räknar", indicator.counts),
        ("Avtal", [h.p(f"{each.name} ({each.id})") for each in agreements] or "Inget avtal gällde."),
        ("Avsnitt", indicator.section),
        ("Summeras", _sums(shown)),
        ("Hela definitionen", h.a(indicator.name, href=f"/indikator/{indicator.id}#definition")),
    ]
    return _part("Regeln", None, h.dl([[h.dt(name), h.dd(said)] for name, said in terms], class_="terms"))


def _sums(shown: _Shown) -> str:
    bases, kommuner = shown.trace.bases, shown.trace.kommuner
    time = period(bases[0]) if len(bases) == 1 else f"{count(len(bases))} månader"
    who = shown.area.name if len(kommuner) == 1 else f"{count(len(kommuner))} kommuner"
    how = "" if INDICATORS[shown.trace.indicator].why_not_a_sum else " Täljare och nämnare summeras först och delas sist."
    return f"{capital(who)}, {time}.{how}"


# ---- Computed again -----------------------------------------------------------------------------------------------------------


def _recount(with_: Making, shown: _Shown) -> Element:
    trace, chosen = shown.trace, shown.chosen
    if trace.gallrade:
        return _part(
            "Räkna om den",
            None,
            h.p(f"{_gallrade(trace.gallrade)} Siffran kan inte räknas om. Den står kvar som den räknades."),
            id_="rakna-om",
        )
    hidden = {name: getattr(chosen, name) for name in ("indicator", "area", "period", "publication", "view", "page")}
    form = h.form(
        [h.input(type="hidden", name=parameter(name), value=value, key=name) for name, value in hidden.items() if value],
        h.button("Räkna om", class_="button", name=parameter("again"), value=AGAIN),
        h.input(type="hidden", name=parameter("again"), value=AGAIN),
        action=PATH,
        method="get",
        class_="not-printed",
    )
    said = _said_again(with_.traces.again(trace, chosen.publication)) if chosen.again == AGAIN else None
    about = "Siffran räknas om ur de leveranser som gällde för körningen, och hålls mot den som visas."
    return _part("Räkna om den", about, said, form, id_="rakna-om")


def _gallrade(deliveries: Sequence[Delivery]) -> str:
    """`Raderna i leverans 3 och 9 är gallrade.` Of many, how many."""
    if len(deliveries) > _NAMED:
        return f"Raderna i {count(len(deliveries))} leveranser är gallrade."
    return f"Raderna i leverans {listed([str(each.id) for each in deliveries])} är gallrade."


def _said_again(again: Again) -> Element:
    if again.equal:
        return h.p(mark_equal(), h.b("Lika."), " Samma siffra, till sista decimalen, ur samma leveranser.", role="status")
    why = "Inställningarna är ändrade sedan dess." if again.settings_changed else ""
    gone = "En leverans är raderad, så dess rader finns inte kvar." if again.erased else ""
    said = " ".join(each for each in (why, gone) if each) or "Programmets sätt att räkna kan ha ändrats sedan dess."
    return h.p(h.b("Inte lika."), f" {said}", role="status")


def mark_equal() -> Element:
    """The mark before an answer that all is well."""
    return h.span(class_="mark met", aria_hidden="true")


def _decisions(with_: Making, shown: _Shown) -> Element | None:
    year = with_.books.year(int(shown.trace.period[:4]))
    found = decided.about(year.decisions if year else (), indicator=shown.trace.indicator, area=shown.area.id, year=shown.trace.period[:4])
    return _part("Forumets beslut", None, decided.listing(shown.context.settings, found), id_="beslut") if found else None


# ---- Kommuner and months ------------------------------------------------------------------------------------------------------


def _cells(shown: _Shown) -> Element:
    trace, by = shown.trace, writer(shown.context.settings, shown.trace.indicator)
    kommuner = [area for area in shown.context.kommuner if area.id in trace.kommuner]
    headings = ["Kommun", *(_base_name(base) for base in trace.bases)]
    rows = [row(area.name, [_cell(shown, area, base) for base in trace.bases]) for area in kommuner]
    kinds = _PER[periods.kind(trace.bases[0])]
    what = "Värdet" if by.indicator.why_not_a_sum else "Täljare" if by.indicator.denominator is None else "Täljare och, under den, nämnare"
    about = f"{what} per {kinds}. Välj en för att följa den vidare."
    label = f"Siffran per {kinds}"
    return _part(capital(f"per {kinds}"), about, scrolling(table(label, headings, rows, class_="parts"), label), id_="delar")


def _base_name(base: str) -> str:
    if periods.kind(base) == "month":
        return month(base)[:3]
    return f"kv{NBSP}{base[-1]}" if periods.kind(base) == "quarter" else base


def _cell(shown: _Shown, area: Area, base: str) -> Element:
    figure = shown.context.lookup.figure(shown.trace.indicator, area.id, base)
    alone = bool(INDICATORS[shown.trace.indicator].why_not_a_sum)
    own = figure.value if figure and alone else figure.numerator if figure else None
    if figure is None or own is None:
        state = state_of(figure)
        return h.td(mark(state), h.span(state.word, class_="unseen"))
    to = figure_address(shown.trace.indicator, area.id, base, shown.chosen.publication)
    below = number(figure.denominator, 0) if figure.denominator is not None else None
    whole = h.span(" ofullständig", class_="unseen") if not figure.complete else None
    said = [h.a(number(own, 0), href=to), h.small(below) if below else None, whole]
    return h.td(said, class_="incomplete" if not figure.complete else None)


# ---- Deliveries ---------------------------------------------------------------------------------------------------------------


def _deliveries(shown: _Shown) -> Element:
    trace = shown.trace
    used = trace.used()
    rows = {id_: n for name in trace.datasets for id_, n in trace.row_counts(name).items()} if shown.reads_rows else {}
    inside = shown.reads_rows
    names = ["Leverans", "Uppgifter", "Kommun × period", *(["Rader", "Fil", "Inläst", "Av", "SHA-256"] if inside else [])]
    headings = [h.th(name, scope="col", class_="left") for name in names]
    made = [_delivery(each, rows.get(each.delivery.id, 0), inside=inside) for each in used]
    about = f"{capital(count(len(used)))} {'leverans' if len(used) == 1 else 'leveranser'} gällde när siffran räknades."
    if not inside:
        about += " Filernas namn och antal rader visas bara för den som får läsa raderna."
    if len(trace.cells) < len(trace.kommuner) * len(trace.bases):
        about += f" {capital(count(len(trace.kommuner) * len(trace.bases) - len(trace.cells)))} kommun × period saknas."
    content = scrolling(table("Leveranser", headings, made), "Leveranser") if used else h.p("Inga.")
    return _part("Leveranser", about, content, id_="leveranser")


def _delivery(used: Used, rows: int, *, inside: bool) -> Element:
    d = used.delivery
    cells: list[Children] = [_NAMES.get(d.dataset, d.dataset), number(used.cells, 0)]
    if inside:
        loaded = moment(datetime.fromisoformat(d.loaded_at))
        cells += [
            "gallrade" if d.gallrad_at else number(rows, 0),
            d.file_name,
            loaded,
            d.loaded_by,
            h.code(d.sha256[:_HASH_SHOWN], title=d.sha256),
        ]
    return row(str(d.id), [h.td(cell, class_="left") for cell in cells])


# ---- Rows ---------------------------------------------------------------------------------------------------------------------


def _rows(shown: _Shown) -> Element | None:
    trace, chosen = shown.trace, shown.chosen
    if not shown.reads_rows:
        who = "Raderna visas bara för regionen och den kommun som de gäller."
        return _part("Rader", None, h.p(" ".join(each for each in (_public_count(shown), who) if each)), id_="rader")
    dataset = chosen.view if chosen.view in trace.datasets else trace.dataset
    total = sum(trace.row_counts(dataset).values())
    pages = max(1, -(-total // PER_PAGE))
    here = min(max(int(chosen.page), 1), pages) if chosen.page.isdecimal() else 1
    frame = trace.rows(dataset, (here - 1) * PER_PAGE, PER_PAGE)
    choose = [(_NAMES[each], chosen.but(view=each, page="", again="")) for each in trace.datasets]
    which = switch("Uppgifter", choose, chosen.but(view=dataset, page="", again="")) if len(choose) > 1 else None
    label = f"Rader ur {_NAMES[dataset].lower()}"
    gone = [each for each in trace.gallrade if each.dataset == dataset]
    about = f"{number(total, 0)} {'rad' if total == 1 else 'rader'}. Radnumret är radens nummer i avsändarens fil."
    if gone:
        about = f"{_gallrade(gone)} {about if total else ''}".strip()
    nothing = None if gone else h.p("Inga rader: det som täcks är noll.")
    body = scrolling(_row_table(label, frame), label) if total else nothing
    return _part("Rader", about, which, body, pager(chosen.but(again=""), here, pages, total), id_="rader")


def _public_count(shown: _Shown) -> str | None:
    """How many rows, where another figure says just that in public and is itself shown."""
    counts = {"utskrivning": "utskrivna", "avvikelser": "avvikelser"}.get(shown.trace.dataset)
    figure = shown.context.lookup.figure(counts, shown.area.id, shown.trace.period) if counts else None
    return f"{number(figure.numerator, 0)} rader." if figure is not None and figure.numerator is not None else None


def _row_table(label: str, frame: pl.DataFrame) -> Element:
    columns = [name for name in frame.columns if not name.startswith(_HIDDEN) and frame[name].null_count() < frame.height]
    headings = [h.th(name, scope="col", class_="left") for name in ("Leverans", "Rad", *(_HEADINGS.get(each, each) for each in columns))]
    return table(label, headings, list(_lines(frame, columns)), class_="rows")


def _lines(frame: pl.DataFrame, columns: Sequence[str]) -> Iterator[Element]:
    for each in frame.iter_rows(named=True):
        cells = [number(each["row"], 0), *(_text(name, each[name]) for name in columns)]
        yield row(str(each["delivery"]), [h.td(cell, class_="left") for cell in cells])


def _text(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return _COUNTS.get(str(value), str(value)) if name == "counts" else str(value)


def _part(heading: str, about: str | None, *content: Node | None, id_: str | None = None) -> Element:
    said = h.p(about) if about else None
    return h.section(h.div(h.h2(heading), said, class_="part-head"), h.div(content, class_="stack tight"), class_="part", id=id_)
