"""What the sender says that a file covers: periods from --period or the file's name, kommuner from --kommun."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import periods
from config import Settings
from loaders import places
from loaders.dataset import Dataset
from loaders.problem import Finding, Usage

EVERYONE = "alla"
_KINDS = ("year", "quarter", "month")
_HOW = "Ange --period med år, kvartal eller månad, till exempel --period ÅÅÅÅ-Q3."


@dataclass(frozen=True)
class Stated:
    """`periods` as stated (none for a file whose rows say it), `kommuner` the codes, and whether the sender chose them.

    `is_everyone`: they are all the county's.
    """

    periods: tuple[str, ...]
    kommuner: tuple[str, ...]
    is_chosen: bool
    is_everyone: bool = True

    def parties(self, dataset: Dataset) -> tuple[str, ...]:
        """Who the file speaks for: the kommuner, and the region too where they are all there and it is a party."""
        is_party = dataset.coverage == "parties" and self.is_everyone
        return (*self.kommuner, places.REGION) if is_party else self.kommuner

    @property
    def months(self) -> tuple[str, ...]:
        """Every month of the stated periods, once, in order."""
        return tuple(sorted({month for period in self.periods for month in periods.months(period)}))


def read(dataset: Dataset, settings: Settings, said: Sequence[str], kommuner: Sequence[str] | None, file_name: str) -> Stated:
    """What is stated for the file. Raises `Usage` for what is no period or kommun, and where a period is needed and none is given."""
    chosen = tuple(dict.fromkeys(_period(text) for text in said))
    if dataset.is_stated and not chosen:
        chosen = (_from_name(file_name),)
    if dataset.coverage == "status" and [periods.kind(period) for period in chosen] != ["month"]:
        raise Usage(f"{dataset.name} visar läget sista dagen i en månad. Ange den månaden med --period ÅÅÅÅ-MM.")
    if dataset.coverage == "parties" and chosen:
        raise Usage(f"{dataset.name} gäller alla beslut och ingen viss period. Utelämna --period.")
    codes = _kommuner(kommuner, settings) if kommuner else tuple(settings.kommuner)
    return Stated(chosen, codes, bool(kommuner), set(codes) == settings.kommuner.keys())


def _period(text: str) -> str:
    period = periods.parse(text)
    if period is None or periods.kind(period) not in _KINDS:
        raise Usage(f"{text!r} är inget år, kvartal eller månad. {_HOW}")
    return period


def _kommuner(said: Sequence[str], settings: Settings) -> tuple[str, ...]:
    if any(places.plain(text) == EVERYONE for text in said):
        return tuple(settings.kommuner)
    names = places.by_name(settings)
    codes = []
    for text in said:
        code = places.code_of(text.strip(), settings, names)
        if code is None:
            raise Usage(f"Kommunen {text!r} finns inte i länet. Ange --kommun med kod eller namn, eller --kommun alla.")
        codes.append(code)
    return tuple(dict.fromkeys(codes))


def _from_name(file_name: str) -> str:
    tokens = set(_tokens(file_name))
    if not tokens:
        raise Usage(f"Filens namn anger ingen period. {_HOW}")
    if len(tokens) > 1:
        raise Usage(f"Filens namn anger flera perioder ({', '.join(sorted(tokens))}). {_HOW}")
    return tokens.pop()


def _tokens(file_name: str) -> Iterator[str]:
    """Periods that stand as a whole part of the name.

    One written over several parts (`2025 kv 3`, `2025_07`) counts beside the year in it, so that the name is never taken
    for the whole year: the sender has to say which it is.
    """
    parts = re.split(r"[_.\s]+", file_name)
    for size in (1, 2, 3):
        for start in range(len(parts) - size + 1):
            words = parts[start : start + size]
            for period in {periods.parse(" ".join(words)), periods.parse("-".join(words))}:
                if period and periods.kind(period) in _KINDS:
                    yield period


def first_uncovered_day(today: date) -> date:
    """The first day that no delivery may speak for: coverage ends with the last whole month before the day of loading."""
    return today.replace(day=1)


def too_late(stated: Stated, today: date) -> Iterator[Finding]:
    """A finding for each stated period that reaches past the last whole month."""
    last = first_uncovered_day(today) - timedelta(days=1)
    for period in stated.periods:
        if periods.last_day(period) > last:
            message = (
                f"Perioden {period} är inte slut. Ange med --period det som är slut, som längst till och med {periods.month_of(last)}."
            )
            yield Finding("framtida_period", message)
