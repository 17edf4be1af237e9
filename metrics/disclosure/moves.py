"""Moves: worlds that leave every shown number as it is, and what it would cost to make one possible.

A move adds a lens's vector to some stacks and takes it from others. A place that holds as many of the one as of the other does not
change; a move is free when every place that it changes is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from metrics.disclosure.grid import NEVER, Lens, Step, Target, along, members
from metrics.disclosure.table import Form
from metrics.disclosure.worlds import Vector

_MOST_STEPS = 4
_MOST_WAYS = 12
_MOST_TRIES = 150

Bounded = Mapping[int, Sequence[tuple[Form, int, int]]]
"""By place: a protected count, and how far it may fall and rise."""
Price = Callable[[Vector, int], float]


class Hunt:
    """One hunt for the cheapest move of the simple shapes: one stack, two stacks, or two kommuner in two slots.

    With one lens and sign, sparing the kommuner in `avoid`; the move must change the place `target`.
    """

    def __init__(self, lens: Lens, sign: int, target: int, avoid: int, strict: bool, below: float) -> None:
        self.grid, self.lens, self.below = lens.grid, lens, below
        self.target, self.avoid = 1 << target, avoid
        self.here, self.there = lens.fits[strict, sign], lens.fits[strict, -sign]
        self.stop_up = lens.barred | (lens.bounds[sign] if strict else 0)
        self.stop_down = lens.barred | (lens.bounds[-sign] if strict else 0)
        self.found: tuple[tuple[int, ...], int] | None = None

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

    def _offer(self, adds: int, takes: int, *stacks: int) -> None:
        """A move that adds to the first stack, takes from the next two and adds to the last."""
        if (adds | takes) & self.target:
            cost = self._price(adds, takes)
            if cost < self.below:
                self.below, self.found = cost, (stacks, adds | takes)

    def run(self, anchor: int) -> None:
        """Try every move with the anchor in it, as long as a cheaper one is possible."""
        grid, own = self.grid, self.lens.own
        if own[anchor] >= self.below:
            return
        in_a, kommun, slot = grid.places_of[anchor], grid.kommun_of[anchor], grid.slot_of[anchor]
        self._offer(in_a, 0, anchor)
        months = self._partners(anchor, grid.in_kommun[kommun], grid.lone_kommun)
        kommuner = self._partners(anchor, grid.in_slot[slot], grid.lone_slot)
        if months and kommuner:
            self._rectangles(anchor, months, kommuner)
        alone = self._price(in_a & (grid.lone_slot | grid.lone_kommun), 0)
        if alone < self.below:
            self._anywhere(anchor, alone)

    def _partners(self, a: int, line: list[int], lone: int) -> list[tuple[float, int]]:
        """Stacks on the anchor's line that could give what it takes, each with what the pair costs within that line alone."""
        grid, own = self.grid, self.lens.own
        in_a = grid.places_of[a]
        fitting: list[tuple[float, int]] = []
        for b in line:
            if b in self.there and b != a and own[b] < self.below and not self.avoid >> grid.kommun_of[b] & 1:
                in_b = grid.places_of[b]
                adds, takes = in_a & ~in_b, in_b & ~in_a
                least = self._price(adds & lone, takes & lone)
                if least < self.below:
                    fitting.append((least, b))
                    self._offer(adds, takes, a, b)
        return sorted(fitting)

    def _rectangles(self, a: int, months: list[tuple[float, int]], kommuner: list[tuple[float, int]]) -> None:
        grid, places = self.grid, self.grid.places_of
        in_a, own_a = places[a], self.lens.own[a]
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
                    self._offer(adds, takes, a, b, c, d)

    def _anywhere(self, a: int, alone: float) -> None:
        """Pairs of stacks with neither kommun nor slot in common."""
        grid, own = self.grid, self.lens.own
        in_a = grid.places_of[a]
        for b in self.there:
            if own[b] + alone < self.below and not self.avoid >> grid.kommun_of[b] & 1:
                in_b = grid.places_of[b]
                self._offer(in_a & ~in_b, in_b & ~in_a, a, b)


class Mixer:
    """Looks for worlds of any shape: where a step takes a protected count out of 1 to threshold - 1, another step mends it.

    So it does where a step changes what an earlier edition shows. `price` is what hiding what changes along a vector in a place
    costs; `bounded` are the counts by place, with their values; `frozen` the parts by place that earlier editions show.
    """

    def __init__(
        self, lenses: Sequence[Lens], bounded: Bounded, frozen: Mapping[int, Sequence[str]], price: Price, target: Target, avoid: int
    ) -> None:
        self.lenses, self.bounded, self.frozen, self.price, self.target, self.avoid = lenses, bounded, frozen, price, target, avoid
        self.tries = _MOST_TRIES
        self.below = NEVER
        self.steps: list[Step] = []
        self.net: dict[int, dict[str, int]] = {}
        self.found: tuple[tuple[Step, ...], dict[int, dict[str, int]]] | None = None

    def run(self) -> None:
        """Try every step that changes the target, with what it takes to mend it."""
        for sign in (1, -1):
            for step in self._steps(self.target, sign):
                self._take(step)

    def _take(self, step: Step) -> None:
        self.tries -= 1
        self.steps.append(step)
        self._add(step, step.sign)
        broken = self._broken()
        if broken is None:
            self._offer()
        elif len(self.steps) < _MOST_STEPS:
            for other in self._steps(*broken):
                if self.tries > 0:
                    self._take(other)
        self._add(step, -step.sign)
        self.steps.pop()

    def _add(self, step: Step, sign: int) -> None:
        for place in members(self.lenses[step.lens].grid.places_of[step.stack]):
            net = self.net.setdefault(place, {})
            for part, change in self.lenses[step.lens].vector.items():
                net[part] = net.get(part, 0) + sign * change

    def _broken(self) -> tuple[Target, int] | None:
        """A count out of bounds or off what was shown, in the place with fewest stacks, and the sign that would mend it."""
        found: list[tuple[int, Target, int]] = []
        stacks_in = self.lenses[0].grid.stacks_in
        for place, net in self.net.items():
            for form, least, most in self.bounded.get(place, ()):
                change = along(net, form)
                if not least <= change <= most:
                    found.append((len(stacks_in[place]), Target(form, place), 1 if change < least else -1))
            changed = ((part, net.get(part, 0)) for part in self.frozen.get(place, ()))
            found += [(len(stacks_in[place]), Target(((part, 1),), place), -1 if change > 0 else 1) for part, change in changed if change]
        return min(found, key=lambda one: one[0])[1:] if found else None

    def _steps(self, target: Target, direction: int) -> list[Step]:
        """Steps in other stacks that move the target in the direction, the cheapest first."""
        used = {cell for step in self.steps for cell in self.lenses[step.lens].grid.stacks[step.stack]}
        ways: list[tuple[float, int, Step]] = []
        for number, lens in enumerate(self.lenses):
            if change := along(lens.vector, target.form):
                sign = direction if change > 0 else -direction
                fits, grid = lens.fits[True, sign], lens.grid
                able = (stack for stack in grid.stacks_in[target.place] if stack in fits and lens.own[stack] < self.below)
                free = (stack for stack in able if not self.avoid >> grid.kommun_of[stack] & 1 and used.isdisjoint(grid.stacks[stack]))
                ways += [(lens.own[stack], len(lens.vector), Step(stack, number, sign)) for stack in free]
        return [step for _, _, step in sorted(ways)[:_MOST_WAYS]]

    def _offer(self) -> None:
        changed = {place: {part: n for part, n in net.items() if n} for place, net in self.net.items()}
        changed = {place: net for place, net in changed.items() if net}
        if along(changed.get(self.target.place, {}), self.target.form):
            cost = sum(self.price(net, place) for place, net in changed.items())
            if cost < self.below:
                self.below, self.found = cost, (tuple(self.steps), changed)
