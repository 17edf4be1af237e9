"""What every page stands in: skip link, header with the pages and a search field, footer; and the HTML document around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from dashboard.tree import Element, Node, h, to_html
from swedish import NBSP, moment

SITE: Final = "Uppföljning av hälso- och sjukvårdsavtalet"
MENU: Final = (
    ("/", "Översikt"),
    ("/indikatorer", "Indikatorer"),
    ("/kommuner", "Kommuner"),
    ("/rakna", "Räkna"),
    ("/namndplan", "Nämndplaner"),
    ("/avtal", "Avtal"),
    ("/arsuppfoljning", "Årsuppföljning"),
    ("/leveranser", "Leveranser"),
    ("/skr", "SKR"),
    ("/om", "Om"),
)
"""The pages in the header, by address."""
_WHO: Final[Element] = ("who", {})
"""The place in the header that is the reader's own: what is kept of a page is the same for everyone who sees the same figures."""
LOST: Final = "Servern svarar inte. Det du ser kan vara inaktuellt."


@dataclass(frozen=True)
class Page:
    """A page's own part: title, the tree inside `main`, its place in the menu, HTTP status, and what a screen reader is told."""

    title: str
    main: tuple[Node, ...]
    menu: str = ""
    status: int = 200
    said: str = ""


@dataclass(frozen=True)
class Origin:
    """Where the shown figures come from: whether they are made up, and when they were computed (None: never)."""

    is_demo: bool
    computed: datetime | None


def frame(page: Page, origin: Origin, path: str) -> tuple[Node, ...]:
    """The whole visible page. `path` is its key: another path is another page, drawn anew."""
    return (
        h.a("Hoppa till innehållet", href="#innehall", class_="skip"),
        _header(page.menu, origin),
        h.main(page.main, id="innehall", class_="column", tabindex="-1", key=path),
        h.p(page.said, role="status", class_="unseen"),
        _footer(origin),
    )


def filled(nodes: Sequence[Node], who: Element | None) -> list[Node]:
    """The page with the reader's own part in its place; assets/page.js does the same."""
    return [_filled(node, who) if node[0] == "header" else node for node in nodes]


def _filled(node: Node, who: Element | None) -> Node:
    if isinstance(node, str):
        return node
    tag, attributes, *children = node
    inside = (who if child[0] == "who" and not isinstance(child, str) else _filled(child, who) for child in children)
    return (tag, attributes, *(child for child in inside if child is not None))


def demo_badge() -> Element:
    """The word that marks everything made from a demo store."""
    return h.span("DEMODATA", class_="demo", title="Siffrorna är påhittade")


def _header(menu: str, origin: Origin) -> Element:
    links = [h.li(h.a(name, href=path, aria_current="page" if path == menu else None)) for path, name in MENU]
    name = h.a(h.b("Uppföljning"), h.span(" av hälso- och sjukvårdsavtalet"), href="/", class_="site")
    return h.header(
        h.div(name, demo_badge() if origin.is_demo else None, _search(), h.nav(h.ul(links), aria_label="Sidor"), _WHO, class_="column"),
        class_="top",
    )


def _search() -> Element:
    field = h.input(
        type="search",
        id="sok",
        name="q",
        list="sokord",
        autocomplete="off",
        placeholder="Sök kommun eller mått",
        aria_label="Sök kommun eller mått",
    )
    return h.form(field, h.button("Sök", class_="unseen"), action="/sok", method="get", role="search")


def _footer(origin: Origin) -> Element:
    computed = f"Beräknat {moment(origin.computed)}" if origin.computed else "Inget är beräknat än"
    made_up = h.span(demo_badge(), " Alla siffror på sidan är påhittade.") if origin.is_demo else None
    links = h.span(
        h.a("Om siffrorna", href="/om"),
        " ",
        h.a("Tillgänglighet", href="/tillganglighet"),
        " ",
        h.a(f"Öppna{NBSP}data", href="/oppna-data"),
        " ",
        h.a(f"Öppet{NBSP}API", href="/api/v1/docs", data_plain=True),
    )
    return h.footer(h.div(made_up, h.span(computed), links, class_="column"), class_="bottom")


@dataclass(frozen=True)
class Head:
    """The addresses that every document's head names, and the words that its search field suggests."""

    stylesheet: str
    font: str
    icon: str
    words: tuple[str, ...]


def document(title: str, nodes: Sequence[Node], head: Head, live: str = "") -> str:
    """A whole HTML document; `live` is what makes it come alive (the browser's part of Dash), empty for a page without."""
    first = "".join(to_html(node) for node in nodes)
    suggestions = "".join(f'<option value="{escape(word)}"></option>' for word in head.words)
    return f"""<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(full_title(title))}</title>
<link rel="preload" href="{head.font}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="{head.stylesheet}">
<link rel="icon" href="{head.icon}" type="image/svg+xml">
</head>
<body>
<div id="first">{first}</div>
{live}
<p class="lost-server" role="alert">{LOST} <a href="" data-plain>Försök igen</a></p>
<datalist id="sokord">{suggestions}</datalist>
</body>
</html>
"""


def full_title(title: str) -> str:
    """The document's title: the page, then the site."""
    return f"{title} – {SITE}"
