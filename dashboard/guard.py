"""What stands before every request: the mark of a demo, the refusal of readers that may not read, the answer when the store fails."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import policy
from dashboard import processes, reader
from dashboard.access import Access
from dashboard.people import People, UnknownKey
from dashboard.rates import Rates
from dashboard.snapshot import Snapshots
from policy import Person
from sql.errors import StoreError

DEMO_HEADER = "X-Demodata"
SIGNING_IN = "/logga-in"
FILES = ("/api/", "/ladda-ner/")
MADE_FILES = (".pdf", ".xlsx", ".csv")
CALLBACKS = "/_dash"
_MOST_ASKED_BYTES = 64 * 1024
_BARE_PAGE = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><title>Det gick inte</title></head>
<body><main><h1>Det gick inte</h1><p>{}</p></main></body></html>
"""


class Stopped(Exception):  # noqa: N818 - an answer, not a fault of the program
    """A request that gets no further: a Swedish sentence, the HTTP status and its headers."""

    def __init__(self, sentence: str, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.headers = status, headers


class Guard:
    """ASGI middleware: who is asking and how often they may, the mark of a demo, 403 where unprotected figures may not be read."""

    def __init__(self, app: ASGIApp, snapshots: Snapshots, access: Access, people: People) -> None:
        self._app, self._snapshots, self._access, self._people = app, snapshots, access, people
        self._rates, self._limits = Rates(folder=processes.folder()), access.settings.rates

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
        try:
            person = await run_in_threadpool(self._admitted, connection, is_demo=is_demo)
        except Stopped as stopped:
            await refuse(scope, str(stopped), stopped.status, stopped.headers)(scope, receive, answer)
            return
        with reader.reading(person):
            await self._app(scope, receive, answer)

    def _admitted(self, connection: HTTPConnection, *, is_demo: bool) -> Person:
        """Whoever is asking. Raises Stopped."""
        if refusal := self._access.read_refusal(connection, is_demo=is_demo):
            raise Stopped(refusal, 403)
        path = connection.scope["path"]
        if path.startswith("/static/"):
            return policy.ANONYMOUS
        if _is_read_whole(connection) and not _is_short(connection):
            raise Stopped("Frågan är för stor.", 413)
        host = connection.client.host if connection.client else ""
        if path.startswith(SIGNING_IN):
            self._hold("sign-in", host, self._limits.sign_in_per_minute)
        try:
            person = self._people.known(connection) or self._access.anonymous(connection, is_demo=is_demo)
        except UnknownKey as error:
            self._hold("sign-in", host, self._limits.sign_in_per_minute)
            raise Stopped(str(error), 401, {"WWW-Authenticate": "Bearer"}) from error
        except StoreError as error:
            raise Stopped(str(error), 503) from error
        if path.startswith(FILES) or path.endswith(MADE_FILES):
            self._hold("api", person.subject or host, self._limits.api_per_minute)
        return person

    def _hold(self, what: str, who: str, per_minute: int) -> None:
        if seconds := self._rates.wait((what, who), per_minute):
            raise Stopped(f"Du frågar för ofta. Vänta {seconds} sekunder.", 429, {"Retry-After": str(seconds)})

    def _is_demo(self) -> bool:
        """While the store does not answer it is what it was; whoever needs the store meets the error where it can be told well."""
        try:
            return self._snapshots.is_demo
        except StoreError:
            return self._snapshots.was_demo


def _is_read_whole(connection: HTTPConnection) -> bool:
    """Whether the body is one that Dash's middleware reads into memory, wherever it is sent; nothing of ours takes JSON but callbacks."""
    return connection.scope["path"].startswith(CALLBACKS) or connection.headers.get("content-type", "").startswith("application/json")


def _is_short(connection: HTTPConnection) -> bool:
    """Whether what a callback sends is no longer than any address; a body that does not say its length is not read either."""
    if connection.scope.get("method") != "POST":
        return True
    length = connection.headers.get("content-length", "")
    return length.isdecimal() and int(length) <= _MOST_ASKED_BYTES


def refuse(scope: Scope, sentence: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """A Swedish sentence for whoever asked: JSON for a program, a bare page for a person. A web socket is closed by it too."""
    if for_program(scope["path"]):
        return JSONResponse({"detail": sentence}, status, headers)
    return HTMLResponse(_BARE_PAGE.format(escape(sentence)), status, headers)


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
