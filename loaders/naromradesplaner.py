"""Närområdesplaner: one row per närområde and year. Source: contract, section 4."""

from loaders.dataset import Column, Dataset

DATASET = Dataset(
    name="naromradesplaner",
    columns=(
        Column(name="kommun", kind="kommun", required=True),
        Column(name="naromrade", kind="text", required=True),
        Column(name="ar", kind="year", required=True),
        Column(name="upprattad", kind="date"),
        Column(name="uppfoljd", kind="date"),
    ),
    coverage="rows",
    base="year",
    period="ar",
)
