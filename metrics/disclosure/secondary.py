"""Secondary suppression: further rows are hidden until no hidden number can be computed from what is shown.

Each protected number gets other worlds (moves, see `search`) until no single kommun, which knows all of its own cells, can
tell them all from the real one. Worlds that cost nothing are looked for first, then the cheapest ones; at the end rows are
shown again where the worlds turn out to do without them. A world in which protected counts leave 1 to threshold - 1 is taken
only where there is no other: four months with events in a year with four of them are one each, whatever is shown.
"""

from __future__ import annotations

from collections import defaultdict

from metrics.disclosure import shown
from metrics.disclosure.search import NEVER, Move, Search, Target, along, members
from metrics.disclosure.table import Block, Form

_FREE = 1e-9


def targets(block: Block, threshold: int) -> tuple[dict[Target, float], dict[Target, float]]:
    """The block's protected numbers with their values: counts of 1 to threshold - 1, and measures built on such counts."""
    counts: dict[Target, float] = {}
    measures: dict[Target, float] = {}
    for number, place in enumerate(block.places):
        for form in dict.fromkeys(form for row in place.rows if row.small and row.hidden for form in row.forms):
            value = block.total(number, form)
            if form[0][0] in shown.BEHIND:
                if value:
                    measures[Target(form, number)] = value
            elif 1 <= value < threshold:
                counts[Target(form, number)] = value
    return counts, measures


class _Cover:
    """Which kommuner could still compute which targets. `left` are kommuner (a set) that every world of a target so far changes."""

    def __init__(self, block: Block, threshold: int, last: int) -> None:
        counts, measures = targets(block, threshold)
        self.block = block
        self.search = Search(block, counts, threshold, last)
        everyone = (1 << len(block.kommuner)) - 1
        self.against = {target: everyone & ~_owners(block, target, value) for target, value in (counts | measures).items()}
        self.left = dict(self.against)
        self.worlds: dict[Target, list[Move]] = {target: [] for target in self.against}
        self.open: defaultdict[Form, int] = defaultdict(int)
        for target in self.against:
            self.open[target.form] |= 1 << target.place

    def settle(self, target: Target, strict: bool, below: float) -> bool:
        """Find worlds for the target until it is safe, and hide what they need; False where there is none below the cost."""
        while self._is_open(target):
            move = self.search.cheapest(target, self._next(target), strict, below)
            if move is None:
                return False
            if move.cost:
                self.search.make_free(move)
            self._count(move)
        return True

    def _is_open(self, target: Target) -> bool:
        return bool(self.open[target.form] >> target.place & 1)

    def _next(self, target: Target) -> int:
        """A kommun that must not be in the next world; none in the first one."""
        left = self.left[target]
        return left & -left if self.worlds[target] else 0

    def _count(self, move: Move) -> None:
        """The move is a world for every open target that it changes."""
        vector = self.search.lenses[move.lens].vector
        for form, places in self.open.items():
            if along(vector, form):
                for place in members(places & (move.adds | move.takes)):
                    self._add(Target(form, place), move)

    def _add(self, target: Target, move: Move) -> None:
        left = self.left[target] & move.kommuner
        if left != self.left[target] or not self.worlds[target]:
            self.worlds[target].append(move)
            self.left[target] = left
        if not left:
            self.open[target.form] &= ~(1 << target.place)


def _owners(block: Block, target: Target, value: float) -> int:
    """The kommuner (a set) whose own number it is: the others in the place have none of it."""
    return sum(1 << kommun for kommun, share in block.by_kommun(target.place, target.form).items() if share == value)


def hide_more(block: Block, threshold: int, last: int) -> None:
    """Mark rows of edition `last` in the block as hidden until the block's protected numbers are safe."""
    for row in block.odd:
        row.hidden = row.hidden or row.edition == last
    cover = _Cover(block, threshold, last)
    dear = [target for target in cover.against if not cover.settle(target, True, _FREE)]
    dear.sort(key=lambda target: -len(block.places[target.place].cells))  # wide sums first: what they hide opens ways for the rest
    loose = [target for target in dear if not cover.settle(target, True, NEVER)]
    for target in loose:
        cover.settle(target, False, NEVER)
    _Release(cover, frozenset(loose)).run()


class _Release:
    """Shows rows again that no target needs, the ones that fewest worlds lean on first."""

    def __init__(self, cover: _Cover, loose: frozenset[Target]) -> None:
        self.cover, self.search, self.loose = cover, cover.search, loose
        self.leaning: defaultdict[int, dict[Target, None]] = defaultdict(dict)  # as ordered sets: the same figures give the same answer
        for target, worlds in cover.worlds.items():
            self._lean(target, worlds)

    def _lean(self, target: Target, worlds: list[Move]) -> None:
        for move in worlds:
            for place in members(move.adds | move.takes):
                self.leaning[place][target] = None

    def run(self) -> None:
        """Try each row that was hidden for the sake of others."""
        places = self.cover.block.places
        extra = [(place, row) for place, at in enumerate(places) for row in at.rows if row.hidden and not row.small]
        extra = [(place, row) for place, row in extra if row.edition == self.search.last]
        for place, row in sorted(extra, key=lambda found: len(self.leaning[found[0]])):
            self.search.switch(place, [row], hidden=False)
            if not self._can_show(place):
                self.search.switch(place, [row], hidden=True)

    def _can_show(self, place: int) -> bool:
        """Whether every target has worlds enough as the rows are hidden now; if so they are kept."""
        kept: dict[Target, list[Move]] = {}
        for target in self.leaning[place]:
            worlds = [move for move in self.cover.worlds[target] if self.search.is_free(move)]
            if len(worlds) < len(self.cover.worlds[target]):
                if not self._complete(target, worlds):
                    return False
                kept[target] = worlds
        for target, worlds in kept.items():
            self.cover.worlds[target] = worlds
            self._lean(target, worlds)
        return True

    def _complete(self, target: Target, worlds: list[Move]) -> bool:
        """Add free worlds until the target is safe, if that can be done."""
        left = self.cover.against[target]
        for move in worlds:
            left &= move.kommuner
        while left or not worlds:
            found = self.search.cheapest(target, left & -left if worlds else 0, target not in self.loose, _FREE)
            if found is None:
                return False
            worlds.append(found)
            left &= found.kommuner
        return True
