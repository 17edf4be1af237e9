"""Small parts that pages are put together from: head, crumbs, controls, menus, notices, tables.

A page is `Page(title, (head(...), section, section), menu=...)`. Its head holds the answer first; a chart goes in `framed.framed`,
what has no chart in `h.section(h.h2, …, class_="chart part")`; a wide table in `scrolling`; what is missing is a `notice`. State is
`states.badge`, a figure `values.writer(...)`, a form `controls` (GET, the choice goes into the address). Classes: assets/parts.css.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.areas import Area, Areas
from dashboard.choices import Choices, parameter
from dashboard.downloads import Links
from dashboard.tree import Children, Element, Node, h, is_element
from periods import kind
from swedish import period_short

_PERIOD_KINDS = (("tertial", "Tertial"), ("half_year", "Halvår"), ("quarter", "Kvartal"), ("year", "År"), ("month", "Månader"))


def head(crumbs: Sequence[tuple[str, str]], tools: Children, title: Node, *rest: Children) -> Element:
    """The head of a page: where it lies, its controls, its heading, and then the answer and what it rests on."""
    trail = [h.li(h.a(name, href=path) if path else name, aria_current=None if path else "page") for name, path in crumbs]
    return h.div(
        h.div(h.nav(h.ol(trail), class_="crumbs", aria_label="Du är här"), h.div(tools, class_="tools"), class_="over"),
        h.h1(title, tabindex="-1"),
        *rest,
        class_="head",
    )


def answer(*sentence: Children) -> Element:
    """The one large line of a page: its answer."""
    return h.p(*sentence, class_="answer digits")


def lead(*sentences: Children) -> Element:
    """What a reader needs to know next after the answer."""
    return h.p(*sentences, class_="lead digits")


def basis(*facts: Children) -> Element:
    """What the answer rests on: deliveries, population."""
    return h.ul([h.li(fact) for fact in facts if fact is not None], class_="basis")


def notice(what: str, why: Children, *then: tuple[str, str] | Element | None) -> Element:
    """What is so, why, and what to do next: a label and an address, or a form of its own."""
    ways = [each if is_element(each) else h.a(each[0], href=each[1], class_="button") for each in then if each is not None]
    return h.div(h.b(what), h.p(why), h.div(ways, class_="tools-row") if ways else None, class_="notice")


# ---- Controls -----------------------------------------------------------------------------------------------------------------

Options = Sequence[tuple[str, str] | tuple[str, Sequence[tuple[str, str]]]]
"""Value and words of each option; a group is its name and its options."""


@dataclass(frozen=True)
class Select:
    """A choice among given values, native so that it works with everything."""

    name: str
    label: str
    options: Options
    chosen: str


def controls(action: str, selects: Iterable[Select], kept: Mapping[str, str]) -> Element:
    """A form of selects that moves to its address when one is changed, and by a button where no script runs."""
    hidden = [h.input(type="hidden", name=name, value=value, key=name) for name, value in kept.items() if value]
    send = h.noscript(h.button("Visa", class_="button"))
    return h.form([_field(select) for select in selects], hidden, send, action=action, method="get", data_live=True)


def _field(select: Select) -> Element:
    options = [_option(value, words, select.chosen) for value, words in select.options]
    id_ = f"val-{select.name}"
    return h.div(h.label(select.label, for_=id_), h.select(options, id=id_, name=select.name), class_="field")


def _option(value: str, words: str | Sequence[tuple[str, str]], chosen: str) -> Element:
    if isinstance(words, str):
        return h.option(words, value=value, selected=value == chosen)
    return h.optgroup([_option(each, name, chosen) for each, name in words], label=value)


def area_select(areas: Areas, chosen: Choices, *, name: str = "area", label: str = "Område") -> Select:
    """Every area: the county, delregioner of each division, kommuner."""
    groups: list[tuple[str, str] | tuple[str, Sequence[tuple[str, str]]]] = [("", f"Hela {areas.county.name}")]
    groups += [(each.name, [(area.id, area.name) for area in areas.delregioner(each)]) for each in areas.settings.divisions]
    groups.append(("Kommuner", [(area.id, area.name) for area in areas.kommuner]))
    return Select(parameter(name), label, groups, chosen.area)


def period_select(available: Iterable[str], chosen: str) -> Select:
    """Every period, newest first, by kind."""
    found = sorted({*available, chosen} - {""}, reverse=True)
    groups = [(name, [(each, period_short(each)) for each in found if kind(each) == kind_]) for kind_, name in _PERIOD_KINDS]
    return Select(parameter("period"), "Period", [group for group in groups if group[1]], chosen)


def division_select(areas: Areas, chosen: str) -> Select:
    """The ways of dividing the kommuner into delregioner."""
    return Select(parameter("division"), "Indelning", [(each.id, each.name) for each in areas.settings.divisions], chosen)


def share_menu() -> Element:
    """Copy the address, mail it, print the page."""
    entries = [
        h.button("Kopiera länk", h.small("länken bär område, period och visning"), type="button", data_does="copy"),
        h.button("Skicka med e-post", h.small("öppnar ditt e-postprogram"), type="button", data_does="mail"),
        h.button("Skriv ut", h.small("eller spara som PDF"), type="button", data_does="print"),
    ]
    return menu("Dela", entries, h.p(role="status"))


def menus(*more: Element) -> Element:
    """What can be done with the page: share it, and what `more` menus offer. They stay together when the line is full."""
    return h.div(share_menu(), *more, class_="menus")


def download_menu(links: Links) -> Element:
    """The page's figures as files, and where the API has the same."""
    return menu("Ladda ner", file_links(links))


def file_links(links: Links) -> list[Element]:
    """CSV, XLSX and the API's address."""
    return [
        h.a("CSV", h.small("semikolon och decimalkomma, för Excel"), href=links.csv, download=True),
        h.a("Excel (XLSX)", h.small("med definitioner på eget blad"), href=links.xlsx, download=True),
        h.a("Samma siffror i API:t", h.small(links.api), href=links.api, data_plain=True),
    ]


def menu(name: str, entries: Sequence[Element], *rest: Children) -> Element:
    """A list behind a button; Escape closes it."""
    return h.details(h.summary(name, class_="button"), h.div(h.ul([h.li(entry) for entry in entries]), *rest), class_="menu")


def switch(name: str, options: Sequence[tuple[str, Choices]], current: Choices) -> Element:
    """A choice between a few views of the same thing, as links."""
    links = [h.a(words, href=to.address, aria_current="true" if to == current else None) for words, to in options]
    return h.div(links, class_="choice", role="group", aria_label=name)


# ---- Tables -------------------------------------------------------------------------------------------------------------------


def scrolling(table: Element, label: str) -> Element:
    """A table that may be wider than its place: it scrolls by itself, and by keyboard."""
    return h.div(table, class_="scroll", tabindex="0", role="region", aria_label=f"Tabell: {label}")


def table(caption: str, headings: Sequence[Children], rows: Iterable[Element], *, class_: str | None = None) -> Element:
    """A table whose caption is for those who cannot see where it stands."""
    top = [heading if _is_cell(heading) else h.th(heading, scope="col") for heading in headings]
    return h.table(h.caption(caption, class_="unseen"), h.thead(h.tr(top)), h.tbody(list(rows)), class_=class_)


def _is_cell(heading: Children) -> bool:
    return isinstance(heading, tuple) and bool(heading) and heading[0] == "th"


def row(name: Children, cells: Iterable[Node], **attributes: str | None) -> Element:
    """A row with its heading."""
    filled = [cell if isinstance(cell, tuple) and cell[0] == "td" else h.td(cell) for cell in cells]
    return h.tr(h.th(name, scope="row"), filled, **attributes)


def area_link(area: Area, chosen: Choices) -> Element:
    """The area's name, leading to its own page for the same period."""
    return h.a(area.name, href=chosen.at(area.path, "period", "division").address)
