"""What stands before every request: the mark of a demo, the refusal of readers that may not read, the answer when the store fails."""

from __future__ import annotations

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import reader
from dashboard.access import Access
from dashboard.snapshot import Snapshots
from sql.errors import StoreError

DEMO_HEADER = "X-Demodata"
_BARE_PAGE = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><title>Det gick inte</title></head>
<body><main><h1>Det gick inte</h1><p>{}</p></main></body></html>
"""


class Guard:
    """ASGI middleware: who is asking, `X-Demodata: 1` on every answer of a demo store, 403 where unprotected figures may not be read."""

    def __init__(self, app: ASGIApp, snapshots: Snapshots, access: Access) -> None:
        self._app, self._snapshots, self._access = app, snapshots, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for the app, or let it answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        is_demo = await run_in_threadpool(self._is_demo)
        answer = _marked(send) if is_demo else send
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope, answer = {**scope, "method": "GET"}, _without_body(answer)
        connection = HTTPConnection(scope)
        if refusal := self._access.read_refusal(connection, is_demo=is_demo):
            await refuse(scope, refusal, 403)(scope, receive, answer)
            return
        with reader.reading(self._access.anonymous(connection, is_demo=is_demo)):
            await self._app(scope, receive, answer)

    def _is_demo(self) -> bool:
        """While the store does not answer it is what it was; whoever needs the store meets the error where it can be told well."""
        try:
            return self._snapshots.is_demo
        except StoreError:
            return self._snapshots.was_demo


def refuse(scope: Scope, sentence: str, status: int) -> Response:
    """A Swedish sentence for whoever asked: JSON for a program, a bare page for a person. A web socket is closed by it too."""
    if for_program(scope["path"]):
        return JSONResponse({"detail": sentence}, status)
    return HTMLResponse(_BARE_PAGE.format(escape(sentence)), status)


def for_program(path: str) -> bool:
    """Whether a program asks there, and not a person."""
    return path.startswith(("/api/", "/health", "/ready", "/metrics", "/_dash"))


def _without_body(send: Send) -> Send:
    """What HEAD gets: the head of the answer to GET."""

    async def headed(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return headed


def _marked(send: Send) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)[DEMO_HEADER] = "1"
        await send(message)

    return marked
