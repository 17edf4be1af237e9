"""Open data: protected figures per theme and year as CSV and Parquet, with a DCAT-AP-SE catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

import figuresio
import periods
from config import Settings
from metrics import breakdowns
from metrics.disclosure.primary import small_rows
from metrics.indicators import INDICATORS
from reports.dcat import Dataset, Series, catalogue
from reports.edition import DEMO
from reports.measures import THEMES
from reports.settings import OpenDataSettings
from swedish import listed

CATALOGUE: Final = "katalog.ttl"
BREAKDOWNS: Final = "fordelningar"
"""The series of breakdowns, beside those of the themes."""
TITLES: Final = THEMES | {BREAKDOWNS: "Fördelningar"}
"""Every series, by id, in order."""
_ENGLISH: Final = {
    "munhalsa": "Oral health",
    "utskrivning": "Admission and discharge",
    "foljsamhet": "Conditions at discharge",
    "avvikelser": "Deviations between care providers",
    "lakarmedverkan": "Physicians in municipal primary care",
    "psykisk": "Mental health and placements",
    BREAKDOWNS: "Breakdowns",
}


class NotProtectedError(ValueError):
    """The figures show small numbers; the message is a Swedish sentence."""


@dataclass(frozen=True)
class Year:
    """A year's protected figures in the contract's columns, `run` included; when they were first published, and latest.

    `breakdowns` are the year's protected ones, in the columns of `metrics.breakdowns.SCHEMA`, `run` last.
    """

    figures: pl.DataFrame
    issued: date
    modified: date
    breakdowns: pl.DataFrame = field(default_factory=breakdowns.empty)


def open_data(settings: Settings, form: OpenDataSettings, years: Mapping[int, Year], *, is_demo: bool) -> dict[str, bytes]:
    """File name -> bytes: `<theme>-<year>.csv` and `.parquet` for each theme and year with figures, `fordelningar-<year>` alike, and
    the catalogue.

    CSV and Parquet are those of the command `figures`, and of the API's breakdowns. Raises NotProtectedError when a small number is shown.
    """
    if any(_shows_too_much(settings, year) for year in years.values()):
        raise NotProtectedError("Siffrorna är inte skyddade. Öppna data får bara innehålla skyddade siffror.")
    files: dict[str, bytes] = {}
    series = []
    for theme in TITLES:
        datasets = []
        for number, year in sorted(years.items()):
            own = _files(theme, number, year, is_demo=is_demo)
            if own:
                files |= own
                datasets.append(_dataset(theme, number, year, own))
        if datasets:
            series.append(_series(settings, theme, datasets, is_demo=is_demo))
    return files | {CATALOGUE: catalogue(form, series, is_demo=is_demo)}


def _shows_too_much(settings: Settings, year: Year) -> bool:
    return bool(small_rows(settings, year.figures).any()) or breakdowns.shows_too_much(settings, year.breakdowns)


def file_name(theme: str, year: int, ending: str) -> str:
    """The file's address below the catalogue's."""
    return f"{theme}-{year}.{ending}"


def _of_theme(theme: str, year: Year) -> pl.DataFrame:
    if theme == BREAKDOWNS:
        return year.breakdowns
    return figuresio.select(year.figures, [indicator.id for indicator in INDICATORS.values() if indicator.theme == theme])


def _files(theme: str, number: int, year: Year, *, is_demo: bool) -> dict[str, bytes]:
    chosen = _of_theme(theme, year)
    if chosen.is_empty():
        return {}
    return {
        file_name(theme, number, "csv"): figuresio.to_bytes(chosen, "csv", demo=is_demo),
        file_name(theme, number, "parquet"): figuresio.to_bytes(chosen, "parquet", demo=is_demo),
    }


def _dataset(theme: str, number: int, year: Year, files: Mapping[str, bytes]) -> Dataset:
    found = _of_theme(theme, year)["period"].unique()
    covered = [period for period in found if periods.kind(period) == "year"] or found.to_list()
    return Dataset(
        id=f"{theme}-{number}",
        title=f"{TITLES[theme]} {number}",
        title_en=f"{_ENGLISH[theme]} {number}",
        first_day=min(periods.first_day(period) for period in covered),
        last_day=max(periods.last_day(period) for period in covered),
        issued=year.issued,
        modified=year.modified,
        files=tuple(files.items()),
    )


def _series(settings: Settings, theme: str, datasets: list[Dataset], *, is_demo: bool) -> Series:
    invented = " Alla tal är påhittade." if is_demo else ""
    description = (
        f"{_described(theme)} "
        f"Antal från 1 till {settings.disclosure.threshold - 1} och det som bygger på dem är borttagna (status suppressed). "
        f"CSV: UTF-8, komma mellan kolumnerna, decimalpunkt, tomt fält när siffra saknas; kommunkod är text.{invented}"
    )
    return Series(
        id=theme,
        title=TITLES[theme],
        title_en=_ENGLISH[theme],
        description=description,
        description_en=(
            f"Follow-up of the agreement on health care between the region and its municipalities: {_described_in_english(theme)}. "
            "Small numbers are suppressed." + (f" {DEMO}: every figure is invented." if is_demo else "")
        ),
        keywords=("hälso- och sjukvård", "samverkan", "kommuner", TITLES[theme].lower()),
        datasets=tuple(datasets),
    )


def _described(theme: str) -> str:
    if theme == BREAKDOWNS:
        ways = dict.fromkeys(dimension.heading.lower() for dimension in breakdowns.DIMENSIONS.values())
        return f"Vad måtten består av: {listed(list(ways))}. För länet och hela år."
    names = [indicator.name for indicator in INDICATORS.values() if indicator.theme == theme]
    return f"{listed(names)}. Per kommun, delregion och län, för månader, kvartal och år."


def _described_in_english(theme: str) -> str:
    if theme == BREAKDOWNS:
        return "what the figures are made of, by hospital, days, area, category, reason and step, for the county and whole years"
    return "figures per municipality, sub-region and county, by month, quarter and year"
