"""A chart in its frame: a heading that says what is seen, what it measures, the chart, the same as a table, and downloads."""

from __future__ import annotations

from dashboard.charts.graph import Chart, diagram
from dashboard.downloads import Links
from dashboard.parts import file_links, menu, scrolling
from dashboard.tree import Children, Element, h


def framed(
    chart: Chart,
    *,
    heading: str,
    what: str,
    source: str,
    table: Element,
    links: Links,
    head: Children = None,
    under: Children = None,
    foot: Children = None,
    class_: str = "",
    level: str = "h2",
) -> Element:
    """The chart's frame. `head` stands beside the heading (a switch), `under` below the chart (a key), `foot` is small print."""
    title = h.div(heading_of(level, heading, f"{chart.id}-rubrik"), h.p(what, class_="what"))
    return h.section(
        h.div(title, head, class_="chart-head"),
        h.div(diagram(chart, heading, what, source), under, class_="surface"),
        h.p(foot, class_="foot") if foot else None,
        h.div(as_table(table, heading), picture_menu(chart.id, links), class_="chart-tools"),
        class_=f"chart {class_}".strip(),
        aria_labelledby=f"{chart.id}-rubrik",
    )


def heading_of(level: str, text: str, id_: str) -> Element:
    """A heading of the level."""
    return (level, {"id": id_}, text)


def as_table(table: Element, name: str) -> Element:
    """The same figures as a table, behind a button."""
    return h.details(h.summary("Visa som tabell", class_="button"), scrolling(table, name), class_="table-view")


def picture_menu(chart: str | None, links: Links) -> Element:
    """The chart (its id) as PNG and SVG, its figures as CSV and XLSX, and where the API has them."""
    pictures = [
        h.button(f"Bild ({format_.upper()})", h.small(said), type="button", value=chart, data_does=format_)
        for format_, said in (("png", "för dokument och presentationer"), ("svg", "skarp i alla storlekar"))
        if chart
    ]
    return menu("Ladda ner", [*pictures, *file_links(links)])
