"""Random damage: whatever is done to a file, it is read as what it says or refused in sentences; nothing else ever happens."""

from __future__ import annotations

import gzip
import io
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import periods
from config import Settings
from loaders import intake, tabular
from loaders.problem import Unreadable
from loaders.registry import DATASETS
from loaders.source import Source
from loaders.values import MISSING
from tests.conftest import soak
from tests.loaders import tables
from tests.loaders.tables import DATA, NTANDVARD, PERIODS, RIGHT, TODAY, put, table_data, xlsx
from tests.loaders.test_workbooks import written_by_xlsxwriter

ALPHABET = "0123456789 ,.;-\"'\tåÅé#eE+\u00a0\u202f–\n\r\x00ABjax"


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, removed, doubled or added."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 40)]
            case 2:
                changed[at:at] = changed[max(0, at - 30) : at]
            case _:
                changed[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 8)))
        if not changed:
            return b"x"
    return bytes(changed)


def parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame(NTANDVARD).write_parquet(out)
    return out.getvalue()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    **{name: (name, lambda name=name: tables.text(RIGHT[name]).encode()) for name in RIGHT},  # type: ignore[misc]
    "cp1252": ("ntandvard", lambda: tables.text([row | {"kommun": "Åmål"} for row in NTANDVARD]).encode("cp1252")),
    "utf-16": ("ntandvard", lambda: tables.text(NTANDVARD).encode("utf-16")),
    "xlsx": ("ntandvard", written_by_xlsxwriter),
    "plain xlsx": ("ntandvard", lambda: xlsx({"Blad": table_data(NTANDVARD)})),
    "xls": ("ntandvard", (DATA / "ntandvard.xls").read_bytes),
    "parquet": ("ntandvard", parquet),
    "namndplan": ("namndplan", (DATA / "ale_namndplan_2026.yaml").read_bytes),
    "json-stat": ("befolkning", (DATA / "scb_v1_HE0110_jsonstat2.json").read_bytes),
    "scb": ("befolkning", lambda: gzip.decompress((DATA / "SCB_alderkon.csv.gz").read_bytes())[:3000]),
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_damaged_files_are_answered_in_sentences(settings: Settings, tmp_path: Path, name: str) -> None:
    dataset, content = FILES[name]
    whole = content()
    chance = random.Random(name)
    for _ in range(soak(15, 3000)):
        path = put(tmp_path, damaged(whole, chance))
        found = intake.check(settings, None, dataset, path, PERIODS.get(dataset, ()), None, TODAY)
        for problem in found.problems:
            assert problem.rule
            assert problem.message.endswith(".")


@pytest.mark.parametrize("length", [1, 10, 1000, 100_000])
def test_random_bytes(settings: Settings, tmp_path: Path, length: int) -> None:
    chance = random.Random(length)
    for start in (b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"{", b"\xef\xbb\xbf"):
        for _ in range(soak(2, 100)):
            path = put(tmp_path, start + chance.randbytes(length))
            for dataset in ("ntandvard", "befolkning", "namndplan"):
                assert intake.check(settings, None, dataset, path, (), None, TODAY).problems != ()


def mutated(cell: str, chance: random.Random) -> str:
    """The cell with a letter changed, removed or added."""
    at = chance.randrange(len(cell) + 1)
    letter = chance.choice(ALPHABET.replace(";", "").replace('"', "").replace("\n", "").replace("\r", "").replace("\x00", ""))
    match chance.randrange(3):
        case 0:
            return cell[:at] + letter + cell[at:]
        case 1:
            return cell[:at] + cell[at + 1 :]
        case _:
            return cell[:at] + letter + cell[at + 1 :]


def says(kind: str, cell: str, settings: Settings) -> set[object]:
    """What a person may take the cell to say: the values that a reader could give without guessing, read in another way."""
    bare = cell.strip()
    if bare in MISSING:
        return {None}
    digits = bare.replace("\u00a0", " ").replace("\u202f", " ")
    if kind in {"count", "decimal", "year"}:
        groups = digits.split(",")[0].split(".")[0].split(" ")
        if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):
            return set()
        try:
            value = float(digits.replace(" ", "").replace(",", "."))
        except ValueError:
            return set()
        return {value, int(value)} if value == int(value) else {value}
    if kind == "kommun":
        wanted = digits.casefold().removesuffix(" kommun").removesuffix(" stad").strip()
        number = wanted.replace(",", ".").removesuffix(".0").removesuffix(".")
        found: set[object] = {code for code, name in settings.kommuner.items() if wanted in (code, name.casefold(), name.casefold() + "s")}
        return found | ({number} & set(settings.kommuner))
    if kind == "date":
        first = bare[:10] if "-" in bare else f"{bare[:4]}-{bare[4:6]}-{bare[6:8]}"
        try:
            return {date.fromisoformat(first)}
        except ValueError:
            return set()
    if kind in {"quarter", "period"}:
        return {periods.parse(cell)}
    return {bare, bare.lower(), {"j": True, "ja": True, "x": True, "1": True, "true": True}.get(bare.lower(), False)}


@pytest.mark.parametrize("dataset", ["ntandvard", "utskrivning", "matt"])
def test_a_changed_cell_is_refused_or_read_as_what_it_says(settings: Settings, dataset: str) -> None:
    chance = random.Random(dataset)
    declared = DATASETS[dataset]
    said = PERIODS.get(dataset, ())
    for _ in range(soak(100, 5_000)):
        rows = [dict(row) for row in RIGHT[dataset]]
        place, name = chance.randrange(len(rows)), chance.choice(list(rows[0]))
        rows[place][name] = cell = mutated(rows[place][name], chance)
        found, value = read(settings, dataset, rows, place, name, said)
        if not found:
            kind = declared.column(name).kind
            assert value in says(kind, cell, settings), f"{name}: {cell!r} was read as {value!r}"


def read(settings: Settings, dataset: str, rows: list[dict[str, str]], place: int, name: str, said: tuple[str, ...]) -> tuple[bool, Any]:
    """Whether anything is wrong with the rows, and the value of one cell."""
    from loaders import rules

    content = tables.text(rows).encode()
    try:
        table = tabular.read(Source("fil.csv", content, ""), DATASETS[dataset], settings)
    except Unreadable:
        return True, None
    checked = rules.read(table, DATASETS[dataset], settings, TODAY)
    return bool(checked.findings.height), checked.rows[name][place] if place < checked.rows.height else None
