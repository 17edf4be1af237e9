"""SCB's own files and answers: the real ones, their layouts with kommuner in them, and those that are refused in a sentence."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from config import Settings
from loaders import intake
from loaders.intake import Outcome
from sql import facts
from sql.store import open_store
from tests.loaders import tables
from tests.loaders.tables import DATA, check, put, sheet_data, where, xlsx

OF_2019 = gzip.decompress((DATA / "SCB_alderkon.csv.gz").read_bytes())
AGES = ("0 år", "1 år", "100+ år")


def load(settings: Settings, folder: Path, content: str | bytes, name: str = "fil.csv") -> tuple[Outcome, pl.DataFrame]:
    """What became of the file, and the rows that are kept."""
    store = open_store(settings)
    outcome = intake.take_in(
        settings, store, "befolkning", put(folder, content, name), (), None, False, "test", datetime(2026, 11, 22, tzinfo=UTC)
    )
    kept = (
        facts.rows(store, "befolkning")
        .select("kommun", "ar", "alder", "antal")
        .sort("kommun", "ar", pl.col("alder").str.len_chars(), "alder")
    )
    found = kept.collect()
    store.close()
    return outcome, found


def aged(kept: pl.DataFrame, least: int) -> dict[str, int]:
    """Persons of the age or older, by kommun."""
    older = kept.filter(pl.col("alder").str.strip_suffix("+").cast(pl.Int64) >= least)
    return dict(older.group_by("kommun").agg(pl.col("antal").sum()).iter_rows())


def known(column: str) -> dict[str, int]:
    with (DATA / "VG49_24plus_25plus.csv").open(encoding="utf-8") as file:
        return {row["kommunkod"]: int(row[column]) for row in csv.DictReader(file)}


def test_the_one_year_file_of_2019(settings: Settings, tmp_path: Path) -> None:
    outcome, kept = load(settings, tmp_path, OF_2019)
    assert (outcome.problems, outcome.notes) == ((), ("241 områden utanför Västra Götaland har utelämnats.",))
    assert aged(kept, 24) == known("p24plus_2019")
    assert sum(aged(kept, 24).values()) == 1_249_596
    assert aged(kept, 25) == known("p25plus_2019")
    assert aged(kept, 0) == known("tot_2019")
    assert kept["alder"].unique().len() == 101
    assert "100+" in kept["alder"]
    assert kept["ar"].unique().to_list() == [2019]


def test_2025_in_our_own_form(settings: Settings, tmp_path: Path) -> None:
    """24+ is the total less the ages 0-23, the route with fewest of SCB's noisy cells."""
    ages = pl.read_csv(
        gzip.decompress((DATA / "scb_TAB5557_2025_ettar_0-24_VG49.csv.gz").read_bytes()), schema_overrides={"kommunkod": pl.String}
    )
    young = ages.filter(pl.col("alder") <= 23).select(
        pl.col("kommunkod").alias("kommun"), pl.col("alder").cast(pl.String), pl.col("folkmangd").alias("antal")
    )
    totals = pl.DataFrame(list(known("tot_2025").items()), schema=["kommun", "total"], orient="row")
    rest = young.group_by("kommun").agg(pl.col("antal").sum()).join(totals, on="kommun")
    group = rest.select("kommun", pl.lit("24+").alias("alder"), pl.col("total") - pl.col("antal"))
    table = pl.concat([young, group.rename({"total": "antal"})]).with_columns(ar=pl.lit("2025"))
    outcome, kept = load(settings, tmp_path, table.write_csv())
    assert outcome.problems == ()
    assert sum(aged(kept, 24).values()) == 1_298_550
    assert aged(kept, 24)["1440"] == 22_693
    assert aged(kept, 0) == known("tot_2025")


def saved(header: list[str], lines: list[list[str | int]], title: bool = True) -> bytes:
    """A file as the Statistikdatabasen saves it: a title, a blank line, texts in quotes, numbers without, cp1252."""
    out = io.StringIO()
    if title:
        out.write('"Folkmängd efter region, ålder och år"\r\n\r\n')
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerows([header, *lines])
    return out.getvalue().encode("cp1252")


def test_a_file_saved_from_the_database(settings: Settings, tmp_path: Path) -> None:
    lines: list[list[str | int]] = [
        [region, age, 100 * place + number, 7]
        for place, region in enumerate(("0114 Upplands Väsby", "1440 Ale", "1480 Göteborg", "14 Västra Götalands län", "00 Riket"))
        for number, age in enumerate(AGES)
    ]
    outcome, kept = load(settings, tmp_path, saved(["region", "ålder", "2023", "2024"], lines))
    assert outcome.notes == ("3 områden utanför Västra Götaland har utelämnats.",)
    assert kept.filter(pl.col("ar") == 2023).rows() == [
        ("1440", 2023, "0", 100),
        ("1440", 2023, "1", 101),
        ("1440", 2023, "100+", 102),
        ("1480", 2023, "0", 200),
        ("1480", 2023, "1", 201),
        ("1480", 2023, "100+", 202),
    ]
    assert kept.filter(pl.col("ar") == 2024)["antal"].to_list() == [7] * 6


def test_kon_and_civilstand_are_summed(settings: Settings, tmp_path: Path) -> None:
    lines: list[list[str | int]] = [
        ["1440 Ale", civil, age, kon, 1]
        for civil in ("ogifta", "gifta", "skilda", "änkor/änklingar")
        for age in AGES
        for kon in ("män", "kvinnor")
    ]
    header = ["region", "civilstånd", "ålder", "kön", "2020"]
    _, kept = load(settings, tmp_path, saved(header, lines))
    assert kept["antal"].to_list() == [8, 8, 8]
    doubled: list[list[str | int]] = [*lines, ["1440 Ale", "totalt", "0 år", "totalt", 8]]
    found = check(settings, tmp_path, "befolkning", saved(header, doubled)).problems
    assert where(found) == [(len(lines) + 4, "kon", "totalrad")]


def test_a_total_alone_is_no_total_beside_its_parts(settings: Settings, tmp_path: Path) -> None:
    lines: list[list[str | int]] = [["1440 Ale", age, "totalt", 5] for age in AGES]
    _, kept = load(settings, tmp_path, saved(["region", "ålder", "kön", "2020"], lines))
    assert kept["antal"].to_list() == [5, 5, 5]


def test_totals_over_ages_are_errors(settings: Settings, tmp_path: Path) -> None:
    lines: list[list[str | int]] = [["1440 Ale", age, 5] for age in (*AGES, "totalt ålder")]
    assert where(check(settings, tmp_path, "befolkning", saved(["region", "ålder", "2020"], lines)).problems) == [(7, "alder", "alder")]


def test_a_code_with_another_kommuns_name(settings: Settings, tmp_path: Path) -> None:
    lines: list[list[str | int]] = [["1440 Ale", "0 år", 5], ["1441 Ale", "0 år", 5]]
    found = check(settings, tmp_path, "befolkning", saved(["region", "ålder", "2020"], lines)).problems
    assert [(problem.row, problem.value, problem.rule) for problem in found] == [(5, "1441 Ale", "kommun")]


def test_cells_without_a_number(settings: Settings, tmp_path: Path) -> None:
    lines: list[list[str | int]] = [["1440 Ale", "0 år", ".."], ["1440 Ale", "1 år", 5]]
    assert where(check(settings, tmp_path, "befolkning", saved(["region", "ålder", "2020"], lines)).problems) == [(4, "antal", "saknas")]


@pytest.mark.parametrize(
    "header", [["region", "ålder", "Folkmängd 2020"], ["region", "ålder", "BE0101N1 2020"], ["kommun", "Ålder", "X2020"]]
)
def test_csv_answers_of_pxweb(settings: Settings, tmp_path: Path, header: list[str]) -> None:
    content = ",".join(f'"{name}"' for name in header) + '\r\n"1440 Ale","0 år",5\r\n"0180 Stockholm","0 år",9\r\n'
    _, kept = load(settings, tmp_path, b"\xef\xbb\xbf" + content.encode())
    assert kept.rows() == [("1440", 2020, "0", 5)]


def test_a_csv_answer_with_a_column_for_the_year(settings: Settings, tmp_path: Path) -> None:
    lines = ['"region","ålder","kön","tabellinnehåll","år","Folkmängd"']
    lines += [f'"1440","0","{kon}","Folkmängd","2019",{antal}' for kon, antal in (("män", 5), ("kvinnor", 6))]
    content = "\n".join(lines)
    _, kept = load(settings, tmp_path, content)
    assert kept.rows() == [("1440", 2019, "0", 11)]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("region;ålder;Medelfolkmängd 2020", "1440 Ale;0 år;5"),
        ("region;ålder;födelseregion;2020", "1440 Ale;0 år;Sverige;5\n1440 Ale;0 år;Utlandet;5"),
        ("region;ålder;tabellinnehåll;2020", "1440 Ale;0 år;Folkökning;5"),
        ("ålder;2020", "0 år;5"),
    ],
)
def test_other_tables_are_refused_in_a_sentence(settings: Settings, tmp_path: Path, header: str, line: str) -> None:
    found = check(settings, tmp_path, "befolkning", f"{header}\n{line}\n").problems
    assert [problem.rule for problem in found] == ["fel_tabell"]
    assert "Hämta tabellen Folkmängd" in found[0].message


def workbook(headings: dict[str, str]) -> bytes:
    """SCB's xlsx: a title, stub columns mostly without headings, an area and an age once per block, notes below."""
    rows: dict[int, dict[str, str]] = {1: {"A": "Folkmängd efter region, ålder, kön och år"}, 3: {**headings, "D": "2019", "E": "2020"}}
    number = 4
    for region in ("0114 Upplands Väsby", "1440 Ale"):
        for place, age in enumerate(AGES):
            for sex in ("män", "kvinnor"):
                row = {"C": sex, "D": "5", "E": "6"}
                row |= {"B": age} if sex == "män" else {}
                row |= {"A": region} if sex == "män" and place == 0 else {}
                rows[number] = row
                number += 1
    return xlsx({"BE0101N1": sheet_data({**rows, number + 1: {"A": "Uppgifterna avser 31 december."}, number + 3: {"A": "Källa: SCB"}})})


@pytest.mark.parametrize("headings", [{}, {"A": "region", "B": "ålder", "C": "kön"}])
def test_a_workbook_saved_from_the_database(settings: Settings, tmp_path: Path, headings: dict[str, str]) -> None:
    outcome, kept = load(settings, tmp_path, workbook(headings), "fil.xlsx")
    assert outcome.problems == ()
    assert kept.rows() == [("1440", year, age, antal) for year, antal in ((2019, 10), (2020, 12)) for age in ("0", "1", "100+")]


def test_a_file_per_lan_is_refused(settings: Settings, tmp_path: Path) -> None:
    found = check(settings, tmp_path, "befolkning", (DATA / "SCB_BE0101N1_lan_2020_utdrag.csv").read_bytes()).problems
    assert where(found) == [(None, None, "inga_kommuner")]
    assert found[0].message.startswith("Filen har inga kommuner i Västra Götaland (21 andra områden).")


def test_another_table_of_the_database_is_refused(settings: Settings, tmp_path: Path) -> None:
    content = (DATA / "SCB_BE0101AW_utdrag.csv").read_bytes()
    found = check(settings, tmp_path, "befolkning", content).problems
    assert where(found) == [(None, None, "for_manga_kolumner")]
    narrow = b"\r\n".join(b";".join(line.split(b";")[:9]) for line in content.split(b"\r\n"))
    assert where(check(settings, tmp_path, "befolkning", narrow).problems) == [(3, None, "fel_tabell")]


def answer(**changes: Any) -> dict[str, Any]:
    """A json-stat2 answer like PxWeb's: two areas, three ages, kön, one measure, two years."""
    dimensions = {
        "Region": {"label": "region", "category": {"index": {"1440": 1, "0114": 0}, "label": {"0114": "Upplands Väsby", "1440": "Ale"}}},
        "Alder": {
            "label": "ålder",
            "category": {"index": {"0": 0, "1": 1, "100+": 2}, "label": {"0": "0 år", "1": "1 år", "100+": "100+ år"}},
        },
        "Kon": {"label": "kön", "category": {"index": ["1", "2"], "label": {"1": "män", "2": "kvinnor"}}},
        "ContentsCode": {"label": "tabellinnehåll", "category": {"index": {"BE0101N1": 0}, "label": {"BE0101N1": "Folkmängd"}}},
        "Tid": {"label": "år", "category": {"index": {"2019": 0, "2020": 1}, "label": {"2019": "2019", "2020": "2020"}}},
    } | changes
    size = [len(dimension["category"]["index"]) for dimension in dimensions.values()]
    total = 1
    for length in size:
        total *= length
    return {
        "version": "2.0",
        "class": "dataset",
        "id": list(dimensions),
        "size": size,
        "dimension": dimensions,
        "value": list(range(total)),
    }


def test_a_json_stat_answer(settings: Settings, tmp_path: Path) -> None:
    outcome, kept = load(settings, tmp_path, json.dumps(answer(), indent=1), "svar.json")
    assert outcome.notes == ("1 områden utanför Västra Götaland har utelämnats.",)
    # Ale comes second, after 12 values; each age has män 2019, män 2020, kvinnor 2019, kvinnor 2020.
    expected = {
        ("0", 2019): 12 + 14,
        ("0", 2020): 13 + 15,
        ("1", 2019): 16 + 18,
        ("1", 2020): 17 + 19,
        ("100+", 2019): 20 + 22,
        ("100+", 2020): 21 + 23,
    }
    assert {(age, year): antal for _, year, age, antal in kept.rows()} == expected


def test_a_sparse_answer_and_one_without_kon(settings: Settings, tmp_path: Path) -> None:
    whole = answer()
    sparse = whole | {"value": {str(place): value for place, value in enumerate(whole["value"]) if place != 12}}
    found = check(settings, tmp_path, "befolkning", json.dumps(sparse)).problems
    assert where(found) == [(13, "antal", "saknas")]
    alone = answer()
    del alone["dimension"]["Kon"]
    alone |= {"id": ["Region", "Alder", "ContentsCode", "Tid"], "value": list(range(12))}
    assert check(settings, tmp_path, "befolkning", json.dumps(alone)).problems == ()


MONTHS = {"label": "månad", "category": {"index": {"2025M11": 0, "2025M12": 1}}}
OTHER = {"label": "tabellinnehåll", "category": {"index": {"X": 0}, "label": {"X": "Medelålder"}}}
BORN = {"label": "födelseregion", "category": {"index": {"1": 0, "2": 1}}}


@pytest.mark.parametrize(
    "content", [answer(Tid=MONTHS), answer(ContentsCode=OTHER), answer(Fodelse=BORN), {"a": 1}, [1], answer() | {"value": [1]}]
)
def test_other_answers_are_refused(settings: Settings, tmp_path: Path, content: object) -> None:
    assert [problem.rule for problem in check(settings, tmp_path, "befolkning", json.dumps(content)).problems] == ["fel_tabell"]


def test_the_recorded_answers_hold_no_kommuner_per_year(settings: Settings, tmp_path: Path) -> None:
    for content in (
        gzip.decompress((DATA / "scb_v2_TAB6471_jsonstat2.json.gz").read_bytes()),
        (DATA / "scb_v1_HE0110_jsonstat2.json").read_bytes(),
    ):
        assert [problem.rule for problem in check(settings, tmp_path, "befolkning", content).problems] == ["fel_tabell"]
    assert where(check(settings, tmp_path, "befolkning", '{"a": ').problems) == [(None, None, "fel_tabell")]
    assert where(check(settings, tmp_path, "befolkning", tables.text([{"{": "1"}])).problems) == [(None, None, "fel_tabell")]
