"""`/oppna-data`: what may be used freely, theme by theme and year by year, and on what terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Protocol

from dashboard import api
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.parts import answer, basis, head, lead, notice, row, scrolling, share_menu, table
from dashboard.shell import Page
from dashboard.tree import Element, Node, h
from metrics.breakdowns import DIMENSIONS
from metrics.indicators import INDICATORS
from reports.editions import STOCKHOLM
from reports.opendata import BREAKDOWNS, CATALOGUE, TITLES, file_name
from reports.settings import OpenDataSettings, open_data_form
from sql.publications import Publication
from swedish import NBSP, day, listed, number

PATH: Final = "/oppna-data"
_KILO: Final = 1000
_LICENSES: Final = {
    "https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0: använd dem fritt och ange källan",
    "http://creativecommons.org/publicdomain/zero/1.0/": "CC0: använd dem fritt",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0: använd dem fritt",
}


class Published(Protocol):
    """`dashboard.opendata.OpenData`."""

    def editions(self) -> Mapping[int, Publication]:
        """The latest edition of each published year, the newest year first."""

    def files(self) -> Mapping[str, bytes]:
        """The files by name."""


def making(data: Published) -> Callable[[Choices, Context], Page]:
    """What makes the page."""
    return partial(_page, data)


def _page(data: Published, _: Choices, context: Context) -> Page:
    form = open_data_form(context.settings)
    editions, files = data.editions(), data.files()
    crumbs = [("Översikt", "/"), ("Öppna data", "")]
    if not files:
        return Page("Öppna data", (head(crumbs, (), "Öppna data", *_nothing(), basis(_license(form))), _about(context)))
    years = [str(year) for year in reversed(editions)]
    said = answer(f"{listed(years)} finns att hämta, utan kostnad och utan konto.")
    newest = max(editions.values(), key=lambda each: each.published_at)
    when = day(newest.published_at.astimezone(STOCKHOLM).date())
    facts = basis(_license(form), f"Utgivare: {form.publisher}", f"Senast ändrad {when}")
    top = head(crumbs, (share_menu(),), "Öppna data", said, lead(f"{form.description} Små tal är skyddade."), facts)
    themes = [part for theme in TITLES if (part := _theme(theme, editions, files))]
    return Page("Öppna data", (top, *themes, _catalogue(form), _about(context)))


def _nothing() -> tuple[Element, Element]:
    why = "När ett år publiceras läggs dess siffror här, skyddade så att ingen kan pekas ut. Aktuella siffror finns på sidorna och i API:t."
    return answer("Inget är publicerat än."), notice("Här finns inga filer än.", why, ("Till översikten", "/"))


def _license(form: OpenDataSettings) -> Node:
    return h.span("Licens: ", h.a(_LICENSES.get(form.license, form.license), href=form.license, rel="license"))


# ---- The files ------------------------------------------------------------------------------------------------------------------


def _theme(theme: str, editions: Mapping[int, Publication], files: Mapping[str, bytes]) -> Element | None:
    rows = [_year(theme, year, made, files) for year, made in editions.items() if file_name(theme, year, "csv") in files]
    if not rows:
        return None
    headings = [h.th(name, scope="col", class_="left") for name in ("År", "CSV", "Parquet", "Publikation", "Publicerad")]
    label = f"Filer, {TITLES[theme]}"
    names = [dimension.heading for dimension in DIMENSIONS.values()] if theme == BREAKDOWNS else _names(theme)
    about = " · ".join(dict.fromkeys(names))
    made = scrolling(table(label, headings, rows, class_="listing open"), label)
    return h.section(h.div(h.h2(TITLES[theme]), h.p(about), class_="part-head"), made, class_="part", id=theme)


def _names(theme: str) -> list[str]:
    return [indicator.name for indicator in INDICATORS.values() if indicator.theme == theme]


def _year(theme: str, year: int, made: Publication, files: Mapping[str, bytes]) -> Element:
    links = [_link(file_name(theme, year, ending), files) for ending in ("csv", "parquet")]
    cells = [*links, made.id, day(made.published_at.astimezone(STOCKHOLM).date())]
    return row(str(year), [h.td(cell, class_="left") for cell in cells])


def _link(name: str, files: Mapping[str, bytes]) -> Node:
    size = f"{number(max(1, len(files[name]) / _KILO), 0)}{NBSP}kB"
    return h.span(h.a(name, href=f"{PATH}/{name}", download=True), h.span(f" {size}", class_="quiet together"))


# ---- For machines, and how to read it -------------------------------------------------------------------------------------------


def _catalogue(form: OpenDataSettings) -> Element:
    links = h.ul(
        h.li(h.a("Katalogen (DCAT-AP-SE 3, Turtle)", href=f"{PATH}/{CATALOGUE}", download=True), " för dataportaler"),
        h.li(h.a("Öppet API", href=f"{api.PREFIX}/docs", data_plain=True), " med samma siffror och de senaste, som JSON, CSV och Parquet"),
        class_="links",
    )
    contact = h.p("Frågor: ", h.a(form.contact_email, href=f"mailto:{form.contact_email}"))
    about = h.p("Adresserna ändras inte. Rättas ett år byts filen mot den nya utgåvan på samma adress.")
    return h.section(h.div(h.h2("För maskiner"), about, class_="part-head"), h.div(links, contact, class_="stack"), class_="part")


def _about(context: Context) -> Element:
    least = context.settings.disclosure.threshold
    said = (
        ("En rad", "Ett mått, ett område (kommun, delregion eller län) och en period (månad, kvartal eller år)."),
        ("En rad i fördelningar", "Ett mått, en kategori (ett sjukhus, ett skäl, ett antal dagar) och ett år, för hela länet."),
        ("status suppressed", f"Skyddat: ett antal från 1 till {least - 1}, något som bygger på det, eller något som skulle röja det."),
        ("status missing, incomplete", "Uppgiften saknas, eller någon kommun saknas i den."),
        ("CSV", "UTF-8, komma mellan kolumnerna, decimalpunkt, tomt fält när siffra saknas. Kommunkod är text: 1440."),
        ("Parquet", "Samma rader och kolumner, med typer."),
    )
    terms = [(h.dt(word), h.dd(words)) for word, words in said]
    more = h.p(h.a("Kolumnerna en för en", href=f"{api.PREFIX}/docs", data_plain=True))
    return h.section(h.div(h.h2("Så läser du filerna"), class_="part-head"), h.dl(terms, class_="terms"), more, class_="part")
