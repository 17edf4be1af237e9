"""Names and codes of the county's kommuner, in every way that senders write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import product

from config import Settings

REGION = "VGR"
"""The region, as a party to the agreement."""


def party_of(text: str, settings: Settings, names: Mapping[str, str]) -> str | None:
    """The kommunkod that a cell means, or the region; None for who is no party."""
    return REGION if plain(text) == plain(REGION) else code_of(text, settings, names)


def plain(name: str) -> str:
    """A name without regard to case, kind and width of spaces, and how å, ä and ö are encoded."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def by_name(settings: Settings) -> Mapping[str, str]:
    """Kommunkod by plain name: with or without genitive -s, with or without `kommun` or `stad` after it."""
    found: dict[str, str] = {}
    for code, name in settings.kommuner.items():
        stem = plain(name)
        genitive = stem if stem.endswith(("s", "x", "z")) else f"{stem}s"
        for form, suffix in product((stem, genitive), ("", " kommun", " stad")):
            found[form + suffix] = code
    return found


def code_of(text: str, settings: Settings, names: Mapping[str, str]) -> str | None:
    """The kommunkod that a cell means, or None for what is no kommun in the county. A code may be a number (`1440.0`)."""
    code, _, decimals = text.replace(",", ".").partition(".")
    if code in settings.kommuner and not decimals.strip("0") and not text.endswith((".", ",")):
        return code
    return names.get(plain(text))
