"""Every dataset there is, by name."""

from __future__ import annotations

from collections.abc import Mapping

from loaders import (
    avtalsbeslut,
    avvikelser,
    befolkning,
    enheter,
    fast_lakarkontakt,
    halsosamtal,
    matt,
    namndplan,
    naromradesplaner,
    ntandvard,
    pagaende,
    placeringar,
    utbildning,
    utskrivning,
)
from loaders.dataset import Dataset

DATASETS: Mapping[str, Dataset] = {
    module.DATASET.name: module.DATASET
    for module in (
        befolkning,
        ntandvard,
        utskrivning,
        pagaende,
        avvikelser,
        utbildning,
        enheter,
        naromradesplaner,
        fast_lakarkontakt,
        placeringar,
        halsosamtal,
        avtalsbeslut,
        matt,
        namndplan,
    )
}
