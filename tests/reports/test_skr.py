"""The delivery to SKR: what is filled in, what is hidden, what the checks find, and the files."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import polars as pl
import pytest
from pydantic import ValidationError

import periods
from reports import skr
from reports.edition import Edition
from reports.quality import counted as counting
from reports.settings import SkrSettings
from reports.skr_checks import Check, findings_sha256, may_be_sent, received
from reports.skr_counts import SCHEMA, counts
from reports.skr_files import Delivery, SignedBy, delivery, receipt
from sql.skr import Explanation
from tests.reports import form
from tests.reports.county import WITHOUT_NTANDVARD

KOMMUNER = list(form.shipped().kommuner)
AT = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
SIGNED = SignedBy(name="=Förvaltare", at=AT, comment="+ allt är läst")


def counted(value: float = 200.0, **special: float | None) -> pl.DataFrame:
    """The same `fatt_stod` in every kommun, and six of each kind of avvikelse; `special` is k1440=3 and so on, None for no row."""
    rows = []
    for kommun in KOMMUNER:
        stod = special.get(f"k{kommun}", value)
        rows += [] if stod is None else [(kommun, "fatt_stod", stod)]
        rows += [(kommun, "avvikelser_fel_boendeenhet", 6.0), (kommun, "avvikelser_avbojd_mhb", 0.0)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def made(
    edition: Edition | None = None,
    now: pl.DataFrame | None = None,
    explanations: Mapping[str, str] | None = None,
    moved: tuple[tuple[str, str], ...] = (),
) -> Delivery:
    """With `explanations` by check, each of what that check finds."""
    whole = counted() if now is None else now
    found = delivery(form.shipped(), form.SKR, edition or form.edition(), whole, whole, (), moved)
    said = [Explanation(2025, id_, check(found, id_).found_sha256, text, "Anna", AT) for id_, text in (explanations or {}).items()]
    return delivery(form.shipped(), form.SKR, edition or form.edition(), whole, whole, said, moved)


def check(found: Delivery, id_: str) -> Check:
    return next(check for check in found.checks if check.id == id_)


def number(found: Delivery, area: str, column: str) -> float | None:
    return found.table.cells[area, column].value


# ---- The numbers --------------------------------------------------------------------------------------------------------------


def test_every_kommun_and_the_region_have_the_figures_parts() -> None:
    found = made(form.internal())
    figures = form.frames()["figures"].filter(period="2025")
    for area in (*KOMMUNER, "lan-14"):
        here = {row["indicator"]: row for row in figures.filter(area=area).iter_rows(named=True)}
        assert number(found, area, "befolkning") == here["ntandvard_tackning"]["denominator"]
        assert number(found, area, "intyg") == here["ntandvard_intyg"]["numerator"]
        assert number(found, area, "fatt_mhb") == here["mhb_utford"]["numerator"]
        assert number(found, area, "andel_intyg") == here["ntandvard_tackning"]["value"]
    assert [area for area, _ in found.table.areas][-1] == "lan-14"
    assert [name for _, name in found.table.areas][:2] == ["Ale", "Alingsås"]
    assert found.table.areas[-2][1] == "Öckerö"


def test_o25_is_the_share_of_those_with_intyg_and_the_region_a_ratio_of_sums() -> None:
    found = made(form.internal())
    intyg, region = number(found, "1440", "intyg"), number(found, "lan-14", "intyg")
    assert intyg is not None
    assert region is not None
    assert number(found, "1440", "o25") == 100 * 200 / intyg
    assert number(found, "lan-14", "o25") == 100 * 200 * 49 / region


def test_what_nobody_delivers_is_missing_and_not_zero() -> None:
    found = made()
    assert found.table.cells["1440", "utbildade"] == skr.MISSING
    assert number(found, "1440", "avbojd_mhb") == 0.0
    partly = made(now=counted(k1440=None))
    assert partly.table.cells["1440", "fatt_stod"] == skr.MISSING
    assert partly.table.cells["lan-14", "fatt_stod"] == skr.Cell(200.0 * 48, "incomplete")


@pytest.mark.parametrize("small", [1.0, 4.0])
def test_a_small_count_is_hidden_with_the_sum_and_the_share_that_give_it_away(small: float) -> None:
    table = made(now=counted(k1440=small)).table
    for area, column in (("1440", "fatt_stod"), ("1440", "o25"), ("lan-14", "fatt_stod"), ("lan-14", "o25")):
        assert table.cells[area, column] == skr.PROTECTED
    assert table.cells["1489", "fatt_stod"].value == 200.0
    assert made(form.internal(), counted(k1440=small)).table.cells["1440", "fatt_stod"].value == small


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_zero_and_the_threshold_are_shown(value: float) -> None:
    assert made(now=counted(k1440=value)).table.cells["1440", "fatt_stod"].value == value


def test_a_share_with_a_small_rest_is_hidden_with_its_part() -> None:
    intyg = number(made(form.internal()), "1440", "intyg")
    assert intyg is not None
    table = made(now=counted(k1440=intyg - 2)).table
    assert table.cells["1440", "fatt_stod"] == table.cells["1440", "o25"] == skr.PROTECTED
    assert table.cells["lan-14", "fatt_stod"] == skr.PROTECTED
    assert table.cells["1440", "intyg"].value == intyg


def covered(cells: Iterable[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame([(*cell, True) for cell in cells], schema=["kommun", "period", "complete"], orient="row")


def test_counts_come_from_the_rows_of_kommuner_that_have_left_them() -> None:
    """A whole year without a row is a zero; a kommun that lacks a month has no number."""
    quarters, months = periods.quarters("2025"), periods.months("2025")
    coverage = {
        "ntandvard": pl.DataFrame(
            [(k, q, True) for k in ("1440", "1489") for q in quarters], schema=["kommun", "period", "complete"], orient="row"
        ),
        "avvikelser": covered((k, m) for k in ("1440", "1489", "1490") for m in months if (k, m) != ("1490", "2025-07")),
    }
    ntandvard = pl.LazyFrame(
        {"kommun": ["1440", "1440", "1489"], "kvartal": ["2025-Q4", "2025-Q3", "2025-Q4"], "fatt_stod": [7, 9, None]},
    )
    wrong_unit = "fel_boendeenhet"
    reports = [("1440", "munhalsa", wrong_unit, 2025), ("1440", "psykisk", wrong_unit, 2025), ("1440", "munhalsa", "annat", 2025)]
    reports += [("1440", "munhalsa", wrong_unit, 2024), ("1490", "munhalsa", wrong_unit, 2025)]
    avvikelser = pl.LazyFrame(
        [(kommun, omrade, kategori, datetime(year, 5, 1).date()) for kommun, omrade, kategori, year in reports],  # noqa: DTZ001
        schema={"kommun": pl.String, "omrade": pl.String, "kategori": pl.String, "registrerad": pl.Date},
        orient="row",
    )
    names = frozenset({"fatt_stod", "avvikelser_fel_boendeenhet", "utbildning_deltagare"})
    found = counts({"ntandvard": ntandvard, "avvikelser": avvikelser}, coverage, names, 2025)
    assert found.rows() == [
        ("1440", "avvikelser_fel_boendeenhet", 1.0),
        ("1489", "avvikelser_fel_boendeenhet", 0.0),
        ("1440", "fatt_stod", 7.0),
    ]


# ---- The checks ---------------------------------------------------------------------------------------------------------------


def test_who_has_not_left_what_is_told_by_name() -> None:
    """Färgelanda has not left its second quarter, and two kommuner lack months of avvikelser."""
    tandvard, silent = form.shipped().kommuner[WITHOUT_NTANDVARD[0]], form.shipped().kommuner["1447"]
    found = check(made(), "delivered").found
    assert f"N-tandvård för andra kvartalet 2025 saknas från {tandvard}." in found
    assert f"Avvikelser för första kvartalet 2025 saknas från {silent}." in found
    assert len(found) == 5
    states = received(form.SKR, form.edition())
    assert states["ntandvard", WITHOUT_NTANDVARD[0], "2025-Q2"] == "none"
    assert states["ntandvard", WITHOUT_NTANDVARD[0], "2025-Q3"] == states["avvikelser", "1480", "2025-Q1"] == "full"


def test_a_kommun_that_lacks_a_month_is_incomplete_and_nobody_is_everybody() -> None:
    figures = form.protected()
    quarter = pl.col("period") == "2025-Q1"
    months = pl.col("indicator") == counting("avvikelser")
    partly = figures.with_columns(
        pl.when(quarter & months & (pl.col("area") == "1440")).then(False).otherwise("complete").alias("complete"),
    ).filter(~((pl.col("period") == "2025-Q4") & (pl.col("indicator") == "ntandvard_intyg")))
    found = check(made(form.edition(partly)), "delivered").found
    assert any("är ofullständigt från Ale." in line for line in found)
    assert "N-tandvård för fjärde kvartalet 2025 saknas från alla 49 kommuner." in found


def test_words_explain_what_they_were_written_for_and_nothing_else() -> None:
    explained = made(explanations={"delivered": "Färgelanda kommer i maj."})
    assert check(explained, "delivered").outcome == "explained"
    said = check(explained, "delivered").words
    assert said is not None
    other = replace(check(made(), "delivered"), found=("N-tandvård saknas från Ale.",), words=said)
    assert (other.outcome, other.explanation, other.words) == ("fail", None, said)
    assert replace(other, found=()).outcome == "pass"


def test_the_newest_words_count() -> None:
    found = check(made(), "delivered")
    said = [Explanation(2025, "delivered", found.found_sha256, text, "Anna", AT) for text in ("nyast", "äldst")]
    again = delivery(form.shipped(), form.SKR, form.edition(), counted(), counted(), said)
    assert [each.explanation.text for each in again.checks if each.explanation] == ["nyast"]


@pytest.mark.parametrize("check_id", ["published", "totals", "leaks"])
def test_what_must_never_be_sent_cannot_be_explained(check_id: str) -> None:
    here = (pl.col("indicator") == "ntandvard_intyg") & (pl.col("area") == "1440") & (pl.col("period") == "2025")
    wrong = form.frames()["figures"].with_columns(pl.when(here).then(3.0).otherwise("numerator").alias("numerator"))
    found = made(form.edition(wrong, publication=None), explanations={check_id: "Det är som det ska."})
    assert check(found, check_id).outcome == "fail"
    assert not may_be_sent(found.checks)


def test_it_may_be_sent_when_each_check_holds_or_is_explained() -> None:
    failed = [check.id for check in made().checks if check.outcome == "fail"]
    assert failed == ["delivered", "filled", "changes"]
    assert not may_be_sent(made().checks)
    assert may_be_sent(made(explanations=dict.fromkeys(failed, "Förklarat.")).checks)


def test_what_was_found_has_a_hash_that_words_do_not_change() -> None:
    before = findings_sha256(made().checks)
    assert findings_sha256(made(explanations={"delivered": "Förklarat."}).checks) == before
    assert findings_sha256(made(moved=(("intyg", "1440"),)).checks) != before


def test_numbers_that_have_moved_are_named_but_not_told() -> None:
    found = check(made(moved=(("intyg", "1440"), ("intyg", "1489"), ("o25", "1440"))), "moved")
    assert found.found == ("Med intyg: ändrat för Ale och Alingsås.", "O25, %: ändrat för Ale.")
    assert found.outcome == "fail"


def test_a_column_without_numbers_is_found() -> None:
    assert check(made(), "filled").found == ("Deltagare i utbildning: ingen uppgift har kommit in.",)


def test_an_unpublished_year_has_nothing_to_agree_with() -> None:
    draft = made(form.edition(publication=None))
    assert check(draft, "published").found == ("2025 är inte publicerat, så det finns inget att stämma av mot.",)


def test_kommuner_that_do_not_add_up_are_found() -> None:
    figures = form.frames()["figures"]
    here = (pl.col("indicator") == "ntandvard_intyg") & (pl.col("area") == "1440") & (pl.col("period") == "2025")
    wrong = figures.with_columns(pl.when(here).then(pl.col("numerator") + 1).otherwise("numerator").alias("numerator"))
    found = check(made(form.edition(wrong, internal=True)), "totals")
    assert len(found.found) == 1
    assert found.found[0].startswith("Med intyg: kommunerna ger ")


def test_a_large_change_is_found_and_a_small_one_is_not() -> None:
    """Thirty per cent and twenty persons: 100 to 131 is told, 100 to 130 is not, 10 to 25 is not."""
    settings = form.shipped()
    told = {}
    large = delivery(settings, form.SKR, form.edition(), counted(k1440=131.0), counted(k1440=100.0), ())
    for now, before in ((131.0, 100.0), (130.0, 100.0), (25.0, 10.0), (20.0, 0.0)):
        made_ = delivery(settings, form.SKR, form.edition(), counted(k1440=now), counted(k1440=before), ())
        told[now, before] = any("Fått något stöd, Ale" in line for line in check(made_, "changes").found)
    assert any("100 förra året, 131 nu (+31\u00a0%)" in line for line in check(large, "changes").found)
    assert told == {(131.0, 100.0): True, (130.0, 100.0): False, (25.0, 10.0): False, (20.0, 0.0): True}


def test_a_missing_or_old_population_is_found() -> None:
    old = form.protected().with_columns(preliminary=pl.col("indicator") == "ntandvard_tackning")
    assert "preliminära" in check(made(form.edition(old)), "denominators").found[0]
    here = (pl.col("indicator") == "ntandvard_tackning") & (pl.col("area") == "1440") & (pl.col("period") == "2025")
    without = form.protected().with_columns(pl.when(here).then(None).otherwise("denominator").alias("denominator"))
    assert check(made(form.edition(without)), "denominators").found == ("Invånare 24 år och äldre: saknas för Ale.",)


def test_a_small_number_that_is_shown_is_found() -> None:
    """The figures are protected by whoever makes the edition; here nobody did."""
    here = (pl.col("indicator") == "ntandvard_intyg") & (pl.col("area") == "1440") & (pl.col("period") == "2025")
    open_ = form.frames()["figures"].with_columns(pl.when(here).then(3.0).otherwise("numerator").alias("numerator"))
    assert "Med intyg, Ale: ett antal under 5 visas." in check(made(form.edition(open_)), "leaks").found
    hidden = open_.with_columns(
        pl.when(here).then(None).otherwise("numerator").alias("numerator"),
        pl.when(here).then(pl.lit("suppressed")).otherwise("status").alias("status"),
    )
    assert check(made(form.edition(hidden)), "leaks").found == ("Med intyg, Ale: det skyddade talet är regionens tal minus de andra.",)
    assert check(made(form.internal()), "leaks").outcome == "fail"


# ---- The files ----------------------------------------------------------------------------------------------------------------


def test_the_workbook_read_back_equals_the_table() -> None:
    found = made(now=counted(k1440=3.0, k1489=None))
    book = openpyxl.load_workbook(BytesIO(found.files().xlsx))
    assert book.sheetnames == ["Data", "Definitioner", "Kontroller", "Kvittens"]
    for line in book["Data"].iter_rows(min_row=4, values_only=True):
        for column, value in zip(found.table.columns, line[2:], strict=True):
            cell = found.table.cells[str(line[0]), column.id]
            if cell.value is not None and cell.status == "no_goal":
                assert value == cell.value
            else:
                assert str(value).split(" ")[0] in ("saknas", "skyddad", "ofullständig")
    assert book["Data"]["A4"].data_type == "s"
    assert dict(zip([c.value for c in book["Kontroller"]["A"]][3:], [c.value for c in book["Kontroller"]["B"]][3:], strict=True)) == {
        check.question: {"pass": "stämmer", "fail": "stämmer inte"}[check.outcome] for check in found.checks
    }


def test_the_csv_opens_in_a_swedish_spreadsheet_and_equals_the_table() -> None:
    found = made(now=counted(k1440=3.0))
    assert found.csv.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(StringIO(found.csv.decode("utf-8-sig")), delimiter=";"))
    assert len(lines) == 50
    for line in lines:
        for column in found.table.columns:
            cell = found.table.cells[line["kommunkod"], column.id]
            if cell.value is not None:
                assert float(line[column.id].replace(",", ".")) == cell.value
    assert lines[0]["kommun"] == "Ale"
    assert lines[0]["fatt_stod"] == "skyddad"


def test_text_never_becomes_a_formula() -> None:
    settings = form.shipped().model_copy(update={"kommuner": dict(form.shipped().kommuner) | {"1440": '=HYPERLINK("x")'}})
    sha256 = check(delivery(settings, form.SKR, form.edition(), counted(), counted(), ()), "delivered").found_sha256
    said = Explanation(2025, "delivered", sha256, "=1+1", "@anna", AT)
    found = delivery(settings, form.SKR, form.edition(), counted(), counted(), (said,))
    book = openpyxl.load_workbook(BytesIO(found.files(SIGNED).xlsx))
    assert "=1+1" in [cell.value for cell in book["Kontroller"]["D"]]
    assert all(cell.data_type != "f" for sheet in book for line in sheet.iter_rows() for cell in line)
    assert "'=HYPERLINK" in found.csv.decode("utf-8-sig")
    assert ["Godkänd av", "=Förvaltare"] in [list(line) for line in book["Kvittens"].iter_rows(values_only=True)]


def test_the_receipt_has_the_files_checksums() -> None:
    found = made()
    files = found.files()
    told = receipt({"skr.xlsx": files.xlsx, "skr.csv": files.csv}).decode()
    assert told == f"{found.csv_sha256}  skr.csv\n{hashlib.sha256(files.xlsx).hexdigest()}  skr.xlsx\n"
    assert found.csv_sha256 == hashlib.sha256(files.csv).hexdigest()
    sheet = openpyxl.load_workbook(BytesIO(files.xlsx))["Kvittens"]
    assert ["SHA-256 för CSV-filen", hashlib.sha256(found.csv).hexdigest()] in [list(line) for line in sheet.iter_rows(values_only=True)]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert made().files(SIGNED) == made().files(SIGNED)
    assert made().files(SIGNED).csv == made().files().csv


def test_a_demo_says_so_on_every_sheet() -> None:
    book = openpyxl.load_workbook(BytesIO(made(form.edition(is_demo=True)).files().xlsx))
    assert {sheet["A2"].value for sheet in book} == {"DEMODATA"}


# ---- The form -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count": "fatt_stod"}, "ange en av indicator, count och share_of"),
        ({"indicator": None}, "ange en av indicator, count och share_of"),
        ({"id": "intyg"}, "två kolumner har samma id"),
        ({"indicator": None, "share_of": ("intyg", "finns_inte")}, "share_of i befolkning"),
    ],
)
def test_a_form_that_does_not_hold_together_is_refused(change: dict[str, object], said: str) -> None:
    raw = {**form.FORMS["skr"], "columns": [form.FORMS["skr"]["columns"][0] | change, *form.FORMS["skr"]["columns"][1:]]}
    with pytest.raises(ValidationError, match=said):
        SkrSettings.model_validate(raw)


def test_an_unknown_indicator_is_named() -> None:
    raw = {**form.FORMS["skr"], "columns": [{"id": "a", "heading": "A", "definition": "b", "indicator": "finns_inte"}]}
    with pytest.raises(ValueError, match="indikatorn finns_inte finns inte"):
        skr.table(form.shipped(), SkrSettings.model_validate(raw), form.edition(), counted())
