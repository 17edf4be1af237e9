"""A block as the search for other worlds sees it: cells and places as sets (whole numbers used as bit sets), one lens per vector.

A **stack** is a kommun in a base period in the editions that say the same of what a vector changes. It moves as one: whoever
holds several editions sees that a number has not changed, even where the cell's other numbers have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from metrics.disclosure.table import Block, Cell, Form
from metrics.disclosure.worlds import Vector

NEVER = float("inf")


class Target(NamedTuple):
    """A hidden number that must have more than one possible value: a form in a place."""

    form: Form
    place: int


class Step(NamedTuple):
    """A lens's vector, added to a stack of its grid or taken from it."""

    stack: int
    lens: int
    sign: int


class Move(NamedTuple):
    """Another world: its steps, what it costs to hide all that it changes, how it changes which places, and the kommuner (a set).

    `lens` is the one lens of all its steps, or -1. Each of `changes` is a vector and the places (a set) that change along it.
    """

    steps: tuple[Step, ...]
    cost: float
    lens: int
    changes: tuple[tuple[Vector, int], ...]
    kommuner: int


def members(bits: int) -> Iterator[int]:
    """The numbers in a set."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def along(vector: Vector, form: Form) -> int:
    """How much the form changes with the vector."""
    if len(form) == 1:  # nearly always, and asked millions of times
        ((part, sign),) = form
        return sign * vector.get(part, 0)
    return sum(sign * vector.get(part, 0) for part, sign in form)


@dataclass(slots=True)
class Lens:
    """The block as one vector meets it. Sets of places: `paid`, where rows would have to be hidden first, at `cost`; `barred`,
    where they cannot be; `bounds`, by sign, where a protected count would leave 1 to threshold - 1.

    `touches` are the parts that the vector changes, `veil` those that must be hidden in the same cell. `fits` are the stacks that
    can move, by strictness and sign; `own` is what must be paid at least in a stack's own places.
    """

    vector: Vector
    grid: Grid
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
    """The block's stacks and places as sets.

    A slot is a base period in some editions; `lone_slot` and `lone_kommun` are the places within one slot, or one kommun.
    `stack_of` tells the stack of each cell of the block.
    """

    stacks: Sequence[Sequence[int]]
    stack_of: list[int]
    places_of: list[int]
    stacks_in: list[list[int]]
    kommun_of: list[int]
    slot_of: list[int]
    at: dict[tuple[int, int], int]
    in_kommun: list[list[int]]
    in_slot: list[list[int]]
    lone_slot: int
    lone_kommun: int

    @classmethod
    def of(cls, block: Block, stacks: Sequence[Sequence[int]]) -> Grid:
        """The grid of a block, with its cells in these stacks."""
        stack_of = [0] * len(block.cells)
        for number, stack in enumerate(stacks):
            for cell in stack:
                stack_of[cell] = number
        kommun_of, slot_of = [block.cells[stack[0]].kommun for stack in stacks], _slots(block, stacks)
        stacks_in = [[stack_of[cell] for cell in place.cells] for place in block.places]
        places_of = [0] * len(stacks)
        for place, held in enumerate(stacks_in):
            for number in held:
                places_of[number] |= 1 << place
        lone = [
            sum(1 << number for number, held in enumerate(stacks_in) if len({which[one] for one in held}) == 1)
            for which in (slot_of, kommun_of)
        ]
        at = {where: number for number, where in enumerate(zip(kommun_of, slot_of, strict=True))}
        return cls(stacks, stack_of, places_of, stacks_in, kommun_of, slot_of, at, _lines(kommun_of), _lines(slot_of), *lone)


def stacks(block: Block, vector: Vector) -> tuple[tuple[int, ...], ...]:
    """The block's cells, those together that are the same kommun and base period and agree on something that the vector changes."""
    versions: defaultdict[tuple[int, str], list[list[int]]] = defaultdict(list)
    for number, cell in enumerate(block.cells):
        apart = versions[cell.kommun, cell.base]
        joined = [stack for stack in apart if any(_agree(block.cells[other], cell, vector) for other in stack)]
        versions[cell.kommun, cell.base] = [stack for stack in apart if stack not in joined]
        versions[cell.kommun, cell.base].append([*(other for stack in joined for other in stack), number])
    return tuple(sorted(tuple(stack) for found in versions.values() for stack in found))


def _agree(one: Cell, other: Cell, vector: Vector) -> bool:
    return any(part in one.state and one.state[part] == other.state.get(part) for part in vector)


def _slots(block: Block, stacks: Iterable[Sequence[int]]) -> list[int]:
    numbers: dict[tuple[str, frozenset[int]], int] = {}
    keys = ((block.cells[stack[0]].base, frozenset(e for cell in stack for e in block.cells[cell].editions)) for stack in stacks)
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def _lines(which: list[int]) -> list[list[int]]:
    lines: list[list[int]] = [[] for _ in range(max(which) + 1)]
    for stack, line in enumerate(which):
        lines[line].append(stack)
    return lines
