"""How senders write: delimiters, encodings, headings, dates and names differ, the content does not.

Every form here is one that docs/feeding.md promises to read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from demo.drafts import Cell, Table

_HEADINGS: Mapping[str, str] = {
    "ar": "År",
    "alder": "Ålder",
    "onskar_mhb": "Önskar MHB",
    "fatt_mhb": "Fått MHB",
    "fatt_tandvard": "Fått tandvård",
    "fatt_stod": "Fått stöd",
    "arende": "Ärende",
    "utskrivningsklar_meddelad": "Utskrivningsklar meddelad",
    "fast_vardkontakt": "Fast vårdkontakt",
    "sip_behov": "SIP-behov",
    "sip_kallelse": "SIP-kallelse",
    "sip_erbjuden": "SIP erbjuden",
    "tvangsvard": "Tvångsvård",
    "vardplan": "Vårdplan",
    "oppenvard_planering": "Öppenvård planering",
    "oppenvard_insatser": "Öppenvård insatser",
    "it_stod": "IT-stöd",
    "information_overford": "Information överförd",
    "rapportor": "Rapportör",
    "omrade": "Område",
    "skal": "Skäl",
    "aterkopplad": "Återkopplad",
    "matt": "Mått",
    "mal": "Mål",
}


@dataclass(frozen=True)
class Dialect:
    """One sender's habits. `spoken`: headings and kommuner as people write them, and a title row above."""

    delimiter: str
    encoding: str
    mark: bytes = b""
    newline: str = "\n"
    spoken: bool = False
    dates: str = "%Y-%m-%d"
    yes: str = "ja"
    no: str = "nej"
    missing: str = ""
    quarters: str = "{year}-Q{number}"
    decimal: str = "."
    thousands: str = ""


DIALECTS = (
    Dialect(delimiter=";", encoding="utf-8"),
    Dialect(delimiter=";", encoding="cp1252", newline="\r\n", spoken=True, quarters="{year} kv {number}", decimal=",", thousands="\u00a0"),
    Dialect(delimiter=",", encoding="utf-8", mark=b"\xef\xbb\xbf", dates="%Y%m%d", yes="J", no="N", quarters="{year}K{number}"),
    Dialect(delimiter="\t", encoding="utf-16-le", mark=b"\xff\xfe", yes="1", no="0", missing="-", decimal=","),
)


def write_table(table: Table, folder: Path, stem: str, dialect: Dialect, title: str, settings_names: Mapping[str, str]) -> Path:
    """Write the table as text in the dialect; `settings_names` are kommun names by code. Returns the file's path."""
    path = folder / f"{stem}.{'tsv' if dialect.delimiter == chr(9) else 'csv'}"
    text = io.StringIO()
    writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator=dialect.newline)
    if dialect.spoken:
        writer.writerow([title])
        writer.writerow([])
    writer.writerow([_heading(column, dialect) for column in table.columns])
    writer.writerows(_lines(table, dialect, settings_names))
    path.write_bytes(dialect.mark + text.getvalue().encode(dialect.encoding))
    return path


def write_spreadsheet(table: Table, folder: Path, stem: str, title: str) -> Path:
    """Write the table as a workbook: a title above, real dates, kommunkoder as numbers. Returns the file's path."""
    path = folder / f"{stem}.xlsx"
    with xlsxwriter.Workbook(path) as book:
        # A workbook carries the time it was made; a fixed one keeps the bytes the same for the same seed.
        book.set_properties({"title": title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("Data")
        sheet.write_string(0, 0, title)
        sheet.write_row(2, 0, [_HEADINGS.get(column, column.capitalize()) for column in table.columns])
        for number, row in enumerate(table.rows, start=3):
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                _write_cell(sheet, (number, place), int(str(cell)) if column == "kommun" else cell, day)
    return path


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, at: tuple[int, int], cell: Cell, day: xlsxwriter.format.Format) -> None:
    if isinstance(cell, bool):
        sheet.write_string(*at, "ja" if cell else "nej")
    elif isinstance(cell, date):
        sheet.write_datetime(*at, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a spreadsheet has no zones
    elif isinstance(cell, str):
        sheet.write_string(*at, cell)
    elif cell is not None:
        sheet.write_number(*at, cell)


def _heading(column: str, dialect: Dialect) -> str:
    return _HEADINGS.get(column, column.capitalize()) if dialect.spoken else column


def _lines(table: Table, dialect: Dialect, names: Mapping[str, str]) -> Iterator[list[str]]:
    speak = {type(None): lambda _: dialect.missing, **_speakers(dialect)}
    for row in table.rows:
        line = [speak[type(cell)](cell) for cell in row]
        for place, column in enumerate(table.columns):
            if column == "kommun" and dialect.spoken:
                line[place] = f"{names[line[place]]} kommun"
            elif column == "kvartal":
                line[place] = _quarter(line[place], dialect)
            elif column == "ar":
                line[place] = str(row[place])
        yield line


def _quarter(cell: str, dialect: Dialect) -> str:
    year, _, number = cell.partition("-Q")
    return dialect.quarters.format(year=year, number=number)


def _speakers(dialect: Dialect) -> dict[type, Callable[..., str]]:
    days: dict[date, str] = {}

    def day(cell: date) -> str:
        if cell not in days:
            days[cell] = cell.strftime(dialect.dates)
        return days[cell]

    return {
        str: str,
        bool: lambda cell: dialect.yes if cell else dialect.no,
        int: lambda cell: f"{cell:,}".replace(",", dialect.thousands),
        float: lambda cell: f"{cell:.1f}".replace(".", dialect.decimal),
        date: day,
    }
