"""A block as the search for other worlds sees it: cells and places as sets (whole numbers used as bit sets), one lens per vector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from metrics.disclosure.table import Block, Form
from metrics.disclosure.worlds import Vector

NEVER = float("inf")


class Target(NamedTuple):
    """A hidden number that must have more than one possible value: a form in a place."""

    form: Form
    place: int


class Step(NamedTuple):
    """A lens's vector, added to a cell or taken from it."""

    cell: int
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
    cells_of: list[list[int]]
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
        return cls(places_of, [place.cells for place in block.places], kommun_of, slot_of, at, _lines(kommun_of), _lines(slot_of), *lone)


def _lines(which: list[int]) -> list[list[int]]:
    lines: list[list[int]] = [[] for _ in range(max(which) + 1)]
    for cell, line in enumerate(which):
        lines[line].append(cell)
    return lines
