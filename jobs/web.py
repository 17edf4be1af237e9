"""Asking an open API politely: at its own pace, and with every way that it can fail told as a Swedish sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import requests

from jobs.job import JobFailed

_SECONDS: Final = 60
_LONGEST_WAIT: Final = 60.0
_LARGEST: Final = 50_000_000
_BUSY: Final = 429

Waiting = Callable[[float], bool]
"""Waits so many seconds and tells whether the program is to stop."""


class Client:
    """Asks one service, named `name` in what is told of it, with at least `pause` seconds between calls."""

    def __init__(self, name: str, wait: Waiting, pause: float = 0.0) -> None:
        self.name, self.pause = name, pause
        self._wait = wait
        self._session = requests.Session()
        self._has_asked = False

    def get(self, address: str, **query: str) -> Any:
        """The JSON at the address. Raises JobFailed."""
        return self._ask("GET", address, params=query)

    def post(self, address: str, body: Mapping[str, Any], **query: str) -> Any:
        """The JSON that the address answers the body with. Raises JobFailed."""
        return self._ask("POST", address, params=query, json=body)

    def _ask(self, method: str, address: str, **what: Any) -> Any:
        if self._has_asked and self._wait(self.pause):
            raise JobFailed("Avbröts.")
        self._has_asked = True
        try:
            with self._session.request(method, address, timeout=_SECONDS, allow_redirects=False, stream=True, **what) as response:
                return self._read(response)
        except requests.RequestException as error:
            raise JobFailed(f"{self.name} svarar inte ({type(error).__name__}).") from error

    def _read(self, response: requests.Response) -> Any:
        status = response.status_code
        if status == _BUSY:
            self._wait(min(_seconds(response.headers.get("Retry-After")), _LONGEST_WAIT))
            raise JobFailed(f"{self.name} tar inte emot fler frågor just nu (429).")
        if status >= requests.codes.server_error:
            raise JobFailed(f"{self.name} har ett fel hos sig ({status}).")
        if status != requests.codes.ok:
            raise JobFailed(f"{self.name} godtar inte frågan ({status}). Kontrollera sources i inställningarna.", may_pass=False)
        return self._json(response)

    def _json(self, response: requests.Response) -> Any:
        body = bytearray()
        for piece in response.iter_content(1 << 16):
            body += piece
            if len(body) > _LARGEST:
                raise JobFailed(f"{self.name} svarar med mer än {_LARGEST // 1_000_000} MB.", may_pass=False)
        try:
            return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise JobFailed(f"{self.name} svarade med något som inte är hel JSON.") from error


def _no_number(text: str) -> None:
    """NaN and the infinities are no JSON, and no figures."""
    raise ValueError(text)


def _seconds(text: str | None) -> float:
    """What Retry-After asks for; a date or nothing counts as one second."""
    return float(text) if text and text.isdecimal() else 1.0
