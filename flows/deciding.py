"""Noting what the forum decided: the words that a person gave, checked all at once, and how a decision is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import periods
import personnummer
from config import Settings
from metrics.indicators import INDICATORS
from policy import Person
from sql import decisions, publications
from sql.decisions import Decision, NewDecision
from sql.store import Store
from swedish import period as in_words

LONGEST = 2000  # letters; a decision is a few sentences, the minutes are elsewhere


class NotDecidedError(Exception):
    """The decision cannot be noted; `sentences` say everything that is wrong, in Swedish."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a person gave, as text. Empty `day` is today, empty `indicator`, `area` and `period` mean all of the publication."""

    publication: str
    text: str
    day: str = ""
    indicator: str = ""
    area: str = ""
    period: str = ""


def decide(settings: Settings, store: Store, said: Said, *, by: Person | str, now: datetime, today: date) -> Decision:
    """Note the decision. Raises NotDecidedError with everything that is wrong, and StoreError."""
    wrong = list(_wrong(settings, store, said, today))
    if wrong:
        raise NotDecidedError(wrong)
    new = NewDecision(
        publication=said.publication,
        day=date.fromisoformat(said.day) if said.day else today,
        text=said.text.strip(),
        indicator=said.indicator or None,
        area=said.area or None,
        period=periods.parse(said.period),
        by=by,
        now=now,
    )
    return decisions.note(store, new)


def _wrong(settings: Settings, store: Store, said: Said, today: date) -> Iterator[str]:
    published = publications.get(store, said.publication)
    if published is None:
        known = ", ".join(each.id for each in publications.listing(store))
        yield f"Publikationen {said.publication!r} finns inte. " + (f"Välj bland: {known}." if known else "Inget år är publicerat än.")
    yield from _wrong_text(said.text)
    yield from _wrong_day(said.day, today)
    if said.indicator and said.indicator not in INDICATORS:
        yield f"Måttet {said.indicator!r} finns inte. Välj bland: {', '.join(INDICATORS)}."
    if said.area and area_name(settings, said.area) is None:
        yield f"Området {said.area!r} finns inte. Ange länet, en delregion eller en kommunkod."
    if said.period:
        yield from _wrong_period(said.period, published.year if published else None)


def _wrong_text(text: str) -> Iterator[str]:
    if not text.strip():
        yield "Beslutet saknar text. Skriv vad forumet beslutade."
    if len(text) > LONGEST:
        yield f"Texten är längre än {LONGEST} tecken. Korta den."
    if personnummer.find(text):
        yield "Texten innehåller ett personnummer eller samordningsnummer. Skriv den utan."


def _wrong_day(text: str, today: date) -> Iterator[str]:
    if not text:
        return
    try:
        day = date.fromisoformat(text)
    except ValueError:
        yield f"Dagen {text!r} går inte att läsa. Skriv ÅÅÅÅ-MM-DD."
        return
    if day > today:
        yield f"Dagen {text} har inte varit än. Notera beslutet när det är fattat."


def _wrong_period(text: str, year: int | None) -> Iterator[str]:
    period = periods.parse(text)
    if period is None:
        yield f"Perioden {text!r} går inte att läsa. Skriv ÅÅÅÅ, ÅÅÅÅ-Q3 eller ÅÅÅÅ-MM."
    elif year is not None and period[:4] != str(year):
        yield f"Perioden {text} är inte i publikationens år, {year}."


def area_name(settings: Settings, area: str) -> str | None:
    """What the county, delregion or kommun is called; None for one that does not exist."""
    if area == settings.county.id:
        return settings.county.name
    delregioner = {each.id: each.name for division in settings.divisions for each in division.areas}
    return settings.kommuner.get(area) or delregioner.get(area)


def concerns(settings: Settings, decision: Decision) -> str:
    """What the decision is about, where that is less than the whole publication: `Täckningsgrad N-tandvård, Ale, mars 2025`."""
    indicator = INDICATORS.get(decision.indicator or "")
    named = [
        indicator.name if indicator else decision.indicator,
        area_name(settings, decision.area) or decision.area if decision.area else None,
        in_words(decision.period) if decision.period else None,
    ]
    return ", ".join(part for part in named if part)
