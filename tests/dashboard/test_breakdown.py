"""Breakdowns as pages, answers and files show them, and the bridge."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from dashboard.context import Context
from dashboard.lookup import Lookup
from dashboard.sections import breakdown
from dashboard.tree import find, text_of
from metrics import breakdowns, bridge
from metrics.breakdowns import DIMENSIONS, SCHEMA
from metrics.breakdowns.utskrivning import ALONE, IN_MEAN, LEFT_OUT, SAME_DAY
from tests.conftest import settings_of
from tests.dashboard.served import client, save_run, sqlite_store
from tests.dashboard.test_pages import page, said, whole

PLACE = "omrade=1480&period=2025-Q2"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = settings_of(tmp_path_factory.mktemp("parts") / "storage")
    with sqlite_store(settings) as opened:
        opened.mark_demo()
        save_run(settings, opened)
        yield client(settings, opened)


# ---- Pages ---------------------------------------------------------------------------------------------------------------------


def test_the_parts_of_a_count_are_those_of_the_figure(context: Context) -> None:
    area = context.areas.find("1480")
    assert area is not None
    figure = context.lookup.figure("utskrivna", "1480", "2025-Q2")
    assert figure is not None
    for dimension in ("enhet", "dagar", "rakning"):
        found = breakdown.parts(context, "utskrivna", DIMENSIONS[dimension], area, "2025-Q2")
        assert sum(part.value("utskrivna") or 0 for part in found) == figure.numerator
    lengths = [part.name for part in breakdown.parts(context, "utskrivna", DIMENSIONS["dagar"], area, "2025-Q2")]
    assert lengths == list(DIMENSIONS["dagar"].labels.values()), "also those that nobody stayed"


def test_free_words_stand_by_size_and_others_last(context: Context) -> None:
    county = context.areas.county
    sizes = [part.size("avvikelser") for part in breakdown.parts(context, "avvikelser", DIMENSIONS["kategori"], county, "2024")]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == 2


def test_the_ladder_says_what_the_data_cannot(context: Context) -> None:
    text = said(f"/indikator/avvikelser?{PLACE}", context)
    for words in ("Eskaleringstrappan", "Steg 3: tvist", "hur länge det låg i varje steg går inte att säga", "Kommunen om regionen"):
        assert words in text


def test_a_mean_by_its_own_days_shows_how_many(context: Context) -> None:
    node = whole(page(f"/indikator/dagar_snitt?{PLACE}", context))
    (section,) = find(node, aria_labelledby="fordelning-dagar_i_snittet")
    stays = context.lookup.figure("dagar_snitt", "1480", "2025-Q2")
    assert stays is not None
    assert stays.denominator is not None
    bars = [text_of(each) for each in find(section, tag="b")]
    assert sum(int(each.replace("\u00a0", "")) for each in bars) == stays.denominator


def test_openly_a_kommun_is_told_where_to_look(protected: Context) -> None:
    text = said("/indikator/utskrivna?omrade=1480&period=2023-Q2", protected)
    assert "Fördelningen visas inte öppet här" in text
    assert "Sjukhus A" not in text


def test_openly_the_county_has_its_years(context: Context) -> None:
    view = context.lookup.view
    openly = replace(view, protected=True, breakdowns=breakdowns.public(context.settings, view.breakdowns, view.figures))
    county = Context(context.settings, context.areas, Lookup(openly))
    assert "Sjukhus A" in said("/indikator/utskrivna?period=2024", county)
    assert "Fördelningen visas inte öppet här" in said("/indikator/utskrivna?period=2024-Q1", county)
    words = said("/indikator/avvikelser?period=2023", county)
    assert "=udda" not in words
    assert "Övriga" in words


# ---- The bridge ----------------------------------------------------------------------------------------------------------------


def test_the_bridge_by_hand() -> None:
    """2, 4 and 0 days in the mean, 14 alone, 3 and 0 left out: 6/3 by the agreement; 23/4 as SKR counts."""
    counted = {
        IN_MEAN: (6.0, 2.0),
        IN_MEAN + SAME_DAY: (0.0, 1.0),
        ALONE: (14.0, 1.0),
        LEFT_OUT: (3.0, 1.0),
        LEFT_OUT + SAME_DAY: (0.0, 1.0),
    }
    steps = bridge.steps(counted)
    assert [(step.days, step.discharges, step.mean) for step in steps] == [(6, 3, 2.0), (9, 5, 1.8), (23, 6, 23 / 6), (23, 4, 5.75)]
    assert [(step.more_days, step.more_discharges) for step in steps] == [(6, 3), (3, 2), (14, 1), (0, -2)]


def test_the_bridge_of_nobody() -> None:
    first, last = bridge.steps({})
    assert (first.mean, last.mean) == (None, None)


def test_the_bridge_leads_from_one_figure_to_the_other(context: Context) -> None:
    county = context.areas.county
    counted = breakdown.of_place(context, "rakning", "dagar_snitt_alla", county, "2024")
    steps = bridge.steps(counted)
    ours, theirs = (context.lookup.figure(indicator, county.id, "2024") for indicator in ("dagar_snitt", "dagar_snitt_skr"))
    assert ours is not None
    assert theirs is not None
    assert steps[0].mean == pytest.approx(ours.value)
    assert steps[-1].mean == pytest.approx(theirs.value)
    assert "med avtalets regel" in said("/indikator/dagar_snitt?period=2024", context)


# ---- Answers and files ---------------------------------------------------------------------------------------------------------


def test_the_api_gives_one_dimension(browser: TestClient) -> None:
    answer = browser.get("/api/v1/breakdowns?dimension=enhet&indicator=utskrivna&area=lan-14&period=2023").json()
    assert answer["metadata"]["demodata"] is True
    assert {each["category"] for each in answer["breakdowns"]} == {"Sjukhus A", "Sjukhus B"}
    (whole_county,) = browser.get("/api/v1/figures?indicator=utskrivna&area=lan-14&period=2023").json()["figures"]
    assert sum(each["numerator"] for each in answer["breakdowns"]) == whole_county["numerator"]
    parquet = browser.get("/api/v1/breakdowns?dimension=steg&format=parquet")
    assert list(pl.read_parquet(io.BytesIO(parquet.content)).columns) == [*SCHEMA, "run"]
    assert "breakdowns-demo-" in parquet.headers["content-disposition"]


@pytest.mark.parametrize("query", ["dimension=sjukhus", "dimensions=enhet", "indicator=x"])
def test_what_does_not_exist_is_refused(browser: TestClient, query: str) -> None:
    for path in ("/api/v1/breakdowns", "/ladda-ner/fordelning.csv"):
        assert browser.get(f"{path}?{query}").status_code == 422


def test_files_for_people_hold_no_formula(browser: TestClient) -> None:
    """One sender's category begins with an equals sign."""
    query = "dimension=kategori&indicator=avvikelser&area=lan-14&period=2023"
    text = browser.get(f"/ladda-ner/fordelning.csv?{query}").content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Indikator;Områdesslag;")
    assert "'=udda" in text
    assert ";Kategori;" in text
    answer = browser.get(f"/ladda-ner/fordelning.xlsx?{query}")
    assert "DEMODATA-uppfoljning-kategori" in answer.headers["content-disposition"]
    sheet = load_workbook(io.BytesIO(answer.content))["Siffror"]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value == "=udda"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert browser.get(f"/ladda-ner/fordelning.ods?{query}").status_code == 404
