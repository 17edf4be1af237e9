"""The files of the delivery to SKR: a workbook, CSV for people, and a receipt with checksums."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from io import StringIO
from typing import Final

from config import Settings
from metrics.indicators import INDICATORS
from reports.edition import Edition
from reports.settings import SkrColumn, SkrSettings
from reports.sheets import Cell as SheetCell
from reports.sheets import Number, Sheet, workbook
from reports.skr import Cell, Table, is_counted, table
from reports.skr_checks import Check, Material, checks
from reports.wording import STATE_WORDS
from sql.skr import Explanation, Files
from swedish import day, moment

OUTCOMES: Final = {"pass": "stämmer", "fail": "stämmer inte", "explained": "förklarad"}
"""What each outcome of a check is called."""

_MAYBE_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
SHARE_PLACES: Final = 2
"""Decimals of a share."""
_DEFINITION: Final = {"Kolumn": 34.0, "Definition": 70.0, "Hämtas från": 40.0}
_CHECK: Final = {"Kontroll": 44.0, "Utfall": 14.0, "Funnet": 90.0, "Förklaring": 60.0, "Förklarat av": 34.0}
_PARTS: Final = {"numerator": "täljaren", "denominator": "nämnaren", "value": "värdet"}
_RECEIPT: Final = {"Vad": 28.0, "Uppgift": 90.0}


@dataclass(frozen=True, kw_only=True)
class SignedBy:
    """Who has approved the delivery, when, and what they said."""

    name: str
    at: datetime
    comment: str = ""


@dataclass(frozen=True)
class Delivery:
    """What is sent: the numbers, and the checks with their outcomes. The same delivery gives the same bytes."""

    settings: Settings
    form: SkrSettings
    edition: Edition
    table: Table
    checks: tuple[Check, ...]

    @property
    def csv(self) -> bytes:
        """The numbers as CSV: semicolon, decimal comma and BOM."""
        return _csv(self.table)

    @cached_property
    def csv_sha256(self) -> str:
        """Of the CSV: the same numbers and states give the same."""
        return hashlib.sha256(self.csv).hexdigest()

    def files(self, signed: SignedBy | None = None) -> Files:
        """The workbook and the CSV. A failed check stops nothing here: whether it may be sent is `skr_checks.may_be_sent`."""
        as_csv = self.csv
        sheets = [
            _data(self.form, self.edition, self.table),
            Sheet("Definitioner", self.form.name, _DEFINITION, list(_definitions(self.form)), wrapped=True),
            Sheet("Kontroller", f"Kontroller {self.edition.year}", _CHECK, [_check(check) for check in self.checks], wrapped=True),
            Sheet("Kvittens", self.form.name, _RECEIPT, list(_receipt(self.form, self.edition, as_csv, signed)), wrapped=True),
        ]
        title = f"{self.form.name} {self.edition.year}, {self.settings.county.name}"
        return Files(workbook(sheets, title=title, tags=self.edition.tags, created=self.edition.created), as_csv)


def delivery(
    settings: Settings,
    form: SkrSettings,
    edition: Edition,
    explanations: Sequence[Explanation],
    moved: tuple[tuple[str, str], ...] = (),
) -> Delivery:
    """Fill in the form and check it. `explanations` are those of the year, the newest first; `moved` as `skr_checks.Material` has them."""
    now, before = table(settings, form, edition), table(settings, form, edition, edition.year - 1)
    return Delivery(settings, form, edition, now, checks(Material(settings, form, edition, now, before, moved), explanations))


def receipt(files: Mapping[str, bytes]) -> bytes:
    """One line per file, by name: its SHA-256 and the name, as `sha256sum --check` reads them."""
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())).encode()


def _data(form: SkrSettings, edition: Edition, now: Table) -> Sheet:
    columns = {"Kommunkod": 11.0, "Kommun": 20.0} | {column.heading: 16.0 for column in now.columns}
    rows: list[list[SheetCell]] = []
    for area, name in now.areas:
        rows.append([area, name, *(_sheet_cell(column, now.cells[area, column.id]) for column in now.columns)])
    return Sheet("Data", f"{form.name} {edition.year}", columns, rows, 2)


def _sheet_cell(column: SkrColumn, cell: Cell) -> SheetCell:
    """A number, or in words why there is none; an incomplete sum is no plain number."""
    if cell.value is None:
        return STATE_WORDS[cell.status]
    if cell.status == "incomplete":
        return f"{STATE_WORDS['incomplete']} ({_plain(cell.value)})"
    return Number(cell.value, 0 if is_counted(column) or column.is_population else SHARE_PLACES)


def _plain(value: float) -> str:
    """A number in text: decimal comma, no thousands, all its digits."""
    return (str(int(value)) if value.is_integer() else repr(value)).replace(".", ",")


def _csv(now: Table) -> bytes:
    """Semicolon, decimal comma and BOM, so that a Swedish spreadsheet opens it; a state in words where there is no number."""
    file = StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(["kommunkod", "kommun", *(_text(column.id) for column in now.columns)])
    for area, name in now.areas:
        cells = (now.cells[area, column.id] for column in now.columns)
        said = [_plain(cell.value) if cell.value is not None and cell.status == "no_goal" else STATE_WORDS[cell.status] for cell in cells]
        writer.writerow([_text(area), _text(name), *said])
    return file.getvalue().encode("utf-8-sig")


def _text(words: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(_MAYBE_FORMULA) else words


def _definitions(form: SkrSettings) -> Iterator[list[SheetCell]]:
    for column in form.columns:
        yield [column.heading, column.definition, f"{INDICATORS[column.indicator].name}: {_PARTS[column.part]}"]


def _check(check: Check) -> list[SheetCell]:
    said = check.explanation
    words = [said.text, f"{said.by}, {moment(said.at)}"] if said else ["", ""]
    return [check.question, OUTCOMES[check.outcome], "\n".join(check.found), *words]


def _receipt(form: SkrSettings, edition: Edition, as_csv: bytes, signed: SignedBy | None) -> Iterator[list[SheetCell]]:
    yield ["Blankett", f"{form.name} ({form.source})"]
    yield ["År", str(edition.year)]
    yield ["Publikation", edition.publication or "Utkast, inte publicerat"]
    yield ["Skapad", day(edition.created)]
    yield ["Små tal", "Inte skyddade: internt underlag" if edition.internal else "Skyddade"]
    yield ["SHA-256 för CSV-filen", hashlib.sha256(as_csv).hexdigest()]
    if signed is None:
        yield ["Godkänd", "Nej"]
    else:
        yield ["Godkänd av", signed.name]
        yield ["Godkänd", moment(signed.at)]
        yield ["Kommentar", signed.comment]
