"""Hälsosamtal: who were offered the yearly hälsosamtal and somatic check, per kommun and year. Source: contract, section 4."""

from loaders.dataset import Column, Dataset

DATASET = Dataset(
    name="halsosamtal",
    columns=(
        Column(name="kommun", kind="kommun", required=True),
        Column(name="ar", kind="year", required=True),
        Column(name="malgrupp", kind="count", required=True),
        Column(name="erbjudna", kind="count", required=True),
    ),
    coverage="rows",
    base="year",
    period="ar",
)
