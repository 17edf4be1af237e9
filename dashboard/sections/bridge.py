"""The bridge: the same discharges by the agreement's rule and by SKR's, with each step between the two means."""

from __future__ import annotations

from typing import Final

from dashboard.areas import Area
from dashboard.context import Context
from dashboard.downloads import breakdown_links
from dashboard.parts import download_menu, row, scrolling, table
from dashboard.sections.breakdown import of_place
from dashboard.tree import Element, h
from metrics import bridge
from swedish import number, signed
from swedish import period as in_words

INDICATORS: Final = ("dagar_snitt", "dagar_snitt_alla", "dagar_snitt_skr")
"""The means that the bridge stands beside."""

_COUNTED_IN: Final = "dagar_snitt_alla"
_PLACES: Final = 2
_WHY: Final = (
    "Avtalet räknar dem med få nog dagar där inget villkor för betalning brister, också dem som skrivs ut samma dag. "
    "SKR räknar alla som är kvar minst en dag. Därför är de två genomsnitten inte lika, fast patienterna är desamma."
)


def section(context: Context, area: Area, period: str) -> Element | None:
    """The steps, or None where the reader may not see what they are made of."""
    steps = bridge.steps(of_place(context, "rakning", _COUNTED_IN, area, period))
    first, last = steps[0], steps[-1]
    if not any(step.discharges for step in steps):
        return None
    name = f"Från avtalets genomsnitt till SKR:s, {area.name}"
    files = breakdown_links("rakning", indicator=[_COUNTED_IN], area=[area.id], period=[period])
    return h.section(
        h.h2(_heading(first.mean, last.mean), id="brygga"),
        h.p(f"Samma utskrivna räknade på två sätt, {area.name}, {in_words(period)}.", class_="what"),
        h.div(scrolling(table(name, ["Steg", "Utskrivna", "Dagar", "Dagar i snitt"], map(_row, steps)), name), class_="surface"),
        h.p(_WHY, class_="foot"),
        h.div(download_menu(files), class_="chart-tools"),
        class_="chart part",
        aria_labelledby="brygga",
    )


def _heading(ours: float | None, skr: float | None) -> str:
    if ours is None or skr is None:
        return "Avtalets genomsnitt och SKR:s"
    return f"{number(ours, _PLACES)} dagar med avtalets regel, {number(skr, _PLACES)} med SKR:s"


def _row(step: bridge.Step) -> Element:
    moved = step.more_discharges != step.discharges
    discharges = [number(step.discharges, 0), h.small(f" {signed(step.more_discharges, 0)}") if moved else ""]
    days = [number(step.days, 0), h.small(f" {signed(step.more_days, 0)}") if moved else ""]
    mean = "saknas" if step.mean is None else number(step.mean, _PLACES)
    return row(step.name, [h.td(discharges), h.td(days), h.td(mean)])
