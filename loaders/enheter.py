"""Enheter: the units that exist on the last day of a month, as the sender states it. Source: contract, section 4."""

from loaders.dataset import Column, Dataset

DATASET = Dataset(
    name="enheter",
    columns=(
        Column(name="kommun", kind="kommun", required=True),
        Column(name="enhet", kind="text", required=True),
        Column(name="fran", kind="date", required=True),
        Column(name="till", kind="date", planned=True),
    ),
    coverage="status",
    base="month",
    period="manad",
)
