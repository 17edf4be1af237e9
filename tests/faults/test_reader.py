"""Thousands of tables with something wrong in them, in every dialect: each is refused in sentences or read as what it says.

What it says is told by a slow reader of the contract that shares nothing with the loaders. A number that nobody wrote is never stored.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from config import Settings
from loaders import examined, stated
from loaders.dataset import Column, Dataset
from loaders.registry import DATASETS
from loaders.values import Reader
from tests.conftest import soak
from tests.faults import contract
from tests.faults.contract import BAD, Grid
from tests.loaders.tables import PERIODS, RIGHT, TODAY, ods, put, sheet_data, xlsx
from tests.loaders.test_fuzz import mutated

DATASETS_TRIED = (
    "ntandvard", "utskrivning", "avvikelser", "matt", "fast_lakarkontakt", "halsosamtal", "placeringar", "utbildning", "naromradesplaner",
    "avtalsbeslut",
)  # fmt: skip
FILES = soak(18, 1250)  # of each of eight dialects
TRICKS = (
    "1.000", "1,000", "1,5", "12 34", "1 234", "1\u00a0234", "1\u202f234", "1 2345", "1e3", "0x10", "١٢", "½", "²", "#REF!", "-0", "+5",
    "00012", "nan", "inf", "TRUE", "9" * 30, "2025-13-01", "2025-02-30", "20250230", "2025-07-03 25:00", "2025-07-03 12:00", "1440.0",
    "1440.5", "Ale kommun", "ALE", "Ales", "Borås stad", "Boras", "5,0", "=1+1", "1'234", "−5", "1,234.5", "1.234,5", "5%", "5 st", "", " ",
    "-", "..", "2025K3", "kv3 2025", "2025 kv 5", "202507", "2025-Q3 ", "ja", "JA", "nja", "\u200b5", "5\u00ad", "5\n6", '"5"', "'5", "5;6",
    "5,6,7", "5\t6",
)  # fmt: skip
AMBIGUOUS = ("1.000", "1,000", "9" * 30)
"""A thousand in one language and one in another, and a count beyond what is kept: refused, where the contract has no word on it."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


# ---- What is done to a table -----------------------------------------------------------------------------------------------------


def spoiled(dataset: str, chance: random.Random) -> list[list[str]]:
    """A right table with one to three things done to it."""
    records = RIGHT[dataset]
    grid = [list(records[0]), *(list(record.values()) for record in records)]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(CHANGES)(grid, chance)
    return grid


def _spot(grid: list[list[str]], chance: random.Random) -> tuple[int, int]:
    row = chance.randrange(len(grid)) if chance.random() < 0.1 else chance.randrange(min(1, len(grid) - 1), len(grid))
    return row, chance.randrange(max(1, len(grid[row])))


def letter(grid: list[list[str]], chance: random.Random) -> None:
    row, column = _spot(grid, chance)
    if grid[row]:
        grid[row][column] = mutated(grid[row][column], chance)


def trick(grid: list[list[str]], chance: random.Random) -> None:
    row, column = _spot(grid, chance)
    if grid[row]:
        grid[row][column] = chance.choice(TRICKS)


def swap(grid: list[list[str]], chance: random.Random) -> None:
    row, column = _spot(grid, chance)
    if grid[row]:
        other = chance.randrange(len(grid[row]))
        grid[row][column], grid[row][other] = grid[row][other], grid[row][column]


def shift(grid: list[list[str]], chance: random.Random) -> None:
    row, column = _spot(grid, chance)
    if chance.random() < 0.5 and grid[row]:
        del grid[row][column]
    else:
        grid[row].insert(column, chance.choice(("", "5", "x")))


def rows_about(grid: list[list[str]], chance: random.Random) -> None:
    row, _ = _spot(grid, chance)
    match chance.randrange(6):
        case 0:
            grid.insert(row, list(grid[row]))
        case 1:
            del grid[row]
            if not grid:
                grid.append([""])
        case 2:
            grid.insert(row, [" "] * len(grid[0]))
        case 3:
            grid.insert(0, ["Statistik för år 2025"])
        case 4:
            grid.append(["Källa: 690 personer"])
        case _:
            other = chance.randrange(len(grid))
            grid[row], grid[other] = grid[other], grid[row]


def columns_about(grid: list[list[str]], chance: random.Random) -> None:
    width = min(len(row) for row in grid)
    if width < 2:
        return
    one, other = chance.sample(range(width), 2)
    what = chance.randrange(3)
    for row in grid:
        if what == 0:
            row[one], row[other] = row[other], row[one]
        elif what == 1:
            row.append(row[one])
        else:
            del row[one]


CHANGES: tuple[Callable[[list[list[str]], random.Random], None], ...] = (
    letter,
    letter,
    trick,
    trick,
    swap,
    shift,
    rows_about,
    columns_about,
)


# ---- How a table is written ------------------------------------------------------------------------------------------------------


def as_text(delimiter: str, encoding: str, grid: Grid) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(grid)
    try:
        return out.getvalue().encode(encoding)
    except UnicodeEncodeError:
        return out.getvalue().encode("utf-8")


def as_plain_workbook(grid: Grid) -> bytes:
    return xlsx({"Blad1": sheet_data({number: dict(zip(LETTERS, row, strict=False)) for number, row in enumerate(grid, 1)})})


def as_typed_workbook(grid: Grid) -> bytes:
    """As a spreadsheet program keeps it: what looks like a number is one, what looks like a date is one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(grid):
            for column, cell in enumerate(cells):
                if re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{0,4}[1-9])?", cell):
                    sheet.write_number(row, column, float(cell))
                elif re.fullmatch(r"20[0-9]{2}-0[1-9]-(0[1-9]|1[0-9]|2[0-8])", cell):
                    sheet.write_datetime(row, column, datetime.fromisoformat(cell), day)
                elif cell:
                    sheet.write_string(row, column, cell)
    return out.getvalue()


def as_open_document(grid: Grid) -> bytes:
    def cell(text: str) -> str:
        paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
        return (
            f'<table:table-cell office:value-type="string" office:string-value="{escape(text, ATTRIBUTE)}">{paragraphs}</table:table-cell>'
        )

    return ods({"Blad1": "".join(f"<table:table-row>{''.join(map(cell, row)) or '<table:table-cell/>'}</table:table-row>" for row in grid)})


ATTRIBUTE = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
DIALECTS: dict[str, Callable[[Grid], bytes]] = {
    "semicolon": partial(as_text, ";", "utf-8"),
    "comma, with mark": partial(as_text, ",", "utf-8-sig"),
    "tab, utf-16": partial(as_text, "\t", "utf-16"),
    "semicolon, cp1252": partial(as_text, ";", "cp1252"),
    "comma, cp1252": partial(as_text, ",", "cp1252"),
    "xlsx, texts": as_plain_workbook,
    "xlsx, typed": as_typed_workbook,
    "ods": as_open_document,
}


# ---- The test --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
def test_refused_or_what_it_says(settings: Settings, tmp_path: Path, dialect: str) -> None:
    chance, taken = random.Random(dialect), 0
    for number in range(FILES):
        name = chance.choice(DATASETS_TRIED)
        grid = spoiled(name, chance)
        path = put(tmp_path, DIALECTS[dialect](grid))
        taken += is_taken_as_it_says(settings, DATASETS[name], grid, path, f"{dialect} {number}: {name} {grid}")
    assert 0 < taken < FILES, "tables that are all right, or none, try nothing"


def is_taken_as_it_says(settings: Settings, dataset: Dataset, grid: Grid, path: Path, which: str) -> bool:
    """Whether the file would be stored; then every value in it is what the grid says."""
    said = partial(stated.read, dataset, settings, PERIODS.get(dataset.name, ()), None, path.name)
    found = examined.examine(path, dataset, settings, said, TODAY, None)
    for problem in found.problems():
        assert problem.rule, which
        assert problem.message.endswith("."), which
    if found.problems():
        return False
    expected = contract.rows(grid, dataset, settings)
    assert expected is not None, f"{which}: has no header by the contract"
    kept = {int(row["row"]): row for row in found.kept.iter_rows(named=True)}
    assert set(kept) == set(expected), f"{which}: other rows"
    for number, row in expected.items():
        for column, value in row.items():
            if column in found.kept.columns:
                assert value != BAD, f"{which}: row {number}, {column} says nothing that may be stored"
                assert same(kept[number][column], value), f"{which}: row {number}, {column} is {kept[number][column]!r} and says {value!r}"
    return True


def same(stored: object, said: object) -> bool:
    if isinstance(stored, float) and isinstance(said, Fraction | int):
        return stored == float(said)
    return stored == said and isinstance(stored, bool) == isinstance(said, bool)


COLUMNS = [(name, column) for name in DATASETS_TRIED for column in DATASETS[name].columns]


@pytest.mark.parametrize(("name", "column"), COLUMNS, ids=[f"{name}-{column.name}" for name, column in COLUMNS])
def test_every_trick_in_every_column(settings: Settings, name: str, column: Column) -> None:
    """A cell that is not bad is what it says, and of what it may say nothing is lost: only what is ambiguous is bad beside."""
    values, bad = Reader(settings).read(pl.Series(TRICKS, dtype=pl.String), column)
    for trick, value, is_bad in zip(TRICKS, values, bad, strict=True):
        said = contract.meaning(column, trick, settings)
        if is_bad:
            assert said == BAD or trick in AMBIGUOUS, f"{name}.{column.name}: {trick!r} says {said!r} and is refused"
        elif value is None:
            assert trick.strip() in contract.MISSING, f"{name}.{column.name}: {trick!r} is not missing"
        else:
            assert same(value, said), f"{name}.{column.name}: {trick!r} is read as {value!r} and says {said!r}"


def test_the_slow_reader_knows_a_right_table_from_a_wrong_one(settings: Settings) -> None:
    right = [list(RIGHT["ntandvard"][0]), *(list(row.values()) for row in RIGHT["ntandvard"])]
    found = contract.rows(right, DATASETS["ntandvard"], settings)
    assert found is not None
    assert list(found) == [2, 3]
    counts = {"intyg": 12700, "onskar_mhb": 10100, "fatt_mhb": 8300, "fatt_tandvard": 5600, "fatt_stod": None}
    assert found[3] == {"kommun": "1480", "kvartal": "2025-Q3", **counts}
    wrong = [right[0], [*right[1][:2], "12 34", *right[1][3:]]]
    assert contract.rows(wrong, DATASETS["ntandvard"], settings)[2]["intyg"] == BAD  # type: ignore[index]
