"""Worked cases: how each indicator is computed, in sentences that its page shows and rows that its test runs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Final

from config import Settings
from metrics.cases import avvikelser, dagar, foljsamhet, handlaggning, ntandvard, utskrivning, villkor
from metrics.cases.case import INVENTED, Case, Expected

__all__ = ["CASES", "INVENTED", "Case", "Expected", "declare", "of"]

_CODED: Final = (
    *ntandvard.CASES,
    *utskrivning.CASES,
    *dagar.CASES,
    *foljsamhet.CASES,
    *avvikelser.CASES,
    *handlaggning.CASES,
)


def _by_indicator(cases: tuple[Case, ...]) -> dict[str, tuple[Case, ...]]:
    return {name: tuple(group) for name, group in groupby(cases, key=lambda case: case.indicator)}


_declared: Final = _by_indicator(_CODED)

CASES: Final[Mapping[str, tuple[Case, ...]]] = MappingProxyType(_declared)
"""The cases of each indicator, by its id, in the order to show them; see `metrics.indicators.INDICATORS`."""


def of(settings: Settings) -> dict[str, tuple[Case, ...]]:
    """The cases of every indicator under the settings."""
    return _by_indicator((*_CODED, *villkor.cases(settings)))


def declare(settings: Settings) -> None:
    """Make `CASES` those of the settings."""
    made = of(settings)
    _declared.clear()
    _declared.update(made)
