"""Reading a plain HTML form without files."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

_KIND: Final = "application/x-www-form-urlencoded"
_MOST_BYTES: Final = 64 * 1024


async def fields(request: Request) -> dict[str, str]:
    """The form's fields by name. Raises HTTPException 415 for anything but a form, 413 for what is longer than any form here."""
    if not request.headers.get("content-type", "").startswith(_KIND):
        raise HTTPException(415, "Skicka formuläret från sidan.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, "Texten är för lång.")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
