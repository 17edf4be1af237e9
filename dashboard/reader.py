"""Whoever is asking, while a request is answered: set by the guard before anything else, and known in every thread that works on it.

Kept in a context variable since Dash hands its callbacks no request. Outside a request there is nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from policy import Person

_present: ContextVar[Person | None] = ContextVar("reader", default=None)


def present() -> Person | None:
    """Whoever is asking; None outside a request."""
    return _present.get()


@contextmanager
def reading(person: Person) -> Iterator[None]:
    """Answer for the person inside the block."""
    before = _present.set(person)
    try:
        yield
    finally:
        _present.reset(before)
