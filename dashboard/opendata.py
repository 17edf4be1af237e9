"""Open data at stable addresses: the files of `export open-data`, made once for each set of publications, with ETag and caching."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from config import Settings
from dashboard.pages.opendata import PATH
from reports import opendata_store
from reports.opendata import CATALOGUE
from sql.publications import Publication
from sql.store import Store

_KINDS: Final = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet", "ttl": "text/turtle; charset=utf-8"}
_HEADERS: Final = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
"""Kept for minutes, so that a corrected year soon is seen; any web page may read it."""


@dataclass
class OpenData:
    """The files, by name, of what is published now."""

    settings: Settings
    store: Store
    _made: tuple[tuple[str, ...], Mapping[str, bytes]] = ((), {})
    _making: Lock = field(default_factory=Lock)

    def editions(self) -> dict[int, Publication]:
        """The latest edition of each published year, the newest year first. Raises StoreError."""
        return dict(sorted(opendata_store.newest(self.store).items(), reverse=True))

    def files(self) -> Mapping[str, bytes]:
        """Made anew when a year has been published since; empty where none is. Raises ConfigError and StoreError."""
        current = tuple(f"{made.id} {made.sha256}" for made in self.editions().values())
        with self._making:
            if self._made[0] != current:
                self._made = (current, opendata_store.published(self.settings, self.store))
            return self._made[1]

    def router(self) -> APIRouter:
        """The files, and the addresses that the catalogue calls its things by."""
        routes = APIRouter(prefix=PATH, include_in_schema=False)
        routes.add_api_route("/catalog", lambda: RedirectResponse(f"{PATH}/{CATALOGUE}", 303), methods=["GET"])
        routes.add_api_route("/distribution/{name}", lambda name: RedirectResponse(f"{PATH}/{name}", 303), methods=["GET"])
        routes.add_api_route("/series/{id_}", _to_the_page, methods=["GET"])
        routes.add_api_route("/dataset/{id_}", _to_the_page, methods=["GET"])
        routes.add_api_route("/{name}", self.file, methods=["GET"])
        return routes

    def file(self, name: str, request: Request) -> Response:
        """A file; nothing but its tag to who has it already."""
        content = self.files().get(name)
        if content is None:
            why = "Filen finns inte." if self.files() else "Inget år är publicerat, så det finns inga öppna data än."
            raise HTTPException(404, why)
        headers = {**_HEADERS, "ETag": _tag(content)}
        if _tag(content) in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=_KINDS[name.rpartition(".")[2]], headers=headers)


def _tag(content: bytes) -> str:
    """Weak: an answer may be compressed on its way."""
    return f'W/"{hashlib.sha256(content).hexdigest()}"'


def _to_the_page(id_: str) -> Response:
    """A series or a dataset is described on the page, at its theme."""
    return RedirectResponse(f"{PATH}#{id_.partition('-')[0]}", 303)
