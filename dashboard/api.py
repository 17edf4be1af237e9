"""The HTTP API: the same figures, columns and filters as the command `figures`, and what is needed to read them.

Every endpoint is a plain function, so FastAPI runs it in a thread and the event loop stays free.
Source: contract, section 6.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from datetime import date
from functools import partial
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.encoders import jsonable_encoder

import figuresio
import periods
from config import Member, Settings
from dashboard import apimodels
from dashboard.access import Access
from dashboard.snapshot import Snapshots, View
from metrics import breakdowns
from metrics.indicators import INDICATORS

PREFIX = "/api/v1"
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "parquet": "application/vnd.apache.parquet"}
FILTERS = ("indicator", "area", "period", "period_kind")
_PERIOD_KINDS = ("year", "quarter", "month")


def router(settings: Settings, snapshots: Snapshots, access: Access, *more: Adding) -> APIRouter:
    """The endpoints under /api/v1, without their documentation (see `apidocs`); each of `more` adds its own."""
    api = APIRouter(prefix=PREFIX, tags=["siffror"], responses={422: {"model": apimodels.Problem, "description": "Fel i frågan"}})
    reading = _Reading(settings, snapshots, access)
    add = partial(api.add_api_route, response_description="Svaret som JSON")
    add("/figures", reading.figures, summary="Siffror", responses=_FIGURES_RESPONSES, response_model=apimodels.Figures)
    add("/breakdowns", reading.breakdowns, summary="Fördelningar", responses=_FIGURES_RESPONSES, response_model=apimodels.Breakdowns)
    add("/indicators", reading.indicators, summary="Indikatorer", response_model=apimodels.Indicators)
    add("/areas", reading.areas, summary="Områden", response_model=apimodels.Areas)
    add("/runs/current", reading.run, summary="Körningen som gäller", response_model=apimodels.Run, responses=_NO_RUN)
    for adding in more:
        adding(add)
    api.add_api_route("/{path:path}", _unknown, include_in_schema=False)
    return api


Adding = Callable[[Callable[..., None]], None]
"""Adds endpoints with the function that it is given: `APIRouter.add_api_route` with the API's own defaults."""

_FIGURES_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Siffrorna i valt format",
        "content": {MEDIA_TYPES["csv"]: {"schema": {"type": "string"}}, MEDIA_TYPES["parquet"]: {"schema": {"type": "string"}}},
    },
    304: {"description": "Inget har ändrats sedan du frågade sist (If-None-Match)"},
}
_NO_RUN: dict[int | str, dict[str, Any]] = {404: {"model": apimodels.Problem, "description": "Inget har räknats än"}}


_DIMENSION_HELP = f"Vad siffran är delad efter: {', '.join(breakdowns.DIMENSIONS)}. Kan upprepas."


class _Reading:
    def __init__(self, settings: Settings, snapshots: Snapshots, access: Access) -> None:
        self._settings, self._snapshots, self._access = settings, snapshots, access
        self._areas = [entry["id"] for entry in areas(settings)]

    def figures(
        self,
        request: Request,
        indicator: Annotated[list[str] | None, Query(description="Indikatorns id. Kan upprepas.")] = None,
        area: Annotated[list[str] | None, Query(description="Områdets id: kommunkod, delregion eller län. Kan upprepas.")] = None,
        period: Annotated[list[str] | None, Query(description="ÅÅÅÅ, ÅÅÅÅ-Q3 eller ÅÅÅÅ-MM. Kan upprepas.")] = None,
        period_kind: Annotated[list[str] | None, Query(description="year, quarter eller month. Kan upprepas.")] = None,
        format: Annotated[str, Query(description="csv, json eller parquet")] = "json",  # noqa: A002 - the contract's own word
    ) -> Response:
        """Samma kolumner, ordning och filter som kommandot figures. Varje filter är exakt; utan filter kommer allt."""
        check_parameters(request, {*FILTERS, "format"})
        _known("format", [format], figuresio.FORMATS)
        filters = check_filters(self._areas, indicator or [], area or [], period or [], period_kind or [])
        view = self._view()
        if unchanged := _unchanged(request, view):
            return unchanged
        frame = figuresio.select(view.figures if view else figuresio.empty(), **filters)
        content = figuresio.to_bytes(frame, format, demo=self._snapshots.is_demo)
        return Response(content, media_type=MEDIA_TYPES[format], headers=_caching(view) | _saved_as(view, format))

    def breakdowns(
        self,
        request: Request,
        indicator: Annotated[list[str] | None, Query(description="Indikatorns id. Kan upprepas.")] = None,
        dimension: Annotated[list[str] | None, Query(description=_DIMENSION_HELP)] = None,
        area: Annotated[list[str] | None, Query(description="Områdets id: kommunkod, delregion eller län. Kan upprepas.")] = None,
        period: Annotated[list[str] | None, Query(description="ÅÅÅÅ, ÅÅÅÅ-Q3 eller ÅÅÅÅ-MM. Kan upprepas.")] = None,
        period_kind: Annotated[list[str] | None, Query(description="year, quarter eller month. Kan upprepas.")] = None,
        format: Annotated[str, Query(description="csv, json eller parquet")] = "json",  # noqa: A002 - the contract's own word
    ) -> Response:
        """Siffror delade efter sjukhus, kategori och annat. Öppet finns de för hela länet och hela år, där inget tal är litet."""
        check_parameters(request, {*FILTERS, "dimension", "format"})
        _known("format", [format], figuresio.FORMATS)
        filters = check_filters(self._areas, indicator or [], area or [], period or [], period_kind or [])
        view = self._view()
        if unchanged := _unchanged(request, view):
            return unchanged
        frame = select_breakdowns(view, filters, dimension or [])
        content = figuresio.to_bytes(frame, format, demo=self._snapshots.is_demo, name="breakdowns")
        return Response(content, media_type=MEDIA_TYPES[format], headers=_caching(view) | _saved_as(view, format, "breakdowns"))

    def indicators(self, request: Request) -> Response:
        """Varje indikator: vad den räknar, täljare och nämnare, källa, mål och vad man ska tänka på."""
        return self._listed(request, "indicators", [_indicator(self._settings, id_) for id_ in sorted(INDICATORS)])

    def areas(self, request: Request) -> Response:
        """Kommuner, delregioner i varje indelning, och länet, med sina medlemmar."""
        return self._listed(request, "areas", areas(self._settings))

    def run(self, request: Request) -> Response:
        """Den körning som siffrorna nu kommer från."""
        check_parameters(request, ())
        view = self._view()
        if view is None:
            raise HTTPException(404, "Inget har räknats än. Läs in filer och kör uppfoljning compute.")
        said = {"run": view.run, "created_at": view.created_at, "protected": view.protected} | _demo_mark(self._snapshots)
        return as_json(said, _caching(view))

    def _listed(self, request: Request, name: str, entries: list[dict[str, Any]]) -> Response:
        check_parameters(request, ())
        view = self._view()
        metadata = {"run": view.run if view else None} | _demo_mark(self._snapshots)
        return as_json({"metadata": metadata, name: entries}, _caching(None))

    def _view(self) -> View | None:
        snapshot = self._snapshots.current()
        return snapshot.view(self._access.sight(is_demo=snapshot.is_demo)) if snapshot else None


def select_breakdowns(view: View | None, filters: Mapping[str, list[str]], dimensions: list[str]) -> pl.DataFrame:
    """The breakdowns that every filter names exactly, with the run's id last. Raises HTTPException 422 for an unknown dimension."""
    _known("dimension", dimensions, breakdowns.DIMENSIONS)
    names = {"indicators": "indicator", "areas": "area", "periods": "period", "period_kinds": "period_kind"}
    wanted = {names[name]: values for name, values in filters.items()} | {"dimension": dimensions}
    chosen = [pl.col(name).is_in(values) for name, values in wanted.items() if values]
    found = view.breakdowns.filter(*chosen) if view else breakdowns.empty()
    return found.with_columns(run=pl.lit(view.run if view else None, pl.String))


def areas(settings: Settings) -> list[dict[str, Any]]:
    """Kommuner, delregioner of every division, and the county, with their members and the members' dates."""
    kommuner = [_area(code, "kommun", name, None, []) for code, name in sorted(settings.kommuner.items())]
    delregioner = [
        _area(area.id, "delregion", area.name, division.id, [_member(member) for member in area.memberships()])
        for division in settings.divisions
        for area in division.areas
    ]
    everyone = [_member(Member(kommun=code)) for code in sorted(settings.kommuner)]
    return [*kommuner, *delregioner, _area(settings.county.id, "lan", settings.county.name, None, everyone)]


def check_filters(
    area_ids: Collection[str], indicators: list[str], area: list[str], period: list[str], period_kinds: list[str]
) -> dict[str, list[str]]:
    """The filters as `figuresio.select` takes them. Raises HTTPException 422 for an id, period or kind that does not exist."""
    _known("indicator", indicators, INDICATORS)
    _known("area", area, area_ids)
    _known("period_kind", period_kinds, _PERIOD_KINDS)
    for text in period:
        if not _is_period(text):
            raise HTTPException(422, f"Perioden {text!r} finns inte. Skriv år, kvartal eller månad: ÅÅÅÅ, ÅÅÅÅ-Q3 eller ÅÅÅÅ-MM.")
    return {"indicators": indicators, "areas": area, "periods": period, "period_kinds": period_kinds}


def _is_period(text: str) -> bool:
    try:
        return periods.kind(text) in _PERIOD_KINDS
    except ValueError:
        return False


def _known(name: str, given: list[str], known: Collection[str]) -> None:
    if unknown := [text for text in given if text not in known]:
        raise HTTPException(422, f"{name}={unknown[0]} finns inte. Välj bland: {', '.join(sorted(known))}.")


def check_parameters(request: Request, known: Collection[str]) -> None:
    """Raises HTTPException 422 for a parameter that does not exist: a misspelt filter would otherwise let everything through in silence."""
    if unknown := sorted(set(request.query_params) - set(known)):
        choice = f"Välj bland: {', '.join(sorted(known))}." if known else "Här finns inga att ange."
        raise HTTPException(422, f"Parametern {unknown[0]} finns inte. {choice}")


def _unknown(path: str) -> Response:
    raise HTTPException(404, f"{PREFIX}/{path} finns inte. Se {PREFIX}/docs.")


def _area(id_: str, kind: str, name: str, division: str | None, members: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": id_, "kind": kind, "name": name, "division": division, "members": members}


def _member(member: Member) -> dict[str, Any]:
    first = None if member.valid_from == date.min else member.valid_from
    last = None if member.valid_to == date.max else member.valid_to
    return {"kommun": member.kommun, "valid_from": first, "valid_to": last}


def _indicator(settings: Settings, id_: str) -> dict[str, Any]:
    indicator = INDICATORS[id_]
    told = {field.name: getattr(indicator, field.name) for field in fields(indicator) if field.name in apimodels.Indicator.model_fields}
    return told | {"goals": [goal.model_dump() for goal in settings.goals.get(id_, ())]}


def _demo_mark(snapshots: Snapshots) -> dict[str, Any]:
    return {"demodata": True, "note": "DEMODATA: påhittade siffror"} if snapshots.is_demo else {}


def _saved_as(view: View | None, extension: str, what: str = "figures") -> dict[str, str]:
    if extension == "json":
        return {}
    name = f"{what}-{view.run}.{extension}" if view else f"{what}.{extension}"
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _tag(view: View) -> str:
    seen = ["protected", view.edition, *sorted(view.own)] if view.protected else []
    return f'"{"-".join([view.run, *filter(None, seen)])}"'


def _caching(view: View | None) -> dict[str, str]:
    """Answers may be kept, and are asked for again each time; what the public does not get stays with the one who asked."""
    vary = {"Vary": "Cookie, Authorization"}
    if view is None:
        return {"Cache-Control": "no-cache"} | vary
    kept = "public, no-cache" if view.protected and not view.own else "private, no-cache"
    return {"ETag": _tag(view), "Cache-Control": kept} | vary


def _unchanged(request: Request, view: View | None) -> Response | None:
    known = request.headers.get("if-none-match", "")
    if view is None or _tag(view) not in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        return None
    return Response(status_code=304, headers=_caching(view))


def as_json(content: Mapping[str, Any], headers: dict[str, str]) -> Response:
    """The content as JSON in UTF-8."""
    text = json.dumps(jsonable_encoder(content), ensure_ascii=False, allow_nan=False)
    return Response(text.encode(), media_type=MEDIA_TYPES["json"], headers=headers)
