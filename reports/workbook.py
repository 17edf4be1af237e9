"""The forum's workbook: an overview, one sheet per theme with every area's figures, and the definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from config import Settings
from metrics.breakdowns import DIMENSIONS
from metrics.indicators import INDICATORS, Indicator
from reports.edition import Edition
from reports.measures import THEMES
from reports.sheets import Cell, Number, Sheet, workbook
from reports.wording import STATE_WORDS, places_of
from swedish import day, in_order, unit_word

_KINDS: Final = {"lan": "län", "delregion": "delregion", "kommun": "kommun"}
_PLACE: Final = {"Områdesslag": 11.0, "Område": 20.0, "Områdets id": 18.0, "År": 7.0, "Värde": 11.0, "Enhet": 13.0, "Läge": 16.0}
_FIGURE: Final = {
    "Mått": 40.0,
    **_PLACE,
    "Mål": 8.0,
    "Täljare": 11.0,
    "Nämnare": 11.0,
    "Nedre gräns (95 %)": 11.0,
    "Övre gräns (95 %)": 11.0,
    "Året före": 11.0,
    "Läge året före": 16.0,
    "Fullständig": 11.0,
    "Preliminär": 11.0,
    "Avtal": 18.0,
}
_BREAKDOWN: Final = {
    "Mått": 40.0,
    "Fördelning": 26.0,
    "Kategori": 40.0,
    **_PLACE,
    "Täljare": 11.0,
    "Nämnare": 11.0,
}
_DEFINITION: Final = {
    "Mått": 30.0,
    "Tema": 20.0,
    "Vad som räknas": 50.0,
    "Täljare": 40.0,
    "Nämnare": 40.0,
    "Enhet": 13.0,
    "Avtal och avsnitt": 40.0,
    "Källa": 40.0,
    "Att tänka på": 80.0,
}


def forum_workbook(settings: Settings, edition: Edition) -> bytes:
    """The year's figures for every area as XLSX bytes; the same edition and settings give the same bytes."""
    rows = _of_the_year(edition)
    title = f"Uppföljning av hälso- och sjukvårdsavtalet {edition.year}"
    sheets = [
        _overview(settings, edition, rows),
        *(Sheet(name, f"{name} {edition.year}", _FIGURE, list(_theme(settings, rows, theme)), 3) for theme, name in THEMES.items()),
        Sheet("Fördelningar", _breakdowns_title(edition), _BREAKDOWN, list(_breakdowns(settings, edition)), 3),
        Sheet("Definitioner", "Så räknas varje mått", _DEFINITION, [_definition(i) for i in INDICATORS.values()], 1, wrapped=True),
        Sheet("Om filen", title, {"Vad": 24.0, "Uppgift": 90.0}, list(_about(settings, edition)), wrapped=True),
    ]
    return workbook(sheets, title=title, tags=edition.tags, created=edition.created)


def _of_the_year(edition: Edition) -> list[dict[str, object]]:
    """The year's figures with the year before beside them: län, delregioner and kommuner, each in the order of the alphabet."""
    keys = ("indicator", "area")
    every = edition.every_period().filter(pl.col("period_kind") == "year")
    before = every.filter(pl.col("period") == str(edition.year - 1)).select(*keys, before="value", before_status="status")
    rows = every.filter(pl.col("period") == str(edition.year)).join(before, on=keys, how="left", maintain_order="left").to_dicts()
    kinds = list(_KINDS)
    return sorted(rows, key=lambda row: (kinds.index(row["area_kind"]), in_order(row["area_name"]), row["area"]))


def _number(value: object, places: int) -> Number | None:
    return Number(value, places) if isinstance(value, float) else None


def _overview(settings: Settings, edition: Edition, rows: list[dict[str, object]]) -> Sheet:
    """Areas down and measures across: a number, or in words why there is none."""
    columns = {"Områdesslag": 11.0, "Område": 20.0} | {_heading(indicator): 14.0 for indicator in INDICATORS.values()}
    found = {(row["area"], row["indicator"]): row for row in rows}
    areas = dict.fromkeys((row["area"], row["area_kind"], row["area_name"]) for row in rows)
    lines: list[list[Cell]] = []
    for area, kind, name in areas:
        line: list[Cell] = [_KINDS[str(kind)], str(name)]
        line += [_overview_cell(settings, indicator, found.get((area, indicator.id))) for indicator in INDICATORS.values()]
        lines.append(line)
    return Sheet("Översikt", f"Alla mått {edition.year}. Ofullständiga tal står i temats blad", columns, lines, 2)


def _heading(indicator: Indicator) -> str:
    word = unit_word(indicator.unit)
    return f"{indicator.name} ({word})" if word else indicator.name


def _overview_cell(settings: Settings, indicator: Indicator, row: dict[str, object] | None) -> Cell:
    status = "missing" if row is None else str(row["status"])
    if row is None or status in ("incomplete", "missing", "suppressed"):
        return STATE_WORDS[status]
    return _number(row["value"], places_of(settings, indicator.id))


def _theme(settings: Settings, rows: list[dict[str, object]], theme: str) -> Iterator[list[Cell]]:
    for indicator in INDICATORS.values():
        if indicator.theme == theme:
            yield from (_figure(settings, indicator, row) for row in rows if row["indicator"] == indicator.id)


def _figure(settings: Settings, indicator: Indicator, row: dict[str, object]) -> list[Cell]:
    places = places_of(settings, indicator.id)
    before_status = row["before_status"]
    return [
        indicator.name,
        _KINDS[str(row["area_kind"])],
        str(row["area_name"]),
        str(row["area"]),
        str(row["period"]),
        _number(row["value"], places),
        unit_word(indicator.unit) or "antal",
        STATE_WORDS[str(row["status"])],
        _number(row["goal"], places),
        _number(row["numerator"], 0),
        _number(row["denominator"], 0),
        _number(row["lower"], places),
        _number(row["upper"], places),
        _number(row["before"], places),
        None if before_status is None else STATE_WORDS[str(before_status)],
        "ja" if row["complete"] else "nej",
        "ja" if row["preliminary"] else "nej",
        None if row["agreement"] is None else str(row["agreement"]),
    ]


def _breakdowns_title(edition: Edition) -> str:
    shown = "" if edition.internal else ". Öppet visas fördelningar bara för länet"
    return f"Fördelningar {edition.year}: vad siffrorna består av{shown}"


def _breakdowns(settings: Settings, edition: Edition) -> Iterator[list[Cell]]:
    """Every category of every area, in the order of measures, ways of taking them apart, areas and categories."""
    places = {id_: place for place, id_ in enumerate(INDICATORS)}
    dimensions = {id_: place for place, id_ in enumerate(DIMENSIONS)}
    kinds = list(_KINDS)

    def order(row: dict[str, Any]) -> tuple[Any, ...]:
        area = (kinds.index(row["area_kind"]), in_order(row["area_name"]), row["area"])
        category = row["category"] or ""
        return (places[row["indicator"]], dimensions[row["dimension"]], *area, DIMENSIONS[row["dimension"]].place_of(category), category)

    for row in sorted(edition.breakdowns.to_dicts(), key=order):
        yield _breakdown(settings, INDICATORS[row["indicator"]], row)


def _breakdown(settings: Settings, indicator: Indicator, row: dict[str, Any]) -> list[Cell]:
    return [
        indicator.name,
        DIMENSIONS[row["dimension"]].name,
        row["category_name"] or "visas inte",
        _KINDS[row["area_kind"]],
        row["area_name"],
        row["area"],
        row["period"],
        _number(row["value"], places_of(settings, indicator.id)),
        unit_word(indicator.unit) or "antal",
        STATE_WORDS[row["status"]],
        _number(row["numerator"], 0),
        _number(row["denominator"], 0),
    ]


def _definition(indicator: Indicator) -> list[Cell]:
    return [
        indicator.name,
        THEMES[indicator.theme],
        indicator.counts,
        indicator.numerator_label,
        indicator.denominator_label,
        unit_word(indicator.unit) or "antal",
        indicator.section,
        indicator.source,
        " ".join(indicator.caveats),
    ]


def _about(settings: Settings, edition: Edition) -> Iterator[list[Cell]]:
    yield ["Publikation", edition.publication or "Utkast: talen är inte frysta och kan ändras"]
    yield ["Skapad", day(edition.created)]
    hidden = f"Antal från 1 till {settings.disclosure.threshold - 1} och det som bygger på dem visas inte"
    yield ["Små tal", "Inte skyddade: internt underlag" if edition.internal else hidden]
    yield ["Intervall", "95 procent: Wilson för andelar, Poisson (Byar eller exakt) för antal händelser"]
    if edition.is_demo:
        yield ["Demodata", "Alla tal är påhittade. Ingen kommun beskrivs"]
    if edition.note:
        yield ["Anteckning", edition.note]
    for decision in edition.decisions:
        yield ["Forumets beslut", f"{day(decision.day)}{', ' + decision.concerns if decision.concerns else ''}: {decision.text}"]
