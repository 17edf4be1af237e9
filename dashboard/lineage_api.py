"""`/api/v1/lineage`: one figure with what it was made of, for programs. The same as the page `/siffra`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import HTTPException, Query, Request, Response

from config import Settings
from dashboard import api, apimodels
from dashboard.access import Access
from dashboard.lineage import Trace, Traces, Used
from dashboard.lookup import Lookup
from dashboard.snapshot import Snapshots
from dashboard.yearbook import Yearbooks
from metrics.indicators import INDICATORS
from sql.publications import Publication

_MOST_ROWS = 1000
_MOST_OFFSET = 10**9
_PARAMETERS = ("indicator", "area", "period", "publication", "dataset", "offset", "limit", "recompute")
_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": apimodels.Problem, "description": "Siffran finns inte"}}


class Lineage:
    """The endpoint's needs; `lookup` finds the current run's figures as the reader sees them."""

    def __init__(self, settings: Settings, snapshots: Snapshots, access: Access, books: Yearbooks, traces: Traces) -> None:
        self._settings, self._snapshots, self._access, self._books, self._traces = settings, snapshots, access, books, traces
        self._areas = [entry["id"] for entry in api.areas(settings)]

    def add_to(self, add: Callable[..., None]) -> None:
        """Put the endpoint on the API's router."""
        add("/lineage", self.lineage, summary="Vad en siffra bygger på", response_model=apimodels.Lineage, responses=_NOT_FOUND)

    def lineage(
        self,
        request: Request,
        indicator: Annotated[str, Query(description="Indikatorns id. Måste anges.")] = "",
        area: Annotated[str, Query(description="Områdets id: kommunkod, delregion eller län. Måste anges.")] = "",
        period: Annotated[str, Query(description="ÅÅÅÅ, ÅÅÅÅ-Q3 eller ÅÅÅÅ-MM. Måste anges.")] = "",
        publication: Annotated[str, Query(description="Som publicerad, till exempel 2025-1. Annars den gällande körningen")] = "",
        dataset: Annotated[str, Query(description="Vilka rader: indikatorns datamängd (förval) eller befolkning")] = "",
        offset: Annotated[str, Query(description="Hoppa över så många rader")] = "0",
        limit: Annotated[str, Query(description="Så många rader högst, upp till 1000")] = "100",
        recompute: Annotated[str, Query(description="true: räkna om siffran ur leveranserna och säg om den är lika")] = "false",
    ) -> Response:
        """Siffran med kommuner och månader, leveranser, regel och, för den som får läsa dem, rader. Filnamn och antal rader per leverans
        visas bara för den som får läsa raderna: de kan avslöja små tal."""
        api.check_parameters(request, _PARAMETERS)
        if not (indicator and area and period):
            raise HTTPException(422, "Ange indicator, area och period.")
        api.check_filters(self._areas, [indicator], [area], [period], [])
        again, first, most = _yes(recompute), _whole("offset", offset, _MOST_OFFSET), _whole("limit", limit, _MOST_ROWS)
        lookup, chosen = self._found(publication)
        figure, trace = lookup.figure(indicator, area, period), self._traces.trace(lookup.view.run, (indicator, area, period))
        if figure is None or trace is None:
            raise HTTPException(404, f"{indicator} har ingen siffra för {area} och {period}.")
        wanted = dataset or trace.dataset
        if wanted not in trace.datasets:
            raise HTTPException(422, f"dataset={dataset} finns inte här. Välj bland: {', '.join(trace.datasets)}.")
        reads = self._access.may_read_rows(trace.kommuner, is_demo=self._snapshots.is_demo)
        declared, gone = INDICATORS[indicator], {each.dataset for each in trace.gallrade}
        content = {
            "metadata": {"run": trace.run.id} | ({"demodata": True, "note": "DEMODATA: påhittade siffror"} if lookup.view.is_demo else {}),
            "publication": chosen.id if chosen else None,
            "figure": figure._asdict(),
            "agreements": [each for each in (figure.agreement or "").split("+") if each],
            "section": declared.section,
            "parts": _parts(trace, lookup),
            "deliveries": _deliveries(trace, reads=reads),
            "dataset": wanted,
            "row_count": sum(trace.row_counts(wanted).values()) if reads and wanted not in gone else None,
            "rows": [_plain(each) for each in trace.rows(wanted, first, most).to_dicts()] if reads else None,
            "recomputable": not trace.gallrade,
            "equal": self._traces.again(trace, publication).equal if again and not trace.gallrade else None,
        }
        return api.as_json(content, {"Cache-Control": "private, no-cache"})

    def _found(self, publication: str) -> tuple[Lookup, Publication | None]:
        """The figures that are asked about, as the reader sees them. Raises HTTPException 404 where there are none."""
        sight = self._access.sight(is_demo=self._snapshots.is_demo)
        if publication:
            chosen = next((each for each in self._books.listing() if each.id == publication), None)
            if chosen is None:
                raise HTTPException(404, f"Publikationen {publication} finns inte.")
            return self._books.lookup(chosen, sight), chosen
        snapshot = self._snapshots.current()
        if snapshot is None:
            raise HTTPException(404, "Inget har räknats än. Läs in filer och kör uppfoljning compute.")
        return self._books.current(snapshot.view(sight)), None


def _whole(name: str, text: str, most: int) -> int:
    if not text.isdecimal() or int(text) > most:
        raise HTTPException(422, f"{name} ska vara ett heltal från 0 till {most}.")
    return int(text)


def _yes(text: str) -> bool:
    if text not in ("true", "false"):
        raise HTTPException(422, "recompute ska vara true eller false.")
    return text == "true"


def _parts(trace: Trace, lookup: Lookup) -> list[dict[str, Any]]:
    """Each kommun × period of the sum, as the reader sees its own figure, and the delivery that counted for it."""
    counted = {(kommun, base): delivery for kommun, base, delivery in trace.cells.select("kommun", "period", "delivery").iter_rows()}
    found = []
    for kommun in trace.kommuner:
        for base in trace.bases:
            own = lookup.figure(trace.indicator, kommun, base)
            found.append(
                {
                    "kommun": kommun,
                    "period": base,
                    "numerator": own.numerator if own else None,
                    "denominator": own.denominator if own else None,
                    "value": own.value if own else None,
                    "status": own.status if own else "missing",
                    "delivery": counted.get((kommun, base)),
                }
            )
    return found


def _deliveries(trace: Trace, *, reads: bool) -> list[dict[str, Any]]:
    rows = {id_: n for name in trace.datasets for id_, n in trace.row_counts(name).items()} if reads else {}
    return [_delivery(each, rows, reads=reads) for each in trace.used()]


def _delivery(used: Used, rows: dict[int, int], *, reads: bool) -> dict[str, Any]:
    d = used.delivery
    inside = {
        "rows": rows.get(d.id, 0) if d.gallrad_at is None else None,
        "file_name": d.file_name,
        "sha256": d.sha256,
        "loaded_at": d.loaded_at,
        "loaded_by": d.loaded_by,
    }
    return {"id": d.id, "dataset": d.dataset, "cells": used.cells} | (inside if reads else dict.fromkeys(inside))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
