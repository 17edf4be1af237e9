"""What figures rest on, in words: who has delivered, which population, which agreement, where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import periods
from config import Agreement, Settings
from dashboard.context import HEADLINE, Context
from dashboard.lookup import Figure
from dashboard.states import INCOMPLETE, mark
from dashboard.tree import Node, h
from metrics.indicator import BASE_KINDS
from metrics.indicators import INDICATORS
from swedish import day, moment

THEMES: Final = {
    "munhalsa": "Munhälsa",
    "utskrivning": "Ut från sjukhus",
    "foljsamhet": "Följsamhet",
    "avvikelser": "Avvikelser",
    "lakarmedverkan": "Läkarmedverkan",
    "psykisk": "Psykisk hälsa och placeringar",
}
_TOO_SHORT: Final = {"month": (), "quarter": ("month",), "year": ("month", "quarter")}
_TOO_SHORT_IN_WORDS: Final = {"month": "månad", "quarter": "kvartal"}
_COUNTED_BY: Final = (("Munhälsa", "ntandvard_intyg"), ("Utskrivning", "utskrivna"), ("Avvikelser", "avvikelser"))


def deliveries(context: Context, period: str) -> Iterator[Node]:
    """Per dataset how many kommuner have delivered the whole period; a mark where not all have."""
    for name, indicator in _COUNTED_BY:
        figures = context.per_kommun(indicator, period).values()
        if not any(figure is not None for figure in figures):
            continue
        whole = sum(figure is not None and figure.complete for figure in figures)
        total = len(context.kommuner)
        said = f"{name} {whole} av {total}"
        yield said if whole == total else h.span(mark(INCOMPLETE), f" {said}", class_="state incomplete")


def delivered(context: Context, indicator: str, period: str) -> Node | None:
    """How many kommuner the indicator's figures rest on: `49 av 49 kommuner har levererat`."""
    figures = list(context.per_kommun(indicator, period).values())
    if not any(figure is not None for figure in figures):
        return None
    whole = sum(figure is not None and figure.complete for figure in figures)
    said = f"{whole} av {len(figures)} kommuner har levererat hela perioden"
    return said if whole == len(figures) else h.span(mark(INCOMPLETE), f" {said}", class_="state incomplete")


_POPULATION: Final = "befolkningen är inte inläst"
_LACKS: Final = {
    HEADLINE: ("ntandvard_intyg", _POPULATION),
    "avvikelser_per_10000": ("avvikelser", _POPULATION),
    "betalningsbelopp": ("betaldagar", "beloppet per dygn är inte känt"),
}
"""What is known although the indicator is missing, and then the reason."""


PROTECTED: Final = "talen är så små att de kan peka ut enskilda personer"


def has_value(context: Context, indicator: str, period: str) -> bool:
    """Whether the county or some kommun has a number to show."""
    figures = (context.lookup.figure(indicator, area.id, period) for area in (context.areas.county, *context.kommuner))
    return any(figure is not None and figure.value is not None for figure in figures)


def why_missing(context: Context, indicator: str, area: str, period: str) -> str | None:
    """Why the area has no figure, to stand inside a sentence; None where it has one, or has one that is protected."""
    figure = context.lookup.figure(indicator, area, period)
    if figure is not None and (figure.value is not None or figure.status == "suppressed"):
        return None
    if out := out_of_force(context.settings, indicator, period):
        return f"måttet {out}"
    kind = periods.kind(period)
    if kind in _TOO_SHORT[BASE_KINDS[INDICATORS[indicator].kind]]:
        return f"måttet finns inte per {_TOO_SHORT_IN_WORDS[kind]}"
    known, reason = _LACKS.get(indicator, ("", ""))
    beside = context.lookup.figure(known, area, period) if known else None
    if beside is not None and beside.value is not None:
        return reason
    if figure is not None and figure.denominator == 0:
        return "det finns inget att dela med"
    return "inget har levererats för perioden"


def out_of_force(settings: Settings, indicator: str, period: str) -> str | None:
    """`gäller från 1 januari 2027` or `gällde till 31 december 2026`, for a period when no agreement has what is measured; else None."""
    wanted = INDICATORS[indicator].agreements
    held = sorted((each for each in settings.agreements if each.id in wanted), key=lambda each: each.valid_from)
    first, last = periods.first_day(period), periods.last_day(period)
    if not held or any(each.overlaps(first, last) for each in held):
        return None
    later = next((each for each in held if each.valid_from > last), None)
    if later is not None:
        return f"gäller från {day(later.valid_from)}"
    ended = held[-1].valid_to
    return f"gällde till {day(ended)}" if ended else None


def population(context: Context, period: str) -> Node | None:
    """Which 31 December the population is of; an earlier one than it should be is said to be preliminary."""
    figure = context.lookup.figure("ntandvard_tackning", context.areas.county.id, period)
    figure = figure or context.lookup.figure("avvikelser_per_10000", context.areas.county.id, period)
    if figure is None or figure.value is None:
        return None
    if figure.preliminary:
        return "Befolkning: ett tidigare år än det som ska gälla, så siffrorna är preliminära"
    last = periods.last_day(period)
    year = last.year if (last.month, last.day) == (12, 31) else last.year - 1
    return f"Befolkning {day(date(year, 12, 31))}"


def agreements(context: Context, figure: Figure | None) -> list[Agreement]:
    """The agreements that the figure was computed under."""
    ids = (figure.agreement or "").split("+") if figure else []
    return [agreement for agreement in context.settings.agreements if agreement.id in ids]


def limit_of(settings: Settings, period: str) -> float | None:
    """The limit for a month's mean number of days, by the agreement at the period's end; None outside every agreement."""
    last = periods.last_day(period)
    return next((each.utskrivning.mean_limit_days for each in settings.agreements if each.holds_on(last)), None)


def source_line(context: Context, indicator: str) -> str:
    """The line under a picture that leaves the page: source, when it was computed, and that it is made up when it is."""
    made_up = "DEMODATA, påhittade siffror. " if context.lookup.view.is_demo else ""
    return f"{made_up}Källa: {INDICATORS[indicator].source}. Beräknat {moment(context.lookup.view.created_at)}."
