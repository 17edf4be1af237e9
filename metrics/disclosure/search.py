"""The search for other worlds: moves that leave every shown number as it is, and what it would cost to make one possible.

A move adds a vector to some cells and takes it from others: one cell, two cells, or a rectangle of two kommuner and two base
periods. A place that holds as many of the one as of the other does not change. A move is free when every place that it changes
is hidden. Sets of cells, places and kommuner are whole numbers used as bit sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from metrics.disclosure.table import Block, Form, Row
from metrics.disclosure.worlds import VEIL, Vector

NEVER = float("inf")


class Target(NamedTuple):
    """A hidden number that must have more than one possible value: a form in a place."""

    form: Form
    place: int


class Move(NamedTuple):
    """Another world: the places where it adds the lens's vector or takes it away, and the kommuner that it changes (sets)."""

    cost: float
    lens: int
    adds: int
    takes: int
    kommuner: int


def members(bits: int) -> Iterator[int]:
    """The numbers in a set."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def along(vector: Vector, form: Form) -> int:
    """How much the form changes with the vector."""
    return sum(sign * vector.get(part, 0) for part, sign in form)


@dataclass(slots=True)
class Lens:
    """The block as one vector meets it. Sets of places: `paid`, where rows would have to be hidden first, at `cost`; `barred`,
    where they cannot be; `bounds`, by sign, where a protected count would leave 1 to threshold - 1.

    `touches` are the parts that the vector changes, `veil` those that must be hidden in the same cell. `fits` are the cells that
    can move, by strictness and sign; `own` is what must be paid in a cell's own place.
    """

    vector: Vector
    touches: int
    veil: int
    paid: int = 0
    barred: int = 0
    bounds: dict[int, int] = field(default_factory=lambda: {1: 0, -1: 0})
    cost: dict[int, float] = field(default_factory=dict)
    fits: dict[tuple[bool, int], set[int]] = field(default_factory=dict)
    own: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """The block's cells and places as sets. `lone_slot` and `lone_kommun` are the places within one slot, or one kommun."""

    places_of: list[int]
    kommun_of: list[int]
    slot_of: list[int]
    at: dict[tuple[int, int], int]
    in_kommun: list[list[int]]
    in_slot: list[list[int]]
    lone_slot: int
    lone_kommun: int

    @classmethod
    def of(cls, block: Block) -> Grid:
        """The grid of a block."""
        kommun_of, slot_of = [cell.kommun for cell in block.cells], [cell.slot for cell in block.cells]
        places_of = [0] * len(block.cells)
        for number, place in enumerate(block.places):
            for cell in place.cells:
                places_of[cell] |= 1 << number
        lone = [
            sum(1 << n for n, place in enumerate(block.places) if len({which[cell] for cell in place.cells}) == 1)
            for which in (slot_of, kommun_of)
        ]
        at = {(kommun, slot): cell for cell, (kommun, slot) in enumerate(zip(kommun_of, slot_of, strict=True))}
        return cls(places_of, kommun_of, slot_of, at, _lines(kommun_of), _lines(slot_of), *lone)


def _lines(which: list[int]) -> list[list[int]]:
    lines: list[list[int]] = [[] for _ in range(max(which) + 1)]
    for cell, line in enumerate(which):
        lines[line].append(cell)
    return lines


class Hunt:
    """One hunt for the cheapest move: with one lens and sign, among kommuner not in `avoid`, that changes the place `target`."""

    def __init__(self, grid: Grid, lens: Lens, sign: int, target: int, avoid: int, strict: bool, below: float) -> None:
        self.grid, self.lens, self.below = grid, lens, below
        self.target, self.avoid = 1 << target, avoid
        self.here, self.there = lens.fits[strict, sign], lens.fits[strict, -sign]
        self.stop_up = lens.barred | (lens.bounds[sign] if strict else 0)
        self.stop_down = lens.barred | (lens.bounds[-sign] if strict else 0)
        self.found: tuple[int, int, int] | None = None

    def _price(self, adds: int, takes: int) -> float:
        """What it costs to hide all that changes; `NEVER` when that is impossible or too dear."""
        if adds & self.stop_up or takes & self.stop_down:
            return NEVER
        total, paid = 0.0, (adds | takes) & self.lens.paid
        while paid:
            low = paid & -paid
            paid ^= low
            total += self.lens.cost[low.bit_length() - 1]
            if total >= self.below:
                return NEVER
        return total

    def _offer(self, adds: int, takes: int, kommuner: int) -> None:
        if (adds | takes) & self.target:
            cost = self._price(adds, takes)
            if cost < self.below:
                self.below, self.found = cost, (adds, takes, kommuner)

    def run(self, anchor: int) -> None:
        """Try every move with the anchor in it, as long as a cheaper one is possible."""
        grid, own = self.grid, self.lens.own
        if own[anchor] >= self.below:
            return
        in_a, kommun, slot = grid.places_of[anchor], grid.kommun_of[anchor], grid.slot_of[anchor]
        self._offer(in_a, 0, 1 << kommun)
        months = self._partners(anchor, grid.in_kommun[kommun], grid.lone_kommun)
        kommuner = self._partners(anchor, grid.in_slot[slot], grid.lone_slot)
        if months and kommuner:
            self._rectangles(anchor, months, kommuner)
        alone = self._price(in_a & (grid.lone_slot | grid.lone_kommun), 0)
        if alone < self.below:
            self._anywhere(anchor, alone)

    def _partners(self, a: int, line: list[int], lone: int) -> list[tuple[float, int]]:
        """Cells on the anchor's line that could give what it takes, each with what the pair costs within that line alone."""
        grid, own = self.grid, self.lens.own
        in_a, me = grid.places_of[a], 1 << grid.kommun_of[a]
        fitting: list[tuple[float, int]] = []
        for b in line:
            if b in self.there and b != a and own[b] < self.below and not self.avoid >> grid.kommun_of[b] & 1:
                in_b = grid.places_of[b]
                adds, takes = in_a & ~in_b, in_b & ~in_a
                least = self._price(adds & lone, takes & lone)
                if least < self.below:
                    fitting.append((least, b))
                    self._offer(adds, takes, me | 1 << grid.kommun_of[b])
        return sorted(fitting)

    def _rectangles(self, a: int, months: list[tuple[float, int]], kommuner: list[tuple[float, int]]) -> None:
        grid, places = self.grid, self.grid.places_of
        in_a, me, own_a = places[a], 1 << grid.kommun_of[a], self.lens.own[a]
        for cost_b, b in months:
            in_b, slot = places[b], grid.slot_of[b]
            ab, ba = in_a & ~in_b, in_b & ~in_a
            for cost_c, c in kommuner:
                if cost_b + cost_c - own_a >= self.below:
                    break
                d = grid.at.get((grid.kommun_of[c], slot), -1)
                if d in self.here:
                    in_c, in_d = places[c], places[d]
                    adds = (ab & ~in_c) | (in_d & ~(in_b | in_c))
                    takes = (ba & ~in_d) | (in_c & ~(in_a | in_d))
                    self._offer(adds, takes, me | 1 << grid.kommun_of[c])

    def _anywhere(self, a: int, alone: float) -> None:
        """Pairs of cells with neither kommun nor base period in common."""
        grid, own = self.grid, self.lens.own
        in_a, me = grid.places_of[a], 1 << grid.kommun_of[a]
        for b in self.there:
            if own[b] + alone < self.below and not self.avoid >> grid.kommun_of[b] & 1:
                in_b = grid.places_of[b]
                self._offer(in_a & ~in_b, in_b & ~in_a, me | 1 << grid.kommun_of[b])


class Search:
    """Moves within a block, given which rows are hidden now.

    `bounded` are the counts known to be 1 to threshold - 1, with their values. Rows of editions before `last` stay as they are.
    """

    def __init__(self, block: Block, bounded: Mapping[Target, float], threshold: int, last: int) -> None:
        self.block, self.last = block, last
        self.grid = Grid.of(block)
        vectors, rows = block.family.vectors, [row for place in block.places for row in place.rows]
        parts = {part for vector in vectors for part in vector} | {part for row in rows for part in row.parts}
        self._bit = {part: 1 << number for number, part in enumerate(sorted(parts))}
        self._touches = {row: self._bits(row.parts) for row in rows}
        self.lenses = [self._lens(vector, bounded, threshold) for vector in vectors]
        self._lenses_of: dict[Form, list[int]] = {}

    def _bits(self, parts: Iterable[str]) -> int:
        return sum(self._bit[part] for part in set(parts) if part in self._bit)

    def _lens(self, vector: Vector, bounded: Mapping[Target, float], threshold: int) -> Lens:
        veil = self._bits(part for moved in vector for part in VEIL.get(moved, ()))
        lens = Lens(vector, self._bits(vector), veil)
        for target, value in bounded.items():
            step = along(vector, target.form)
            for sign in (1, -1):
                if step and not 1 <= value + sign * step < threshold:
                    lens.bounds[sign] |= 1 << target.place
        self._fit(lens)
        for place in range(len(self.block.places)):
            self._weigh(lens, place)
        return lens

    def _fit(self, lens: Lens) -> None:
        possible, cells = self.block.family.possible, self.block.cells
        single = self.grid.lone_slot & self.grid.lone_kommun
        for sign in (1, -1):
            fits = {number for number, cell in enumerate(cells) if possible(cell.base, cell.state, lens.vector, sign)}
            lens.fits[False, sign] = fits
            lens.fits[True, sign] = {cell for cell in fits if not self.grid.places_of[cell] & single & lens.bounds[sign]}

    def _touched(self, lens: Lens, place: int) -> list[Row]:
        """The rows shown in the place that the vector would change."""
        touches = lens.touches | (lens.veil if len(self.block.places[place].cells) == 1 else 0)
        return [row for row in self.block.places[place].rows if not row.hidden and touches & self._touches[row]]

    def _weigh(self, lens: Lens, place: int) -> None:
        rows, bit = self._touched(lens, place), 1 << place
        lens.paid = lens.paid | bit if rows else lens.paid & ~bit
        lens.cost[place] = sum(row.cost for row in rows)
        if any(row.edition != self.last for row in rows):
            lens.barred |= bit
        cells = self.block.places[place].cells
        if len(cells) == 1:
            lens.own[cells[0]] = NEVER if lens.barred & bit else lens.cost[place]

    def switch(self, place: int, rows: Iterable[Row], *, hidden: bool) -> None:
        """Hide rows of the place, or show them again."""
        changed = 0
        for row in rows:
            row.hidden = hidden
            changed |= self._touches[row]
        for lens in self.lenses:
            if changed & (lens.touches | lens.veil):
                self._weigh(lens, place)

    def make_free(self, move: Move) -> None:
        """Hide every row that the move would change."""
        lens = self.lenses[move.lens]
        for place in members((move.adds | move.takes) & lens.paid):
            self.switch(place, self._touched(lens, place), hidden=True)

    def is_free(self, move: Move) -> bool:
        """Whether everything that the move changes is hidden."""
        return not (move.adds | move.takes) & self.lenses[move.lens].paid

    def cheapest(self, target: Target, avoid: int, strict: bool, below: float) -> Move | None:
        """The cheapest move that changes the target, spares the kommuner in `avoid` and costs less than `below`.

        With `strict`, protected counts stay within 1 to threshold - 1 in the other world too.
        """
        best: Move | None = None
        anchors = self._anchors(target, avoid)
        for number in self._along(target.form):
            lens = self.lenses[number]
            for sign in (1, -1):
                fitting = [cell for cell in anchors if cell in lens.fits[strict, sign] and lens.own[cell] < below]
                if fitting:
                    hunt = Hunt(self.grid, lens, sign, target.place, avoid, strict, below)
                    for cell in fitting:
                        hunt.run(cell)
                    if hunt.found is not None:
                        below = hunt.below
                        best = Move(below, number, *hunt.found)
                        if not below:
                            return best
        return best

    def _along(self, form: Form) -> list[int]:
        """The lenses whose vector changes the form."""
        if form not in self._lenses_of:
            self._lenses_of[form] = [number for number, lens in enumerate(self.lenses) if along(lens.vector, form)]
        return self._lenses_of[form]

    def _anchors(self, target: Target, avoid: int) -> list[int]:
        """Cells of the place where the number comes from; all of its cells if there are none."""
        cells = self.block.cells
        own = [n for n in self.block.places[target.place].cells if not avoid >> cells[n].kommun & 1]
        return [n for n in own if any(cells[n].state.get(part) for part, _ in target.form)] or own
