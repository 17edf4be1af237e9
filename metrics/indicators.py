"""Every indicator, by id. A new one is a declaration in its theme's module, with a worked case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from config import Settings
from metrics import avvikelser, dagar, handlaggning, ntandvard, sip, utskrivning, villkor
from metrics.indicator import Indicator

__all__ = ["INDICATORS", "Indicator", "declare", "of"]

_BY_THEME: Final = ("munhalsa", "utskrivning", "foljsamhet", "avvikelser")
_CODED: Final = tuple(
    sorted(
        (
            *ntandvard.INDICATORS,
            *utskrivning.INDICATORS,
            *dagar.INDICATORS,
            *sip.INDICATORS,
            *avvikelser.INDICATORS,
            *handlaggning.INDICATORS,
        ),
        key=lambda indicator: _BY_THEME.index(indicator.theme),
    )
)
_declared: Final = {indicator.id: indicator for indicator in _CODED}

INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType(_declared)
"""All indicators, theme by theme: those of the code and, once `declare` has been called, those that the settings make."""


def of(settings: Settings) -> dict[str, Indicator]:
    """Every indicator under the settings, by id: the conditions of their agreements stand last in the theme that they belong to."""
    return {indicator.id: indicator for indicator in _with_conditions(settings)}


def _with_conditions(settings: Settings) -> Iterator[Indicator]:
    last = max(number for number, indicator in enumerate(_CODED) if indicator.theme == villkor.THEME)
    yield from _CODED[: last + 1]
    yield from villkor.indicators(settings)
    yield from _CODED[last + 1 :]


def declare(settings: Settings) -> None:
    """Make `INDICATORS` those of the settings. A program reads its settings once, and calls this when it has."""
    made = of(settings)
    _declared.clear()
    _declared.update(made)
