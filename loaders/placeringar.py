"""Placeringar: one row per placement outside the home where both parties take part. Source: contract, section 4."""

from loaders.dataset import Column, Dataset

DATASET = Dataset(
    name="placeringar",
    columns=(
        Column(name="placering", kind="pseudonym", required=True),
        Column(name="kommun", kind="kommun", required=True),
        Column(name="start", kind="date", required=True),
        Column(name="slut", kind="date", planned=True),
        Column(name="form", kind="word", required=True, choices=("hvb", "familjehem", "hvah", "sis", "skyddat_boende")),
        Column(name="akut", kind="yes_no", required=True),
        Column(name="inom_lanet", kind="yes_no", required=True),
        Column(name="sip", kind="date"),
        Column(name="kostnadsfordelning", kind="date"),
        Column(name="region_andel", kind="decimal"),
        Column(name="schablon", kind="yes_no"),
    ),
    coverage="sender",
    base="month",
    period="start",
    id_column="placering",
)
