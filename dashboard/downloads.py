"""Figures as files for people: CSV that opens in a Swedish Excel, and XLSX with real numbers and the definitions beside them.

Text never becomes a formula. In a demo store the file's name says DEMODATA, and the workbook says so on each sheet as well;
CSV gets no extra line or column. Source: contract, section 6.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Annotated
from urllib.parse import quote, urlencode

import polars as pl
import polars.selectors as cs
from fastapi import APIRouter, HTTPException, Query, Request, Response
from xlsxwriter.format import Format  # type: ignore[import-untyped]  # has no types
from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

import figuresio
from config import Settings
from dashboard import api
from dashboard.access import Access
from dashboard.snapshot import Snapshots, View
from dashboard.states import STATES
from metrics.breakdowns import DIMENSIONS
from metrics.indicators import INDICATORS
from reports.wording import places_of

PREFIX = "/ladda-ner"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AREA_KINDS = {"kommun": "kommun", "delregion": "delregion", "lan": "län"}
HEADINGS = {
    "indicator_name": "Indikator",
    "area_kind": "Områdesslag",
    "area": "Områdets id",
    "area_name": "Område",
    "period": "Period",
    "value": "Värde",
    "unit": "Enhet",
    "numerator": "Täljare",
    "denominator": "Nämnare",
    "lower": "Nedre gräns (95 %)",
    "upper": "Övre gräns (95 %)",
    "goal": "Mål",
    "status": "Läge",
    "complete": "Fullständig",
    "preliminary": "Preliminär",
    "agreement": "Avtal",
    "indicator": "Indikatorns id",
    "run": "Körning",
}
PARTS_HEADINGS = {
    "indicator_name": "Indikator",
    "area_kind": "Områdesslag",
    "area": "Områdets id",
    "area_name": "Område",
    "period": "Period",
    "dimension_name": "Fördelning",
    "category_name": "Kategori",
    "value": "Värde",
    "unit": "Enhet",
    "numerator": "Täljare",
    "denominator": "Nämnare",
    "status": "Läge",
    "complete": "Fullständig",
    "indicator": "Indikatorns id",
    "dimension": "Fördelningens id",
    "category": "Kategorins id",
    "run": "Körning",
}
_NUMBERS = ("value", "numerator", "denominator", "lower", "upper", "goal")
_COUNTS = ("numerator", "denominator")
_DEFINITIONS = {
    "name": "Indikator",
    "counts": "Vad som räknas",
    "numerator_label": "Täljare",
    "denominator_label": "Nämnare",
    "unit": "Enhet",
    "section": "Avtal och avsnitt",
    "source": "Källa",
    "caveats": "Att tänka på",
    "id": "Indikatorns id",
}
_MAYBE_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = {"indicator_name": 38, "area_name": 22, "status": 16, "run": 30, "indicator": 24, "caveats": 80, "counts": 60}
_USUAL_WIDTH = 14
_DEMO = "DEMODATA: siffrorna är påhittade"


class _Exact(float):
    """Written as it is: the writer asks for 16 digits, with which not every number reads back equal."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


@dataclass(frozen=True)
class Links:
    """Where what a page shows can be had: as CSV and XLSX for people, and the same thing in the API."""

    csv: str
    xlsx: str
    api: str


def links(**filters: Sequence[str]) -> Links:
    """The addresses for a choice of `indicator`, `area`, `period` and `period_kind`, each a sequence of exact ids."""
    chosen = urlencode({name: list(values) for name, values in filters.items() if values}, doseq=True)
    query = f"?{chosen}" if chosen else ""
    return Links(f"{PREFIX}/siffror.csv{query}", f"{PREFIX}/siffror.xlsx{query}", f"{api.PREFIX}/figures{query}")


def breakdown_links(dimension: str, **filters: Sequence[str]) -> Links:
    """The addresses for one dimension of a choice, as `links`."""
    query = urlencode({"dimension": dimension} | {name: list(values) for name, values in filters.items() if values}, doseq=True)
    return Links(f"{PREFIX}/fordelning.csv?{query}", f"{PREFIX}/fordelning.xlsx?{query}", f"{api.PREFIX}/breakdowns?{query}")


def router(settings: Settings, snapshots: Snapshots, access: Access) -> APIRouter:
    """`/ladda-ner/siffror` and `fordelning`, each as `.csv` and `.xlsx`, with the API's filters."""
    downloads = APIRouter(prefix=PREFIX, include_in_schema=False)
    area_ids = [entry["id"] for entry in api.areas(settings)]

    @downloads.get("/siffror.{extension}")
    def figures(
        request: Request,
        extension: str,
        indicator: Annotated[list[str] | None, Query()] = None,
        area: Annotated[list[str] | None, Query()] = None,
        period: Annotated[list[str] | None, Query()] = None,
        period_kind: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        api.check_parameters(request, api.FILTERS)
        filters = api.check_filters(area_ids, indicator or [], area or [], period or [], period_kind or [])
        view = _view(snapshots, access)
        chosen = figuresio.select(view.figures, **filters)
        name = file_name(filters["indicators"], filters["periods"], extension, is_demo=view.is_demo)
        return _as_file(settings, chosen, HEADINGS, view, name)

    @downloads.get("/fordelning.{extension}")
    def breakdowns(
        request: Request,
        extension: str,
        indicator: Annotated[list[str] | None, Query()] = None,
        dimension: Annotated[list[str] | None, Query()] = None,
        area: Annotated[list[str] | None, Query()] = None,
        period: Annotated[list[str] | None, Query()] = None,
        period_kind: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        api.check_parameters(request, {*api.FILTERS, "dimension"})
        filters = api.check_filters(area_ids, indicator or [], area or [], period or [], period_kind or [])
        view = _view(snapshots, access)
        chosen = api.select_breakdowns(view, filters, dimension or [])
        named = [*(dimension or ["fordelning"])[:1], *filters["indicators"]]
        name = file_name(named, filters["periods"], extension, is_demo=view.is_demo)
        return _as_file(settings, chosen, PARTS_HEADINGS, view, name)

    return downloads


def _view(snapshots: Snapshots, access: Access) -> View:
    snapshot = snapshots.current()
    if snapshot is None:
        raise HTTPException(404, "Inget har räknats än, så det finns inget att ladda ner.")
    return snapshot.view(access.sight(is_demo=snapshot.is_demo))


def _as_file(settings: Settings, chosen: pl.DataFrame, headings: Mapping[str, str], view: View, name: str) -> Response:
    if name.endswith(".csv"):
        return file_response(to_csv(chosen, headings), "text/csv; charset=utf-8", name)
    if name.endswith(".xlsx"):
        return file_response(to_xlsx(settings, chosen, view, headings), XLSX, name)
    raise HTTPException(404, f"Filer av slaget {name.rsplit('.', 1)[-1]} finns inte. Välj csv eller xlsx.")


def file_name(indicators: Sequence[str], periods: Sequence[str], extension: str, *, is_demo: bool) -> str:
    """A name that says what is in the file; ids are ASCII, so the name is too."""
    parts = ["DEMODATA"] * is_demo + ["uppfoljning", *indicators[:1], *periods[:1]]
    return "-".join(parts) + f".{extension}"


def to_csv(figures: pl.DataFrame, headings: Mapping[str, str] = HEADINGS) -> bytes:
    """Semicolon, decimal comma, UTF-8 with BOM, Swedish headings; numbers unrounded."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings.values())
    numbers = [name for name in _NUMBERS if name in headings]
    comma = pl.col(numbers).cast(pl.String).str.strip_suffix(".0").str.replace(".", ",", literal=True)
    for row in _for_people(figures).with_columns(comma).select(headings.keys()).iter_rows(named=True):
        writer.writerow(value if name in _NUMBERS else harmless(value) for name, value in row.items())
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str | None) -> str | None:
    """The text, with a `'` before what a spreadsheet would take for a formula."""
    return f"'{text}" if text and text.startswith(_MAYBE_FORMULA) else text


def to_xlsx(settings: Settings, figures: pl.DataFrame, view: View, headings: Mapping[str, str] = HEADINGS) -> bytes:
    """A workbook of three sheets: the figures, what they mean, and what they come from."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        book.set_properties({"title": _DEMO if view.is_demo else "Uppföljning", "created": view.created_at.replace(tzinfo=None)})
        _figures_sheet(book, settings, _for_people(figures), view, headings)
        _definitions_sheet(book, figures["indicator"].unique().sort().to_list(), view)
        _origin_sheet(book, view)
    return file.getvalue()


def _for_people(figures: pl.DataFrame) -> pl.DataFrame:
    yes_no = cs.boolean().replace_strict({True: "ja", False: "nej"}, return_dtype=pl.String)
    names = {id_: indicator.name for id_, indicator in INDICATORS.items()}
    if "dimension" in figures.columns:
        dimensions = {id_: dimension.name for id_, dimension in DIMENSIONS.items()}
        figures = figures.with_columns(dimension_name=pl.col("dimension").replace_strict(dimensions, return_dtype=pl.String))
    return figures.with_columns(
        yes_no,
        indicator_name=pl.col("indicator").replace_strict(names, return_dtype=pl.String),
        area_kind=pl.col("area_kind").replace_strict(AREA_KINDS, return_dtype=pl.String),
        status=pl.col("status").replace_strict({id_: state.word for id_, state in STATES.items()}, return_dtype=pl.String),
    )


def _figures_sheet(book: Workbook, settings: Settings, figures: pl.DataFrame, view: View, headings: Mapping[str, str]) -> None:
    sheet, top = _sheet(book, "Siffror", headings, view)
    formats: dict[int, Format] = {}
    for number, row in enumerate(figures.select(headings.keys()).iter_rows(named=True), top + 1):
        for column, (name, value) in enumerate(row.items()):
            if value is None:
                continue
            if name in _NUMBERS:
                places = 0 if name in _COUNTS else places_of(settings, row["indicator"])
                sheet.write_number(number, column, _Exact(value), _number_format(book, formats, places))
            else:
                sheet.write_string(number, column, value)
    sheet.autofilter(top, 0, top + max(figures.height, 1), len(headings) - 1)


def _number_format(book: Workbook, made: dict[int, Format], places: int) -> Format:
    if places not in made:
        made[places] = book.add_format({"num_format": "#,##0" + ("." + "0" * places if places else "")})
    return made[places]


def _definitions_sheet(book: Workbook, ids: Iterable[str], view: View) -> None:
    sheet, top = _sheet(book, "Definitioner", _DEFINITIONS, view)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for row, id_ in enumerate(ids, top + 1):
        for column, name in enumerate(_DEFINITIONS):
            value = getattr(INDICATORS[id_], name)
            sheet.write_string(row, column, value if isinstance(value, str) else " ".join(value), wrapped)


def _origin_sheet(book: Workbook, view: View) -> None:
    sheet, top = _sheet(book, "Om filen", {"what": "Vad", "said": "Uppgift"}, view)
    shown = "Ja, tal som kan peka ut enskilda visas inte" if view.protected else "Nej"
    said = {
        "Körning": view.run,
        "Räknad": view.created_at.isoformat(timespec="seconds"),
        "Skyddade siffror": shown,
        "Intervall": "95 procent: Wilson för andelar, Poisson (Byar eller exakt) för antal händelser",
    }
    for row, pair in enumerate(said.items(), top + 1):
        for column, text in enumerate(pair):
            sheet.write_string(row, column, text)


def _sheet(book: Workbook, name: str, headings: Mapping[str, str], view: View) -> tuple[Worksheet, int]:
    """A sheet with its headings written and frozen, and the headings' row; in a demo a title row above says so."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    top = 0
    if view.is_demo:
        sheet.write_string(0, 0, _DEMO, book.add_format({"bold": True}))
        sheet.set_header(f"&C{_DEMO}")
        top = 1
    for column, (key, heading) in enumerate(headings.items()):
        sheet.write_string(top, column, heading, bold)
        sheet.set_column(column, column, _WIDTHS.get(key, _USUAL_WIDTH))
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(0, top)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return sheet, top


def file_response(content: bytes, media_type: str, name: str) -> Response:
    """The content to be saved under the name."""
    headers = {"Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
