"""Figures in words: what stands in a cell, what has changed, and who is where. A judging word follows from sign and state alone."""

from __future__ import annotations

from dataclasses import dataclass

import periods
from config import Settings
from metrics.indicators import INDICATORS
from reports.book import Area, Book, Figure
from swedish import NBSP, NONE, beside_goal, capital, change_word, count, decimals, listed_shortly, number, plain, signed, unit_word

STATE_WORDS = {
    "met": "når målet",
    "missed": "når inte målet",
    "no_goal": "inget mål",
    "incomplete": "ofullständig",
    "missing": "saknas",
    "suppressed": "skyddad",
}

_NO_VALUE = {"missing": "uppgift saknas", "suppressed": "skyddat tal"}


def places_of(settings: Settings, indicator: str) -> int:
    """The decimals that the indicator is shown with, on pages and in every file: none for what is counted, else its own or its unit's."""
    declared = INDICATORS[indicator]
    if not declared.is_ratio:
        return 0
    usual = decimals(declared.unit, has_goal=bool(settings.goals.get(indicator)))
    return usual if declared.decimals is None else declared.decimals


def places(book: Book, indicator: str) -> int:
    """`places_of` for an open book."""
    return places_of(book.settings, indicator)


def unit(indicator: str) -> str:
    """The word after a value; a count of months or reports has none."""
    return unit_word(INDICATORS[indicator].unit)


def shown(book: Book, indicator: str, figure: Figure) -> str:
    """The number alone, with the decimals it takes to be on its own side of its goal; a dash where there is none."""
    return beside_goal(figure.value, places(book, indicator), figure.goal)


def in_words(book: Book, indicator: str, figure: Figure) -> str:
    """The number with its unit, in a sentence: `2,87 %`, `minst 3 152`, `2,9 dagar (ofullständig)`, `uppgift saknas`."""
    if figure.value is None:
        return _NO_VALUE[figure.status]
    word = unit(indicator)
    text = shown(book, indicator, figure) + (f"{NBSP}{word}" if word else "")
    if figure.status != "incomplete":
        return text
    return f"{text} (ofullständig)" if INDICATORS[indicator].is_ratio else f"minst {text}"


def limit_word(book: Book) -> str:
    """The mean limits of the agreements in force in the year: `3,0`; empty in a year without an agreement."""
    agreements = book.settings.agreements_between(periods.first_day(book.year), periods.last_day(book.year))
    limits = {agreement.utskrivning.mean_limit_days for agreement in agreements}
    return " eller ".join(number(limit, 1) for limit in sorted(limits))


def limit_days(book: Book) -> str:
    """The limit after `över` or `gränsen`: `3,0 dagar`, or `avtalets gräns` in a year without an agreement."""
    return f"{limit}{NBSP}dagar" if (limit := limit_word(book)) else "avtalets gräns"


@dataclass(frozen=True)
class Change:
    """A figure against the year before: the difference on the value's scale (None where they cannot be compared) and two texts."""

    difference: float | None
    text: str
    word: str

    @property
    def is_none(self) -> bool:
        """Whether it is shown as no change."""
        return self.difference is not None and not self.text.strip(f"0,{NBSP}")


def change(book: Book, indicator: str, area: Area | None = None) -> Change:
    """How the area's figure has changed since the year before. Only two plain figures of the same thing are compared."""
    now, before = book.figure(indicator, area), book.figure(indicator, area, book.year_before)
    is_other = INDICATORS[indicator].of_its_agreement and now.agreement != before.agreement
    if is_other or not (now.is_plain and before.is_plain) or now.value is None or before.value is None:
        return Change(None, "", "jämförs inte")
    difference = now.value - before.value
    text = signed(difference, places(book, indicator))
    if not text.strip(f"0,{NBSP}"):
        return Change(difference, text, "oförändrat")
    direction = INDICATORS[indicator].direction
    better = {"higher": difference > 0, "lower": difference < 0}.get(direction)
    return Change(difference, text, "" if better is None else "bättre" if better else "sämre")


def than_before(book: Book, indicator: str, more: str, less: str) -> str:
    """The change in a clause: `, 0,12 procentenheter mer än 2024`; empty where they cannot be compared."""
    changed = change(book, indicator)
    if changed.difference is None:
        return ""
    if changed.is_none:
        return f", lika som{NBSP}{book.year_before}"
    digits = places(book, indicator)
    amount = number(abs(changed.difference), digits) if digits else count(round(abs(changed.difference)))
    word = change_word(INDICATORS[indicator].unit) if INDICATORS[indicator].unit == "%" else ""
    return f", {amount}{NBSP + word if word else ''}{NBSP}{more if changed.difference > 0 else less} än{NBSP}{book.year_before}"


@dataclass(frozen=True)
class Reached:
    """How many kommuner reach a goal, of those that can be judged, and how many were in all."""

    met: int
    judged: int
    every: int


def reached(book: Book, indicator: str, kommuner: tuple[Area, ...] | None = None, period: str | None = None) -> Reached:
    """Who reaches the goal among the scope's kommuner; incomplete, missing and protected figures are not judged."""
    among = book.scope.kommuner if kommuner is None else kommuner
    found = [book.figure(indicator, area, period).status for area in among]
    met = found.count("met")
    return Reached(met, met + found.count("missed"), len(found))


def of_kommuner(reach: Reached) -> str:
    """`22 av 49 kommuner`, or `22 av 47 bedömda kommuner` where some cannot be judged."""
    judged = "" if reach.judged == reach.every else "bedömda "
    return f"{reach.met} av {reach.judged} {judged}kommuner"


def more_kommuner(book: Book, indicator: str, reach: Reached) -> str:
    """`, fyra fler än 2024`; empty unless every kommun could be judged both years."""
    before = reached(book, indicator, period=book.year_before)
    if before.judged != before.every or reach.judged != reach.every:
        return ""
    difference = reach.met - before.met
    if not difference:
        return f", lika många som{NBSP}{book.year_before}"
    return f", {count(abs(difference))}{NBSP}{'fler' if difference > 0 else 'färre'} än{NBSP}{book.year_before}"


def goal_words(book: Book, indicator: str, figure: Figure) -> str:
    """The goal that the figure was tested on: `minst 3 %`; empty where there is none.

    One that the settings no longer have, in a year that was published with it, is read by the indicator's direction.
    """
    if figure.goal is None:
        return ""
    entries = book.settings.goals.get(indicator, ())
    known = (entry.comparison == "at_least" for entry in entries if entry.value == figure.goal)
    at_least = next(known, INDICATORS[indicator].direction != "lower")
    word = unit(indicator)
    return f"{'minst' if at_least else 'högst'} {plain(figure.goal)}" + (f"{NBSP}{word}" if word else "")


def extremes(book: Book, indicator: str, areas: tuple[Area, ...]) -> tuple[Area, Area] | None:
    """The areas with the highest and the lowest plain value; None unless two differ."""
    known = [(value, area) for area in areas if (figure := book.figure(indicator, area)).is_plain and (value := figure.value) is not None]
    if len(known) < 2:
        return None
    highest, lowest = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    return None if highest[0] == lowest[0] else (highest[1], lowest[1])


def highest_and_lowest(book: Book, indicator: str, areas: tuple[Area, ...]) -> str:
    """`Högst: Tjörn 3,9. Lägst: Ale 2,6`, of those shown where some are not; empty where there is nothing to tell apart."""
    found = extremes(book, indicator, areas)
    if found is None:
        return ""
    high, low = (f"{area.name}{NBSP}{shown(book, indicator, book.figure(indicator, area))}" for area in found)
    if all(book.figure(indicator, area).is_plain for area in areas):
        return f"Högst: {high}. Lägst: {low}"
    return f"Högst av dem som visas: {high}. Lägst: {low}"


def names(areas: list[Area], most: int = 4) -> str:
    """The areas in a sentence, the first few by name."""
    return listed_shortly([area.name for area in areas], most)


def sentence(text: str) -> str:
    """With a capital first letter and a full stop."""
    return capital(text) + ("" if text.endswith(".") else ".")


def or_dash(text: str) -> str:
    """The text, or a dash for none."""
    return text or NONE
