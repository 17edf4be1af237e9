"""Avvikelser: one row per avvikelse mellan vårdgivare. Source: contract, section 4."""

from loaders.dataset import Column, Dataset, NotAbove

DATASET = Dataset(
    name="avvikelser",
    columns=(
        Column(name="avvikelse", kind="text", required=True),
        Column(name="registrerad", kind="date", required=True),
        Column(name="kommun", kind="kommun", required=True),
        Column(name="rapportor", kind="word", required=True, choices=("kommun", "region")),
        Column(
            name="omrade",
            kind="word",
            required=True,
            choices=("huvudavtal", "in_utskrivning", "lakarmedverkan", "psykisk", "munhalsa"),
        ),
        Column(name="kategori", kind="word", required=True),
        Column(name="skal", kind="text"),
        Column(name="aterkopplad", kind="date"),
        Column(name="avslutad", kind="date"),
        Column(name="steg", kind="count", at_most=3, empty=0),
    ),
    coverage="sender",
    base="month",
    period="registrerad",
    id_column="avvikelse",
    rules=(
        NotAbove("registrerad", "aterkopplad", blame="aterkopplad"),
        NotAbove("registrerad", "avslutad", blame="avslutad"),
    ),
)
