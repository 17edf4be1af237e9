"""How likely it is that a level lies steadily over a goal, seen to chance from year to year. Source: statistics, d10.

An extra, always shown under its own label: the agreement's own test is the plain share against the goal.
"""

from __future__ import annotations

from typing import Final

from metrics.distributions import beta_upper_tail

LABEL: Final = "Vid sidan av avtalets egen prövning, som är andelen rakt mot målet"

_JEFFREYS: Final = 0.5


def goal_probability(numerator: float, denominator: float, goal: float) -> float:
    """P(share >= goal) given numerator of denominator (0 <= numerator <= denominator), all as shares; by Jeffreys' prior."""
    return beta_upper_tail(_JEFFREYS + numerator, _JEFFREYS + denominator - numerator, goal)
