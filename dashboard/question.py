"""What a page may ask the one callback: which address it wants, and nothing else. Whatever else a body holds never reaches Dash."""

from __future__ import annotations

import json
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.guard import refuse

PATH: Final = "/_dash-update-component"
_OUTPUT: Final = {"output": "page.answer", "outputs": {"id": "page", "property": "answer"}}
_INPUT: Final = {"id": "page", "property": "address"}


class OneQuestion:
    """ASGI middleware: answers 400 to a callback that is not the page's own. How long a body may be is the guard's to say."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer what the page asks."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None or not is_ours(body):
            await refuse(scope, "Frågan är inte en som sidorna ställer. Ladda om sidan.", 400)(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)


def is_ours(body: bytes) -> bool:
    """Whether the body asks for the page at an address, and for nothing else."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(asked, dict) or asked.get("state") or any(asked.get(name) != value for name, value in _OUTPUT.items()):
        return False
    match asked.get("inputs"):
        case [{"value": str() as address, **rest}]:
            return rest == _INPUT and address.startswith("/")
    return False


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None when whoever sent it has gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """What the app reads: the body once more, and then what comes after it."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return left.pop() if left else await receive()

    return replayed
