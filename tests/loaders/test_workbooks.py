"""XLSX, XLS, ODS and Parquet: exact rows, typed cells, formula errors, hidden sheets, and files that are not what they seem."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from config import LimitSettings, Settings
from loaders import kinds
from loaders.problem import Unreadable
from tests.loaders import tables
from tests.loaders.tables import DATA, NTANDVARD, UTSKRIVNING, check, ods, sheet_data, spoiled, table_data, where, xlsx

LIMITS = LimitSettings(file_mb=10, unpacked_mb=10)


def rows(data: bytes, sheet: int = 0) -> list[tuple[str | int | None, ...]]:
    """Row number and cells of every row."""
    return kinds.sheets(data, LIMITS)[sheet].body(0).rows()


def cells(*written: str, formats: tuple[str, ...] = (), shared: tuple[str, ...] = ()) -> list[str | None]:
    """The texts of one row of XLSX cells (XML)."""
    row = "".join(written)
    found = rows(xlsx({"Blad": f"<sheetData><row>{row}</row></sheetData>"}, shared, formats))
    return list(found[0][1:]) if found else []  # type: ignore[arg-type]


def written_by_xlsxwriter(first_row: int = 0) -> bytes:
    """The ntandvard table with real numbers, a title above, a cover and a hidden sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("Omslag").write(0, 0, "N-tandvård")
        sheet = book.add_worksheet("Data")
        sheet.write(0, 3, "Rubrik ovanför")
        sheet.write_row(first_row + 2, 2, NTANDVARD[0])
        for number, row in enumerate(NTANDVARD, first_row + 4):
            for place, (name, cell) in enumerate(row.items(), 2):
                sheet.write(number, place, cell if name == "kvartal" or not cell else float(cell))
        book.add_worksheet("Dold").hide()
    return out.getvalue()


def test_an_ordinary_workbook(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "ntandvard", written_by_xlsxwriter(), "utan ändelse")
    assert (found.problems, found.row_count) == ((), 2)


def test_row_numbers_are_the_sheets_own(settings: Settings, tmp_path: Path) -> None:
    content = xlsx({"Blad": table_data(spoiled(NTANDVARD, 1, intyg="många"), first=7)})
    assert where(check(settings, tmp_path, "ntandvard", content).problems) == [(9, "intyg", "heltal")]


def test_the_first_sheet_with_a_header_within_thirty_rows(settings: Settings, tmp_path: Path) -> None:
    late, right = table_data(NTANDVARD, first=31), table_data(NTANDVARD, first=30)
    assert check(settings, tmp_path, "ntandvard", xlsx({"Sen": late, "Rätt": right})).problems == ()
    found = check(settings, tmp_path, "ntandvard", xlsx({"Sen": late})).problems
    assert {problem.rule for problem in found} == {"saknad_kolumn"}


def test_numbers_keep_what_the_file_says() -> None:
    assert cells("<c><v>1440</v></c>", '<c t="n"><v>1440.0</v></c>', "<c><v>1.2E1</v></c>", "<c><v>0.30000000000000004</v></c>") == [
        "1440",
        "1440",
        "12",
        "0.30000000000000004",
    ]
    assert cells("<c><v>2507011234.0</v></c>", "<c><v>1E+20</v></c>", "<c><v>1e-7</v></c>", "<c><v>007</v></c>") == [
        "2507011234",
        "1" + "0" * 20,
        "0.0000001",
        "7",
    ]


def test_texts_booleans_and_errors() -> None:
    assert cells('<c t="s"><v>1</v></c>', '<c t="str"><f>A1</f><v> x </v></c>', '<c t="b"><v>1</v></c>', shared=("a", "å & <b>")) == [
        "å & <b>",
        " x ",
        "true",
    ]
    assert cells('<c t="e"><v>#REF!</v></c>', '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', '<c t="b"><v>0</v></c>') == [
        "#REF!",
        "#DIV/0!",
        "false",
    ]
    assert cells('<c t="inlineStr"><is><r><t>två </t></r><r><t>delar</t></r><rPh><t>uttal</t></rPh></is></c>') == ["två delar"]


def test_a_formula_without_its_result_is_no_empty_cell() -> None:
    assert cells("<c><f>1+1</f></c>", "<c><f>A1</f><v></v></c>", '<c t="str"><f>""</f><v></v></c>', "<c/>", "<c><v>1</v></c>") == [
        "#FORMEL!",
        "#FORMEL!",
        None,
        None,
        "1",
    ]


def test_dates_of_every_format() -> None:
    serial = str((date(2025, 7, 1) - date(1899, 12, 30)).days)
    formats = ("yyyy-mm-dd", "[$-41D]d mmmm yyyy;@", "h:mm", "0.0", '0" dagar"', "[h]:mm", "General")
    styled = [f'<c s="{style}"><v>{serial}</v></c>' for style in range(1, 8)]
    day = "2025-07-01"
    assert cells(*styled, formats=formats) == [day, day, day, serial, serial, serial, serial]
    assert cells(f'<c s="1"><v>{serial}.5</v></c>', '<c s="1"><v>0.5</v></c>', '<c s="1"><v>-1</v></c>', formats=formats) == [
        "2025-07-01 12:00:00",
        "12:00:00",
        "-1",
    ]
    assert cells(
        '<c s="1"><v>1</v></c>', '<c s="1"><v>60</v></c>', '<c s="1"><v>61</v></c>', '<c s="1"><v>9999999</v></c>', formats=formats
    ) == [
        "1900-01-01",
        "60",
        "1900-03-01",
        "9999999",
    ]
    assert cells('<c t="d"><v>2025-07-01T00:00:00</v></c>', '<c t="d"><v>2025-07-01T12:30:00</v></c>') == [day, "2025-07-01 12:30:00"]


def test_built_in_date_formats_and_the_other_epoch() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    noon = datetime(2025, 7, 1, 13, 45, 59)  # noqa: DTZ001 - a spreadsheet has no zones
    values: tuple[date | time | timedelta, ...] = (date(2025, 7, 1), noon, time(12, 30), timedelta(hours=30))
    for place, value in enumerate(values, 1):
        sheet.cell(2, place, value)
    out = io.BytesIO()
    book.save(out)
    assert rows(out.getvalue()) == [(2, "2025-07-01", "2025-07-01 13:45:59", "12:30:00", "1.25")]


@pytest.mark.parametrize("column", ["intyg", "fatt_stod", "kvartal", "kommun"])
def test_a_formula_error_is_a_bad_value(settings: Settings, tmp_path: Path, column: str) -> None:
    place = list(NTANDVARD[0]).index(column)
    letter = "ABCDEFG"[place]
    data = table_data(NTANDVARD).replace(
        f'<c r="{letter}2" t="inlineStr"><is><t>{NTANDVARD[0][column]}</t></is>', f'<c r="{letter}2" t="e"><v>#REF!</v>'
    )
    found = check(settings, tmp_path, "ntandvard", xlsx({"Blad": data})).problems
    assert [(p.row, p.column, p.value, p.rule) for p in found] == [(2, column, "#REF!", "formelfel")]


def test_a_formula_error_in_a_text_column(settings: Settings, tmp_path: Path) -> None:
    data = table_data(UTSKRIVNING).replace("Sjukhus A", "#SAKNAS!", 1)
    assert where(check(settings, tmp_path, "utskrivning", xlsx({"Blad": data})).problems) == [(2, "enhet", "formelfel")]


def test_an_old_workbook(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "ntandvard", (DATA / "ntandvard.xls").read_bytes())
    assert [(p.row, p.column, p.value, p.rule) for p in found.problems] == [(8, "fatt_tandvard", "#REF!", "formelfel")]
    assert any("Uttag, Klar" in note for note in found.notes)
    data = rows((DATA / "ntandvard.xls").read_bytes(), sheet=1)
    assert data[2][1:] == (None, "1440", "2025 kv 3", "690", "560", "470", "310", "2025-10-01", "true")
    assert rows((DATA / "ntandvard.xls").read_bytes(), sheet=2) == [(5, None, None, "inget att se")]


def ods_cell(kind: str, text: str = "", **attributes: str) -> str:
    more = "".join(f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<table:table-cell office:value-type="{kind}"{more}><text:p>{text}</text:p></table:table-cell>'


def test_open_document_cells() -> None:
    row = "".join(
        (
            ods_cell("float", "1 440,00", office__value="1440"),
            ods_cell("date", "1 juli", office__date_value="2025-07-01"),
            ods_cell("date", "1 juli", office__date_value="2025-07-01T12:30:00.5"),
            ods_cell("boolean", "SANT", office__boolean_value="true"),
            ods_cell("time", "12:30:00", office__time_value="PT12H30M00S"),
            ods_cell("string", 'två<text:s text:c="2"/>ord<office:annotation><text:p>kommentar</text:p></office:annotation>'),
            ods_cell("string", "#REF!", table__formula="of:=#REF!", office__string_value="", calcext__value_type="error"),
            ods_cell("float", "Err:502", table__formula="of:=X(1)", office__value="0"),
        )
    )
    skipped = '<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="9"/></table:table-row>'
    two = ods_cell("string", "x", table__number_columns_repeated="2")
    repeated = f'<table:table-row table:number-rows-repeated="2"><table:table-cell/>{two}</table:table-row>'
    tail = (
        '<table:table-row table:number-rows-repeated="1048569"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    found = rows(ods({"Blad": skipped + f"<table:table-row>{row}</table:table-row>" + repeated + tail}))
    assert found == [
        (4, "1440", "2025-07-01", "2025-07-01 12:30:00", "true", "12:30:00", "två  ord", "#REF!", "Err:502"),
        (5, None, "x", "x", *[None] * 5),
        (6, None, "x", "x", *[None] * 5),
    ]


def test_an_open_document_loads(settings: Settings, tmp_path: Path) -> None:
    lines = [list(NTANDVARD[0]), *(list(row.values()) for row in NTANDVARD)]
    data = "".join(f"<table:table-row>{''.join(ods_cell('string', cell) for cell in line)}</table:table-row>" for line in lines)
    assert check(settings, tmp_path, "ntandvard", ods({"Tom": "", "Data": data})).problems == ()


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def test_typed_parquet(settings: Settings, tmp_path: Path) -> None:
    frame = pl.DataFrame(UTSKRIVNING).with_columns(
        pl.col("kommun").cast(pl.Float64),
        pl.col("inskriven").str.to_date(),
        # 22:30 UTC on 2 July is half past midnight on the 3rd in Stockholm.
        utskrivningsklar=pl.lit(datetime(2025, 7, 2, 22, 30, tzinfo=UTC)).cast(pl.Datetime("us", "UTC")),
        utskriven=pl.lit(datetime(2025, 7, 3, 0, 30)),  # noqa: DTZ001 - this column has none
        sip_behov=pl.lit(value=True),
        it_stod=pl.lit(None),
        okand=pl.struct("enhet"),
    )
    assert check(settings, tmp_path, "utskrivning", parquet(frame)).problems == ()
    early = frame.with_columns(utskriven=pl.lit(date(2025, 7, 2)))
    found = check(settings, tmp_path, "utskrivning", parquet(early)).problems
    assert [(p.row, p.column, p.rule) for p in found] == [(1, "utskriven", "datumordning"), (2, "utskriven", "datumordning")]


def test_parquet_numbers_and_categories(settings: Settings, tmp_path: Path) -> None:
    frame = pl.DataFrame(NTANDVARD).with_columns(
        pl.col("kommun").cast(pl.Categorical),
        pl.col("intyg").cast(pl.Float32),
        pl.col("onskar_mhb").cast(pl.Decimal(10, 2)),
        pl.col("fatt_mhb").cast(pl.UInt16),
        pl.col("fatt_stod").cast(pl.Int8, strict=False),
    )
    assert check(settings, tmp_path, "ntandvard", parquet(frame)).problems == ()


@pytest.mark.parametrize("kind", ["xlsx", "ods", "parquet", "xls"])
def test_a_cut_file(settings: Settings, tmp_path: Path, kind: str) -> None:
    whole = {
        "xlsx": written_by_xlsxwriter(),
        "ods": ods({"Data": ""}),
        "parquet": parquet(pl.DataFrame(NTANDVARD)),
        "xls": (DATA / "ntandvard.xls").read_bytes(),
    }[kind]
    for share in (0.1, 0.5, 0.9):
        found = check(settings, tmp_path, "ntandvard", whole[: int(len(whole) * share)]).problems
        assert where(found) == [(None, None, "skadad_fil")]


def refused(data: bytes, limits: LimitSettings = LIMITS) -> str:
    with pytest.raises(Unreadable) as refusal:
        kinds.sheets(data, limits)
    return refusal.value.findings[0].rule


def test_a_zip_bomb_is_counted_by_what_comes_out() -> None:
    padding = " " * 11_000_000
    assert refused(xlsx({"Blad": f"<sheetData>{padding}</sheetData>"})) == "for_stor_fil"
    assert refused(ods({"Blad": padding})) == "for_stor_fil"
    wide = f"<table:table-row>{ods_cell('string', 'x', table__number_columns_repeated='1000000000')}</table:table-row>"
    assert refused(ods({"Blad": wide})) == "for_stor_fil"
    tall = f'<table:table-row table:number-rows-repeated="99999">{ods_cell("string", "x")}</table:table-row>'
    assert refused(ods({"Blad": tall})) == "for_stor_fil"
    assert refused(parquet(pl.DataFrame({"a": pl.repeat("x", 2_000_000, eager=True)}))) == "for_stor_fil"


def test_sizes_that_the_archive_states_are_not_believed() -> None:
    data = bytearray(xlsx({"Blad": f"<sheetData>{' ' * 11_000_000}</sheetData>"}))
    size = (11_000_000 + len("<sheetData></sheetData>")).to_bytes(4, "little")
    assert refused(bytes(data.replace(size, (10).to_bytes(4, "little")))) in {"for_stor_fil", "skadad_fil"}


def test_markup_that_swells_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    assert refused(xlsx({"Blad": ""}, **{"xl__worksheets__sheet1.xml": bomb})) == "skadad_fil"


def test_other_archives_and_locked_books() -> None:
    assert refused(tables.zipped({"läs mig.txt": "hej"})) == "okand_fil"
    assert refused(tables.zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""})) == "okand_fil"
    assert refused(tables.zipped({"[Content_Types].xml": ""})) == "skadad_fil"
    assert refused(b"PK\x03\x04" + b"x" * 50) == "skadad_fil"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")) == "last_fil"
    locked = io.BytesIO(written_by_xlsxwriter())
    with zipfile.ZipFile(locked) as archive:
        names = archive.namelist()
    data = bytearray(locked.getvalue())
    for name in names:  # set the flag of encryption in each entry of the directory
        at = data.rindex(name.encode()) - 46
        data[at + 8] |= 1
    assert refused(bytes(data)) == "last_fil"


def test_too_many_sheets_and_columns(settings: Settings, tmp_path: Path) -> None:
    many = xlsx({f"B{number}": "<sheetData/>" for number in range(1500)})
    assert where(check(settings, tmp_path, "ntandvard", many).problems) == [(None, None, "for_manga_blad")]
    assert refused(ods({f"B{number}": "" for number in range(1500)})) == "for_manga_blad"
    wide = ";".join([*NTANDVARD[0], *(f"k{number}" for number in range(300))])
    assert where(check(settings, tmp_path, "ntandvard", wide).problems) == [(None, None, "for_manga_kolumner")]
    broad = pl.DataFrame({f"k{number}": ["x"] for number in range(300)})
    assert where(check(settings, tmp_path, "ntandvard", parquet(broad)).problems) == [(None, None, "for_manga_kolumner")]


def test_a_wide_workbook_of_empty_cells_is_no_wide_table(settings: Settings, tmp_path: Path) -> None:
    data = table_data(NTANDVARD).replace("</row>", '<c r="XFD1" s="0"/></row>')
    assert check(settings, tmp_path, "ntandvard", xlsx({"Blad": data})).problems == ()
    far = sheet_data({1: {f"A{letter}": "x" for letter in "ABC"}})
    assert check(settings, tmp_path, "ntandvard", xlsx({"Annat": far, "Blad": table_data(NTANDVARD)})).problems == ()
