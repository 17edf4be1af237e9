"""Fast läkarkontakt: patients with kommunal primärvård, per kommun and quarter. Source: contract, section 4."""

from loaders.dataset import Column, Dataset

DATASET = Dataset(
    name="fast_lakarkontakt",
    columns=(
        Column(name="kommun", kind="kommun", required=True),
        Column(name="kvartal", kind="quarter", required=True),
        Column(name="patienter", kind="count", required=True),
        Column(name="med_fast_lakarkontakt", kind="count", required=True),
    ),
    coverage="rows",
    base="quarter",
    period="kvartal",
)
