"""Pågående: patients who are utskrivningsklara and still in hospital on the last day of a month. Source: contract, section 4."""

from dataclasses import replace

from loaders import utskrivning
from loaders.dataset import NotAbove

DATASET = replace(
    utskrivning.DATASET,
    name="pagaende",
    columns=tuple(column for column in utskrivning.DATASET.columns if column.name != "utskriven"),
    coverage="status",
    period="manad",
    id_column=None,  # the same patient may be there in one month after another
    key=("arende",),
    rules=(NotAbove("inskriven", "utskrivningsklar", blame="utskrivningsklar"),),
)
