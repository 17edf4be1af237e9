"""What is kept of a dataset is what its loader declares."""

from __future__ import annotations

import polars as pl
import pytest

from loaders.registry import DATASETS
from sql.shapes import SHAPES

KINDS = {"count": pl.Int64, "year": pl.Int64, "decimal": pl.Float64, "date": pl.Date, "yes_no": pl.Boolean}


def test_the_same_datasets() -> None:
    assert set(SHAPES) == set(DATASETS)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_same_columns(name: str) -> None:
    shape, dataset = SHAPES[name], DATASETS[name]
    declared = {column.name: KINDS.get(column.kind, pl.String) for column in dataset.columns if column.name != "kon"}
    stated = {dataset.period: pl.String} if dataset.coverage == "status" else {}
    assert {**shape.required, **shape.optional} == {**declared, **stated}
    assert set(shape.required) == {*dataset.required, *stated}
    assert (shape.period, shape.id, shape.key) == (dataset.period, dataset.id_column, dataset.coverage_key)
