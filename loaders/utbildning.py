"""Utbildning: one row per occasion of training in allmän munhälsovård or of intygsutfärdare. Source: contract, section 4."""

from loaders.dataset import Column, Dataset

DATASET = Dataset(
    name="utbildning",
    columns=(
        Column(name="kommun", kind="kommun", required=True),
        Column(name="enhet", kind="text", required=True),
        Column(name="datum", kind="date", required=True),
        Column(name="slag", kind="word", required=True, choices=("munhalsa", "intygsutfardare")),
        Column(name="deltagare", kind="count", required=True),
        Column(name="timmar", kind="decimal", required=True),
    ),
    coverage="sender",
    base="month",
    period="datum",
)
