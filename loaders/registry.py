"""Every dataset there is, by name."""

from __future__ import annotations

from collections.abc import Mapping

from loaders import avvikelser, befolkning, matt, namndplan, ntandvard, utskrivning
from loaders.dataset import Dataset

DATASETS: Mapping[str, Dataset] = {
    module.DATASET.name: module.DATASET for module in (befolkning, ntandvard, utskrivning, avvikelser, matt, namndplan)
}
