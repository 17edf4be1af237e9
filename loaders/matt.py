"""Mått: outcomes of a kommun's own nämndplan measures. Source: contract, section 4."""

from loaders.dataset import Column, Dataset

DATASET = Dataset(
    name="matt",
    columns=(
        Column(name="kommun", kind="kommun", required=True),
        Column(name="matt", kind="text", required=True),
        Column(name="period", kind="period", required=True),
        Column(name="utfall", kind="decimal", required=True),
        Column(name="mal", kind="decimal"),
        Column(name="kommentar", kind="text"),
    ),
    coverage="rows",
    base="period",
    period="period",
    key=("kommun", "matt", "period"),
    coverage_key="matt",
)
