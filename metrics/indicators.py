"""Every indicator, by id. A new one is a declaration in its theme's module, with a worked case."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from metrics import avvikelser, ntandvard, utskrivning
from metrics.indicator import Indicator

__all__ = ["INDICATORS", "Indicator"]

INDICATORS: Final = MappingProxyType({i.id: i for i in (*ntandvard.INDICATORS, *utskrivning.INDICATORS, *avvikelser.INDICATORS)})
"""All indicators in the order of the contract, section 5."""
