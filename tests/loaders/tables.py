"""Right tables of each dataset, ways to spoil them, and files of every kind to write them in."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from config import Settings
from loaders import intake
from loaders.intake import Checked, Problem

TODAY = date(2026, 11, 22)
DATA = Path(__file__).parent.parent / "data"

Row = dict[str, str]

NTANDVARD: list[Row] = [
    {
        "kommun": "1440",
        "kvartal": "2025-Q3",
        "intyg": "690",
        "onskar_mhb": "560",
        "fatt_mhb": "470",
        "fatt_tandvard": "310",
        "fatt_stod": "520",
    },
    {
        "kommun": "1480",
        "kvartal": "2025-Q3",
        "intyg": "12700",
        "onskar_mhb": "10100",
        "fatt_mhb": "8300",
        "fatt_tandvard": "5600",
        "fatt_stod": "",
    },
]
UTSKRIVNING: list[Row] = [
    {
        "arende": f"P-{number}",
        "kommun": "1440",
        "enhet": "Sjukhus A",
        "inskriven": "2025-07-01",
        "utskrivningsklar": "2025-07-03",
        "utskriven": "2025-07-06",
        "sip_behov": "ja",
        "sip_kallelse": "2025-07-04",
        "it_stod": "",
    }
    for number in (1, 2)
]
AVVIKELSER: list[Row] = [
    {
        "avvikelse": f"A-{number}",
        "registrerad": "2025-07-04",
        "kommun": "1440",
        "rapportor": "kommun",
        "omrade": "munhalsa",
        "kategori": "fel_boendeenhet",
        "skal": "it-stöd",
        "aterkopplad": "2025-07-24",
        "avslutad": "",
        "steg": "",
    }
    for number in (1, 2)
]
MATT: list[Row] = [
    {"kommun": "1440", "matt": "Antal e-tjänster", "period": "2025-T2", "utfall": "78,5", "mal": "80", "kommentar": ""},
    {"kommun": "1440", "matt": "Antal bostad först", "period": "2025-08", "utfall": "9", "mal": "", "kommentar": "ökar"},
]
BEFOLKNING: list[Row] = [
    {"kommun": "1440", "ar": "2025", "alder": age, "antal": antal} for age, antal in (("0", "400"), ("1", "416"), ("2+", "31804"))
]
UTBILDNING: list[Row] = [
    {"kommun": "1440", "enhet": "Björken", "datum": "2025-07-04", "slag": "munhalsa", "deltagare": "12", "timmar": "1,5"},
    {"kommun": "1440", "enhet": "Myndighet", "datum": "2025-07-05", "slag": "intygsutfardare", "deltagare": "3", "timmar": "2"},
]
ENHETER: list[Row] = [
    {"kommun": "1440", "enhet": "Björken", "fran": "2015-01-01", "till": ""},
    {"kommun": "1440", "enhet": "Eken", "fran": "2015-01-01", "till": "2027-06-30"},
]
NAROMRADESPLANER: list[Row] = [
    {"kommun": "1440", "naromrade": "Norr", "ar": "2025", "upprattad": "2025-02-03", "uppfoljd": "2025-11-20"},
    {"kommun": "1440", "naromrade": "Söder", "ar": "2025", "upprattad": "", "uppfoljd": ""},
]
FAST_LAKARKONTAKT: list[Row] = [
    {"kommun": "1440", "kvartal": "2025-Q3", "patienter": "410", "med_fast_lakarkontakt": "372"},
    {"kommun": "1480", "kvartal": "2025-Q3", "patienter": "6200", "med_fast_lakarkontakt": "4950"},
]
PLACERINGAR: list[Row] = [
    {
        "placering": f"P-{number}",
        "kommun": "1440",
        "start": "2025-07-10",
        "slut": "2027-01-31",
        "form": "hvb",
        "akut": "ja",
        "inom_lanet": "nej",
        "sip": "2025-07-01",
        "kostnadsfordelning": "2025-08-04",
        "region_andel": "33,3",
        "schablon": "ja",
    }
    for number in (1, 2)
]
HALSOSAMTAL: list[Row] = [
    {"kommun": "1440", "ar": "2025", "malgrupp": "150", "erbjudna": "90"},
    {"kommun": "1480", "ar": "2025", "malgrupp": "3100", "erbjudna": "1900"},
]
AVTALSBESLUT: list[Row] = [
    {"part": "VGR", "beslut": "antar", "datum": "2025-11-25", "diarienummer": "RS 2025-01234"},
    {"part": "Ale", "beslut": "antar", "datum": "2026-01-26", "diarienummer": ""},
]
PAGAENDE: list[Row] = [{name: cell for name, cell in row.items() if name != "utskriven"} for row in UTSKRIVNING]
RIGHT: Mapping[str, list[Row]] = {
    "pagaende": PAGAENDE,
    "utbildning": UTBILDNING,
    "enheter": ENHETER,
    "naromradesplaner": NAROMRADESPLANER,
    "fast_lakarkontakt": FAST_LAKARKONTAKT,
    "placeringar": PLACERINGAR,
    "halsosamtal": HALSOSAMTAL,
    "avtalsbeslut": AVTALSBESLUT,
    "ntandvard": NTANDVARD,
    "utskrivning": UTSKRIVNING,
    "avvikelser": AVVIKELSER,
    "matt": MATT,
    "befolkning": BEFOLKNING,
}
_STATED = ("utskrivning", "pagaende", "avvikelser", "utbildning", "enheter", "placeringar")
PERIODS: Mapping[str, tuple[str, ...]] = dict.fromkeys(_STATED, ("2025-07",))


def spoiled(rows: Sequence[Row], at: int = 0, /, **cells: str) -> list[Row]:
    """The rows with some cells of one of them changed."""
    return [row | cells if place == at else dict(row) for place, row in enumerate(rows)]


def without(rows: Sequence[Row], *columns: str) -> list[Row]:
    """The rows without some columns."""
    return [{name: cell for name, cell in row.items() if name not in columns} for row in rows]


def text(rows: Sequence[Row], delimiter: str = ";") -> str:
    """The rows as CSV with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def put(folder: Path, content: str | bytes, name: str = "fil.csv") -> Path:
    """A file with the content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def check(settings: Settings, folder: Path, dataset: str, content: str | bytes, name: str = "fil.csv", today: date = TODAY) -> Checked:
    """Check a file with the content, for the dataset's period."""
    return intake.check(settings, None, dataset, put(folder, content, name), PERIODS.get(dataset, ()), None, today)


def problems(settings: Settings, folder: Path, dataset: str, rows: Sequence[Row]) -> tuple[Problem, ...]:
    """What is wrong with the rows as a CSV file."""
    return check(settings, folder, dataset, text(rows)).problems


def where(found: Iterable[Problem]) -> list[tuple[int | None, str | None, str]]:
    """Row, column and rule of each problem."""
    return [(problem.row, problem.column, problem.rule) for problem in found]


def xlsx(sheets: Mapping[str, str], shared: Sequence[str] = (), formats: Sequence[str] = (), **parts: str | bytes) -> bytes:
    """A workbook of `sheetData` per sheet name. Cell style 0 is general, and n + 1 shows the n-th of `formats`."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rels = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{i}" r:id="s{i}"/>' for i, name in enumerate(sheets, 1))
    related = "".join(
        f'<Relationship Id="s{i}" Type="{kind}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(sheets) + 1)
    )
    number_formats = "".join(f'<numFmt numFmtId="{164 + i}" formatCode={quoteattr(code)}/>' for i, code in enumerate(formats))
    styles = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(formats)))
    strings = "".join(f"<si><t>{escape(string)}</t></si>" for string in shared)
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f"<Relationships {rels}>"
        f'<Relationship Id="w" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{kind}"><workbookPr/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {rels}>{related}<Relationship Id="st" Type="{kind}/styles" Target="styles.xml"/>'
        f'<Relationship Id="ss" Type="{kind}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f"<styleSheet {main}><numFmts>{number_formats}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f"<sst {main}>{strings}</sst>",
        **{f"xl/worksheets/sheet{i}.xml": f"<worksheet {main}>{data}</worksheet>" for i, data in enumerate(sheets.values(), 1)},
    }
    return zipped(files | {name.replace("__", "/"): content for name, content in parts.items()})


def sheet_data(rows: Mapping[int, Mapping[str, str]]) -> str:
    """`sheetData` of inline texts, by row number and column letter."""
    cells = {
        number: "".join(f'<c r="{column}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for column, cell in row.items())
        for number, row in rows.items()
    }
    lines = "".join(f'<row r="{number}">{row}</row>' for number, row in cells.items())
    return f"<sheetData>{lines}</sheetData>"


def table_data(rows: Sequence[Row], first: int = 1) -> str:
    """`sheetData` of a table with its header."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return sheet_data({number: dict(zip(letters, line, strict=False)) for number, line in enumerate(lines, first)})


def ods(tables: Mapping[str, str]) -> bytes:
    """An ODS workbook of table rows (XML) per sheet name."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    body = "".join(f'<table:table table:name="{escape(name)}">{rows}</table:table>' for name, rows in tables.items())
    loext = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    inside = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    content = f"<office:document-content {spaces} {loext}>{inside}</office:document-content>"
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
