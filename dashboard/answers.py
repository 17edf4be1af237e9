"""What the pages answer an address with."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.tree import Node


@dataclass(frozen=True)
class Answer:
    """A page: its title without the site's name, the whole visible tree, and the HTTP status."""

    title: str
    tree: tuple[Node, ...]
    status: int = 200


@dataclass(frozen=True)
class Redirect:
    """The page is at another address."""

    address: str
