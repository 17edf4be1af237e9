"""Open data: protected figures per theme as CSV and Parquet, with a DCAT-AP-SE catalogue."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

import figuresio
import periods
from config import Settings
from metrics.disclosure.primary import small_rows
from metrics.indicators import INDICATORS
from reports.dcat import Dataset, catalogue
from reports.edition import DEMO
from reports.measures import THEMES
from reports.settings import OpenDataSettings
from swedish import listed

CATALOGUE: Final = "katalog.ttl"
_ENGLISH: Final = {
    "munhalsa": "Oral health",
    "utskrivning": "Admission and discharge",
    "foljsamhet": "Conditions at discharge",
    "avvikelser": "Deviations between care providers",
    "lakarmedverkan": "Physicians in municipal primary care",
    "psykisk": "Mental health and placements",
}


class NotProtectedError(ValueError):
    """The figures show small numbers; the message is a Swedish sentence."""


def open_data(settings: Settings, form: OpenDataSettings, figures: pl.DataFrame, *, issued: date, is_demo: bool) -> dict[str, bytes]:
    """File name -> bytes: `<theme>.csv`, `<theme>.parquet` for each theme with figures, and the catalogue.

    `figures` are a run's or a publication's in the contract's columns, `run` included, protected by the caller. CSV and Parquet are
    those of the command `figures`. Raises NotProtectedError when a small number is shown; `issued` stands for the clock.
    """
    if small_rows(settings, figures).any():
        raise NotProtectedError("Siffrorna är inte skyddade. Öppna data får bara innehålla skyddade siffror.")
    files: dict[str, bytes] = {}
    datasets = []
    for theme in THEMES:
        chosen = figuresio.select(figures, [indicator.id for indicator in INDICATORS.values() if indicator.theme == theme])
        if chosen.is_empty():
            continue
        own = {
            f"{theme}.csv": figuresio.to_bytes(chosen, "csv", demo=is_demo),
            f"{theme}.parquet": figuresio.to_bytes(chosen, "parquet", demo=is_demo),
        }
        files |= own
        datasets.append(_dataset(settings, theme, chosen, own, is_demo=is_demo))
    return files | {CATALOGUE: catalogue(form, datasets, issued=issued, is_demo=is_demo)}


def _dataset(settings: Settings, theme: str, figures: pl.DataFrame, files: dict[str, bytes], *, is_demo: bool) -> Dataset:
    names = [indicator.name for indicator in INDICATORS.values() if indicator.theme == theme]
    covered = [period for period in figures["period"].unique() if periods.kind(period) == "year"] or figures["period"].unique().to_list()
    invented = " Alla tal är påhittade." if is_demo else ""
    description = (
        f"{listed(names)}. Per kommun, delregion och län, för månader, kvartal och år. "
        f"Antal från 1 till {settings.disclosure.threshold - 1} och det som bygger på dem är borttagna (status suppressed). "
        f"CSV: UTF-8, komma mellan kolumnerna, decimalpunkt, tomt fält när siffra saknas; kommunkod är text.{invented}"
    )
    return Dataset(
        id=theme,
        title=THEMES[theme],
        title_en=_ENGLISH[theme],
        description=description,
        description_en=(
            "Follow-up of the agreement on health care between the region and its municipalities: figures per municipality, sub-region and "
            "county, by month, quarter and year. Small numbers are suppressed." + (f" {DEMO}: every figure is invented." if is_demo else "")
        ),
        keywords=("hälso- och sjukvård", "samverkan", "kommuner", THEMES[theme].lower()),
        first_day=min(periods.first_day(period) for period in covered),
        last_day=max(periods.last_day(period) for period in covered),
        files=tuple(files.items()),
    )
