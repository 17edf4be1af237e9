"""The figures as files: shortest floats, null as nothing, DEMODATA in metadata, exact filters, the contract's order."""

from __future__ import annotations

import csv
import io
import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import figuresio

CONTRACT_COLUMNS = (
    "indicator,area_kind,area,area_name,period_kind,period,numerator,denominator,value,lower,upper,"
    "unit,goal,status,complete,preliminary,agreement,run"
)


def _row(**given_values: object) -> dict[str, object]:
    row: dict[str, object] = {
        "indicator": "utskrivna",
        "area_kind": "kommun",
        "area": "1440",
        "area_name": "Ale",
        "period_kind": "year",
        "period": "2025",
        "numerator": 590.0,
        "denominator": None,
        "value": 590.0,
        "lower": 2.611,
        "upper": None,
        "unit": "antal",
        "goal": None,
        "status": "no_goal",
        "complete": True,
        "preliminary": False,
        "agreement": "",
        "run": "r",
    }
    return row | given_values


def _figures(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([_row(**row) for row in rows], schema=figuresio.SCHEMA)


def test_csv_has_the_contracts_columns_and_shortest_numbers() -> None:
    text = figuresio.to_csv(figuresio.select(_figures({"area_name": "Ale, kommun"}))).decode()
    assert text == f'{CONTRACT_COLUMNS}\nutskrivna,kommun,1440,"Ale, kommun",year,2025,590.0,,590.0,2.611,,antal,,no_goal,true,false,,r\n'


def test_without_figures_there_is_the_header_alone() -> None:
    assert figuresio.to_csv(figuresio.empty()).decode() == CONTRACT_COLUMNS + "\n"
    assert json.loads(figuresio.to_json(figuresio.empty(), demo=False)) == {"metadata": {"run": None}, "figures": []}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back_equal(number: float) -> None:
    written = figuresio.to_csv(figuresio.select(_figures({"value": number}))).decode()
    text = next(csv.DictReader(io.StringIO(written)))["value"]
    assert float(text) == number
    assert text != "-0.0"
    if 1e-4 <= abs(number) < 1e16:
        assert text == repr(number)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_never_leaves(bad: float) -> None:
    chosen = figuresio.select(_figures({"value": bad, "lower": bad}))
    assert chosen["value"].to_list() == [None]
    assert json.loads(figuresio.to_json(chosen, demo=False))["figures"][0]["lower"] is None


def test_filters_are_exact_and_repeatable() -> None:
    figures = _figures({"period": "2025"}, {"period": "2025-Q3", "period_kind": "quarter"}, {"area": "1480", "period": "2024"})
    assert figuresio.select(figures, periods=["2025"]).height == 1
    assert figuresio.select(figures, periods=["2025", "2024"]).height == 2
    assert figuresio.select(figures, areas=["1440"], period_kinds=["quarter"])["period"].to_list() == ["2025-Q3"]
    assert figuresio.select(figures, indicators=["utskriv"]).height == 0


def test_rows_are_sorted_as_text() -> None:
    figures = _figures(
        {"area_kind": "lan", "area": "lan-14"},
        {"area_kind": "delregion", "area": "vs-simba"},
        {"area": "1480"},
        {"period": "2024"},
        {"period_kind": "month", "period": "2025-02"},
        {"indicator": "avvikelser"},
    )
    rows = figuresio.select(figures).select("indicator", "area_kind", "area", "period_kind", "period").rows()
    assert rows == sorted(rows)


def test_a_demo_says_so_in_json_and_parquet_and_not_in_csv() -> None:
    figures = figuresio.select(_figures({}))
    assert json.loads(figuresio.to_json(figures, demo=True))["metadata"]["demodata"] is True
    assert "demodata" not in json.loads(figuresio.to_json(figures, demo=False))["metadata"]
    parquet = figuresio.to_bytes(figures, "parquet", demo=True)
    assert pl.read_parquet_metadata(io.BytesIO(parquet))["demodata"] == "true"
    assert "demodata" not in pl.read_parquet_metadata(io.BytesIO(figuresio.to_parquet(figures, demo=False)))
    assert figuresio.to_bytes(figures, "csv", demo=True) == figuresio.to_bytes(figures, "csv", demo=False)


def test_parquet_and_json_read_back_equal() -> None:
    figures = figuresio.select(_figures({"value": 0.1 + 0.2}, {"area": "1480", "value": 1 / 3}))
    assert pl.read_parquet(io.BytesIO(figuresio.to_parquet(figures, demo=False))).equals(figures)
    assert json.loads(figuresio.to_json(figures, demo=False))["figures"] == figures.to_dicts()


def test_the_runs_id_is_added_last() -> None:
    kept = _figures({}).drop("run").select(pl.all().shuffle(seed=1))
    marked = figuresio.with_run(kept, "demo-20260101T000000-abcdef")
    assert marked.columns == CONTRACT_COLUMNS.split(",")
    assert marked["run"].to_list() == ["demo-20260101T000000-abcdef"]
