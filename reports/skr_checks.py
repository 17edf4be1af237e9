"""What must hold, or be explained, before anything is sent to SKR."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

import periods
from config import Settings
from metrics.indicators import INDICATORS
from reports.edition import Edition
from reports.quality import counted
from reports.settings import SkrColumn, SkrSettings
from reports.skr import SHOWN, Table, is_counted
from swedish import NBSP, capital, listed, number, period

Outcome = Literal["pass", "fail", "explained"]
_ROUNDING = 1e-6
_Problems = Iterator[str]


@dataclass(frozen=True)
class Check:
    """One check: `found` says in sentences what is wrong; with an explanation a failed check is `explained`."""

    id: str
    question: str
    outcome: Outcome
    found: tuple[str, ...]
    explanation: str = ""


@dataclass(frozen=True)
class Material:
    """What the checks look at: this year's table, the table of the year before, and where they came from."""

    settings: Settings
    form: SkrSettings
    edition: Edition
    now: Table
    before: Table


def checks(material: Material, explanations: Mapping[str, str]) -> tuple[Check, ...]:
    """Every check in order. `explanations` are a person's words by check id; an empty one explains nothing."""
    return tuple(_check(id_, question, tuple(find(material)), explanations.get(id_, "").strip()) for id_, question, find in _CHECKS)


def may_be_sent(found: tuple[Check, ...]) -> bool:
    """Whether each check holds or is explained."""
    return all(check.outcome != "fail" for check in found)


def _check(id_: str, question: str, found: tuple[str, ...], explanation: str) -> Check:
    if not found:
        return Check(id_, question, "pass", ())
    return Check(id_, question, "explained" if explanation else "fail", found, explanation)


def _name(table: Table, area: str) -> str:
    return dict(table.areas)[area]


def _delivered(material: Material) -> _Problems:
    """Every kommun has left all four quarters of each dataset that the form rests on."""
    used = {INDICATORS[column.indicator].dataset for column in material.form.columns if column.indicator is not None}
    figures = material.edition.figures
    for dataset in sorted(used):
        mine = figures.filter(pl.col("indicator") == counted(dataset), pl.col("area_kind") == "kommun")
        whole = {(row[0], row[1]) for row in mine.filter("complete").select("area", "period").iter_rows()}
        for quarter in periods.quarters(str(material.edition.year)):
            lacking = [_name(material.now, area) for area in material.now.kommuner if (area, quarter) not in whole]
            if lacking:
                of_all = f"{len(lacking)} av {len(material.now.kommuner)} saknas eller är ofullständiga"
                yield f"{capital(period(quarter))}: {of_all}: {listed(lacking)}."


def _totals(material: Material) -> _Problems:
    """The kommuner add up to the region's number in the publication."""
    if material.edition.publication is None:
        yield f"{material.edition.year} är inte publicerat, så det finns inget att stämma av mot."
    for column in filter(is_counted, material.now.columns):
        cells = [material.now.cells[kommun, column.id] for kommun in material.now.kommuner]
        region = material.now.cells[material.now.region, column.id]
        known = sum(cell.value for cell in cells if cell.value is not None)
        if region.value is None:
            continue
        all_shown = all(cell.status != "suppressed" for cell in cells)
        if known > region.value + _ROUNDING or (all_shown and abs(known - region.value) > _ROUNDING):
            yield f"{column.heading}: kommunerna ger {number(known, 0)}, regionen {number(region.value, 0)}."


def _changes(material: Material) -> _Problems:
    """No number has moved more than the form's limits since last year."""
    for column in filter(is_counted, material.now.columns):
        for area, name in material.now.areas:
            now, before = material.now.cells[area, column.id], material.before.cells[area, column.id]
            if now.status in SHOWN and before.status in SHOWN and _is_large(material.form, now.value or 0.0, before.value or 0.0):
                yield f"{column.heading}, {name}: {number(before.value, 0)} förra året, {number(now.value, 0)} nu."


def _is_large(form: SkrSettings, now: float, before: float) -> bool:
    moved = abs(now - before)
    return moved >= form.smallest_change and moved * 100 > form.largest_change_percent * before


def _denominators(material: Material) -> _Problems:
    """Every population that the form rests on is there, and is the year's own."""
    for column in material.now.columns:
        if column.is_population:
            lacking = [name for area, name in material.now.areas if material.now.cells[area, column.id].value is None]
            if lacking:
                yield f"{column.heading}: saknas för {listed(lacking)}."
    figures = material.edition.figures.filter(pl.col("period") == str(material.edition.year), pl.col("preliminary"))
    used = {column.indicator for column in material.now.columns if column.indicator is not None}
    if not figures.filter(pl.col("indicator").is_in(sorted(used))).is_empty():
        yield f"Folkmängden för {material.edition.year} är inte inläst. Siffrorna bygger på ett tidigare år och är preliminära."


def _filled(material: Material) -> _Problems:
    """Every column has numbers; one that nobody has delivered must be explained, unless it is optional."""
    for column in (each for each in material.now.columns if not each.is_optional):
        cells = [material.now.cells.get((area, column.id)) for area in (*material.now.kommuner, material.now.region)]
        if all(cell is None or (cell.value is None and cell.status == "missing") for cell in cells):
            yield f"{column.heading}: ingen uppgift har kommit in."


def _leaks(material: Material) -> _Problems:
    """In a protected delivery no small number is shown, nor one that a single subtraction gives back."""
    if material.edition.internal:
        yield "Underlaget är internt: små tal är inte skyddade."
        return
    for column in filter(is_counted, material.now.columns):
        yield from _leaks_in(material, column)


def _leaks_in(material: Material, column: SkrColumn) -> _Problems:
    threshold = material.settings.disclosure.threshold
    cells = {area: material.now.cells[area, column.id] for area, _ in material.now.areas}
    for area, cell in cells.items():
        if cell.value is not None and 0 < cell.value < threshold:
            yield f"{column.heading}, {_name(material.now, area)}: ett antal under {threshold} visas."
    hidden = [kommun for kommun in material.now.kommuner if cells[kommun].status == "suppressed"]
    lacking = [kommun for kommun in material.now.kommuner if cells[kommun].status == "missing"]
    if len(hidden) == 1 and not lacking and cells[material.now.region].value is not None:
        yield f"{column.heading}, {_name(material.now, hidden[0])}: det skyddade talet är regionens tal minus de andra."


_CHECKS: tuple[tuple[str, str, Callable[[Material], _Problems]], ...] = (
    ("delivered", f"Har alla kommuner lämnat alla fyra{NBSP}kvartal?", _delivered),
    ("filled", "Har alla kolumner uppgifter?", _filled),
    ("denominators", "Finns folkmängden?", _denominators),
    ("totals", "Stämmer summorna med publikationen?", _totals),
    ("changes", "Är ändringarna sedan förra året rimliga?", _changes),
    ("leaks", "Är små tal skyddade?", _leaks),
)
