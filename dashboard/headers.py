"""What every answer is sent with, so that a browser runs, fetches and frames nothing but what is ours."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STYLES: Final = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",  # an empty one, which Plotly then gives rules by script
    "'sha256-Do5Z9ZqsPvCQTUBQS9BnDm/2+on7omuzuLYk5sbA+2s='",  # of the buttons for undo and redo in Dash's renderer
)
"""The two style elements that the libraries put in. After an upgrade the browser tests tell whether they are still the same."""
PAGE_POLICY: Final = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {' '.join(_STYLES)}; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""For pages: no script or style in the HTML at all. A script of ours may set an element's style, which is no HTML."""
_FILE_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_TLS_ALONE: Final = "max-age=31536000; includeSubDomains"


class SafeHeaders:
    """ASGI middleware: adds the headers to every answer; with TLS before the server (`web.url`) browsers are told to keep to it."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._always = _ALWAYS | ({"Strict-Transport-Security": _TLS_ALONE} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, guarded)

    def _add(self, headers: MutableHeaders) -> None:
        for name, value in self._always.items():
            headers[name] = value
        is_page = headers.get("content-type", "").startswith("text/html")
        headers["Content-Security-Policy"] = PAGE_POLICY if is_page else _FILE_POLICY
