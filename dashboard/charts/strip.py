"""Where one area lies among all kommuner: a line of ticks, drawn in the text itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboard.tree import Element, h

_LEFT: Final = 2.0  # per cent of the width that the ends are kept from
_WIDTH: Final = 96.0


def strip(values: Sequence[float], own: float | None, goal: float | None, words: str, *, reverse: bool) -> Element | None:
    """A tick per value, the goal's tick with its words, the own value as a point. `reverse`: low values to the right."""
    if not values:
        return None
    known = [*values, *([own] if own is not None else []), *([goal] if goal is not None else [])]
    low, high = min(known), max(known)

    def at(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(_LEFT + _WIDTH * (1 - share if reverse else share), 1)

    return h.svg(
        h.line(class_="baseline", x1=f"{_LEFT}%", x2=f"{_LEFT + _WIDTH}%", y1="9.5", y2="9.5"),
        _ticks([at(value) for value in values]),
        _goal(at(goal), words) if goal is not None else None,
        h.circle(class_="chosen-point", cx=f"{at(own)}%", cy="9.5", r="6") if own is not None else None,
        class_="drawing",
        height="32" if goal is not None else "20",
        aria_hidden="true",
    )


def _ticks(places: Sequence[float]) -> Element:
    """All of them as one path in a field of its own, 100 wide: an element each would be most of a kommun's page."""
    path = h.path(class_="tick", d="".join(f"M{place} 0v9" for place in places))
    return h.svg(path, y="5", width="100%", height="9", viewBox="0 0 100 9", preserveAspectRatio="none")


def _goal(place: float, words: str) -> list[Element]:
    anchor = "end" if place > 70 else None
    return [
        h.line(class_="goal-tick", x1=f"{place}%", x2=f"{place}%", y1="0", y2="19"),
        h.text(words, x=f"{place}%", y="31", class_=anchor),
    ]
