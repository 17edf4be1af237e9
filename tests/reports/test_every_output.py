"""Every indicator and every breakdown in every output, by the same number as `figures`: nothing is wired in dataset by dataset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import polars as pl
import pytest

import figuresio
from loaders.registry import DATASETS
from metrics.breakdowns import DIMENSIONS
from metrics.indicators import INDICATORS
from reports import skr
from reports.measures import THEMES
from reports.opendata import NotProtectedError, Year, open_data
from reports.pdf import yearly_report
from reports.settings import SkrColumn
from reports.wording import STATE_WORDS, places_of
from reports.workbook import forum_workbook
from swedish import number
from tests.reports import form, pdf_text
from tests.reports.everything import YEAR, Everything, made

PERIOD = str(YEAR)
NEVER_IN_THE_YEAR = {id_ for id_, declared in INDICATORS.items() if declared.agreements == ("hsa-2023",)}
"""Conditions that only the agreement before has."""
WITHOUT_FIGURES = {"matt", "namndplan", "avtalsbeslut"}
"""Plans, their outcomes and the parties' decisions have pages and papers of their own."""
_BEFORE_A_LINE_ENDS = 30
ISSUED = date(2028, 3, 1)


@dataclass(frozen=True)
class Outputs:
    """What has come out of the small county."""

    of: Everything
    sheets: dict[str, list[dict[str, Any]]]
    report: tuple[str, ...]
    files: dict[str, bytes]
    delivery: skr.Table

    def figure(self, indicator: str, area: str = "lan-14") -> dict[str, Any]:
        """The year's figure as it was computed."""
        return self.of.figures.row(by_predicate=_at(indicator, area), named=True)


def _at(indicator: str, area: str = "lan-14") -> pl.Expr:
    return (pl.col("indicator") == indicator) & (pl.col("area") == area) & (pl.col("period") == PERIOD)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    of = made(tmp_path_factory.mktemp("everything"))
    book = openpyxl.load_workbook(BytesIO(forum_workbook(of.settings, of.internal)), read_only=True)
    year = Year(
        figuresio.with_run(of.protected.figures, "r"), ISSUED, ISSUED, of.protected.breakdowns.with_columns(run=pl.lit("r", pl.String))
    )
    return Outputs(
        of,
        {sheet.title: list(_lines(sheet)) for sheet in book},
        tuple(pdf_text.lines(yearly_report(of.settings, of.internal, "lan-14"))),
        open_data(of.settings, form.OPEN_DATA, {YEAR: year}, is_demo=False),
        skr.table(of.settings, form.SKR, of.internal),
    )


def _lines(sheet: Any) -> Iterator[dict[str, Any]]:
    _, _, heads, *rows = sheet.iter_rows(values_only=True)
    yield from (dict(zip(heads, row, strict=True)) for row in rows)


def test_every_dataset_gives_figures_or_has_a_page_of_its_own() -> None:
    told = {declared.dataset for declared in INDICATORS.values()} | {"befolkning"}
    assert told | WITHOUT_FIGURES == set(DATASETS)
    assert not told & WITHOUT_FIGURES


@pytest.mark.parametrize("indicator", INDICATORS)
def test_an_indicator_is_in_every_output_by_the_same_number(outputs: Outputs, indicator: str) -> None:
    declared = INDICATORS[indicator]
    if indicator in NEVER_IN_THE_YEAR:
        assert outputs.of.figures.filter(indicator=indicator, period=PERIOD)["value"].is_null().all()
        return
    figure = outputs.figure(indicator)
    assert figure["value"] is not None
    assert figure["complete"]
    _in_the_workbook(outputs, indicator)
    text = number(figure["value"], places_of(outputs.of.settings, indicator)).replace("\u00a0", " ")
    assert any(line.startswith(declared.name[:_BEFORE_A_LINE_ENDS]) and f" {text} " in line for line in outputs.report)
    rows = pl.read_csv(BytesIO(outputs.files[f"{declared.theme}-{YEAR}.csv"]), schema_overrides={"area": pl.String, "period": pl.String})
    shown = rows.row(by_predicate=_at(indicator), named=True)
    assert shown["value"] == figure["value"] or (shown["status"], shown["value"]) == ("suppressed", None)


def _in_the_workbook(outputs: Outputs, indicator: str) -> None:
    declared = INDICATORS[indicator]
    rows = {row["Områdets id"]: row for row in outputs.sheets[THEMES[declared.theme]] if row["Mått"] == declared.name}
    for area in ("lan-14", "1440"):
        assert rows[area]["Värde"] == outputs.figure(indicator, area)["value"]
        assert rows[area]["Läge"] == STATE_WORDS[outputs.figure(indicator, area)["status"]]
    assert any(row["Mått"] == declared.name for row in outputs.sheets["Definitioner"])


def test_most_numbers_are_shown_openly(outputs: Outputs) -> None:
    """Were all of them hidden, equality with open data would say nothing."""
    public = outputs.of.protected.figures.filter(area="lan-14", period=PERIOD)
    assert public.filter(pl.col("value").is_not_null())["indicator"].n_unique() > 0.7 * len(INDICATORS)


@pytest.mark.parametrize("column", form.SKR.columns, ids=lambda column: column.id)
def test_the_delivery_to_skr_is_filled_from_the_same_figures(outputs: Outputs, column: SkrColumn) -> None:
    for area in ("1440", "lan-14"):
        cell = outputs.delivery.cells[area, column.id]
        assert cell == skr.Cell(outputs.figure(column.indicator, area)[column.part], "no_goal")


def test_skr_gets_the_participants_of_each_kind_of_training(outputs: Outputs) -> None:
    cells = outputs.delivery.cells
    assert [cells["1440", id_].value for id_ in ("utbildade", "utbildade_intygsutfardare")] == [7 + 8 + 9 + 10 + 11, 6]
    assert cells["1401", "utbildade"].value == 0


# ---- Breakdowns ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_breakdown_is_in_every_output_that_may_hold_it(outputs: Outputs, dimension: str) -> None:
    declared = DIMENSIONS[dimension]
    for indicator in declared.indicators:
        computed = outputs.of.breakdowns.filter(_at(indicator), pl.col("dimension") == dimension)
        assert computed.height
        rows = [
            row
            for row in outputs.sheets["Fördelningar"]
            if (row["Mått"], row["Fördelning"], row["Områdets id"]) == (INDICATORS[indicator].name, declared.name, "lan-14")
        ]
        assert {row["Kategori"]: row["Värde"] for row in rows} == dict(computed.select("category_name", "value").iter_rows())
    assert any(declared.heading in line for line in outputs.report)
    public = pl.read_parquet(BytesIO(outputs.files[f"fordelningar-{YEAR}.parquet"])).filter(pl.col("dimension") == dimension)
    assert set(public["area"]) == {"lan-14"}
    assert public.drop("run").equals(outputs.of.protected.breakdowns.filter(pl.col("dimension") == dimension))


def test_kommuners_breakdowns_stay_inside(outputs: Outputs) -> None:
    of = outputs.of
    assert {row["Områdets id"] for row in outputs.sheets["Fördelningar"]} > {"lan-14", "1440", "kf-gr"}
    assert set(of.protected.breakdowns["area"]) == {"lan-14"}
    some = of.protected.breakdowns.filter(pl.col("value").is_not_null())
    assert some["dimension"].n_unique() >= 5
    shown = figuresio.with_run(of.protected.figures, "r")
    for wrong in (of.internal.breakdowns, of.breakdowns.filter(area="lan-14")):
        with pytest.raises(NotProtectedError, match="inte skyddade"):
            open_data(of.settings, form.OPEN_DATA, {YEAR: Year(shown, ISSUED, ISSUED, wrong)}, is_demo=False)
    theirs = " ".join(pdf_text.pages(yearly_report(of.settings, of.protected, "1440")))
    assert "Fördelningar:" not in theirs
