"""Every address of the server and what it takes to use it: a route or page that is not in these tables answers nobody.

The tables say who may come in at all. What is shown or changed for which kommun is asked for again by what is behind the door, since
only that knows which kommun it is about. docs/access.md is written from the tables (`python -m dashboard.doors`).
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import unquote_plus

from fastapi import Request

import personnummer
from dashboard import reader
from dashboard.access import Access
from policy import ANONYMOUS, Action, Person, allows_somewhere
from sql import audit
from sql.audit import Event, What
from sql.store import Store

_log: Final = logging.getLogger(__name__)

CALLBACK_COOKIE: Final = "_csrf_token"  # Dash's own name for it
CALLBACK_HEADER: Final = "X-CSRFToken"
_CALLBACK: Final = "POST /_dash-update-component"
_LONGEST: Final = 200
_READ: Final = Action.READ_PROTECTED

ROUTES: Final[Mapping[str, Action]] = {
    "GET /{path:path}": _READ,  # the pages, see PAGES
    "POST /_dash-update-component": _READ,  # the same pages, as the callback gives them
    "GET /_dash-layout": _READ,
    "GET /_dash-dependencies": _READ,
    "GET /static/{name}": _READ,
    "GET /logga-in": _READ,
    "GET /logga-in/svar": _READ,
    "POST /logga-ut": _READ,
    "GET /granskning.csv": Action.READ_AUDIT,
    "POST /nycklar": Action.ADMINISTER,
    "GET /health": _READ,
    "GET /ready": _READ,
    "GET /metrics": _READ,  # counts of requests, and nothing of what they were about
    "GET /api/v1/health": _READ,
    "GET /api/v1/openapi.json": _READ,
    "GET /api/v1/docs": _READ,
    "GET /api/v1/figures": _READ,
    "GET /api/v1/breakdowns": _READ,
    "GET /api/v1/indicators": _READ,
    "GET /api/v1/areas": _READ,
    "GET /api/v1/runs/current": _READ,
    "GET /api/v1/lineage": _READ,
    "GET /api/v1/{path:path}": _READ,
    "GET /ladda-ner/siffror.{extension}": _READ,
    "GET /ladda-ner/fordelning.{extension}": _READ,
    "GET /leveranser/ladda-upp": _READ,
    "POST /leveranser/ladda-upp": Action.UPLOAD,
    "GET /arsuppfoljning/{year}/publicera": _READ,
    "POST /arsuppfoljning/{year}/publicera": Action.PUBLISH,
    "GET /arsuppfoljning/{year}/beslut": _READ,
    "POST /arsuppfoljning/{year}/beslut": Action.NOTE_DECISIONS,
    "GET /arsuppfoljning/{year}/rapport.pdf": _READ,
    "GET /arsuppfoljning/{year}/arbetsbok.xlsx": _READ,
    "GET /arsuppfoljning/{year}/siffror.csv": _READ,
    "GET /namndplan/{kommun}/uppfoljning.{extension}": _READ,
    "GET /namndplan/{kommun}/spara": _READ,
    "POST /namndplan/{kommun}/spara": Action.EDIT_PLAN,
    "GET /namndplan/{kommun}/utkast": _READ,
    "POST /namndplan/{kommun}/utkast": Action.EDIT_PLAN,
    "GET /namndplan/{kommun}/lage": _READ,
    "POST /namndplan/{kommun}/lage": Action.EDIT_PLAN,
    "GET /namndplan/{kommun}/oppna": _READ,
    "POST /namndplan/{kommun}/oppna": Action.UNLOCK_PLAN,
    "GET /namndplan/{kommun}/andra": _READ,
    "POST /namndplan/{kommun}/andra": Action.EDIT_PLAN,
    "GET /namndplan/{kommun}/for-over": _READ,
    "POST /namndplan/{kommun}/for-over": Action.EDIT_PLAN,
    "GET /oppna-data/catalog": _READ,
    "GET /oppna-data/series/{id_}": _READ,
    "GET /oppna-data/dataset/{id_}": _READ,
    "GET /oppna-data/distribution/{name}": _READ,
    "GET /oppna-data/{name}": _READ,
    "GET /skr/{step}": _READ,
    "POST /skr/{step}": Action.EXPLAIN_SKR,
    "GET /skr/filer/{sign_off}/{name}": Action.READ_ALL,
}
"""Method and path of each route, as it is declared."""

EXPORTS: Final = frozenset(
    {
        "GET /api/v1/figures",
        "GET /api/v1/breakdowns",
        "GET /api/v1/lineage",
        "GET /ladda-ner/fordelning.{extension}",
        "GET /ladda-ner/siffror.{extension}",
        "GET /arsuppfoljning/{year}/rapport.pdf",
        "GET /arsuppfoljning/{year}/arbetsbok.xlsx",
        "GET /arsuppfoljning/{year}/siffror.csv",
        "GET /namndplan/{kommun}/uppfoljning.{extension}",
        "GET /skr/filer/{sign_off}/{name}",
        "GET /granskning.csv",
    }
)
"""The routes that give a file or an answer to take along, in which there may be what the public does not see."""

PAGES: Final[Mapping[str, Action]] = {
    "/": _READ,
    "/indikatorer": _READ,
    "/indikator/{id}": _READ,
    "/kommuner": _READ,
    "/kommun/{id}": _READ,
    "/nyckeltal": _READ,
    "/nyckeltal/{id}": _READ,
    "/namndplan": _READ,
    "/namndplan/{id}": _READ,
    "/delregion/{id}": _READ,
    "/sok": _READ,
    "/ga": _READ,
    "/rakna": _READ,
    "/om": _READ,
    "/tillganglighet": _READ,
    "/jag": _READ,
    "/granskning": Action.READ_AUDIT,
    "/nycklar": Action.ADMINISTER,
    "/leveranser": _READ,
    "/skr": _READ,
    "/oppna-data": _READ,
    "/arsuppfoljning": _READ,
    "/arsuppfoljning/{id}": _READ,
    "/avtal": _READ,
    "/avtal/{id}": _READ,
    "/siffra": _READ,
}
"""Path of each page; `{id}` stands for what its last part names."""


class NotAllowed(Exception):  # noqa: N818 - an answer, not a fault of the program
    """The reader may not come in: a Swedish sentence says why and what to do."""


def check_with(access: Access, store: Store, now: Callable[[], datetime]) -> Callable[[Request], None]:
    """The dependency of every route: lets the reader in, or raises NotAllowed. A file taken out is told in the audit trail."""

    def check(request: Request) -> None:
        route = f"{request.method} {request.scope['route'].path}"
        if (action := ROUTES.get(route)) is None:
            _log.error("the route %s is not in dashboard.doors.ROUTES and answers nobody", route)
            raise NotAllowed("Adressen är inte öppnad för någon.")
        person = reader.present() or ANONYMOUS
        if not allows_somewhere(person, action):
            _tell(store, person, What.DENIED, route, now())
            raise NotAllowed(access.why_not(person))
        if route == _CALLBACK and person.subject and person.only is None and not _has_token(request, access.token):
            raise NotAllowed("Sidan hör till en annan inloggning. Ladda om den.")
        if route in EXPORTS:
            _tell(store, person, What.EXPORT, _wanted(request), now(), request.path_params.get("kommun", ""))

    return check


def _has_token(request: Request, token: str) -> bool:
    """Whether a callback carries what our own page was given: a page of another site cannot read it."""
    return hmac.compare_digest(request.headers.get(CALLBACK_HEADER, "").encode(), token.encode())


def _wanted(request: Request) -> str:
    """The address as its reader wrote it, with the choice of indicators, areas and periods."""
    return unquote_plus(request.url.path + (f"?{request.url.query}" if request.url.query else ""))


def _tell(store: Store, person: Person, what: What, address: str, now: datetime, kommun: str = "") -> None:
    """What somebody who is known took out or was denied. Of others there is nobody to tell: they get what everyone may have."""
    if person.subject:
        told, about = ("–", "") if personnummer.find(address) else (address[:_LONGEST], kommun[:_LONGEST])
        audit.note(store, person, Event(what, told, about), now)


def page_action(path: str) -> Action | None:
    """What it takes to see the page at the path; None for one that is not in the table."""
    above, _, _last = path.rpartition("/")
    return PAGES.get(path) or PAGES.get(f"{above}/{{id}}")


def table() -> Iterator[str]:
    """docs/access.md's table of doors, line by line."""
    yield "| Adress | Kräver | Vilka |"
    yield "| --- | --- | --- |"
    pages = ((f"sidan `{path}`", action) for path, action in PAGES.items())
    routes = ((f"`{route}`", action) for route, action in ROUTES.items())
    for where, action in (*pages, *routes):
        yield f"| {where} | `{action}` | {', '.join(who_may(action))} |"


def who_may(action: Action) -> Iterator[str]:
    """The roles that come through a door."""
    for role in ("public", "forum", "kommun:1440", "vgr", "admin", "local"):
        if allows_somewhere(Person("", "", frozenset({role})), action):
            yield role.replace("1440", "<kod>")


if __name__ == "__main__":
    print("\n".join(table()))  # noqa: T201
