"""Each kommun's character: what the seed, and for a few kommuner the story, decides once for all its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from demo.scene import Scene

# How much of the range below the goal is used: over 1 gathers kommuner near the goal, as a few lag far behind.
_GATHER = 2.2
_MONTHS_OF_SHIFT = 9


@dataclass(frozen=True)
class Profile:
    """One kommun.

    `coverage` is percent with intyg in the last quarter and `change` percentage points since the first; `wish`, `seen` and `treated`
    are shares; `mean_days` is the mean of discharges within the limit, `long_share` the share above it, `shift` what both are
    multiplied with from `shifted_from`; `deviations` is avvikelser per 10 000 inhabitants and year, `answered` the share answered.
    """

    coverage: float
    change: float
    wish: float
    seen: float
    treated: float
    use: float
    mean_days: float
    long_share: float
    shift: float
    shifted_from: str
    deviations: float
    answered: float
    answer_days: float


def profiles(scene: Scene) -> Mapping[str, Profile]:
    """The profile of every kommun."""
    coverage = _coverage(scene)
    slow = scene.pick(scene.story.slow_kommuner, "slow")
    shifted = scene.pick(scene.story.shifted_kommuner, "shifted")
    months = scene.months()
    shifted_from = months[-min(_MONTHS_OF_SHIFT, len(months))] if months else ""
    return {kommun: _profile(scene, kommun, coverage[kommun], kommun in slow, kommun in shifted, shifted_from) for kommun in scene.kommuner}


def _profile(scene: Scene, kommun: str, coverage: float, slow: bool, shifted: bool, shifted_from: str) -> Profile:
    chance = scene.chance("profile", kommun)
    change = min(chance.uniform(-0.15, 0.55), coverage - scene.story.coverage.lowest * 0.97)
    mean_days = chance.uniform(3.0, 3.3) if slow else chance.uniform(1.25, 2.45)
    shift = chance.choice((0.6, 1.4)) if shifted else 1.0
    if pin := scene.story.pinned.get(kommun):
        change, mean_days, shift = pin.change, pin.mean_days, pin.shift
    return Profile(
        coverage=coverage,
        change=change,
        wish=chance.uniform(0.72, 0.9),
        seen=chance.uniform(0.62, 0.93),
        treated=chance.uniform(0.35, 0.6),
        use=chance.uniform(0.88, 1.12),
        mean_days=mean_days,
        long_share=chance.uniform(0.06, 0.08) if slow else chance.uniform(0.02, 0.045),
        shift=shift,
        shifted_from=shifted_from,
        deviations=chance.uniform(14, 34),
        answered=chance.uniform(0.8, 0.96),
        answer_days=chance.uniform(18, 42),
    )


def _coverage(scene: Scene) -> dict[str, float]:
    """Percent with intyg at the end: the pinned kommuner as the story says, the others spread evenly and shuffled."""
    story = scene.story.coverage
    pinned = {kommun: pin.coverage for kommun, pin in scene.story.pinned.items() if kommun in scene.kommuner}
    free = [kommun for kommun in scene.kommuner if kommun not in pinned]
    reached = min(len(free), max(0, story.reached_by - sum(level >= story.above for level in pinned.values())))
    behind = len(free) - reached
    levels = [story.above + (story.highest - story.above) * _part(i, reached) for i in range(reached)]
    levels += [story.below - (story.below - story.lowest) * _part(i, behind) ** _GATHER for i in range(behind)]
    scene.chance("coverage").shuffle(levels)
    return pinned | dict(zip(free, levels, strict=True))


def _part(number: int, of: int) -> float:
    return number / (of - 1) if of > 1 else 0.0
