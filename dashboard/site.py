"""The pages as a Dash app on FastAPI: one component, one asynchronous callback, and whole HTML pages for a first visit.

The browser gets the page as HTML first, so it can be read before any script has run; then Dash's renderer starts, asks the
one callback for the page at the address, and keeps page and address together from there (assets/page.js).
Only what is used of Dash is sent: React, the renderer and our two scripts, as one file (docs/adr/0003-dash-on-fastapi.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import dash
from dash import Dash, Input, Output
from dash.development.base_component import Component
from dash.fingerprint import check_fingerprint
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard import static, tokens
from dashboard.access import Access
from dashboard.answers import Answer, Redirect
from dashboard.charts import graph
from dashboard.doors import CALLBACK_COOKIE
from dashboard.reader import present
from dashboard.shell import Head, document, filled, full_title
from dashboard.static import Asset
from dashboard.tree import Element
from dashboard.who import who

_UNUSED: Final = ("polyfill@", "dash_core_components", "dash_html_components", "/dash_table/")
_SOURCE: Final = re.compile(r'src="/_dash-component-suites/([^"]+)"')
_UNUSED_ROUTES: Final = (
    "/",
    "/_dash-ws-callback",
    "/_dash-component-suites/{package_name}/{fingerprinted_path:path}",  # all that is used of them is in our one script
    "/assets",
    "/_reload-hash",
    "/_favicon.ico",
)
AGAIN_SECONDS: Final = 5
"""After how long a page that is not ready yet is asked for again."""
HEADERS: Final = {"Cache-Control": "no-cache", "Vary": "Cookie"}
"""What every page is sent with: it is asked for anew each time. What keeps it safe is in `headers`."""

Answering = Callable[[str], Answer | Redirect]
"""From an address (path and query) to the page there, or to where it has moved. May block: it is called in a thread."""


@dataclass(frozen=True)
class Assets:
    """The pages' static files, but for the script (see `Site.script`)."""

    font: Asset
    icon: Asset
    style: Asset
    charts: Asset

    def head(self, words: tuple[str, ...]) -> Head:
        """What documents name of them; `words` are what the search field suggests."""
        return Head(self.style.address, self.font.address, self.icon.address, words)


def read_assets() -> Assets:
    """Read and compress the static files."""
    font = static.font()
    sheets = ("tokens.css", "base.css", "parts.css", "deliveries.css", "plan.css", "year.css", "skr.css", "account.css", "calculator.css")
    style = static.stylesheet(*sheets, "agreement.css", font=font)
    return Assets(font, static.icon(), style, static.precompressed("plotly-basic.min.js"))


class PageComponent(Component):
    """The one component: `address` is what the browser shows, `answer` the page for it, `settings` what charts need to know."""

    _namespace = "uppfoljning"
    _type = "Page"

    def __init__(self, **props: Any) -> None:
        self._prop_names = self.available_properties = ["id", "address", "answer", "settings"]
        self._children_props = self._valid_wildcard_attributes = self.available_wildcard_properties = []
        self._base_nodes = ["children"]
        super().__init__(**props)  # type: ignore[no-untyped-call]


class Site(Dash):
    """Dash with our own document around it."""

    def _config(self) -> Any:
        """Dash's configuration for the browser without the WebSocket, which it would open though no callback uses it."""
        config = super()._config()  # type: ignore[no-untyped-call]
        config.pop("websocket", None)
        return config | {"children_props": {}}

    def script(self) -> Asset:
        """The parts of Dash's browser code that the pages need, React first, in the order Dash gives them, and our own."""
        sources = [source for source in _SOURCE.findall(self._generate_scripts_html()) if not any(part in source for part in _UNUSED)]
        folder = Path(dash.__file__).parent.parent
        *before, renderer = [(folder / _file_of(source)).read_bytes() for source in sources]
        own = [static.script("charts.js"), static.script("page.js"), static.script("plan.js")]
        return static.asset("page.js", b";\n".join([*before, *own, renderer, b"new DashRenderer();"]))

    def live_part(self, script: Asset) -> str:
        """What makes a document come alive: Dash's entry point, its configuration and the script."""
        return f'<div id="react-entry-point"></div>\n{self._generate_config_html()}\n<script src="{script.address}" defer></script>'


def _file_of(source: str) -> str:
    """The file behind one of Dash's fingerprinted addresses, from the folder that holds the package."""
    file, _ = check_fingerprint(source)  # type: ignore[no-untyped-call]
    return str(file)


def add_pages(app: FastAPI, assets: Assets, head: Head, answering: Answering, access: Access) -> None:
    """Put the pages and their static files on the server. Call it after all other routes: the pages answer every other address."""
    options: dict[str, Any] = {"server": app, "backend": "fastapi", "include_assets_files": False, "update_title": "", "enable_mcp": False}
    site = Site(__name__, **options)
    script = site.script()
    site.layout = PageComponent(id="page", settings=_browser_settings(assets))
    live = site.live_part(script)

    async def page(request: Request) -> Response:
        query = request.url.query
        address = request.url.path + (f"?{query}" if query else "")
        answer = await run_in_threadpool(answering, address)
        if isinstance(answer, Redirect):
            return RedirectResponse(answer.address, 303)
        text = await run_in_threadpool(_document, answer, head, live, who(access, address))
        headers = HEADERS | ({"Retry-After": str(AGAIN_SECONDS)} if answer.again else {})
        return _with_token(HTMLResponse(text, answer.status, headers), access)

    @site.callback(Output("page", "answer"), Input("page", "address"), prevent_initial_call=True)
    async def answer_address(address: str) -> dict[str, Any]:
        answer = await run_in_threadpool(answering, address)
        if isinstance(answer, Redirect):
            return {"redirect": answer.address}
        own = who(access, address)
        more = ({"who": own} if own else {}) | ({"again": AGAIN_SECONDS} if answer.again else {})
        return {"title": full_title(answer.title), "tree": answer.packed} | more

    # Dash's own index answers / and everything else with a page of its own; the others are not used
    app.router.routes = [route for route in app.router.routes if getattr(route, "path", None) not in _UNUSED_ROUTES]
    app.include_router(static.router(assets.font, assets.icon, assets.style, assets.charts, script))
    app.add_api_route("/{path:path}", page, include_in_schema=False)


def _document(answer: Answer, head: Head, live: str, own: Element | None) -> str:
    return document(answer.title, filled(answer.nodes, own), head, live)


def _with_token(response: Response, access: Access) -> Response:
    """For somebody who has signed in, what Dash sends back with each callback (see `doors`); a page of another site cannot read it."""
    if (person := present()) and person.subject:
        response.set_cookie(CALLBACK_COOKIE, access.token, secure=access.settings.web.is_https, samesite="strict")
    return response


def _browser_settings(assets: Assets) -> dict[str, Any]:
    return {
        "charts": assets.charts.address,
        "font": assets.font.address,
        "colours": tokens.names_by_colour(),
        "config": graph.CONFIG,
        "locale": graph.LOCALE,
    }
