"""XML parts of office files, read as a stream of events without names' prefixes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol
from xml.parsers import expat

from loaders.archive import damage, damaged
from loaders.problem import Unreadable


class Handler(Protocol):
    """What reads the events: an element's name comes without prefix, its attributes as they are written."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Characters, in one piece between two tags."""


def parse(blocks: Iterable[bytes], handler: Handler) -> None:
    """Feed the handler. Raises `Unreadable` for what is no well-formed XML, or declares entities of its own."""

    def refuse(*_: object) -> None:
        raise Unreadable(damaged())  # no office program writes a DOCTYPE; it is how XML is made to swell

    start, end = handler.start, handler.end
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(_LOCAL[name], attributes)
    parser.EndElementHandler = lambda name: end(_LOCAL[name])
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = refuse
    with damage():
        for block in blocks:
            parser.Parse(block, False)
        parser.Parse(b"", True)


def unprefixed(attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes by their names without prefix."""
    return {_LOCAL[name]: value for name, value in attributes.items()}


class _Names(dict[str, str]):
    """Name -> name without prefix, each worked out once. Office formats use few names; a file of others ends up refused."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition(":")[2]
        if len(self) < _MOST_NAMES:
            self[name] = local
        return local


_MOST_NAMES = 10_000
_LOCAL = _Names()
