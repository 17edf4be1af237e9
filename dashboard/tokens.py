"""The measures and colours of assets/tokens.css, for the charts: one place says what a colour is."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "assets" / "tokens.css"
_TOKEN: Final = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
FACE: Final = '"Source Sans 3", system-ui, sans-serif'


@cache
def light() -> dict[str, str]:
    """Every token of the light scheme by name: `ink` -> `#15191e`."""
    first_block = _FILE.read_text(encoding="utf-8").split("}", 1)[0]
    return dict(_TOKEN.findall(first_block))


def colour(name: str) -> str:
    """The colour in the light scheme; the browser swaps it for the scheme in use. KeyError for what is no token."""
    return light()[name]


def names_by_colour() -> dict[str, str]:
    """From a light colour to its custom property: what the browser needs to swap it."""
    return {value: f"--{name}" for name, value in light().items() if value.startswith("#")}
