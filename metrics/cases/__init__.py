"""Worked cases: how each indicator is computed, in sentences that its page shows and rows that its test runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from config import Settings
from metrics import indicators
from metrics.cases import (
    avvikelser,
    dagar,
    foljsamhet,
    handlaggning,
    lakarmedverkan,
    ntandvard,
    placeringar,
    utbildning,
    utskrivning,
    villkor,
)
from metrics.cases.case import INVENTED, Case, Expected

__all__ = ["CASES", "INVENTED", "Case", "Expected", "declare", "of"]

_MODULES: Final = (ntandvard, utbildning, utskrivning, dagar, foljsamhet, avvikelser, handlaggning, lakarmedverkan, placeringar)
_CODED: Final = tuple(case for module in _MODULES for case in module.CASES)


def _by_indicator(cases: Iterable[Case], names: Iterable[str]) -> dict[str, tuple[Case, ...]]:
    return {name: tuple(case for case in cases if case.indicator == name) for name in names}


_declared: Final = _by_indicator(_CODED, indicators.INDICATORS)

CASES: Final[Mapping[str, tuple[Case, ...]]] = MappingProxyType(_declared)
"""The cases of each indicator, by its id, in the order to show them; see `metrics.indicators.INDICATORS`."""


def of(settings: Settings) -> dict[str, tuple[Case, ...]]:
    """The cases of every indicator under the settings."""
    return _by_indicator((*_CODED, *villkor.cases(settings)), indicators.of(settings))


def declare(settings: Settings) -> None:
    """Make `CASES` those of the settings."""
    made = of(settings)
    _declared.clear()
    _declared.update(made)
