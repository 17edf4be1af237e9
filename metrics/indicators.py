"""Every indicator, by id. A new one is a declaration in its theme's module, with a worked case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, get_args

import polars as pl

from config import Settings
from metrics import (
    avvikelser,
    dagar,
    enheter,
    fast_lakarkontakt,
    halsosamtal,
    handlaggning,
    naromradesplaner,
    ntandvard,
    pagaende,
    placeringar,
    sip,
    utbildning,
    utskrivning,
    villkor,
)
from metrics.indicator import Indicator, Theme

__all__ = ["INDICATORS", "PER_KOMMUN", "Indicator", "declare", "of"]

_MODULES: Final = (
    ntandvard,
    utbildning,
    enheter,
    utskrivning,
    pagaende,
    dagar,
    sip,
    avvikelser,
    handlaggning,
    naromradesplaner,
    fast_lakarkontakt,
    placeringar,
    halsosamtal,
)
_THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
_CODED: Final[tuple[Indicator, ...]] = tuple(
    sorted((indicator for module in _MODULES for indicator in module.INDICATORS), key=lambda indicator: _THEMES.index(indicator.theme))
)
_declared: Final = {indicator.id: indicator for indicator in _CODED}

INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType(_declared)
"""All indicators, theme by theme: those of the code and, once `declare` has been called, those that the settings make."""

PER_KOMMUN: Final[Mapping[str, Callable[[Settings, pl.DataFrame], pl.DataFrame]]] = MappingProxyType(
    {"intyg_till_malet": ntandvard.to_the_goal}
)
"""Figures that a kommun's parts do not give, but its other figures do: settings and all sums per kommun -> the indicator's own."""


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
