"""The county as a map of kommuner: where, not how much. The goal is the middle of the scale; each kommun has its mark."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from dashboard.charts import graph
from dashboard.charts.graph import Chart, axis, note, plain_text
from dashboard.charts.timeline import nice_step
from dashboard.lookup import Figure
from dashboard.states import state_of
from dashboard.tokens import colour
from dashboard.tree import Element, h
from dashboard.values import Writer
from swedish import number, plain

_GEOMETRY: Final = Path(__file__).parent.parent / "kommuner.json"
_HEIGHT: Final = 470
_AROUND_GOAL: Final = ("map-1", "map-2", "map-3", "map-4", "map-5", "map-6")
_GRADES: Final = ("grade-1", "grade-2", "grade-3", "grade-4", "grade-5")
_DARK: Final = {"map-1", "map-6", "grade-4", "grade-5"}
_NO_VALUE: Final = "quiet-ground"
_WITHIN_SCALE: Final = 0.85
_NAME_SIZE: Final = (330, 45)  # what a name takes of the map, in its own units


@cache
def geometry() -> dict[str, dict[str, Any]]:
    """Per kommun its outlines (`rings`) and the place of its mark, in whole numbers; the county is 1 000 high."""
    loaded: dict[str, dict[str, Any]] = json.loads(_GEOMETRY.read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Scale:
    """Classes of values: the limits between them, in order, and a colour token for each class."""

    limits: tuple[float, ...]
    tokens: tuple[str, ...]
    goal: float | None

    def token(self, value: float | None) -> str:
        """The class's colour; a value on a limit lies above it."""
        return _NO_VALUE if value is None else self.tokens[sum(limit <= value for limit in self.limits)]


def scale(values: Sequence[float], goal: float | None, *, higher_is_better: bool, most: float = math.inf) -> Scale:
    """Six even classes around the goal, or at most five even ones where there is no goal. `most` is the highest value there can be."""
    if goal is not None:
        off = sorted(abs(value - goal) for value in values) or [1.0]
        step = nice_step(max(off[int((len(off) - 1) * _WITHIN_SCALE)] / 3, 1e-6))
        tokens = _AROUND_GOAL if higher_is_better else _AROUND_GOAL[::-1]
        around = [round(goal + number * step, 10) for number in (-2, -1, 0, 1, 2)]
        kept = tuple(limit for limit in around if limit <= most)
        return Scale(kept, tokens[: len(kept) + 1], goal)
    if not values or min(values) == max(values):
        return Scale((), _GRADES[2:3], None)
    step = nice_step((max(values) - min(values)) / len(_GRADES))
    first = (min(values) // step + 1) * step
    limits = [first + number * step for number in range(len(_GRADES) - 1) if first + number * step <= max(values)]
    return Scale(tuple(round(limit, 10) for limit in limits), _GRADES[: len(limits) + 1], None)


def county_map(figures: Mapping[str, Figure | None], classes: Scale, chosen: str, by: Writer, label: str) -> Chart:
    """Each kommun filled with its class's colour, its mark on it, the chosen one outlined and named, as are highest and lowest."""
    fills = [_fill(code, figures.get(code), classes, by) for code in geometry()]
    outline = [_outline(chosen, "paper", 6), _outline(chosen, "chosen", 2.5)] if chosen in geometry() else []
    plot = {"range": [-15, 905], "visible": False}, {"range": [-5, 1005], "visible": False, "scaleanchor": "x", "constrain": "domain"}
    figure = graph.figure(
        [*fills, *outline, _marks(figures, classes, by)],
        height=_HEIGHT,
        margin=(0, 0, 0, 0),
        xaxis=axis(**plot[0]),
        yaxis=axis(**plot[1]),
        annotations=[_named(figure, chosen, by) for figure in _worth_naming(figures, chosen)],
    )
    return Chart("karta", figure, _HEIGHT, label)


def _rings(code: str) -> tuple[list[int | None], list[int | None]]:
    xs: list[int | None] = []
    ys: list[int | None] = []
    for ring in geometry()[code]["rings"]:
        xs += [*ring[::2], None]
        ys += [*ring[1::2], None]
    return xs[:-1], ys[:-1]


def _fill(code: str, figure: Figure | None, classes: Scale, by: Writer) -> dict[str, Any]:
    xs, ys = _rings(code)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "fill": "toself",
        "fillcolor": colour(classes.token(figure.value if figure else None)),
        "line": {"color": colour("paper"), "width": 0.8},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": plain_text(_said(figure, by)),
    }


def _outline(code: str, token: str, width: float) -> dict[str, Any]:
    xs, ys = _rings(code)
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": {"color": colour(token), "width": width}, "hoverinfo": "skip"}


def _marks(figures: Mapping[str, Figure | None], classes: Scale, by: Writer) -> dict[str, Any]:
    marked = [(code, figure) for code, figure in figures.items() if code in geometry() and state_of(figure).id != "no_goal"]
    tokens = [classes.token(figure.value if figure else None) for _, figure in marked]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [geometry()[code]["mark"][0] for code, _ in marked],
        "y": [geometry()[code]["mark"][1] for code, _ in marked],
        "marker": {
            "size": 8,
            "symbol": [state_of(figure).symbol for _, figure in marked],
            "color": [colour("paper" if token in _DARK else "ink") for token in tokens],
        },
        "hoverinfo": "text",
        "text": [plain_text(_said(figure, by)) for _, figure in marked],
    }


def _said(figure: Figure | None, by: Writer) -> str:
    if figure is None:
        return "saknas"
    state = state_of(figure)
    said = "" if state.id == "no_goal" or figure.value is None else f", {state.word}"
    return f"{figure.area_name}: {by.with_unit(figure)}{said}"


def _worth_naming(figures: Mapping[str, Figure | None], chosen: str) -> list[Figure]:
    """The chosen kommun, the highest and the lowest, where there is one such and its name does not meet another."""
    known = [figure for code, figure in figures.items() if figure is not None and figure.is_plain and code in geometry()]
    values = [figure.value or 0.0 for figure in known]
    ends = [figure for end in (max, min) for figure in known if values.count(end(values)) == 1 and figure.value == end(values)]
    own = figures.get(chosen)
    named: list[Figure] = []
    for figure in [*([own] if own is not None and chosen in geometry() else []), *ends]:
        if figure not in named and not any(_close(figure, other) for other in named):
            named.append(figure)
    return named


def _close(one: Figure, other: Figure) -> bool:
    (x, y), (other_x, other_y) = geometry()[one.area]["mark"], geometry()[other.area]["mark"]
    return bool(abs(x - other_x) < _NAME_SIZE[0] and abs(y - other_y) < _NAME_SIZE[1])


def _named(figure: Figure, chosen: str, by: Writer) -> dict[str, Any]:
    x, y = geometry()[figure.area]["mark"]
    shade = "chosen" if figure.area == chosen else "ink"
    left = x < 450
    return note(
        f"{figure.area_name} {by.value(figure)}",
        x=x,
        y=y,
        xanchor="left" if left else "right",
        xshift=8 if left else -8,
        font={"size": graph.TEXT_PX, "color": colour(shade)},
    )


def scale_key(classes: Scale, figures: Mapping[str, Figure | None]) -> Element:
    """The colours side by side with the limits between them, the goal in bold, as one bar; and the colour of no figure."""
    present = {classes.token(figure.value) for figure in figures.values() if figure is not None}
    none = h.span(h.span(class_="swatch none", aria_hidden="true"), "ingen siffra", class_="no-figure")
    is_lacking = _NO_VALUE in present or any(figure is None for figure in figures.values())
    if present <= {_NO_VALUE}:
        return h.p(none, class_="scale-key digits")
    bounds = [None, *classes.limits, None]
    steps = [
        h.li(
            h.span(class_=f"swatch {token}", aria_hidden="true"),
            h.span(_between(low, high), class_="unseen"),
            None if high is None else _limit(high, classes),
        )
        for token, low, high in zip(classes.tokens, bounds, bounds[1:], strict=False)
    ]
    return h.div(h.ol(steps, class_="scale"), none if is_lacking else None, class_="scale-key digits")


def _limit(value: float, classes: Scale) -> Element:
    """A limit's number, which stands under the border between two colours."""
    places = max(len(plain(limit).partition(",")[2]) for limit in classes.limits)
    said = number(value, places)
    return h.span(h.b(said) if value == classes.goal else said, class_="limit", aria_hidden="true")


def _between(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "alla lika"
    if low is None:
        return f"under {plain(high or 0.0)}"
    return f"{plain(low)} eller mer" if high is None else f"{plain(low)}–{plain(high)}"
