"""Worked cases: how each indicator is computed, in sentences that its page shows and rows that its test runs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Final

from metrics.cases import avvikelser, foljsamhet, ntandvard, utskrivning
from metrics.cases.case import INVENTED, Case, Expected

__all__ = ["CASES", "INVENTED", "Case", "Expected"]

_ALL = (*ntandvard.CASES, *utskrivning.CASES, *foljsamhet.CASES, *avvikelser.CASES)

CASES: Final[Mapping[str, tuple[Case, ...]]] = {name: tuple(group) for name, group in groupby(_ALL, key=lambda case: case.indicator)}
"""The cases of each indicator, by its id, in the order to show them."""
