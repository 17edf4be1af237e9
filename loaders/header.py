"""Finding the header row, and which column holds which field."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from config import DatasetSettings, Settings
from loaders.dataset import Dataset
from loaders.problem import Finding
from loaders.table import HEAD_ROWS, Cells, Sheet, letter_of

_LEFT_OUT = str.maketrans("åäö", "aao", "-_\u2010\u2011")


def plain(name: str) -> str:
    """A column's name without regard to case, å/ä/ö, spaces, hyphens or underscores."""
    return "".join(unicodedata.normalize("NFC", name).casefold().translate(_LEFT_OUT).split())


def fields_by_name(dataset: Dataset, settings: Settings) -> Mapping[str, str]:
    """Field by plain column name; a field's own name comes before another's alias."""
    chosen = getattr(settings, dataset.name, None)
    aliases = chosen.aliases if isinstance(chosen, DatasetSettings) else {}
    other = {plain(alias): field for field, names in aliases.items() for alias in names}
    return other | {plain(column.name): column.name for column in dataset.columns}


@dataclass(frozen=True)
class Header:
    """A row taken as the header. `fields` gives the field of each column that has one; several columns may have the same."""

    sheet: Sheet
    row: int
    fields: Mapping[int, str]

    def missing(self, required: Sequence[str]) -> list[str]:
        """Required fields that no column holds."""
        return [name for name in required if name not in self.fields.values()]

    def title(self, column: int) -> str:
        """What the sender calls the column; its letter where it has no heading."""
        return self.sheet.head.get(self.row, {}).get(column, "").strip() or letter_of(column)

    def place(self, column: int) -> str:
        """The field that the column holds, or what the sender calls it."""
        return self.fields.get(column) or self.title(column)


def find(sheets: Sequence[Sheet], names: Mapping[str, str], required: Sequence[str]) -> Header:
    """The first of the first 30 rows, in the first such sheet, that holds every required column; else the row with most matches.

    Sheets may be several readings of one text. Of those only the one with the right delimiter can hold every column,
    and among rows with as many matches the one cut into most cells is likeliest to be a header.
    """
    candidates = [Header(sheet, row, _fields(cells, names)) for sheet in sheets for row, cells in _rows(sheet)]
    complete = next((candidate for candidate in candidates if not candidate.missing(required)), None)
    return complete or max(candidates, key=_likeness, default=Header(sheets[0], 0, {}))


def _likeness(candidate: Header) -> tuple[int, int]:
    return len(set(candidate.fields.values())), len(candidate.sheet.head[candidate.row])


def _rows(sheet: Sheet) -> Iterator[tuple[int, Cells]]:
    for row, cells in sorted(sheet.head.items()):
        if row <= HEAD_ROWS and any(cell.strip() for cell in cells.values()):
            yield row, cells


def _fields(cells: Cells, names: Mapping[str, str]) -> dict[int, str]:
    found = {column: names.get(plain(cell)) for column, cell in sorted(cells.items())}
    return {column: field for column, field in found.items() if field}


def findings(header: Header, required: Sequence[str]) -> Iterator[Finding]:
    """Every required column that is missing, and every field that two columns claim."""
    row = header.row or None
    for name in header.missing(required):
        message = f"Kolumnen {name} saknas. Lägg till den, eller rätta kolumnens namn i rubrikraden."
        yield Finding("saknad_kolumn", message, row, name)
    for name in dict.fromkeys(header.fields.values()):
        columns = [column for column, field in header.fields.items() if field == name]
        if len(columns) > 1:
            titles = " och ".join(f"{header.title(column)} ({letter_of(column)})" for column in columns)
            yield Finding("dubbel_kolumn", f"Kolumnerna {titles} betyder båda {name}. Ta bort eller byt namn på alla utom en.", row, name)
