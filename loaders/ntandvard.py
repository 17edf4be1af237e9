"""N-tandvård: one row per kommun and quarter. Source: contract, section 4; agreement 2023-2026, munhälsa."""

from loaders.dataset import Column, Dataset, NotAbove

DATASET = Dataset(
    name="ntandvard",
    columns=(
        Column(name="kommun", kind="kommun", required=True),
        Column(name="kvartal", kind="quarter", required=True),
        Column(name="intyg", kind="count", required=True),
        Column(name="onskar_mhb", kind="count", required=True),
        Column(name="fatt_mhb", kind="count", required=True),
        Column(name="fatt_tandvard", kind="count", required=True),
        Column(name="fatt_stod", kind="count"),
    ),
    coverage="rows",
    base="quarter",
    period="kvartal",
    key=("kommun", "kvartal"),
    rules=(
        NotAbove("onskar_mhb", "intyg", blame="onskar_mhb"),
        NotAbove("fatt_mhb", "intyg", blame="fatt_mhb"),
        NotAbove("fatt_tandvard", "intyg", blame="fatt_tandvard"),
        NotAbove("fatt_stod", "intyg", blame="fatt_stod"),
        NotAbove("fatt_mhb", "fatt_stod", blame="fatt_stod"),
        NotAbove("fatt_tandvard", "fatt_stod", blame="fatt_stod"),
    ),
)
