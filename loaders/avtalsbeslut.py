"""Avtalsbeslut: what each party has decided on the agreement. A delivery is the whole list. Source: contract, section 4."""

from loaders.dataset import Column, Dataset

DATASET = Dataset(
    name="avtalsbeslut",
    columns=(
        Column(name="part", kind="party", required=True),
        Column(name="beslut", kind="word", required=True, choices=("antar", "antar_inte")),
        Column(name="datum", kind="date", required=True),
        Column(name="diarienummer", kind="text"),
    ),
    coverage="parties",
    base="period",
    period="datum",
)
