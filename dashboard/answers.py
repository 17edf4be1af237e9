"""What the pages answer an address with."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from dashboard.tree import Node

_LEVEL: Final = 4  # a page packs in 1 ms instead of 2, and is a twentieth larger


@dataclass(frozen=True)
class Answer:
    """A page: its title without the site's name, the whole visible tree packed, and the HTTP status; `again`: it is to be asked for anew.

    The tree is kept as it is sent: JSON, compressed, in letters that JSON can hold. So a page that has been made costs little more
    than an empty answer, however often it is asked for, and thousands of them can be kept.
    """

    title: str
    packed: str
    status: int = 200
    again: bool = False

    @property
    def nodes(self) -> list[Any]:
        """The tree again, for a document."""
        read: list[Any] = json.loads(gzip.decompress(b64decode(self.packed)))
        return read


@dataclass(frozen=True)
class Redirect:
    """The page is at another address."""

    address: str


class Kept:
    """The answers asked for latest, at most so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Answer | Redirect] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Answer | Redirect]) -> Answer | Redirect:
        """The answer for the key, made when it is not there."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        made = make()
        with self._lock:
            self._answers[key] = made
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return made


def answer(title: str, nodes: Sequence[Node], status: int = 200) -> Answer:
    """The answer that shows the nodes."""
    text = json.dumps(nodes, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Answer(title, b64encode(gzip.compress(text.encode(), _LEVEL, mtime=0)).decode(), status)
