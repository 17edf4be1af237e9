"""XLSX workbooks, read from their XML: exact row numbers, typed cells, hidden sheets, and formula errors as what they are.

The readers at hand turn an error cell (`#REF!`) into an empty one, which here would make a bad value a missing one.
Source: ECMA-376, part 1, 18.2-18.8.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import digits

from loaders import cells, xml
from loaders.archive import CELL_BYTES, ROW_BYTES, Archive, damaged
from loaders.problem import Finding, Unreadable
from loaders.table import Cells, Sheet, sheet_of_rows

# Numbers of the built-in formats that show a date or a time of day (18.8.30; 27-36 and 50-58 in East Asian editions).
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_NOT_A_DATE_PART = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Z]{1,3}")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")


@dataclass(frozen=True)
class _Book:
    """What the cells of every sheet refer to."""

    strings: list[str]
    date_styles: frozenset[int]
    since_1904: bool


def sheets(archive: Archive) -> list[Sheet]:
    """Every sheet of the workbook, hidden ones too, in its order. Raises `Unreadable`."""
    workbook = _workbook_part(archive)
    related = _related(archive, workbook)
    listing = _Listing()
    xml.parse(archive.blocks(workbook), listing)
    if len(listing.sheets) > cells.MOST_SHEETS:
        raise Unreadable(too_many_sheets(len(listing.sheets)))
    book = _Book(_strings(archive, related), _date_styles(archive, related), listing.since_1904)
    read = []
    for name, relation in listing.sheets:
        part = related.get(relation)
        if part is None or part not in archive.names:
            raise Unreadable(damaged())
        grid = _Grid(book, archive)
        xml.parse(archive.blocks(part), grid)
        read.append(sheet_of_rows(name, grid.rows))
    return read


def too_many_sheets(count: int) -> Finding:
    """The finding for a workbook with more sheets than are read."""
    return Finding(
        "for_manga_blad", f"Filen har {count} blad, och högst {cells.MOST_SHEETS} tas emot. Spara de blad som ska levereras i en egen fil."
    )


class _Relations:
    def __init__(self) -> None:
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def _relations(archive: Archive, part: str) -> Iterator[tuple[str, str, str]]:
    """Id, kind and full name of each part that this one refers to."""
    folder, _, name = part.rpartition("/")
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed not in archive.names:
        return
    relations = _Relations()
    xml.parse(archive.blocks(listed), relations)
    for relation, (kind, target) in relations.targets.items():
        yield relation, kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _workbook_part(archive: Archive) -> str:
    part = next((target for _, kind, target in _relations(archive, "") if kind == "officeDocument"), "xl/workbook.xml")
    if part not in archive.names:
        raise Unreadable(damaged())
    return part


def _related(archive: Archive, workbook: str) -> dict[str, str]:
    """Part by relation id, and by kind for the parts that there is one of."""
    found: dict[str, str] = {}
    for relation, kind, target in _relations(archive, workbook):
        found[relation] = target
        if kind in {"sharedStrings", "styles"}:
            found[kind] = target
    return found


class _Listing:
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            self.sheets.append((attributes.get("name", ""), xml.unprefixed(attributes).get("id", "")))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in {"1", "true"}

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


class _Strings:
    """Shared strings: the text of every `si`, without its phonetic reading."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._is_text = self._is_phonetic = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - as every handler
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "t":
            self._is_text = not self._is_phonetic

    def end(self, name: str) -> None:
        if name == "si":
            self.strings.append("".join(self._parts))
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "t":
            self._is_text = False

    def text(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)


def _strings(archive: Archive, related: Mapping[str, str]) -> list[str]:
    strings = _Strings()
    if "sharedStrings" in related:
        xml.parse(archive.blocks(related["sharedStrings"]), strings)
    return strings.strings


class _Styles:
    def __init__(self) -> None:
        self.formats: dict[int, str] = {}
        self.used: list[int] = []
        self._is_cell_style = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self.formats[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._is_cell_style = True
        elif name == "xf" and self._is_cell_style:
            self.used.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_cell_style = False

    def text(self, text: str) -> None: ...


def _date_styles(archive: Archive, related: Mapping[str, str]) -> frozenset[int]:
    """Numbers of the cell styles that show a number as a date or a time of day."""
    if "styles" not in related:
        return frozenset()
    styles = _Styles()
    xml.parse(archive.blocks(related["styles"]), styles)
    return frozenset(place for place, used in enumerate(styles.used) if _shows_date(used, styles.formats.get(used)))


def _shows_date(number: int, code: str | None) -> bool:
    if code is None:
        return number in _DATE_FORMATS
    if _ELAPSED.search(code):
        return False
    first = _NOT_A_DATE_PART.sub("", code).partition(";")[0].casefold()
    return first != "general" and any(letter in first for letter in "ymdhs")


class _Grid:
    """The cells of one sheet, row by row."""

    def __init__(self, book: _Book, archive: Archive) -> None:
        self.rows: list[tuple[int, Cells]] = []
        self._book = book
        self._archive = archive
        self._row: dict[int, str] = {}
        self._number = 0
        self._column = -1
        self._type = self._style = ""
        self._text: list[str] = []
        self._is_value = self._is_phonetic = self._is_formula = False
        self._seen: dict[tuple[str, str, str], str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "t":
            self._is_value = not self._is_phonetic
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._row, self._column = {}, -1
        elif name == "rPh":
            self._is_phonetic = True

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._column = _COLUMNS[attributes["r"].rstrip(digits)] if "r" in attributes else self._column + 1
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._text = []
        self._is_formula = False

    def end(self, name: str) -> None:
        if name == "v" or name == "t":
            self._is_value = False
        elif name == "c":
            if text := "".join(self._text):
                self._row[self._column] = self._cell(text)
            elif self._is_formula and self._type == "n":
                self._row[self._column] = cells.UNCOMPUTED
        elif name == "row":
            if self._row:
                self._archive.count(ROW_BYTES + CELL_BYTES * len(self._row))
                self.rows.append((self._number, self._row))
        elif name == "rPh":
            self._is_phonetic = False

    def text(self, text: str) -> None:
        if self._is_value:
            self._text.append(text)

    def _cell(self, text: str) -> str:
        # Equal cells share one text, which keeps a long sheet small.
        key = (self._type, self._style, text)
        if key not in self._seen:
            self._seen[key] = self._read(text)
        return self._seen[key]

    def _read(self, text: str) -> str:
        match self._type:
            case "s":
                return self._book.strings[int(text)]
            case "b":
                return "true" if text.strip() == "1" else "false"
            case "n":
                return self._number_cell(text)
            case "d":
                return text.removesuffix("T00:00:00").replace("T", " ")
            case _:  # str, inlineStr, and e: an error stands as its own text
                return text

    def _number_cell(self, text: str) -> str:
        if int(self._style) in self._book.date_styles:
            return cells.from_serial(float(text), since_1904=self._book.since_1904)
        return text if _PLAIN_NUMBER.fullmatch(text) else cells.number(float(text))


class _Columns(dict[str, int]):
    """Column letters -> number, the first being 0; each worked out once."""

    def __missing__(self, letters: str) -> int:
        if not _LETTERS.fullmatch(letters):
            raise ValueError(letters)
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - ord("A") + 1
        self[letters] = number - 1
        return number - 1


_COLUMNS = _Columns()
