"""The delivery to SKR: what is filled in, what is hidden, what the checks find, and the files."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import polars as pl
import pytest
from pydantic import ValidationError

from config import ConfigError
from reports import skr
from reports.edition import Edition
from reports.quality import counted as counting
from reports.settings import SkrSettings, skr_form
from reports.skr_checks import Check, findings_sha256, may_be_sent, received
from reports.skr_files import Delivery, SignedBy, delivery, receipt
from sql.skr import Explanation
from tests.reports import form
from tests.reports.county import WITHOUT_NTANDVARD

KOMMUNER = list(form.shipped().kommuner)
AT = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
SIGNED = SignedBy(name="=Förvaltare", at=AT, comment="+ allt är läst")


def altered(figures: pl.DataFrame, indicator: str, area: str, **parts: float | str | None) -> pl.DataFrame:
    """The figures with another numerator, denominator, value or status in an area's 2025; `before` is the numerator of 2024."""
    here = (pl.col("indicator") == indicator) & (pl.col("area") == area)
    then = here & (pl.col("period") == "2024")
    before = parts.pop("before", None)
    now = [pl.when(here & (pl.col("period") == "2025")).then(pl.lit(value)).otherwise(name).alias(name) for name, value in parts.items()]
    changed = figures.with_columns(now)
    return changed if before is None else changed.with_columns(numerator=pl.when(then).then(pl.lit(before)).otherwise("numerator"))


def hidden(figures: pl.DataFrame, indicator: str, *areas: str) -> pl.DataFrame:
    for area in areas:
        figures = altered(figures, indicator, area, numerator=None, value=None, status="suppressed")
    return figures


def made(
    edition: Edition | None = None,
    explanations: Mapping[str, str] | None = None,
    moved: tuple[tuple[str, str], ...] = (),
) -> Delivery:
    """With `explanations` by check, each of what that check finds."""
    found = delivery(form.shipped(), form.SKR, edition or form.edition(), (), moved)
    said = [Explanation(2025, id_, check(found, id_).found_sha256, text, "Anna", AT) for id_, text in (explanations or {}).items()]
    return delivery(form.shipped(), form.SKR, edition or form.edition(), said, moved)


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


def test_o25_is_a_figure_like_any_other() -> None:
    found = made(form.internal())
    row = form.frames()["figures"].filter(period="2025", area="lan-14", indicator="o25").row(0, named=True)
    assert (number(found, "lan-14", "fatt_stod"), number(found, "lan-14", "o25")) == (row["numerator"], row["value"])
    assert found.table.cells["lan-14", "fatt_stod"].status == "no_goal"


def test_what_nobody_delivers_is_missing_and_not_zero() -> None:
    found = made()
    assert found.table.cells["1440", "utbildade"] == skr.MISSING
    assert number(found, "1440", "avbojd_mhb") == 0.0
    older = form.protected().filter(pl.col("indicator") != "o25")
    assert made(form.edition(older)).table.cells["1440", "o25"] == skr.MISSING, "a publication from before the indicator"


def test_what_the_edition_hides_is_hidden_and_its_population_is_not() -> None:
    shown = made(form.edition(hidden(form.protected(), "ntandvard_tackning", "1440"))).table.cells
    assert shown["1440", "andel_intyg"] == skr.PROTECTED
    population = form.frames()["figures"].filter(period="2025", area="1440", indicator="ntandvard_tackning").row(0, named=True)
    assert shown["1440", "befolkning"].value == population["denominator"]


def test_every_number_of_a_protected_delivery_is_in_the_public_figures() -> None:
    """Nothing is counted here: what is protected in the publication, with all that is shown beside it, is what is sent."""
    public = form.protected().filter(period="2025", status="suppressed")
    places = {(row["area"], row["indicator"]) for row in public.iter_rows(named=True)}
    assert places
    table = made().table
    for column in table.columns:
        for area, _ in table.areas:
            if (area, column.indicator) in places and not column.is_population:
                assert table.cells[area, column.id] == skr.PROTECTED


# ---- The checks ---------------------------------------------------------------------------------------------------------------


def test_who_has_not_left_what_is_told_by_name() -> None:
    """Färgelanda has not left its second quarter, and two kommuner lack months of avvikelser."""
    tandvard, silent = form.shipped().kommuner[WITHOUT_NTANDVARD[0]], form.shipped().kommuner["1447"]
    found = check(made(), "delivered").found
    assert f"N-tandvård för andra kvartalet 2025 saknas från {tandvard}." in found
    assert f"Avvikelser för första kvartalet 2025 saknas från {silent}." in found
    assert "Utbildning för fjärde kvartalet 2025 saknas från alla 49 kommuner." in found
    assert len(found) == 9
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
    again = delivery(form.shipped(), form.SKR, form.edition(), said)
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
    assert check(made(), "filled").found == (
        "Deltagare i utbildning: ingen uppgift har kommit in.",
        "Utbildade intygsutfärdare: ingen uppgift har kommit in.",
    )


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
    told = {}
    for now, before in ((131.0, 100.0), (130.0, 100.0), (25.0, 10.0), (20.0, 0.0)):
        figures = altered(form.frames()["figures"], "o25", "1440", numerator=now, before=before)
        found = check(made(form.edition(figures, internal=True)), "changes").found
        told[now, before] = [line for line in found if line.startswith("Fått något stöd, Ale")]
    assert told.pop((131.0, 100.0)) == ["Fått något stöd, Ale: 100 förra året, 131 nu (+31\u00a0%)."]
    assert told.pop((20.0, 0.0)) == ["Fått något stöd, Ale: 0 förra året, 20 nu."]
    assert list(told.values()) == [[], []]


def test_what_swings_is_not_held_against_last_year() -> None:
    columns = [column.model_copy(update={"swings": column.id == "fatt_stod"}) for column in form.SKR.columns]
    swinging = form.SKR.model_copy(update={"columns": tuple(columns)})
    figures = altered(form.frames()["figures"], "o25", "1440", numerator=131.0, before=100.0)
    found = delivery(form.shipped(), swinging, form.edition(figures, internal=True), ())
    assert not any(line.startswith("Fått något stöd, Ale") for line in check(found, "changes").found)


def test_a_first_year_has_nothing_to_be_held_against() -> None:
    first = form.edition(form.protected().filter(pl.col("period") >= "2025"))
    assert check(made(first), "changes").found == ("Det finns inga tal för 2024 att jämföra med.",)
    nothing = form.edition(form.protected().filter(~pl.col("period").is_in(["2025"])))
    assert check(made(nothing), "changes").found == ("Det finns inga tal för 2025 att jämföra.",)


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
    found = made(form.edition(hidden(form.protected(), "o25", "1440", "lan-14")))
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
    found = made(form.edition(hidden(form.protected(), "o25", "1440", "lan-14")))
    assert found.csv.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(StringIO(found.csv.decode("utf-8-sig")), delimiter=";"))
    assert len(lines) == 50
    for line in lines:
        for column in found.table.columns:
            cell = found.table.cells[line["kommunkod"], column.id]
            if cell.status == "no_goal":
                assert float(line[column.id].replace(",", ".")) == cell.value
            else:
                assert line[column.id] == {"missing": "saknas", "suppressed": "skyddad", "incomplete": "ofullständig"}[cell.status]
    assert lines[0]["kommun"] == "Ale"
    assert lines[0]["fatt_stod"] == "skyddad"


def test_text_never_becomes_a_formula() -> None:
    settings = form.shipped().model_copy(update={"kommuner": dict(form.shipped().kommuner) | {"1440": '=HYPERLINK("x")'}})
    sha256 = check(delivery(settings, form.SKR, form.edition(), ()), "delivered").found_sha256
    said = Explanation(2025, "delivered", sha256, "=1+1", "@anna", AT)
    found = delivery(settings, form.SKR, form.edition(), (said,))
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
        ({"part": "lower"}, "columns.0.part"),
        ({"id": "intyg"}, "två kolumner har samma id"),
        ({"indicator": "finns_inte"}, "indikatorn finns_inte finns inte"),
    ],
)
def test_a_form_that_does_not_hold_together_is_refused(change: dict[str, object], said: str) -> None:
    raw = {**form.FORMS["skr"], "columns": [form.FORMS["skr"]["columns"][0] | change, *form.FORMS["skr"]["columns"][1:]]}
    with pytest.raises(ValidationError, match=said):
        SkrSettings.model_validate(raw)


def test_a_bad_form_is_told_with_place_and_remedy() -> None:
    columns = [{"id": "a", "heading": "A", "definition": "b", "indicator": "finns_inte"}, {"id": "B"}]
    with pytest.raises(ConfigError) as refused:
        skr_form(form.shipped().model_copy(update={"skr": form.FORMS["skr"] | {"columns": columns}}))
    assert "skr.columns.1.id: går inte att läsa. Rätta värdet." in refused.value.problems
    with pytest.raises(ConfigError, match=r"skr: indikatorn finns_inte finns inte\. Rätta stavningen\."):
        skr_form(form.shipped().model_copy(update={"skr": form.FORMS["skr"] | {"columns": columns[:1]}}))
    with pytest.raises(ConfigError, match="skr saknas"):
        skr_form(form.shipped().model_copy(update={"skr": None}))
