"""The one place that makes charts: the template from the tokens, what every chart is configured with, and its frame.

A figure is a plain mapping with `data` and `layout`, as Plotly's JSON is. It carries the light scheme's colours; the browser
swaps them for the scheme in use (assets/charts.js). No chart has a button or an address that sends anything anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Final

from dashboard.tokens import FACE, colour
from dashboard.tree import Element, h
from swedish import NBSP

TEXT_PX: Final = 14
BOLD: Final = 600
"""The pages' own strong weight; a tag in the text would need a style in it, which the pages' policy forbids."""
CONFIG: Final[Mapping[str, Any]] = {
    "displayModeBar": False,
    "displaylogo": False,
    "doubleClick": False,
    "locale": "sv",
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "showSendToCloud": False,
    "showTips": False,
}
LOCALE: Final[Mapping[str, Any]] = {
    "moduleType": "locale",
    "name": "sv",
    "dictionary": {},
    "format": {
        "days": ["söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"],
        "shortDays": ["sön", "mån", "tis", "ons", "tor", "fre", "lör"],
        "months": [
            "januari",
            "februari",
            "mars",
            "april",
            "maj",
            "juni",
            "juli",
            "augusti",
            "september",
            "oktober",
            "november",
            "december",
        ],
        "shortMonths": ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
        "date": "%Y-%m-%d",
    },
}
_GAP_PX: Final = 12

Figure = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A chart that can be shown: its figure, height in pixels, and the message in words for those who do not see it."""

    id: str
    figure: Figure
    height: int
    label: str


def figure(data: Sequence[Mapping[str, Any]], *, height: int, margin: tuple[int, int, int, int], **layout: Any) -> Figure:
    """A figure on the template. `margin` is top, right, bottom, left in pixels; `layout` is Plotly's."""
    top, right, bottom, left = margin
    own = {"height": height, "margin": {"t": top, "r": right, "b": bottom, "l": left, "pad": 0}}
    return {"data": list(data), "layout": template() | own | layout}


def template() -> Figure:
    """The layout that every chart starts from."""
    return {
        "font": {"family": FACE, "size": TEXT_PX, "color": colour("ink-2")},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": f",{NBSP}",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": colour("paper"),
            "bordercolor": colour("ink"),
            "align": "left",
            "font": {"family": FACE, "size": TEXT_PX, "color": colour("ink")},
        },
    }


def axis(**own: Any) -> Figure:
    """An axis that nobody can drag, without zero line, its words never aslant; grid and ticks are asked for."""
    base = {"fixedrange": True, "zeroline": False, "showgrid": False, "automargin": False, "tickangle": 0}
    return base | {"tickfont": {"color": colour("ink-2")}} | own


def grid() -> Figure:
    """Hairlines: decoration that carries no meaning."""
    return {"showgrid": True, "gridcolor": colour("rule"), "gridwidth": 1}


def note(text: str, **own: Any) -> Figure:
    """A text in the chart, without arrow. Text is data: what could be read as markup is made harmless."""
    base = {"text": plain_text(text), "showarrow": False, "font": {"size": TEXT_PX, "color": colour("ink-2")}}
    return base | own


def plain_text(text: str) -> str:
    """Text that Plotly shows as it stands: it reads a few HTML tags and entities, so `<` and `&` are written as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def diagram(chart: Chart, heading: str, what: str, source: str) -> Element:
    """The chart as an element. Heading, description and source follow it when it is saved as a picture."""
    title, subtitle, lines = (wrap(text, width) for text, width in ((heading, 62), (what, 88), (source, 95)))
    at_top = {"x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top"}
    below = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top"}
    picture = {
        "name": chart.id,
        "background": colour("paper"),
        "above": 2 * _GAP_PX + 26 * len(title) + 22 * len(subtitle),
        "below": _GAP_PX + 16 * len(lines),
        "title": at_top
        | {
            "text": _lines(title),
            "font": {"size": 20, "color": colour("ink"), "weight": BOLD},
            "subtitle": {"text": _lines(subtitle), "font": {"size": TEXT_PX, "color": colour("ink-2")}},
            "pad": {"l": _GAP_PX, "t": _GAP_PX},
        },
        "source": below | {"text": _lines(lines), "showarrow": False, "align": "left", "font": {"size": 12, "color": colour("ink-2")}},
    }
    return h.diagram(id=chart.id, figure=chart.figure, height=chart.height, label=chart.label, picture=picture)


def _lines(lines: Sequence[str]) -> str:
    return "<br>".join(plain_text(line) for line in lines)
