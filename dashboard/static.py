"""Static files: read once, compressed once, named after their content and cached for ever by the browser.

`scripts/vendor-plotly` has compressed the charts' library beforehand; it is never kept or sent whole unless a client can
take neither brotli nor gzip.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response

PREFIX: Final = "/static"
ASSETS: Final = Path(__file__).parent / "assets"
_FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """A file in the forms it can be sent in; `encoded` is by content encoding, the best first."""

    name: str
    media_type: str
    encoded: dict[str, bytes]

    @property
    def address(self) -> str:
        """Where the browser finds it."""
        return f"{PREFIX}/{self.name}"

    def body_for(self, accepted: str) -> tuple[bytes, str | None]:
        """The best form that the client takes, and its content encoding."""
        taken = {part.split(";")[0].strip() for part in accepted.split(",")}
        for encoding, body in self.encoded.items():
            if encoding in taken:
                return body, encoding
        if "identity" in self.encoded:
            return self.encoded["identity"], None
        return gzip.decompress(self.encoded["gzip"]), None


def asset(file_name: str, content: bytes) -> Asset:
    """An asset of the content, named after it; text is compressed, a font or picture is as small as it gets."""
    suffix = Path(file_name).suffix
    encoded = {"identity": content} if suffix == ".woff2" else {"gzip": gzip.compress(content, 9, mtime=0)}
    return Asset(_named(file_name, content), _TYPES[suffix], encoded)


def precompressed(file_name: str) -> Asset:
    """An asset of assets/ that is kept as `<file_name>.br` and `<file_name>.gz`."""
    encoded = {"br": _read(f"{file_name}.br"), "gzip": _read(f"{file_name}.gz")}
    return Asset(_named(file_name, encoded["gzip"]), _TYPES[Path(file_name).suffix], encoded)


def stylesheet(*file_names: str, font: Asset) -> Asset:
    """The style sheets as one, with the font's address in place."""
    text = b"\n".join(_read(name) for name in file_names)
    return asset("site.css", text.replace(b"source-sans-3.woff2", font.name.encode()))


def font() -> Asset:
    """The one text face."""
    return asset("source-sans-3.woff2", _read("source-sans-3.woff2"))


def icon() -> Asset:
    """The browser tab's icon."""
    return asset("icon.svg", _read("icon.svg"))


def script(file_name: str) -> bytes:
    """The text of one of our own scripts."""
    return _read(file_name)


def router(*assets: Asset) -> APIRouter:
    """Serves the assets."""
    by_name = {each.name: each for each in assets}
    routes = APIRouter(prefix=PREFIX, include_in_schema=False)

    @routes.get("/{name}")
    async def serve(name: str, request: Request) -> Response:
        if name not in by_name:
            raise HTTPException(404, "Filen finns inte.")
        body, encoding = by_name[name].body_for(request.headers.get("accept-encoding", ""))
        headers = _FOREVER | ({"Content-Encoding": encoding} if encoding else {})
        return Response(body, media_type=by_name[name].media_type, headers=headers)

    return routes


def _read(file_name: str) -> bytes:
    return (ASSETS / file_name).read_bytes()


def _named(file_name: str, content: bytes) -> str:
    path = Path(file_name)
    return f"{path.stem}-{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
