"""Axes with round numbers on them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from swedish import number

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, which need not be ticks themselves; `ticks` lie in between."""

    low: float
    high: float
    ticks: tuple[float, ...]
    places: int

    def as_data(self) -> list[dict[str, Any]]:
        """The ticks with their texts."""
        return [{"at": tick, "text": number(tick, self.places)} for tick in self.ticks]


def around(values: Iterable[float | None], most: int = 6) -> Axis:
    """An axis that holds the values with a little air; it need not begin at zero."""
    known = [value for value in values if value is not None]
    if not known:
        return Axis(0.0, 1.0, (), 0)
    low, high = min(known), max(known)
    air = (high - low) * 0.05 or max(abs(high) * 0.05, 0.5)
    low, high = low - air if low < 0 or low > air else 0.0, high + air
    step = _step(high - low, most)
    ticks = tuple(round(step * n, 10) for n in range(math.ceil(low / step), math.floor(high / step) + 1))
    return Axis(low, high, ticks, _places(step))


def from_zero(values: Iterable[float | None]) -> float:
    """The end of an axis from zero that holds the values; 1 where there are none, so that nothing is divided by zero."""
    return max((value for value in values if value is not None), default=0.0) or 1.0


def _step(length: float, most: int) -> float:
    rough = length / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice * power for nice in _ROUND if nice * power >= rough * 0.999)


def _places(step: float) -> int:
    return next((places for places in range(6) if abs(round(step, places) - step) < step * 1e-6), 6)
