"""A slow reader of tables by the words of the contract (section 3), sharing nothing with the loaders but what the columns are.

It takes a grid of texts, as a person sees the sheet, and says what each row holds. What the contract does not let a cell say is `BAD`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Final

from config import Settings
from loaders.dataset import Column, Dataset

Grid = Sequence[Sequence[str]]
BAD: Final = "<bad>"
MISSING = {"", "-", "–", ".", ".."}
SPACES = " \u00a0\u202f"
HEADER_ROWS = 30
ANSWERS = dict.fromkeys(("ja", "j", "1", "true", "x"), True) | dict.fromkeys(("nej", "n", "0", "false"), False)
Row = Mapping[str, object]


def rows(grid: Grid, dataset: Dataset, settings: Settings) -> dict[int, Row] | None:
    """What each row holds, by its number in the sheet; None where no row is a header with every required column, once."""
    header = _header(grid, dataset)
    if header is None:
        return None
    at, columns = header
    found: dict[int, Row] = {}
    for number, cells in enumerate(grid[at:], at + 1):
        if any(cell.strip() for cell in cells):
            said = {column.name: cells[place] if place < len(cells) else "" for column, place in columns}
            found[number] = {column.name: meaning(column, said[column.name], settings) for column, _ in columns}
    return found


def _header(grid: Grid, dataset: Dataset) -> tuple[int, list[tuple[Column, int]]] | None:
    for number, cells in enumerate(grid[:HEADER_ROWS], 1):
        names = [_plain(cell) for cell in cells]
        if all(_plain(name) in names for name in dataset.required):
            held = [(column, place) for place, name in enumerate(names) for column in dataset.columns if _plain(column.name) == name]
            return (number, held) if len({column.name for column, _ in held}) == len(held) else None
    return None


def _plain(name: str) -> str:
    """Without regard to case, å/ä/ö, spaces, hyphens or underscores."""
    lower = unicodedata.normalize("NFC", name).lower()
    for letter, plain in (("å", "a"), ("ä", "a"), ("ö", "o")):
        lower = lower.replace(letter, plain)
    return re.sub(r"[\s_\-\u2010\u2011]", "", lower)


def meaning(column: Column, cell: str, settings: Settings) -> object:
    """What the cell says: None where it says that there is nothing."""
    bare = cell.strip()
    if bare in MISSING:
        return column.empty if not column.required else BAD
    if re.fullmatch(r"#[A-Z/0]+[!?]?|#DIV/0!", bare) and bare != "#":
        return BAD  # what a spreadsheet writes in place of a value
    read: dict[str, Callable[[str], object]] = {
        "count": _whole,
        "decimal": _number,
        "year": _year,
        "date": _date,
        "yes_no": lambda text: ANSWERS.get(text.lower(), BAD),
        "kommun": partial(_kommun, settings),
        "party": partial(_party, settings),
        "quarter": _quarter,
        "period": _period,
        "word": partial(_word, column.choices),
        "pseudonym": lambda text: text if any(letter.isalpha() for letter in text) else BAD,
        "text": partial(unicodedata.normalize, "NFC"),
    }
    return read[column.kind](bare)


def _word(choices: Sequence[str], text: str) -> object:
    word = unicodedata.normalize("NFC", text).lower()
    return word if word in choices or not choices else BAD


def _year(text: str) -> object:
    number = _number(text)
    return number if re.fullmatch(r"(19|20)\d\d", str(number)) else BAD


def _number(text: str) -> object:
    """Digits, perhaps in groups of three with a space between, perhaps a comma or a point and more digits, perhaps a minus before."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    for space in SPACES:
        digits = digits.replace(space, " ")
    whole, mark, rest = digits.replace(",", ".").partition(".")
    groups = whole.split(" ")
    well = all(re.fullmatch("[0-9]+", group) for group in groups) and (not mark or re.fullmatch("[0-9]+", rest))
    if len(groups) > 1:
        well = well and len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    if not well:
        return BAD
    value = sign * Fraction(f"{''.join(groups)}.{rest or 0}")
    return int(value) if value.denominator == 1 else value


def _whole(text: str) -> object:
    number = _number(text)
    return BAD if isinstance(number, Fraction) else number


def _date(text: str) -> object:
    day = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})( ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?", text)
    day = day or re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text)
    try:
        return date(int(day[1]), int(day[2]), int(day[3])) if day else BAD
    except ValueError:
        return BAD


def _party(settings: Settings, text: str) -> object:
    return "VGR" if text.lower() == "vgr" else _kommun(settings, text)


def _kommun(settings: Settings, text: str) -> object:
    number = re.fullmatch(r"([0-9]{4})([.,]0+)?", text)
    if number:
        return number[1] if number[1] in settings.kommuner else BAD
    word = " ".join(unicodedata.normalize("NFC", text).lower().split())
    for after in (" kommun", " stad"):
        word = word.removesuffix(after)
    found = [code for code, name in settings.kommuner.items() if word in (name.lower(), f"{name.lower()}s")]
    return found[0] if found else BAD


def _quarter(text: str) -> object:
    period = _period(text)
    return period if "-Q" in str(period) else BAD


def _period(text: str) -> object:
    if re.search(r"[0-9]\s+[0-9]", text) and not re.search(r"[a-z]", text.lower()):
        return BAD
    compact = re.sub(r"[\s.\-]", "", text.lower())
    for pattern, letter in ((r"(?:q|kvartal|kv|k)", "Q"), ("t", "T"), ("h", "H")):
        match = re.fullmatch(rf"([0-9]{{4}}){pattern}([1-4])", compact)
        if match or (letter == "Q" and (match := re.fullmatch(rf"{pattern}(?P<n>[1-4])(?P<y>[0-9]{{4}})", compact))):
            year, number = (match["y"], match["n"]) if "y" in match.re.groupindex else (match[1], match[2])
            return f"{year}-{letter}{number}"
    if re.fullmatch(r"[0-9]{4}(0[1-9]|1[0-2])", compact):
        return f"{compact[:4]}-{compact[4:]}"
    return compact if re.fullmatch(r"(19|20)[0-9]{2}", compact) else BAD
