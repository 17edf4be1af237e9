"""A nämndplan as a workbook: one sheet per kind of part, put together to the same content that a YAML file holds.

Source: `namndplan.SHEETS`; docs/feeding.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

import polars as pl

from config import Settings
from loaders import guard, header, values
from loaders.dataset import Column, Kind
from loaders.header import Header, plain
from loaders.problem import Finding
from loaders.table import Sheet, name_of
from namndplan import KEYS, SHEETS

Path: TypeAlias = Sequence[str | int]
_NEEDED: Final = ("Plan", "Riktningsmål", "Mått")
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "Riktningsmål": ("namn",),
    "Mål": ("riktningsmal", "namn", "beslutad_av"),
    "Uppdrag": ("riktningsmal", "namn", "beslutad_av"),
    "Delsteg": ("uppdrag", "namn"),
    "Mått": ("namn",),
    "Förbättringar": ("namn", "status"),
    "Budget": SHEETS["Budget"],
}
_KINDS: Final[Mapping[str, Kind]] = {
    "fran": "date",
    "klart_senast": "date",
    "prioriterad": "yes_no",
    "mal": "decimal",
    "prognos_aret_fore": "decimal",
    "budget_aret_fore": "decimal",
    "budget": "decimal",
}


class Spot(NamedTuple):
    """Where a part of a plan stands in its file: row or line, the field's name, and what stands there."""

    row: int | None
    column: str
    value: str | None = None


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its number, and its cells by field, typed; empty ones are left out."""

    sheet: str
    number: int
    cells: Mapping[str, Any]

    def only(self, *left_out: str) -> dict[str, Any]:
        """The cells but for these."""
        return {name: value for name, value in self.cells.items() if name not in left_out}


@dataclass
class Book:
    """The content of a workbook, where each part of it came from, and what is wrong with its form."""

    content: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _rows: dict[tuple[str | int, ...], Row] = field(default_factory=dict)

    def put(self, path: Path, row: Row) -> None:
        """Remember the row that the part at the path came from."""
        self._rows[tuple(path)] = row

    def locate(self, path: Path) -> Spot:
        """Where the part at the path stands: its own row, or that of the nearest part around it."""
        for length in range(len(path), 0, -1):
            if row := self._rows.get(tuple(path[:length])):
                name = _column_of(row, path, length)
                value = row.cells.get(name)
                return Spot(row.number, f"{row.sheet}.{name}".rstrip("."), None if value is None else str(value))
        return Spot(None, ".".join(map(str, path)))


def _column_of(row: Row, path: Path, length: int) -> str:
    """The column that the path's last step stands in, in the row that its first steps lead to."""
    if row.sheet == "Plan":
        return str(path[0])
    if length == len(path):
        return ""
    return SHEETS["Budget"][int(path[-1]) + 1] if row.sheet == "Budget" else str(path[-1])


def read(sheets: Sequence[Sheet], settings: Settings) -> Book:
    """Put the sheets together. Raises `Unreadable` for a personnummer, before all else."""
    guard.check_sheets(sheets, Header(sheets[0], 0, {}), sheets[0].body(0))
    book = Book()
    known = {plain(name): name for name in SHEETS}
    found = {known[plain(sheet.name)]: sheet for sheet in sheets if sheet.name and plain(sheet.name) in known}
    for name in _NEEDED:
        if name not in found:
            message = f"Bladet {name} saknas. Se docs/feeding.md för hur en nämndplan skrivs."
            book.findings.append(Finding("saknat_blad", message, column=name))
    rows = {name: list(_rows(book, name, found[name], settings)) for name in SHEETS if name in found and name != "Plan"}
    if "Plan" in found:
        _keys(book, found["Plan"])
    if "Plan" in found and "Riktningsmål" in found:
        _assemble(book, rows)
    return book


# ---- Rows of a sheet ------------------------------------------------------------------------------------------------------------


def _keys(book: Book, sheet: Sheet) -> None:
    """The sheet Plan: a key and its value per row; headings, and titles with nothing beside them, are passed over."""
    cells = {}
    for row, first, second in _pairs(sheet):
        key = plain(first)
        if key in KEYS and second:
            cells[key] = Row("Plan", row, {key: second})
        elif first and second and key not in (*KEYS, *map(plain, SHEETS["Plan"])):
            book.findings.append(
                Finding("okand_nyckel", f"Nyckeln finns inte. Skriv någon av {', '.join(KEYS)}.", row, "Plan.nyckel", first)
            )
    for key, row_ in cells.items():
        value = row_.cells[key]
        book.content[key] = int(value) if key == "ar" and value.isdigit() else value
        book.put([key], row_)


def _pairs(sheet: Sheet) -> Iterator[tuple[int, str, str]]:
    body = sheet.body(0)
    second = pl.col(name_of(1)) if name_of(1) in body.columns else pl.lit(None, pl.String)
    for row, *pair in body.select("row", pl.col(name_of(0)), second.alias("_value")).iter_rows():
        yield row, *((cell or "").strip() for cell in pair)


def _rows(book: Book, name: str, sheet: Sheet, settings: Settings) -> Iterator[Row]:
    names = {plain(column): column for column in SHEETS[name]}
    found = header.find([sheet], names, _REQUIRED[name])
    if wrong := list(header.findings(found, _REQUIRED[name])):
        book.findings += [Finding(each.rule, each.message, each.row, f"{name}.{each.column}", each.value) for each in wrong]
        return
    body = sheet.body(found.row)
    typed = {field_: _column(book, name, field_, body, column, settings) for column, field_ in found.fields.items()}
    for place, row in enumerate(body["row"]):
        cells = {field_: series[place] for field_, series in typed.items() if series[place] is not None}
        if cells:
            yield _whole(book, Row(name, row, cells))


def _whole(book: Book, row: Row) -> Row:
    for field_ in _REQUIRED[row.sheet]:
        if field_ not in row.cells:
            book.findings.append(Finding("saknas", "Cellen är tom. Fyll i den.", row.number, f"{row.sheet}.{field_}"))
    return row


def _column(book: Book, sheet: str, field_: str, body: pl.DataFrame, column: int, settings: Settings) -> pl.Series:
    """The column's cells, typed; what cannot be read is a finding, and left out."""
    kind = _KINDS.get(field_, "text")
    text = body[name_of(column)]
    read_, bad = values.Reader(settings).read(text, Column(name=field_, kind=kind))
    rule, message = values.remedies(settings)[kind]
    for place in bad.arg_true():
        book.findings.append(Finding(rule, message, body["row"][place], f"{sheet}.{field_}", text[place]))
    return read_


# ---- Putting them together ------------------------------------------------------------------------------------------------------


def _assemble(book: Book, rows: Mapping[str, Sequence[Row]]) -> None:
    directions = _Parts(book, ("riktningsmal",), rows["Riktningsmål"], {"mal": [], "uppdrag": []})
    book.content["riktningsmal"] = directions.made
    goals = _Below(book, directions, "riktningsmal", "mal", "Riktningsmål")
    tasks = _Below(book, directions, "riktningsmal", "uppdrag", "Riktningsmål")
    for row in rows.get("Mål", ()):
        goals.add(row)
    for row in rows.get("Uppdrag", ()):
        tasks.add(row)
    steps = _Below(book, tasks, "uppdrag", "delsteg", "Uppdrag")
    for row in rows.get("Delsteg", ()):
        steps.add(row)
    _measures(book, rows.get("Mått", ()), goals)
    book.content["forbattringar"] = _Parts(book, ("forbattringar",), rows.get("Förbättringar", ()), {}).made
    _budget(book, rows.get("Budget", ()))


class _Parts:
    """Parts in a list, found again by their names."""

    def __init__(self, book: Book, path: Path, rows: Sequence[Row], own: Mapping[str, list[Any]]) -> None:
        self.made: list[dict[str, Any]] = []
        self.by_name: dict[str, tuple[Path, dict[str, Any]]] = {}
        for row in rows:
            part = row.only() | {name: [] for name in own}
            self.by_name.setdefault(str(row.cells.get("namn")), ([*path, len(self.made)], part))
            book.put([*path, len(self.made)], row)
            self.made.append(part)


class _Below:
    """Parts that stand under those of another sheet, which a column of theirs names."""

    def __init__(self, book: Book, above: _Parts | _Below, column: str, key: str, sheet: str) -> None:
        self._book, self._above, self._column, self._key, self._sheet = book, above, column, key, sheet
        self.by_name: dict[str, tuple[Path, dict[str, Any]]] = {}

    def add(self, row: Row, *left_out: str) -> None:
        """Put the row's part under the one that it names."""
        name = row.cells.get(self._column)
        if name is None:
            return
        if name not in self._above.by_name:
            message = f"Det finns inte på bladet {self._sheet}. Skriv namnet på samma sätt på båda bladen."
            self._book.findings.append(Finding("okand_hanvisning", message, row.number, f"{row.sheet}.{self._column}", name))
            return
        path, parent = self._above.by_name[name]
        siblings = parent.setdefault(self._key, [])
        part = row.only(self._column, *left_out)
        own = [*path, self._key, len(siblings)]
        self.by_name.setdefault(str(row.cells.get("namn")), (own, part))
        self._book.put(own, row)
        siblings.append(part)


def _measures(book: Book, rows: Sequence[Row], goals: _Below) -> None:
    groups: dict[str, list[dict[str, Any]]] = {}
    under_goals = _Below(book, goals, "visar_mal", "matt", "Mål")
    for row in rows:
        area = row.cells.get("verksamhetsomrade")
        if (area is None) == ("visar_mal" not in row.cells):
            message = "Ett mått står antingen under ett verksamhetsområde eller under det mål som det visar. Fyll i en av kolumnerna."
            book.findings.append(Finding("omrade_eller_mal", message, row.number, "Mått.verksamhetsomrade"))
        elif area is None:
            under_goals.add(row)
        else:
            group = groups.setdefault(area, [])
            book.put(["verksamhetsmatt", area, len(group)], row)
            group.append(row.only("verksamhetsomrade"))
    book.content["verksamhetsmatt"] = groups


def _budget(book: Book, rows: Sequence[Row]) -> None:
    budget: dict[str, list[Any]] = {}
    for row in rows:
        area, amounts = row.cells.get("verksamhetsomrade"), [row.cells.get(name) for name in SHEETS["Budget"][1:]]
        if area in budget:
            message = "Området finns redan i budgeten. Ta bort den ena raden."
            book.findings.append(Finding("dubbelt_namn", message, row.number, "Budget.verksamhetsomrade", area))
        elif area is not None and None not in amounts:
            budget[area] = [int(amount) if amount == int(amount) else amount for amount in amounts if amount is not None]
            book.put(["budget_tkr", area], row)
    if budget:
        book.content["budget_tkr"] = budget
