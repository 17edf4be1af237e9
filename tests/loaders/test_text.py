"""Text files: encodings, delimiters, quotation marks, ragged rows, line ends; the fast reader equals the exact one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from config import Settings
from loaders import encoding, text
from loaders.problem import Unreadable
from loaders.table import EXTRA
from tests.conftest import soak
from tests.loaders import tables
from tests.loaders.tables import NTANDVARD, check, spoiled, where

RIGHT = tables.text(NTANDVARD)
WITH_LETTERS = tables.text([row | {"kommun": name} for row, name in zip(NTANDVARD, ("Åmål", "Göteborgs stad"), strict=True)])


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end(settings: Settings, tmp_path: Path, delimiter: str, codec: str, end: str) -> None:
    content = WITH_LETTERS.replace(";", delimiter).replace("\n", end).encode(codec)
    found = check(settings, tmp_path, "ntandvard", content)
    assert (found.problems, found.row_count) == ((), 2)


def test_utf_16_of_both_ends(settings: Settings, tmp_path: Path) -> None:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert check(settings, tmp_path, "ntandvard", mark + WITH_LETTERS.encode(codec)).problems == ()


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe" + WITH_LETTERS.encode("utf-16-le")[:-1],
        b"\xff\xfe\x00\x00" + WITH_LETTERS.encode("utf-32-le"),
        b"\xef\xbb\xbf" + WITH_LETTERS.encode("cp1252"),
        RIGHT.replace("690", "6\x0090").encode(),
        WITH_LETTERS.encode("cp1252").replace(b"690", b"\x81"),
        bytes(range(256)) * 4,
    ],
)
def test_what_is_no_text(settings: Settings, tmp_path: Path, content: bytes) -> None:
    assert where(check(settings, tmp_path, "ntandvard", content).problems) == [(None, None, "okand_fil")]


def test_two_encodings_in_one_file_are_never_guessed(settings: Settings, tmp_path: Path) -> None:
    content = WITH_LETTERS.encode() + "1490;2025-Q3;1;1;1;1;é\n".encode("cp1252")
    assert where(check(settings, tmp_path, "ntandvard", content).problems) == [(None, None, "teckenkodning")]


def test_quoted_cells(settings: Settings, tmp_path: Path) -> None:
    content = 'kommun,matt,period,utfall,kommentar\n1440,"Andel ""sena"", alla","2025","78,5","rad ett\nrad två"\n1440,b,2025-Q1,1,\n'
    assert check(settings, tmp_path, "matt", content).problems == ()
    later = content + "Stockholm,c,2025,1,\n"
    assert where(check(settings, tmp_path, "matt", later).problems) == [(4, "kommun", "kommun")]  # rows, not lines


@pytest.mark.parametrize("cell", ['"sex', 'sex"', '"sex"tio', '"sex" '])
def test_unbalanced_marks_are_refused(settings: Settings, tmp_path: Path, cell: str) -> None:
    content = tables.text(NTANDVARD).replace("690", cell)
    found = check(settings, tmp_path, "ntandvard", content).problems
    assert where(found) == ([(2, "intyg", "heltal")] if cell == 'sex"' else [(2, None, "citattecken")])


def test_a_mark_inside_a_cell_is_a_letter(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "matt", 'kommun;matt;period;utfall\n1440;3" slang;2025;1\n')
    assert found.problems == ()


def test_a_row_with_more_cells_than_the_header(settings: Settings, tmp_path: Path) -> None:
    lines = RIGHT.splitlines()
    found = check(settings, tmp_path, "ntandvard", "\n".join([lines[0], lines[1] + ";7", lines[2]]))
    assert where(found.problems) == [(2, None, "for_manga_celler")]
    empty = "\n".join([lines[0], lines[1] + "; ;", lines[2]])
    assert check(settings, tmp_path, "ntandvard", empty).problems == ()


def test_short_rows_lack_their_last_cells(settings: Settings, tmp_path: Path) -> None:
    lines = RIGHT.splitlines()
    assert check(settings, tmp_path, "ntandvard", "\n".join([*lines[:2], lines[2].rstrip(";")])).problems == ()
    short = check(settings, tmp_path, "ntandvard", "\n".join([lines[0], "1440;2025-Q3;690"]))
    assert where(short.problems) == [(2, name, "saknas") for name in ("onskar_mhb", "fatt_mhb", "fatt_tandvard")]


def test_title_and_blank_rows_are_skipped_and_count(settings: Settings, tmp_path: Path) -> None:
    lines = tables.text(spoiled(NTANDVARD, 1, intyg="många")).splitlines()
    content = "\n".join(["Statistik N-tandvård", "", "   ", lines[0], " ; ;\t;", lines[1], "", ";;;;;;", lines[2], "", ""])
    found = check(settings, tmp_path, "ntandvard", content)
    assert where(found.problems) == [(9, "intyg", "heltal")]
    assert found.row_count == 2
    assert check(settings, tmp_path, "ntandvard", "\n\n" + RIGHT).problems == ()


def test_a_cell_beyond_all_bounds(settings: Settings, tmp_path: Path) -> None:
    for content in (RIGHT + "x" * 200_000, "x" * 3_000_000, RIGHT.replace("690", '"' + "6" * 200_000)):
        found = check(settings, tmp_path, "ntandvard", content).problems
        assert [problem.rule for problem in found] == ["for_lang_cell"]


def test_a_line_beyond_all_bounds(settings: Settings, tmp_path: Path) -> None:
    for content in (b"x" * 10_000_001, RIGHT.encode() + b";" * 10_000_001 + b"\n"):
        found = check(settings, tmp_path, "ntandvard", content).problems
        assert where(found) == [(None, None, "for_lang_rad")]


def test_only_blank_rows(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "ntandvard", "\n \n;;\n").problems
    assert {problem.rule for problem in found} == {"saknad_kolumn"}


CELLS = st.text(alphabet='ab1 å;,"-\n\u00a0', max_size=5)


@trying(max_examples=soak(60, 3000), deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6), st.sampled_from(text.DELIMITERS), st.integers(0, 1), st.booleans())
def test_the_fast_reader_equals_the_exact_one(rows: list[list[str]], delimiter: str, quoting: int, ragged: bool) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=(csv.QUOTE_MINIMAL, csv.QUOTE_ALL)[quoting])
    writer.writerows([["a", "b", "c"], *(row[: 1 + len(row[0])] if ragged else row for row in rows)])
    content = encoding.utf8(out.getvalue().encode())
    quick = text.fast(content, delimiter, 1, 3)
    if quick is not None:
        exact = text.slow(content, delimiter, 1, 3)
        assert exact[EXTRA].null_count() == exact.height
        assert quick.equals(exact.drop(EXTRA))


@trying(max_examples=soak(100, 5000), deadline=None)
@given(st.text(alphabet='a1;," \n', max_size=40))
def test_the_fast_reader_equals_the_exact_one_on_anything(body: str) -> None:
    content = encoding.utf8(f"a;b\n{body}".encode())
    quick = text.fast(content, ";", 1, 2)
    if quick is None:
        return
    exact = text.slow(content, ";", 1, 2)
    assert quick.equals(exact.drop(EXTRA))
    assert exact[EXTRA].null_count() == exact.height


def test_ordinary_text_takes_the_fast_way() -> None:
    quoted = RIGHT.replace("1440", '"1440"').replace(";\n", ';""\n')
    for content in (RIGHT, quoted, quoted.replace("1480", '"14;""80\n"')):
        assert text.fast(content.encode(), ";", 1, 7) is not None


def test_a_long_text_with_line_breaks_in_its_cells() -> None:
    """Long enough for several threads, each of which must find where a row begins."""
    line = '{};"rad ett, nummer {}\n{};""x"";y";z\n'
    content = ("a;b;c\n" + "".join(line.format(number, number, number) for number in range(soak(40_000, 400_000)))).encode()
    quick = text.fast(content, ";", 1, 3)
    assert quick is not None
    assert quick.equals(text.slow(content, ";", 1, 3).drop(EXTRA))


@trying(max_examples=soak(100, 5000), deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6), st.sampled_from(text.DELIMITERS))
def test_what_is_written_reads_back(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([["a", "b"], *rows])
    sheet = text.sheets(encoding.utf8(out.getvalue().encode()))[text.DELIMITERS.index(delimiter)]
    body = sheet.body(1)
    assert [[a or "", b or ""] for a, b in body.select("c0", "c1").iter_rows()] == rows
    assert body["row"].to_list() == list(range(2, len(rows) + 2))


def test_no_delimiter_reads_it() -> None:
    with pytest.raises(Unreadable) as refusal:
        text.sheets(b'"aldrig slut')
    assert refusal.value.findings[0].rule == "citattecken"
