"""What the forum has decided, as a list: on a year's page, and on the pages of the figures it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from config import Settings
from dashboard.tree import Element, h
from flows import deciding
from sql.decisions import Decision
from swedish import day


def listing(settings: Settings, decisions: Sequence[Decision]) -> Element:
    """The decisions, the latest first: day, what it is about, the words, and to which publication it was noted and by whom."""
    return h.ul([_decision(settings, each) for each in reversed(decisions)], class_="decisions")


def _decision(settings: Settings, decision: Decision) -> Element:
    about = deciding.concerns(settings, decision)
    noted = f"Noterat till {decision.publication} av {decision.noted_by}"
    return h.li(h.b(day(decision.day)), f" {about}" if about else None, h.p(decision.text), h.small(noted, class_="quiet"))


def about(
    decisions: Iterable[Decision], *, indicator: str | None = None, area: str | None = None, year: str | None = None
) -> list[Decision]:
    """Those that name the indicator (or the area, where no indicator is asked for) and contradict nothing that is asked for."""
    return [each for each in decisions if _is_about(each, indicator, area, year)]


def _is_about(decision: Decision, indicator: str | None, area: str | None, year: str | None) -> bool:
    named = decision.indicator == indicator if indicator else area is not None and decision.area == area
    there = area is None or decision.area in (None, area)
    return named and there and (year is None or decision.publication.startswith(f"{year}-"))
