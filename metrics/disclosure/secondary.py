"""Secondary suppression: further rows are hidden until no hidden number can be computed from what is shown.

Each protected number gets other worlds (moves, see `search`) until no single kommun, which knows all of its own cells, can
tell them all from the real one. Worlds that cost nothing are looked for first, then the cheapest ones; at the end rows are
shown again where the worlds turn out to do without them. A world in which protected counts leave 1 to threshold - 1 is taken
only where there is no other: four months with events in a year with four of them are one each, whatever is shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from metrics.disclosure import shown
from metrics.disclosure.grid import NEVER, Move, Target, along, members
from metrics.disclosure.search import Search
from metrics.disclosure.table import Block, Form

_FREE = 1e-9


def targets(block: Block, threshold: int) -> tuple[dict[Target, float], dict[Target, float]]:
    """The block's protected numbers with their values: counts of 1 to threshold - 1, and numbers that others know no bounds of.

    Those are measures built on such counts, and differences that may be negative.
    """
    counts: dict[Target, float] = {}
    measures: dict[Target, float] = {}
    for number, place in enumerate(block.places):
        for form in dict.fromkeys(form for row in place.rows if row.small and row.hidden for form in row.forms):
            value = block.total(number, form)
            if form[0][0] in shown.BEHIND:
                if value:
                    measures[Target(form, number)] = value
            elif 1 <= value < threshold:
                of = measures if len(form) > 1 and (form[1][0], form[0][0]) in shown.UNBOUND else counts
                of[Target(form, number)] = value
    return counts, measures


@dataclass
class _Safety:
    """What keeps one target safe. `against` are the kommuner (a set) that must not be able to compute it.

    `left` of them are changed by every world so far. `strict` worlds keep protected counts within 1 to threshold - 1; where no
    such world spares a kommun it is `out_of_reach`, and `loose` worlds are found for it.
    """

    against: int
    left: int
    strict: list[Move] = field(default_factory=list)
    loose: list[Move] = field(default_factory=list)
    out_of_reach: int = 0


class _Cover:
    """Worlds for every target, found one after the other; each counts for every target that it changes."""

    def __init__(self, block: Block, threshold: int, last: int) -> None:
        counts, measures = targets(block, threshold)
        self.block = block
        self.search = Search(block, counts, threshold, last)
        everyone = (1 << len(block.kommuner)) - 1
        against = {target: everyone & ~_owners(block, target, value) for target, value in (counts | measures).items()}
        self.safety = {target: _Safety(kommuner, kommuner) for target, kommuner in against.items()}
        self.open: defaultdict[Form, int] = defaultdict(int)
        for target in self.safety:
            self.open[target.form] |= 1 << target.place

    def is_open(self, target: Target) -> bool:
        """Whether somebody could still compute it, as far as the worlds so far tell."""
        return bool(self.open[target.form] >> target.place & 1)

    def find(self, target: Target, below: float) -> None:
        """Find strict worlds for the target that cost less, and hide what they need, until it is safe or nothing is found."""
        given_up = 0
        while self.is_open(target):
            safety = self.safety[target]
            avoid = _lowest(safety.left & ~given_up) if safety.strict else 0
            move = self._strict(target, avoid, below) if avoid or not safety.strict else None
            if move is not None:
                self._use(move, strict=True)
            elif below == NEVER and avoid:
                given_up |= avoid
            else:
                return

    def _strict(self, target: Target, avoid: int, below: float) -> Move | None:
        found = self.search.cheapest(target, avoid, True, below)
        return self.search.mixed(target, avoid) if found is None and below == NEVER else found

    def find_loose(self, target: Target) -> None:
        """Find worlds where protected counts may be any, for whom the strict ones leave."""
        while self.is_open(target):
            safety = self.safety[target]
            avoid = _lowest(safety.left) if safety.strict or safety.loose else 0
            move = self.search.cheapest(target, avoid, False, NEVER)
            if move is None:
                return
            self._use(move, strict=False)

    def _use(self, move: Move, *, strict: bool) -> None:
        """The move is a world for every open target that it changes."""
        if move.cost:
            self.search.make_free(move)
        for vector, changed in move.changes:
            for form, places in self.open.items():
                if along(vector, form):
                    for place in members(places & changed):
                        self._add(Target(form, place), move, strict)

    def _add(self, target: Target, move: Move, strict: bool) -> None:
        safety = self.safety[target]
        left = safety.left & move.kommuner
        worlds = safety.strict if strict else safety.loose
        if left != safety.left or not (safety.strict or safety.loose):
            worlds.append(move)
            safety.left = left
        if not left:
            self.open[target.form] &= ~(1 << target.place)


def _lowest(kommuner: int) -> int:
    return kommuner & -kommuner


def _owners(block: Block, target: Target, value: float) -> int:
    """The kommuner (a set) whose own number it is: the others in the place have none of it."""
    return sum(1 << kommun for kommun, share in block.by_kommun(target.place, target.form).items() if share == value)


def hide_more(block: Block, threshold: int, last: int) -> None:
    """Mark rows of edition `last` in the block as hidden until the block's protected numbers are safe."""
    for row in block.odd:
        row.hidden = row.hidden or row.edition == last
    cover = _Cover(block, threshold, last)
    for target in cover.safety:
        cover.find(target, _FREE)
    wide_first = sorted(cover.safety, key=lambda target: -len(block.places[target.place].cells))
    for target in wide_first:  # what they hide opens ways for the rest
        cover.find(target, NEVER)
    for safety in cover.safety.values():
        safety.out_of_reach = safety.left if safety.strict else safety.against
    for target in wide_first:
        cover.find_loose(target)
    _Release(cover).run()


class _Release:
    """Shows rows again that no target needs, the ones that fewest worlds lean on first."""

    def __init__(self, cover: _Cover) -> None:
        self.cover, self.search = cover, cover.search
        self.leaning: defaultdict[int, dict[Target, None]] = defaultdict(dict)  # as ordered sets: the same figures give the same answer
        for target, safety in cover.safety.items():
            self._lean(target, [*safety.strict, *safety.loose])

    def _lean(self, target: Target, worlds: list[Move]) -> None:
        for move in worlds:
            for _, places in move.changes:
                for place in members(places):
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
        kept: dict[Target, tuple[list[Move], list[Move]]] = {}
        for target in self.leaning[place]:
            safety = self.cover.safety[target]
            if not all(self.search.is_free(move) for move in (*safety.strict, *safety.loose)):
                strict = self._enough(target, safety.strict, True, safety.against, safety.out_of_reach)
                left = safety.against if strict is None else _common(strict, safety.against)
                loose = None if strict is None else self._enough(target, safety.loose, False, left, 0)
                if strict is None or loose is None:
                    return False
                kept[target] = strict, loose
        for target, (strict, loose) in kept.items():
            self.cover.safety[target].strict, self.cover.safety[target].loose = strict, loose
            self._lean(target, [*strict, *loose])
        return True

    def _enough(self, target: Target, worlds: list[Move], strict: bool, against: int, reached: int) -> list[Move] | None:
        """The worlds that are still free, and as many more as it takes to leave nobody but `reached`; None if they are not to be had."""
        enough = [move for move in worlds if self.search.is_free(move)]
        while (left := _common(enough, against) & ~reached) or (worlds and not enough):
            found = self.search.cheapest(target, _lowest(left) if enough else 0, strict, _FREE)
            if found is None:
                return None
            enough.append(found)
        return enough


def _common(worlds: list[Move], kommuner: int) -> int:
    """Which of the kommuner (a set) every world changes."""
    for move in worlds:
        kommuner &= move.kommuner
    return kommuner
