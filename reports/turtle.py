"""RDF written as Turtle: resources with properties, every text escaped. Nothing else of the format is needed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_NOT_IN_IRI: Final = frozenset('<>"{}|\\^` ')


@dataclass(frozen=True)
class Iri:
    """The address of a thing. Raises ValueError for one that RDF does not allow."""

    address: str

    def __post_init__(self) -> None:
        """Refuse what would end the address early."""
        if ":" not in self.address or any(letter in _NOT_IN_IRI or ord(letter) < 33 for letter in self.address):
            raise ValueError(f"not an IRI: {self.address!r}")

    def __str__(self) -> str:
        return f"<{self.address}>"


@dataclass(frozen=True)
class Literal:
    """Text, with a language or a datatype (a prefixed name such as `xsd:date`)."""

    text: str
    language: str = ""
    datatype: str = ""

    def __str__(self) -> str:
        quoted = f'"{self.text.translate(_ESCAPES)}"'
        if self.language:
            return f"{quoted}@{self.language}"
        return f"{quoted}^^{self.datatype}" if self.datatype else quoted


@dataclass(frozen=True)
class Nested:
    """A thing without an address of its own."""

    properties: Sequence[tuple[str, Term]]

    def __str__(self) -> str:
        return "[ " + " ; ".join(f"{name} {term}" for name, term in self.properties) + " ]"


Term = Iri | Literal | Nested


@dataclass(frozen=True)
class Resource:
    """A thing with its address, its type and its properties (prefixed names) in order."""

    iri: Iri
    type: str
    properties: Sequence[tuple[str, Term]]

    def __str__(self) -> str:
        lines = [f"{self.iri} a {self.type}", *(f"    {name} {term}" for name, term in self.properties)]
        return " ;\n".join(lines) + " .\n"


def turtle(prefixes: Mapping[str, str], resources: Sequence[Resource]) -> bytes:
    """The resources as a Turtle document, UTF-8."""
    head = "".join(f"@prefix {name}: <{address}> .\n" for name, address in prefixes.items())
    return "\n".join([head, *(str(resource) for resource in resources)]).encode()
