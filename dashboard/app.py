"""The web application: API, downloads, uploads and pages on one FastAPI server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

from config import Settings
from dashboard import doors, plan_view, site
from dashboard.access import Access, form_token
from dashboard.lineage import Traces
from dashboard.lineage_api import Lineage
from dashboard.opendata import OpenData
from dashboard.pages import (
    account,
    agreement,
    audit,
    calculator,
    deliveries,
    figure,
    keys,
    opendata,
    outside,
    plan,
    search,
    skr,
    skr_forms,
    year,
)
from dashboard.plan_files import PlanFiles
from dashboard.planwrite import PlanForms
from dashboard.recomputing import Recomputing
from dashboard.router import Making, Router
from dashboard.routes import add_guards, add_routes
from dashboard.shell import Head, Origin, Page, document, filled, frame
from dashboard.skr_steps import SkrSteps
from dashboard.snapshot import Snapshots
from dashboard.uploads import Uploads
from dashboard.who import who
from dashboard.yearbook import Yearbooks
from dashboard.years import Years
from flows.planning import Plans
from loaders.intake import take_in
from sql.store import Store

_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_WORTH_COMPRESSING: Final = 1000
_PATIENCE_SECONDS: Final = 3.0  # then a page that says what goes on is better than none
_QUICK: Final = 5  # gzip level: pages are compressed as they are sent


def create_app(
    settings: Settings, store: Store, *, host: str = "127.0.0.1", recompute: Callable[[], object], ahead: bool = True
) -> FastAPI:
    """The whole server for a store, bound to `host`.

    `recompute` computes all figures anew when an upload asks for it; with `ahead`, pages are made before they are asked for, and nobody
    waits long for figures that are still being protected.
    """
    access = Access(settings, host, form_token(store.folder))
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(doors.check_with(access, store, _now))])
    snapshots = Snapshots(settings, store, patience=_PATIENCE_SECONDS if ahead else None)
    recomputing = Recomputing(recompute)
    assets = site.read_assets()
    head = assets.head(search.words(settings))
    plain = _plain_pages(head, snapshots, access)
    uploads = Uploads(settings, store, access, take_in, recomputing, plain)
    books, traces = Yearbooks(settings, store), Traces(settings, store)
    add_routes(app, snapshots, uploads, Lineage(settings, snapshots, access, books, traces).add_to)
    app.include_router(Years(settings, store, access, snapshots, books, plain, _now).router())
    app.include_router(SkrSteps(settings, store, access, plain, _now).router())
    plans = Plans(settings, store)
    app.include_router(PlanForms(settings, store, plans, access, plain, lambda: _now(), lambda: snapshots.is_demo).router())
    app.include_router(PlanFiles(settings, store, plans, access, snapshots, lambda: _now()).router())
    open_data = OpenData(settings, store)
    app.include_router(open_data.router())
    app.add_middleware(Compression, minimum_size=_WORTH_COMPRESSING, compresslevel=_QUICK)
    years = year.making(year.Making(books, access, _today, lambda: snapshots.is_demo))
    planned = plan.making(plan.Making(settings, store, plans, access, _today, lambda: snapshots.is_demo))
    agreed = agreement.making(agreement.Making(settings, store, _today))
    more: dict[str, Making] = {
        account.PATH: account.Account(access),
        audit.PATH: audit.making(store),
        keys.PATH: keys.making(store, access, _now),
        calculator.PATH: calculator.page,
        deliveries.PATH: deliveries.making(store, access, recomputing, _today),
        figure.PATH: figure.making(figure.Making(traces, books, access, lambda: snapshots.is_demo)),
        skr_forms.PATH: skr.making(skr.Making(settings, store, access, _today)),
        opendata.PATH: opendata.making(open_data),
    }
    more |= {year.PATH: years, f"{year.PATH}/": years, plan_view.PATH: planned, f"{plan_view.PATH}/": planned}
    more |= {agreement.PATH: agreed, f"{agreement.PATH}/": agreed}
    more |= dict.fromkeys((outside.PATH, f"{outside.PATH}/"), outside.making(settings, store))
    site.add_pages(app, assets, head, Router(settings, snapshots, access, more, lambda: plans.lately(_today()), ahead=ahead), access)
    add_guards(app, snapshots, uploads)
    return app


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return _now().astimezone(_STOCKHOLM).date()


class Compression(GZipMiddleware):
    """Compresses answers as they are sent, but for those of the pages' callback, which hold a page that is compressed already."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the callback by."""
        packed = scope["type"] == "http" and scope["path"].startswith("/_dash-update-component")
        await (self.app(scope, receive, send) if packed else super().__call__(scope, receive, send))


def _plain_pages(head: Head, snapshots: Snapshots, access: Access) -> Callable[[Page], str]:
    """What makes a whole HTML page that stands alone: the answer to a form, the API's documentation."""

    def plain(page: Page) -> str:
        current = snapshots.current()
        origin = Origin(snapshots.is_demo, current.created_at if current else None)
        path = page.menu or "/"
        return document(page.title, filled(frame(page, origin, path), who(access, path)), head)

    return plain
