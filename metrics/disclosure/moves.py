"""Moves: worlds that leave every shown number as it is, and what it would cost to make one possible.

A move adds a lens's vector to some cells and takes it from others. A place that holds as many of the one as of the other does not
change; a move is free when every place that it changes is hidden.
"""

from __future__ import annotations

from metrics.disclosure.grid import NEVER, Grid, Lens, members

_MOST_CELLS = 6
_MOST_TRIES = 300


class Hunt:
    """One hunt for the cheapest move of the simple shapes: one cell, two cells, or two kommuner in two base periods.

    With one lens and sign, sparing the kommuner in `avoid`; the move must change the place `target`.
    """

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


class Mender:
    """Looks for worlds of any shape: where a change takes a protected count out of bounds, another cell is changed to mend it."""

    def __init__(self, grid: Grid, lens: Lens, target: int, avoid: int, below: float) -> None:
        self.grid, self.lens, self.target, self.avoid, self.below = grid, lens, target, avoid, below
        self.tries = _MOST_TRIES
        self.steps: dict[int, int] = {}
        self.net: dict[int, int] = {}
        self.found: tuple[int, int, int] | None = None

    def run(self, cell: int, sign: int) -> None:
        """Change the cell and mend what it breaks."""
        self._change(cell, sign)
        self._mend()
        self._change(cell, -sign)

    def _change(self, cell: int, step: int) -> None:
        self.steps[cell] = self.steps.get(cell, 0) + step
        if not self.steps[cell]:
            del self.steps[cell]
        for place in members(self.grid.places_of[cell]):
            self.net[place] = self.net.get(place, 0) + step
            if not self.net[place]:
                del self.net[place]

    def _mend(self) -> None:
        self.tries -= 1
        broken = [place for place, net in self.net.items() if self._breaks(place, net)]
        if not broken:
            self._offer()
        elif self.tries > 0 and len(self.steps) < _MOST_CELLS:
            place = min(broken, key=lambda place: len(self.grid.cells_of[place]))
            step = -1 if self.net[place] > 0 else 1
            for cell in self._menders(place, step):
                self._change(cell, step)
                self._mend()
                self._change(cell, -step)

    def _breaks(self, place: int, net: int) -> bool:
        least, most = self.lens.room.get(place, (net, net))
        return not least <= net <= most or bool(self.lens.barred >> place & 1)

    def _menders(self, place: int, step: int) -> list[int]:
        """Cells of the place that could take the step, the cheapest first."""
        own, fits, kommun_of = self.lens.own, self.lens.fits[True, step], self.grid.kommun_of
        cells = [cell for cell in self.grid.cells_of[place] if cell in fits and cell not in self.steps and own[cell] < self.below]
        return sorted((cell for cell in cells if not self.avoid >> kommun_of[cell] & 1), key=own.__getitem__)

    def _offer(self) -> None:
        cost = sum(self.lens.cost[place] for place in self.net)
        if self.target in self.net and cost < self.below:
            adds, takes = (sum(1 << place for place, net in self.net.items() if net * sign > 0) for sign in (1, -1))
            kommuner = 0
            for cell in self.steps:
                kommuner |= 1 << self.grid.kommun_of[cell]
            self.below, self.found = cost, (adds, takes, kommuner)
