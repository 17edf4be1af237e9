"""The search for other worlds within a block, as its rows are hidden one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metrics.disclosure.grid import NEVER, Grid, Lens, Move, Step, Target, along, members, stacks
from metrics.disclosure.moves import Hunt, Mixer
from metrics.disclosure.table import Block, Form, Row
from metrics.disclosure.worlds import VEIL, Vector


class Search:
    """Moves within a block, given which rows are hidden now.

    `bounded` are the counts known to be 1 to threshold - 1, with their values. Rows of editions before `last` stay as they are.
    """

    def __init__(self, block: Block, bounded: Mapping[Target, float], threshold: int, last: int) -> None:
        self.block, self.last = block, last
        self._grids: dict[tuple[tuple[int, ...], ...], Grid] = {}
        vectors, rows = [*block.family.vectors, *block.family.rare], [row for place in block.places for row in place.rows]
        parts = {part for vector in vectors for part in vector} | {part for row in rows for part in row.parts}
        self._bit = {part: 1 << number for number, part in enumerate(sorted(parts))}
        self._touches = {row: self._bits(row.parts) for row in rows}
        self.bounded: dict[int, list[tuple[Form, int, int]]] = {}
        for target, value in bounded.items():
            self.bounded.setdefault(target.place, []).append((target.form, 1 - int(value), threshold - 1 - int(value)))
        moved = {part for vector in vectors for part in vector}
        before = {place: [row for row in at.rows if row.edition != last and not row.hidden] for place, at in enumerate(block.places)}
        self._frozen = {place: sorted(moved & {part for row in rows for part in row.parts}) for place, rows in before.items() if rows}
        self.lenses = [self._lens(vector) for vector in vectors]
        self._simple_lenses = len(block.family.vectors)
        self._lenses_of: dict[Form, list[int]] = {}

    def _bits(self, parts: Iterable[str]) -> int:
        return sum(self._bit[part] for part in set(parts) if part in self._bit)

    def _lens(self, vector: Vector) -> Lens:
        veil = self._bits(part for moved in vector for part in VEIL.get(moved, ()))
        stacked = stacks(self.block, vector)
        if stacked not in self._grids:
            self._grids[stacked] = Grid.of(self.block, stacked)
        lens = Lens(vector, self._grids[stacked], self._bits(vector), veil)
        for place, counts in self.bounded.items():
            for form, least, most in counts:
                step = along(vector, form)
                for sign in (1, -1):
                    if not least <= sign * step <= most:
                        lens.bounds[sign] |= 1 << place
        self._fit(lens)
        for place in range(len(self.block.places)):
            self._weigh(lens, place)
        return lens

    def _fit(self, lens: Lens) -> None:
        possible, cells, grid = self.block.family.possible, self.block.cells, lens.grid
        single = grid.lone_slot & grid.lone_kommun
        for sign in (1, -1):
            able = [possible(cell.base, cell.state, lens.vector, sign) for cell in cells]
            fits = {number for number, stack in enumerate(grid.stacks) if all(able[cell] for cell in stack)}
            lens.fits[False, sign] = fits
            lens.fits[True, sign] = {stack for stack in fits if not grid.places_of[stack] & single & lens.bounds[sign]}

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
        grid, held = lens.grid, lens.grid.stacks_in[place]
        if len(held) == 1:
            its_own = grid.places_of[held[0]] & grid.lone_slot & grid.lone_kommun
            lens.own[held[0]] = NEVER if lens.barred & its_own else lens.cost[place]

    def switch(self, place: int, rows: Iterable[Row], *, hidden: bool) -> None:
        """Hide rows of the place, or show them again."""
        changed = 0
        for row in rows:
            row.hidden = hidden
            changed |= self._touches[row]
        for lens in self.lenses:
            if changed & (lens.touches | lens.veil):
                self._weigh(lens, place)

    def _changed(self, vector: Vector, place: int) -> list[Row]:
        """The rows shown in the place that change along the vector."""
        touches = self._bits(vector)
        if len(self.block.places[place].cells) == 1:
            touches |= self._bits(part for moved in vector for part in VEIL.get(moved, ()))
        return [row for row in self.block.places[place].rows if not row.hidden and touches & self._touches[row]]

    def _price(self, vector: Vector, place: int) -> float:
        rows = self._changed(vector, place)
        return NEVER if any(row.edition != self.last for row in rows) else sum(row.cost for row in rows)

    def make_free(self, move: Move) -> None:
        """Hide every row that the move would change."""
        for vector, places in move.changes:
            for place in members(places):
                self.switch(place, self._changed(vector, place), hidden=True)

    def is_free(self, move: Move) -> bool:
        """Whether everything that the move changes is hidden."""
        if move.lens >= 0:
            return not move.changes[0][1] & self.lenses[move.lens].paid
        return not any(self._changed(vector, place) for vector, places in move.changes for place in members(places))

    def cheapest(self, target: Target, avoid: int, strict: bool, below: float) -> Move | None:
        """The cheapest move that changes the target, spares the kommuner in `avoid` and costs less than `below`.

        With `strict`, protected counts stay within 1 to threshold - 1 in the other world too.
        """
        best = self._cheapest(target, self._anchors(target, avoid, where_it_is=True), avoid, strict, below)
        if best is None and below == NEVER:
            best = self._cheapest(target, self._anchors(target, avoid, where_it_is=False), avoid, strict, below)
        return best

    def _cheapest(self, target: Target, anchors: list[int], avoid: int, strict: bool, below: float) -> Move | None:
        best: Move | None = None
        for number in self._along(target.form):
            lens = self.lenses[number]
            for sign in (1, -1):
                at = dict.fromkeys(lens.grid.stack_of[cell] for cell in anchors)
                fitting = [stack for stack in at if stack in lens.fits[strict, sign] and lens.own[stack] < below]
                if fitting:
                    hunt = Hunt(lens, sign, target.place, avoid, strict, below)
                    for stack in fitting:
                        hunt.run(stack)
                    if hunt.found is not None:
                        below = hunt.below
                        best = self._simple(below, number, sign, *hunt.found)
                        if not below:
                            return best
        return best

    def mixed(self, target: Target, avoid: int) -> Move | None:
        """As `cheapest` with `strict`, for worlds of other shapes than the simple ones."""
        mixer = Mixer(self.lenses, self.bounded, self._frozen, self._price, target, avoid)
        mixer.run()
        if mixer.found is None:
            return None
        steps, changed = mixer.found
        return Move(steps, mixer.below, -1, tuple((net, 1 << place) for place, net in changed.items()), self._kommuner(steps))

    def _simple(self, cost: float, number: int, sign: int, stacks: tuple[int, ...], places: int) -> Move:
        steps = tuple(Step(stack, number, turn) for stack, turn in zip(stacks, (sign, -sign, -sign, sign), strict=False))
        return Move(steps, cost, number, ((self.lenses[number].vector, places),), self._kommuner(steps))

    def _kommuner(self, steps: Iterable[Step]) -> int:
        kommuner = 0
        for step in steps:
            kommuner |= 1 << self.lenses[step.lens].grid.kommun_of[step.stack]
        return kommuner

    def _along(self, form: Form) -> list[int]:
        """The lenses for simple moves whose vector changes the form."""
        if form not in self._lenses_of:
            lenses = enumerate(self.lenses[: self._simple_lenses])
            self._lenses_of[form] = [number for number, lens in lenses if along(lens.vector, form)]
        return self._lenses_of[form]

    def _anchors(self, target: Target, avoid: int, *, where_it_is: bool) -> list[int]:
        """The place's cells, of kommuner that are not avoided: those that the number comes from, or the others."""
        cells = self.block.cells
        own = [n for n in self.block.places[target.place].cells if not avoid >> cells[n].kommun & 1]
        return [n for n in own if any(cells[n].state.get(part) for part, _ in target.form) == where_it_is]
