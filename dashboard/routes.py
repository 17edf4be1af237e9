"""Every route that is not a page of Dash's, put on the server in one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from dashboard import api, apidocs, downloads, operations, sign_in
from dashboard.access import Access
from dashboard.administration import Administration
from dashboard.doors import NotAllowed
from dashboard.guard import Guard, for_program, refuse
from dashboard.headers import SafeHeaders
from dashboard.pages import account
from dashboard.people import People
from dashboard.provider import Provider
from dashboard.question import OneQuestion
from dashboard.shell import Page
from dashboard.sign_in import SignIn
from dashboard.site import AGAIN_SECONDS
from dashboard.snapshot import BeingProtectedError, Snapshots
from dashboard.uploads import Uploads
from sql.errors import StoreError


def add_routes(
    app: FastAPI,
    snapshots: Snapshots,
    uploads: Uploads,
    *more: api.Adding,
) -> None:
    """API, health, their documentation, downloads and uploads, and signing in.

    `more` add endpoints to the API. Call it before Dash adds its own routes; `/leveranser` itself is one of those (see
    `pages.deliveries.making`).
    """
    settings, access = uploads.settings, uploads.access
    figures = api.router(settings, snapshots, access, *more)
    app.include_router(apidocs.router(figures, uploads.page))
    app.include_router(operations.router(uploads.store, api.PREFIX))
    app.include_router(figures)
    app.include_router(downloads.router(settings, snapshots, access))
    app.include_router(uploads.router())
    app.include_router(Administration(settings, uploads.store, access, uploads.page, _now).router())
    people = People(settings, uploads.store, _now)
    if settings.access == "signin" and settings.oidc and settings.web.url:
        provider = Provider(settings.oidc, f"{settings.web.url}{sign_in.ANSWER}")
        app.include_router(SignIn(settings.oidc, settings.web.url, people, access, provider, uploads.page).router())
    app.add_exception_handler(NotAllowed, partial(_not_allowed, access, uploads.page))
    app.add_exception_handler(StoreError, _store_failed)
    app.add_exception_handler(405, _wrong_method)


def add_guards(app: FastAPI, snapshots: Snapshots, uploads: Uploads) -> None:
    """What stands before every request. Call it after Dash has put its own middleware in, which reads whole bodies: what is added last
    stands first."""
    settings = uploads.settings
    app.add_middleware(OneQuestion)
    app.add_middleware(Guard, snapshots=snapshots, access=uploads.access, people=People(settings, uploads.store, _now))
    app.add_middleware(SafeHeaders, is_https=settings.web.is_https)
    app.add_middleware(operations.Measured)


def _now() -> datetime:
    return datetime.now(UTC)


def _not_allowed(access: Access, page: Callable[[Page], str], request: Request, error: Exception) -> Response:
    """JSON for a program, a whole page for a person."""
    if for_program(request.scope["path"]):
        return refuse(request.scope, str(error), 403)
    said = account.no_access(access, str(error), request.url.path)
    return HTMLResponse(page(said), 403, {"Cache-Control": "no-store"})


def _store_failed(request: Request, error: Exception) -> Response:
    again = {"Retry-After": str(AGAIN_SECONDS)} if isinstance(error, BeingProtectedError) else None
    return refuse(request.scope, str(error), 503, again)


def _wrong_method(request: Request, _: Exception) -> Response:
    return refuse(request.scope, f"{request.method} går inte att använda här.", 405)
