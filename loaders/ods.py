"""ODS workbooks, read from their XML, formula errors included. Source: OpenDocument 1.3, part 3, 9.1 and 19.385."""

from __future__ import annotations

from collections.abc import Mapping

from loaders import cells, xml
from loaders.archive import CELL_BYTES, ROW_BYTES, Archive, damaged
from loaders.problem import Unreadable
from loaders.table import Cells, Sheet, sheet_of_rows
from loaders.xlsx import too_many_sheets

_CONTENT = "content.xml"
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_ASIDE = frozenset({"annotation", "tracked-changes", "forms", "shapes"})  # comments, deleted cells and drawings are no cells
_ERROR_SIGNS = ("#", "Err:")


def sheets(archive: Archive) -> list[Sheet]:
    """Every sheet of the workbook, hidden ones too, in its order. Raises `Unreadable`."""
    if _CONTENT not in archive.names:
        raise Unreadable(damaged())
    content = _Content(archive)
    xml.parse(archive.blocks(_CONTENT), content)
    return [sheet_of_rows(name, rows) for name, rows in content.sheets]


class _Content:
    def __init__(self, archive: Archive) -> None:
        self.sheets: list[tuple[str, list[tuple[int, Cells]]]] = []
        self._archive = archive
        self._aside = 0
        self._row: dict[int, str] = {}
        self._row_repeats = 1
        self._number = self._column = 0
        self._cell: dict[str, str] = {}
        self._paragraphs: list[str] = []
        self._is_text = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _ASIDE:
            self._aside += 1
        elif self._aside:
            return
        elif name in _CELLS:
            self._cell, self._paragraphs = xml.unprefixed(attributes), []
        elif name == "table-row":
            self._row, self._column = {}, 0
            self._row_repeats = _repeats(xml.unprefixed(attributes), "number-rows-repeated")
        elif name == "table":
            self._start_sheet(xml.unprefixed(attributes).get("name", ""))
        else:
            self._start_text(name, attributes)

    def _start_sheet(self, name: str) -> None:
        self.sheets.append((name, []))
        self._number = 0
        if len(self.sheets) > cells.MOST_SHEETS:
            raise Unreadable(too_many_sheets(len(self.sheets)))

    def _start_text(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "p":
            self._paragraphs.append("")
            self._is_text = True
        elif self._is_text and name == "s":
            self.text(" " * _repeats(xml.unprefixed(attributes), "c"))
        elif self._is_text and name == "tab":
            self.text("\t")
        elif self._is_text and name == "line-break":
            self.text("\n")

    def end(self, name: str) -> None:
        if name in _ASIDE:
            self._aside -= 1
        elif self._aside:
            return
        elif name == "p":
            self._is_text = False
        elif name in _CELLS:
            self._end_cell()
        elif name == "table-row":
            self._end_row()

    def text(self, text: str) -> None:
        if self._is_text and not self._aside and self._paragraphs:
            self._archive.count(len(text))
            self._paragraphs[-1] += text

    def _end_cell(self) -> None:
        repeats = _repeats(self._cell, "number-columns-repeated")
        if text := _read(self._cell, "\n".join(self._paragraphs)):
            self._archive.count(repeats * len(text))
            self._row |= dict.fromkeys(range(self._column, self._column + repeats), text)
        self._column += repeats

    def _end_row(self) -> None:
        if self._row:
            # Repeated rows are few bytes in the file and many in memory, so they count as unpacked.
            self._archive.count(self._row_repeats * (ROW_BYTES + CELL_BYTES * len(self._row)))
            self.sheets[-1][1].extend((self._number + place, self._row) for place in range(1, self._row_repeats + 1))
        self._number += self._row_repeats


def _repeats(attributes: Mapping[str, str], name: str) -> int:
    return max(1, int(attributes.get(name, "1")))


def _read(cell: Mapping[str, str], text: str) -> str:
    kind = cell.get("value-type", "")
    if kind == "error" or ("formula" in cell and text.startswith(_ERROR_SIGNS)):
        return text or cells.UNCOMPUTED
    match kind:
        case "float" | "percentage" | "currency":
            return cells.number(float(cell["value"]))
        case "date":
            return cell["date-value"].partition(".")[0].removesuffix("T00:00:00").replace("T", " ")
        case "boolean":
            return cell["boolean-value"]
        case "string":
            return cell.get("string-value", text)
        case _:  # time shows as its text, 12:30:00
            return text if kind or "formula" not in cell else text or cells.UNCOMPUTED
